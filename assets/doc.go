// Package assets holds the files that ship inside the programs: the fonts and the icon.
//
// The fonts are the Noto fonts of Debian's fonts-noto-core, unchanged, under the SIL Open Font License
// 1.1 (fonts/OFL.txt, which travels with them). No program of Leeward ever asks the system for a font,
// so what one sees on a developer's machine is what a screener sees on an empty tablet.
//
// # Adding a script
//
// Copy the Regular and Bold files into fonts/, add one line to the table in fonts.go with the script's
// ISO 15924 codes, add the family to fonts/composite.py and run it.
package assets

// Package assets holds the files that ship inside the programs: the fonts and the icon.
//
// The fonts are Noto fonts under the SIL Open Font License 1.1 (fonts/OFL.txt, which travels with them), made
// smaller by fonts/noto.py from Debian's fonts-noto-core 20201225-1 (upstream: github.com/notofonts) and
// fonts-noto-cjk 1:20220127+repack1-1 (github.com/notofonts/noto-cjk). That script says what it leaves out.
// No program of Leeward ever asks the system for a font, so what one sees on a developer's machine is what a
// screener sees on an empty tablet.
//
// # Adding a script
//
// Add the family to the table in fonts/noto.py, run it, and add one line to the table in fonts.go with the
// script's ISO 15924 codes.
package assets

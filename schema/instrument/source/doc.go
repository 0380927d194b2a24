// Package source reads the screening interview as its authors and translators write it, and builds from
// it what ships.
//
// One file, structure.json, says what is the same in every language; text/LANGUAGE.json holds every word
// in one language (schema/instrument/screening/README.md is the format). [Build] makes the questionnaire
// and the words beside it; [Survey] says how far each language is. Both are pure functions: the same files
// give the same bytes on every machine.
package source

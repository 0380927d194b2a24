// Package shaping lays out and paints text of every script that Leeward ships a font for, on screens and
// on paper. It knows no widget toolkit and asks the system for nothing.
//
// [Lay] goes the whole road: split into paragraphs, force the base direction by language (UAX #9, P2 and
// P3 are overridden: a question in Arabic stays right-to-left even when it begins with a Latin name),
// choose a font for each run by script, shape with HarfBuzz rules, break lines (UAX #14), put the runs of
// each line into visual order (UAX #9, L2, to any depth). The result is immutable and safe to share.
//
// # Line breaks where words have no spaces
//
// Thai, Lao, Khmer and Burmese are written without spaces between words. A text may carry U+200B where a
// line may break, and then breaks there and nowhere else. Other text is divided with ICU's lists of words
// (words/extract.py takes them out of ICU's data; their terms are in words/LICENCE.txt), which travel with the
// program: as few pieces as can be that are in no list, then as few words. What is in no list stays whole, or
// is divided into syllables where it is Burmese (burmese.go). Only a stretch that does not fit on a line of
// its own breaks between clusters; no line ever begins inside one.
//
// Positions in a [Line] and a [Run] count runes of the text that the caller passed, whatever was put in
// between to lay it out.
package shaping

// Package bulletin is what an office sends down to its devices: questionnaires, policy, the directory of local help,
// words, and the list that binds them together (FORMAT.md). It follows the rules of The Update Framework: every number
// only grows, what belongs together is named together by length and hash, and nothing is read before its signature,
// length and hash are right.
//
// Nothing here ever stands between a person and an interview: a bulletin that is old, withheld or refused leaves a
// device with what it has.
package bulletin

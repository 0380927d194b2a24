// Package expr is the expression language of XLSForm: XPath 1.0 operators and the functions of ODK.
//
// [Compile] turns a source text into a [Program] of typed closures. What names mean is the business of
// the [Scope] given at compile time, what nodes hold is that of the [Env] given at evaluation, so the
// package knows neither questionnaires nor interviews, has no clock and no randomness of its own, and
// can be used from many goroutines: a Program is immutable, a [Frame] belongs to one goroutine.
//
// # Values
//
// A [Value] is a text, a number, a boolean or a set of nodes. The value of a node is always a text;
// nothing is ever null. Numbers are float64; a blank or unreadable text is NaN, and a NaN that reaches
// storage is stored as a blank ([Value.Stored]). A text that is a date counts as days since 1970-01-01.
//
// # Where peers disagree
//
// schema/FORMAT.md, "Policies", lists every choice made where JavaRosa and the two JavaScript
// evaluators differ, with the reason.
package expr

// Package schema is the form engine: what may be asked, and what follows from what was answered.
//
// A [Questionnaire] is the definition as written. [Compile] turns it into a [Form]: expressions
// parsed, evaluation order known, cycles refused by name. [Form.Evaluate] turns a set of answers into
// a [State]: which questions are relevant, required and valid, which choices remain, which texts to
// show. Everything here is a pure function of its inputs: no clock, no randomness, no files, no
// network; "today" is an argument. The device and the office run the same code, so what the office
// concludes from an interview is what the device showed.
//
// # Contract
//
// The engine knows nothing of widgets, storage or transport, and promises them this: the same
// questionnaire (named by its [Ref]), the same answers and the same [Env] give the same State on every
// machine. FORMAT.md has the bytes of a questionnaire and the rules of evaluation.
//
// # What it is not
//
// It has no mode of presentation (pages, columns, widgets are the app's), it does not remember
// answers, it does not decide what a person is: indicators are reported, findings are made by people.
package schema

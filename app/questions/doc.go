// Package questions has one widget for each kind of question, behind one interface, and the row of
// reasons why there is no answer.
//
// A [Field] belongs to one question for as long as that is on the screen. Switching a language shows the
// same field in other words: focus, caret, choices and half-typed answers stay, because answers are held
// by the names of choices and by what was typed, never by captions. [Block] joins a field with its row of
// reasons, so that there is a value or a reason, never both.
//
// What the screen around it does: show the question's own words, ask the form whether an answer is
// admitted, save it. Nothing here knows a form, a session or a disk.
package questions

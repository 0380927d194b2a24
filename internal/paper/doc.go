// Package paper makes the two sheets that leave an interview as paper: what the person agreed to, for the
// person, in their language and the screener's; and a result for staff, without a name and without the story.
//
// Paper is streamed to whoever prints it and kept nowhere. What a person takes along bears no logo, none of
// the words that could endanger somebody who is searched, and is made only when the person said that
// carrying it is safe (question M1); "a plain card" holds a number and a code, and not our name. The result
// is never handed to the person.
//
// Pages are drawn by internal/shaping, as everything on the screen is, because no library for PDF shapes
// Burmese or Khmer and puts Arabic into order; fpdf writes the file around the drawn page.
package paper

package schema

import (
	"fmt"
	"io"
	"log/slog"
)

// Path names one node of a questionnaire from its root, as XForms does: /data/group/question.
// Only repeats carry an index: /data/group/repeat[2]/question.
type Path string

// Lang is a BCP 47 language tag as the questionnaire spells it, for example "en", "ar" or "my".
type Lang string

// Missing is the reason why a question has no value. The empty reason means that there is a value, or
// that the question is still open. No reason is ever the same as "no" (FORMAT.md, Missing reasons).
type Missing string

// The reasons that every question offers, with equal weight.
const (
	Declined      Missing = "declined"       // the person did not want to answer
	DoesNotKnow   Missing = "does_not_know"  // the person does not know
	NotAsked      Missing = "not_asked"      // the screener left it out
	NotApplicable Missing = "not_applicable" // it makes no sense for this person
)

// MissingReasons lists the reasons in the order in which screens offer them.
func MissingReasons() []Missing {
	return []Missing{Declined, DoesNotKnow, NotAsked, NotApplicable}
}

// Valid reports whether m is one of the four reasons.
func (m Missing) Valid() bool {
	switch m {
	case Declined, DoesNotKnow, NotAsked, NotApplicable:
		return true
	}
	return false
}

// About says how far a date may be relied on that was given roughly: the finest part of it that was said. The empty
// About is a date that was given to the day.
type About string

// How far a date may be relied on.
const (
	AboutDay   About = "day"   // about that day
	AboutMonth About = "month" // about that month: the value is its first day
	AboutYear  About = "year"  // about that year: the value is its first day
)

// Valid reports whether a is one of the three.
func (a About) Valid() bool { return a == AboutDay || a == AboutMonth || a == AboutYear }

// Answer is what stands for one question: a value, or the reason why there is none, never both. About is for dates
// that were given roughly; nothing is evaluated by it (FORMAT.md, Rough dates).
//
// Value is the XForms string form: a text as typed, an integer or decimal in ASCII digits, a date as
// YYYY-MM-DD, a choice by its name, several choices by their names separated by one space, "OK" for an
// acknowledgement. The zero Answer is an open question.
//
// An Answer is personal data: every way of printing it gives "[answer]".
type Answer struct {
	Value   string
	Missing Missing
	About   About
}

// Known returns a date no finer than it may be relied on, as ISO 8601 has it: "2019", "2019-05", "2019-05-07". Every other
// value comes back as it is.
func (a Answer) Known() string {
	switch {
	case a.About == AboutYear && len(a.Value) >= len("2019"):
		return a.Value[:len("2019")]
	case a.About == AboutMonth && len(a.Value) >= len("2019-05"):
		return a.Value[:len("2019-05")]
	}
	return a.Value
}

// IsZero reports whether the question is still open.
func (a Answer) IsZero() bool { return a == Answer{} }

// Format keeps answers out of every fmt verb, %#v included.
func (a Answer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[answer]") }

// LogValue keeps answers out of logs.
func (a Answer) LogValue() slog.Value { return slog.StringValue("[answer]") }

// MarshalJSON keeps answers out of logs in JSON, which look for no LogValue inside other values.
func (a Answer) MarshalJSON() ([]byte, error) { return []byte(`"[answer]"`), nil }

// Answers holds the answer of each question by its path; open questions are absent.
type Answers map[Path]Answer

// Format keeps answers out of every fmt verb, %#v included.
func (a Answers) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[%d answers]", len(a)) }

// LogValue keeps answers out of logs.
func (a Answers) LogValue() slog.Value { return slog.StringValue(fmt.Sprintf("[%d answers]", len(a))) }

// MarshalJSON keeps answers out of logs in JSON, which look for no LogValue inside other values.
func (a Answers) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `"[%d answers]"`, len(a)), nil
}

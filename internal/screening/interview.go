package screening

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"leeward/schema"
)

// Status is where an interview stands on the device.
type Status string

// The states of an interview.
const (
	Draft     Status = "draft"     // begun and not finished
	Final     Status = "final"     // finished; may be sealed
	Withdrawn Status = "withdrawn" // consent taken back; only this fact remains
)

// Interview is one administration of a questionnaire to one respondent. It is personal data.
type Interview struct {
	ID            InterviewID
	Version       uint64 // 1 at first, +1 with every change after it was finished
	Code          RespondentCode
	Questionnaire schema.Ref
	Status        Status
	Setting       Setting
	Consent       Consent
	Started       time.Time // device time, UTC, milliseconds; clocks lie, so it orders nothing
	Finished      time.Time // zero while a draft
	ClockDoubt    bool      // the device's clock was known to be wrong at some time of it: its times and ages may be
	Answers       []Recorded
}

// Setting is who takes part and in which languages. Screener and Interpreter are codes that the office
// gave, never names.
type Setting struct {
	Screener     string
	Interpreter  string      // "" where none takes part
	Language     schema.Lang // of the interview
	ScreenerLang schema.Lang // shown beside it
}

// Consent is what the respondent agreed to, in which words and language.
type Consent struct {
	Agreed  bool
	Keep    string      // the choice made for how answers are kept: "code", "named"
	Lang    schema.Lang // in which it was asked
	Wording string      // schema.WordingHash of the statement that was read out
	At      time.Time
}

// Recorded is one answer as it was given. A later answer to the same question is another Recorded with
// a higher Seq: corrections are additions.
type Recorded struct {
	Seq         uint64 // 1, 2, … within the interview; this orders answers, not At
	Path        schema.Path
	Answer      schema.Answer
	Lang        schema.Lang   // the language in which it was asked
	Wording     string        // schema.WordingHash of the text shown
	Fallback    bool          // the text stood in another language than Lang
	Unreviewed  bool          // the text was a machine draft
	At          time.Time     // device time
	Elapsed     time.Duration // since the interview was opened in this run, monotonic
	Screener    string
	Interpreter string
}

// Current returns the answer that now stands for each question.
func (iv Interview) Current() schema.Answers {
	now := make(schema.Answers, len(iv.Answers))
	for _, r := range iv.Answers { // kept in the order of Seq
		if r.Answer.IsZero() {
			delete(now, r.Path)
			continue
		}
		now[r.Path] = r.Answer
	}
	return now
}

// Format prints an interview without anything about the person, whatever the verb.
func (iv Interview) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[interview %s %s, %d answers]", iv.ID, iv.Status, len(iv.Answers))
}

// LogValue keeps the person out of logs.
func (iv Interview) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(iv)) }

// MarshalJSON keeps the person out of logs in JSON, which look for no LogValue inside other values. What is
// kept or sent has encodings of its own.
func (iv Interview) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(iv)) }

// Format prints a recorded answer without the answer and without the question.
func (r Recorded) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[recorded %d]", r.Seq) }

// LogValue keeps the answer out of logs.
func (r Recorded) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// MarshalJSON keeps the answer out of logs in JSON.
func (r Recorded) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(r)) }

// Format prints consent without its content.
func (c Consent) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[consent]") }

// LogValue keeps consent out of logs.
func (c Consent) LogValue() slog.Value { return slog.StringValue("[consent]") }

// MarshalJSON keeps consent out of logs in JSON.
func (c Consent) MarshalJSON() ([]byte, error) { return []byte(`"[consent]"`), nil }

// Withdrawal says that a respondent took consent back. It travels like an interview and beats every
// version of it, earlier or later.
type Withdrawal struct {
	Interview InterviewID
	Version   uint64 // higher than any version of the interview that was sealed
	At        time.Time
}

// Tally is one person who asked that no answers be kept: all that remains is a count.
type Tally struct {
	Place string // no finer than the office's reports need: a country
	Month string // "2026-11"
	Child bool   // treated as a child
}

// Format prints nothing of whom was counted.
func (t Tally) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[tally]") }

// LogValue keeps the person out of logs.
func (t Tally) LogValue() slog.Value { return slog.StringValue("[tally]") }

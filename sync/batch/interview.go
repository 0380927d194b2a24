package batch

import (
	"fmt"
	"math"
	"strings"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Bounds of an interview's body (FORMAT.md, Interview).
const (
	maxAnswers = 20000    // answers with all their corrections
	maxValue   = 64 << 10 // bytes of one answer
	maxPath    = 1024
	maxName    = 128 // languages, codes of people, hashes of wordings
)

// interviewWire is the canonical body of an interview. The id and the version stand in its record. Times
// are milliseconds since 1970; a time that is absent was never set.
type interviewWire struct {
	V             uint64         `cbor:"1,keyasint"`
	Code          string         `cbor:"2,keyasint"`
	Questionnaire schema.Ref     `cbor:"3,keyasint"`
	Screener      string         `cbor:"4,keyasint,omitempty"`
	Interpreter   string         `cbor:"5,keyasint,omitempty"`
	Language      string         `cbor:"6,keyasint,omitempty"`
	ScreenerLang  string         `cbor:"7,keyasint,omitempty"`
	Consent       consentWire    `cbor:"8,keyasint"`
	Started       int64          `cbor:"9,keyasint,omitempty"`
	Finished      int64          `cbor:"10,keyasint,omitempty"`
	Answers       []recordedWire `cbor:"11,keyasint"`
	ClockDoubt    bool           `cbor:"12,keyasint,omitempty"`
}

type consentWire struct {
	Agreed  bool   `cbor:"1,keyasint,omitempty"`
	Keep    string `cbor:"2,keyasint,omitempty"`
	Lang    string `cbor:"3,keyasint,omitempty"`
	Wording string `cbor:"4,keyasint,omitempty"`
	At      int64  `cbor:"5,keyasint,omitempty"`
}

type recordedWire struct {
	Seq         uint64 `cbor:"1,keyasint"`
	Path        string `cbor:"2,keyasint"`
	Value       string `cbor:"3,keyasint,omitempty"`
	Missing     string `cbor:"4,keyasint,omitempty"`
	Lang        string `cbor:"5,keyasint,omitempty"`
	Wording     string `cbor:"6,keyasint,omitempty"`
	Fallback    bool   `cbor:"7,keyasint,omitempty"`
	Unreviewed  bool   `cbor:"8,keyasint,omitempty"`
	At          int64  `cbor:"9,keyasint,omitempty"`
	Elapsed     int64  `cbor:"10,keyasint,omitempty"` // milliseconds
	Screener    string `cbor:"11,keyasint,omitempty"`
	Interpreter string `cbor:"12,keyasint,omitempty"`
	About       string `cbor:"13,keyasint,omitempty"`
}

// EncodeInterview returns the canonical body of a finished interview with every answer that was ever
// given in it, corrections included. Times lose what is below a millisecond; a byte that is not UTF-8
// becomes U+FFFD, because an answer with one wrong byte is better than none. The error says which part
// is out of bounds and quotes nothing.
func EncodeInterview(iv screening.Interview) ([]byte, error) {
	w := interviewWire{
		V: formatV1, Code: clean(string(iv.Code)), Questionnaire: iv.Questionnaire,
		Screener: clean(iv.Setting.Screener), Interpreter: clean(iv.Setting.Interpreter),
		Language: clean(string(iv.Setting.Language)), ScreenerLang: clean(string(iv.Setting.ScreenerLang)),
		Consent: consentWire{
			Agreed: iv.Consent.Agreed, Keep: clean(iv.Consent.Keep), Lang: clean(string(iv.Consent.Lang)),
			Wording: clean(iv.Consent.Wording), At: millis(iv.Consent.At),
		},
		Started: millis(iv.Started), Finished: millis(iv.Finished), ClockDoubt: iv.ClockDoubt,
		Answers: make([]recordedWire, len(iv.Answers)),
	}
	for i, r := range iv.Answers {
		w.Answers[i] = recordedWire{
			Seq: r.Seq, Path: clean(string(r.Path)), Value: clean(r.Answer.Value), Missing: clean(string(r.Answer.Missing)),
			Lang: clean(string(r.Lang)), Wording: clean(r.Wording), Fallback: r.Fallback, Unreviewed: r.Unreviewed,
			At: millis(r.At), Elapsed: r.Elapsed.Milliseconds(), Screener: clean(r.Screener), Interpreter: clean(r.Interpreter),
			About: string(r.Answer.About),
		}
	}
	if err := w.check(); err != nil {
		return nil, malformed("interview", err)
	}
	body := w.bytes()
	if len(body) > MaxBody {
		return nil, malformed("interview", errLength)
	}
	return body, nil
}

// DecodeInterview reads the body of the interview with this id and version. Only canonical bytes within
// the bounds pass; whether the answers fit the questionnaire is not asked here.
func DecodeInterview(id [16]byte, version uint64, body []byte) (screening.Interview, error) {
	if len(body) > MaxBody {
		return screening.Interview{}, malformed("interview", errLength)
	}
	w, err := readInterview(body)
	if err != nil {
		return screening.Interview{}, malformed("interview", err)
	}
	iv := screening.Interview{
		ID: id, Version: version, Code: screening.RespondentCode(w.Code), Questionnaire: w.Questionnaire, Status: screening.Final,
		Setting: screening.Setting{
			Screener: w.Screener, Interpreter: w.Interpreter,
			Language: schema.Lang(w.Language), ScreenerLang: schema.Lang(w.ScreenerLang),
		},
		Consent: screening.Consent{
			Agreed: w.Consent.Agreed, Keep: w.Consent.Keep, Lang: schema.Lang(w.Consent.Lang),
			Wording: w.Consent.Wording, At: instant(w.Consent.At),
		},
		Started: instant(w.Started), Finished: instant(w.Finished), ClockDoubt: w.ClockDoubt,
		Answers: make([]screening.Recorded, len(w.Answers)),
	}
	for i, r := range w.Answers {
		iv.Answers[i] = screening.Recorded{
			Seq: r.Seq, Path: schema.Path(r.Path), Answer: schema.Answer{Value: r.Value, Missing: schema.Missing(r.Missing), About: schema.About(r.About)},
			Lang: schema.Lang(r.Lang), Wording: r.Wording, Fallback: r.Fallback, Unreviewed: r.Unreviewed,
			At: instant(r.At), Elapsed: time.Duration(r.Elapsed) * time.Millisecond, Screener: r.Screener, Interpreter: r.Interpreter,
		}
	}
	return iv, nil
}

func (w interviewWire) check() error {
	switch {
	case w.V != formatV1:
		return fmt.Errorf("version: %w", errField)
	case w.Code == "" || !allNames(w.Code, w.Screener, w.Interpreter, w.Language, w.ScreenerLang):
		return fmt.Errorf("code or setting: %w", errField)
	case !allNames(w.Consent.Keep, w.Consent.Lang, w.Consent.Wording):
		return fmt.Errorf("consent: %w", errField)
	case w.Questionnaire == schema.Ref{}:
		return fmt.Errorf("questionnaire: %w", errField)
	case w.Answers == nil || len(w.Answers) > maxAnswers:
		return fmt.Errorf("number of answers: %w", errLength)
	case !areTimes(w.Started, w.Finished, w.Consent.At):
		return fmt.Errorf("times: %w", errField)
	}
	var last uint64
	for i, r := range w.Answers {
		if r.Seq <= last {
			return fmt.Errorf("order of answer %d: %w", i, errField)
		}
		if err := r.check(); err != nil {
			return fmt.Errorf("answer %d: %w", i, err)
		}
		last = r.Seq
	}
	return nil
}

func (r recordedWire) check() error {
	switch {
	case r.Seq >= maxUint || !areTimes(r.At) || r.Elapsed < 0 || r.Elapsed > math.MaxInt64/int64(time.Millisecond):
		return fmt.Errorf("number or time: %w", errField)
	case r.Path == "" || !isText(r.Path, maxPath) || !isText(r.Value, maxValue):
		return fmt.Errorf("path or value: %w", errLength)
	case r.Missing != "" && (r.Value != "" || !schema.Missing(r.Missing).Valid()):
		return fmt.Errorf("missing reason: %w", errField)
	case r.About != "" && (r.Value == "" || !schema.About(r.About).Valid()):
		return fmt.Errorf("about: %w", errField)
	case !allNames(r.Lang, r.Wording, r.Screener, r.Interpreter):
		return fmt.Errorf("setting: %w", errField)
	}
	return nil
}

// withdrawalWire is the body of a withdrawal; the id and the version stand in its record.
type withdrawalWire struct {
	V  uint64 `cbor:"1,keyasint"`
	At int64  `cbor:"2,keyasint,omitempty"`
}

func encodeWithdrawal(w screening.Withdrawal) ([]byte, error) {
	wire := withdrawalWire{V: formatV1, At: millis(w.At)}
	if !areTimes(wire.At) {
		return nil, malformed("withdrawal", errField)
	}
	return encode(wire)
}

func decodeWithdrawal(r Record) (screening.Withdrawal, error) {
	var wire withdrawalWire
	if err := decode(r.Body, &wire); err != nil {
		return screening.Withdrawal{}, malformed("withdrawal", err)
	}
	if wire.V != formatV1 || !areTimes(wire.At) {
		return screening.Withdrawal{}, malformed("withdrawal", errField)
	}
	return screening.Withdrawal{Interview: r.ID, Version: r.Version, At: instant(wire.At)}, nil
}

func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// millis turns a time into the wire's; the zero time is absent.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// areTimes bounds times by what an RFC 3339 year can say; clocks of devices may be wrong by any amount.
func areTimes(ms ...int64) bool {
	const year0, year9999 = -62167219200000, 253402300799999
	for _, t := range ms {
		if t < year0 || t > year9999 {
			return false
		}
	}
	return true
}

func allNames(names ...string) bool {
	for _, s := range names {
		if !isText(s, maxName) {
			return false
		}
	}
	return true
}

package engine

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"

	"leeward/internal/screening"
	"leeward/schema"
)

// content is an interview as this engine keeps it for reading; the sealed, canonical bytes stand in payloads. This form
// exists so that a page needs neither a key nor a decoder of batches. What a later program adds gets a new number V, and
// every number stays readable: 1 is JSON, 2 the same as CBOR, 3 packed (contentpack.go), a sixth as long.
type content struct {
	V             int       `json:"v" cbor:"1,keyasint"`
	ID            uuid.UUID `json:"id" cbor:"2,keyasint"`
	Version       uint64    `json:"version" cbor:"3,keyasint"`
	Code          string    `json:"code" cbor:"4,keyasint"`
	Questionnaire []byte    `json:"questionnaire" cbor:"5,keyasint"`
	Status        string    `json:"status" cbor:"6,keyasint"`
	Screener      string    `json:"screener,omitempty" cbor:"7,keyasint,omitempty"`
	Interpreter   string    `json:"interpreter,omitempty" cbor:"8,keyasint,omitempty"`
	Lang          string    `json:"lang" cbor:"9,keyasint"`
	ScreenerLang  string    `json:"screener_lang" cbor:"10,keyasint"`
	Consent       consent   `json:"consent" cbor:"11,keyasint"`
	Started       int64     `json:"started" cbor:"12,keyasint"`
	Finished      int64     `json:"finished,omitempty" cbor:"13,keyasint,omitempty"`
	Answers       []answer  `json:"answers" cbor:"14,keyasint"`
	ClockDoubt    bool      `json:"clock_doubt,omitempty" cbor:"15,keyasint,omitempty"`
}

type consent struct {
	Agreed  bool   `json:"agreed" cbor:"1,keyasint"`
	Keep    string `json:"keep,omitempty" cbor:"2,keyasint,omitempty"`
	Lang    string `json:"lang,omitempty" cbor:"3,keyasint,omitempty"`
	Wording string `json:"wording,omitempty" cbor:"4,keyasint,omitempty"`
	At      int64  `json:"at,omitempty" cbor:"5,keyasint,omitempty"`
}

type answer struct {
	Seq         uint64 `json:"n" cbor:"1,keyasint"`
	Path        string `json:"path" cbor:"2,keyasint"`
	Value       string `json:"value,omitempty" cbor:"3,keyasint,omitempty"`
	Missing     string `json:"missing,omitempty" cbor:"4,keyasint,omitempty"`
	Lang        string `json:"lang,omitempty" cbor:"5,keyasint,omitempty"`
	Wording     string `json:"wording,omitempty" cbor:"6,keyasint,omitempty"`
	Fallback    bool   `json:"fallback,omitempty" cbor:"7,keyasint,omitempty"`
	Unreviewed  bool   `json:"unreviewed,omitempty" cbor:"8,keyasint,omitempty"`
	At          int64  `json:"at,omitempty" cbor:"9,keyasint,omitempty"`
	ElapsedMS   int64  `json:"elapsed_ms,omitempty" cbor:"10,keyasint,omitempty"`
	Screener    string `json:"screener,omitempty" cbor:"11,keyasint,omitempty"`
	Interpreter string `json:"interpreter,omitempty" cbor:"12,keyasint,omitempty"`
	About       string `json:"about,omitempty" cbor:"13,keyasint,omitempty"`
}

func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// headOf is an interview without its answers.
func headOf(iv *screening.Interview) content {
	return content{
		ID: uuid.UUID(iv.ID), Version: iv.Version, Code: string(iv.Code),
		Questionnaire: iv.Questionnaire[:], Status: string(iv.Status),
		Screener: iv.Setting.Screener, Interpreter: iv.Setting.Interpreter,
		Lang: string(iv.Setting.Language), ScreenerLang: string(iv.Setting.ScreenerLang),
		Consent: consent{
			Agreed: iv.Consent.Agreed, Keep: iv.Consent.Keep, Lang: string(iv.Consent.Lang),
			Wording: iv.Consent.Wording, At: stamp(iv.Consent.At),
		},
		Started: stamp(iv.Started), Finished: stamp(iv.Finished), ClockDoubt: iv.ClockDoubt,
	}
}

func answerOf(r *screening.Recorded) answer {
	return answer{
		Seq: r.Seq, Path: string(r.Path), Value: r.Answer.Value, Missing: string(r.Answer.Missing),
		Lang: string(r.Lang), Wording: r.Wording, Fallback: r.Fallback, Unreviewed: r.Unreviewed,
		At: stamp(r.At), ElapsedMS: r.Elapsed.Milliseconds(), Screener: r.Screener, Interpreter: r.Interpreter,
		About: string(r.Answer.About),
	}
}

// decode reads a content of any version.
func decode(b []byte) (c content, err error) {
	version := 2
	switch {
	case bytes.HasPrefix(b, []byte{packedContent}): // in CBOR no map begins so, nor with a brace
		return unpacked(b)
	case bytes.HasPrefix(b, []byte("{")):
		err, version = json.Unmarshal(b, &c), 1
	default:
		err = cbor.Unmarshal(b, &c)
	}
	if err != nil || c.V != version || len(c.Questionnaire) != len(schema.Ref{}) {
		return content{}, errContent
	}
	return c, nil
}

func readContent(b []byte) (screening.Interview, error) {
	c, err := decode(b)
	if err != nil {
		return screening.Interview{}, screening.Fail(screening.CodeDamaged, err)
	}
	iv := screening.Interview{
		ID: screening.InterviewID(c.ID), Version: c.Version, Code: screening.RespondentCode(c.Code),
		Questionnaire: schema.Ref(c.Questionnaire), Status: screening.Status(c.Status),
		Setting: screening.Setting{
			Screener: c.Screener, Interpreter: c.Interpreter,
			Language: schema.Lang(c.Lang), ScreenerLang: schema.Lang(c.ScreenerLang),
		},
		Consent: screening.Consent{
			Agreed: c.Consent.Agreed, Keep: c.Consent.Keep, Lang: schema.Lang(c.Consent.Lang),
			Wording: c.Consent.Wording, At: fromMillis(c.Consent.At),
		},
		Started: fromMillis(c.Started), Finished: fromMillis(c.Finished), ClockDoubt: c.ClockDoubt,
		Answers: make([]screening.Recorded, 0, len(c.Answers)),
	}
	for _, a := range c.Answers {
		iv.Answers = append(iv.Answers, screening.Recorded{
			Seq: a.Seq, Path: schema.Path(a.Path),
			Answer: schema.Answer{Value: a.Value, Missing: schema.Missing(a.Missing), About: schema.About(a.About)},
			Lang:   schema.Lang(a.Lang), Wording: a.Wording, Fallback: a.Fallback, Unreviewed: a.Unreviewed,
			At: fromMillis(a.At), Elapsed: time.Duration(a.ElapsedMS) * time.Millisecond,
			Screener: a.Screener, Interpreter: a.Interpreter,
		})
	}
	return iv, nil
}

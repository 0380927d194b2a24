package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"

	"leeward/internal/screening"
	"leeward/schema"
)

// contentVersion is the first member of every stored content. What a later program adds gets a new
// number; every number stays readable: 1 is JSON, 2 the same as CBOR, a third as long.
const contentVersion = 2

// content is an interview as this engine keeps it for reading. The sealed, canonical bytes stand beside
// it (column body); this form exists so that a page needs no decoder of batches.
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

func writeContent(iv screening.Interview) ([]byte, error) {
	c := content{
		V: contentVersion, ID: uuid.UUID(iv.ID), Version: iv.Version, Code: string(iv.Code),
		Questionnaire: iv.Questionnaire[:], Status: string(iv.Status),
		Screener: iv.Setting.Screener, Interpreter: iv.Setting.Interpreter,
		Lang: string(iv.Setting.Language), ScreenerLang: string(iv.Setting.ScreenerLang),
		Consent: consent{
			Agreed: iv.Consent.Agreed, Keep: iv.Consent.Keep, Lang: string(iv.Consent.Lang),
			Wording: iv.Consent.Wording, At: stamp(iv.Consent.At),
		},
		Started: stamp(iv.Started), Finished: stamp(iv.Finished), Answers: make([]answer, 0, len(iv.Answers)),
	}
	for _, r := range iv.Answers {
		c.Answers = append(c.Answers, answer{
			Seq: r.Seq, Path: string(r.Path), Value: r.Answer.Value, Missing: string(r.Answer.Missing),
			Lang: string(r.Lang), Wording: r.Wording, Fallback: r.Fallback, Unreviewed: r.Unreviewed,
			At: stamp(r.At), ElapsedMS: r.Elapsed.Milliseconds(), Screener: r.Screener, Interpreter: r.Interpreter,
			About: string(r.Answer.About),
		})
	}
	b, err := cbor.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write content: %w", err)
	}
	return b, nil
}

func readContent(b []byte) (screening.Interview, error) {
	var c content
	unmarshal, version := cbor.Unmarshal, contentVersion
	if bytes.HasPrefix(b, []byte("{")) { // in CBOR no map begins so
		unmarshal, version = json.Unmarshal, 1
	}
	if err := unmarshal(b, &c); err != nil || c.V != version || len(c.Questionnaire) != len(schema.Ref{}) {
		return screening.Interview{}, screening.Fail(screening.CodeDamaged, fmt.Errorf("content of version %d", c.V))
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
		Started: fromMillis(c.Started), Finished: fromMillis(c.Finished),
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

package engine

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"leeward/internal/screening"
	"leeward/schema"
)

// contentVersion is the first member of every stored content. What a later program adds gets a new
// number; every number stays readable.
const contentVersion = 1

// content is an interview as this engine keeps it for reading. The sealed, canonical bytes stand beside
// it (column body); this form exists so that a page needs no decoder of batches.
type content struct {
	V             int       `json:"v"`
	ID            uuid.UUID `json:"id"`
	Version       uint64    `json:"version"`
	Code          string    `json:"code"`
	Questionnaire []byte    `json:"questionnaire"`
	Status        string    `json:"status"`
	Screener      string    `json:"screener,omitempty"`
	Interpreter   string    `json:"interpreter,omitempty"`
	Lang          string    `json:"lang"`
	ScreenerLang  string    `json:"screener_lang"`
	Consent       consent   `json:"consent"`
	Started       int64     `json:"started"`
	Finished      int64     `json:"finished,omitempty"`
	Answers       []answer  `json:"answers"`
}

type consent struct {
	Agreed  bool   `json:"agreed"`
	Keep    string `json:"keep,omitempty"`
	Lang    string `json:"lang,omitempty"`
	Wording string `json:"wording,omitempty"`
	At      int64  `json:"at,omitempty"`
}

type answer struct {
	Seq         uint64 `json:"n"`
	Path        string `json:"path"`
	Value       string `json:"value,omitempty"`
	Missing     string `json:"missing,omitempty"`
	Lang        string `json:"lang,omitempty"`
	Wording     string `json:"wording,omitempty"`
	Fallback    bool   `json:"fallback,omitempty"`
	Unreviewed  bool   `json:"unreviewed,omitempty"`
	At          int64  `json:"at,omitempty"`
	ElapsedMS   int64  `json:"elapsed_ms,omitempty"`
	Screener    string `json:"screener,omitempty"`
	Interpreter string `json:"interpreter,omitempty"`
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
		})
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write content: %w", err)
	}
	return b, nil
}

func readContent(b []byte) (screening.Interview, error) {
	var c content
	if err := json.Unmarshal(b, &c); err != nil || c.V != contentVersion || len(c.Questionnaire) != len(schema.Ref{}) {
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
			Answer: schema.Answer{Value: a.Value, Missing: schema.Missing(a.Missing)},
			Lang:   schema.Lang(a.Lang), Wording: a.Wording, Fallback: a.Fallback, Unreviewed: a.Unreviewed,
			At: fromMillis(a.At), Elapsed: time.Duration(a.ElapsedMS) * time.Millisecond,
			Screener: a.Screener, Interpreter: a.Interpreter,
		})
	}
	return iv, nil
}

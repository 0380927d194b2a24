package main

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

func testLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// invent is an interview with a person who does not exist, with the language ledger that the app would
// write. What want names is answered so.
func invent(t *testing.T, seed uint64, lang schema.Lang, text string, want map[schema.Path]schema.Answer) screening.Interview {
	t.Helper()
	form := instrument.Form()
	at := time.Now().UTC().Add(-time.Duration(seed%50) * time.Hour).Truncate(time.Millisecond)
	iv := screening.Interview{
		ID: screening.NewInterviewID(), Version: 1, Code: screening.NewRespondentCode(), Status: screening.Final,
		Questionnaire: form.Ref(), Started: at, Finished: at.Add(40 * time.Minute),
		Setting: screening.Setting{Screener: "scr-04", Interpreter: "int-12", Language: lang, ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: lang, Wording: "0123456789abcdef", At: at.Add(6 * time.Minute)},
	}
	for _, step := range synthetic.Interview(seed, form, text) {
		if a, ok := want[step.Path]; ok {
			step.Answer = a
		}
		record(&iv, step.Path, step.Answer)
	}
	return iv
}

func record(iv *screening.Interview, path schema.Path, a schema.Answer) {
	n := uint64(len(iv.Answers) + 1)
	lang := iv.Setting.Language
	shown := instrument.Form().Evaluate(iv.Current(), schema.Env{Now: iv.Started, Language: lang}).Label(path, lang)
	iv.Answers = append(iv.Answers, screening.Recorded{
		Seq: n, Path: path, Answer: a, Lang: lang, Wording: shown.Wording, Fallback: shown.Fallback,
		Unreviewed: shown.Translation == schema.MachineDraft, At: iv.Started.Add(time.Duration(n) * 40 * time.Second),
		Elapsed: time.Duration(n) * 40 * time.Second, Screener: iv.Setting.Screener, Interpreter: iv.Setting.Interpreter,
	})
}

// staged is an interview that shows every kind of answer: needs, a correction, a missing reason, prose.
func staged(t *testing.T, lang schema.Lang, text string) screening.Interview {
	t.Helper()
	say := func(v string) schema.Answer { return schema.Answer{Value: v} }
	iv := invent(t, 3, lang, text, map[schema.Path]schema.Answer{
		"/data/prepare/a7": say("adult"), "/data/needs/c1": say("water medicine"), "/data/needs/c2": say("today"),
		"/data/safety/c3": say("come"), "/data/safety/c6": say("no"), "/data/about/d1": say(text), "/data/about/d2": say("29"),
		"/data/about/d3": {Missing: schema.Declined}, "/data/freedom/h3": {Missing: schema.Declined},
		"/data/assessment/l3": say("possible"),
	})
	record(&iv, "/data/about/d2", say("31"))
	return iv
}

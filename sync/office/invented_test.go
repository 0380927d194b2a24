package main

import (
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

func testLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// invented is an interview with a person who does not exist: the walk of a screener through the form,
// with answers by chance, said by want where it names a question.
type invented struct {
	rng  *rand.Rand
	form *schema.Form
	iv   screening.Interview
	want map[schema.Path]schema.Answer
	text string // of every free text
}

func invent(t *testing.T, seed uint64, lang schema.Lang, text string, want map[schema.Path]schema.Answer) screening.Interview {
	t.Helper()
	form := instrument.Form()
	at := time.Now().UTC().Add(-time.Duration(seed%50) * time.Hour).Truncate(time.Millisecond)
	p := &invented{
		rng: rand.New(rand.NewPCG(seed, 1)), form: form, want: want, text: text,
		iv: screening.Interview{
			ID: screening.NewInterviewID(), Version: 1, Code: screening.NewRespondentCode(), Status: screening.Final,
			Questionnaire: form.Ref(), Started: at, Finished: at.Add(40 * time.Minute),
			Setting: screening.Setting{Screener: "scr-04", Interpreter: "int-12", Language: lang, ScreenerLang: "en"},
			Consent: screening.Consent{Agreed: true, Keep: "code", Lang: lang, Wording: "0123456789abcdef", At: at.Add(6 * time.Minute)},
		},
	}
	for range 200 {
		state := form.Evaluate(p.iv.Current(), schema.Env{Now: at, Language: lang})
		next := slices.IndexFunc(state.Visible(), func(q schema.Path) bool {
			n := state.Node(q)
			return n.Item.Kind != schema.Note && n.Answer.IsZero()
		})
		if next < 0 {
			return p.iv
		}
		path := state.Visible()[next]
		p.record(state, path, p.answer(state.Node(path)))
	}
	t.Fatal("the walk did not end")
	return screening.Interview{}
}

// record adds an answer, with the language ledger that the app would write.
func (p *invented) record(state *schema.State, path schema.Path, a schema.Answer) {
	n := uint64(len(p.iv.Answers) + 1)
	shown := state.Label(path, p.iv.Setting.Language)
	p.iv.Answers = append(p.iv.Answers, screening.Recorded{
		Seq: n, Path: path, Answer: a, Lang: p.iv.Setting.Language, Wording: shown.Wording, Fallback: shown.Fallback,
		Unreviewed: shown.Translation == schema.MachineDraft, At: p.iv.Started.Add(time.Duration(n) * 40 * time.Second),
		Elapsed: time.Duration(n) * 40 * time.Second, Screener: p.iv.Setting.Screener, Interpreter: p.iv.Setting.Interpreter,
	})
}

func (p *invented) answer(n schema.Node) schema.Answer {
	if a, ok := p.want[n.Path]; ok {
		return a
	}
	if p.rng.IntN(9) == 0 && !n.Required {
		return schema.Answer{Missing: schema.MissingReasons()[p.rng.IntN(4)]}
	}
	switch n.Item.Kind {
	case schema.SelectOne, schema.SelectMultiple:
		if len(n.Choices) == 0 {
			return schema.Answer{Missing: schema.NotApplicable}
		}
		return schema.Answer{Value: n.Choices[p.rng.IntN(len(n.Choices))].Name}
	case schema.Integer:
		return schema.Answer{Value: strconv.Itoa(7 * (1 + p.rng.IntN(1)))}
	case schema.TextKind:
		return schema.Answer{Value: p.text}
	case schema.Acknowledge:
		return schema.Answer{Value: "OK"}
	}
	return schema.Answer{Missing: schema.NotAsked}
}

// staged is an interview that shows every kind of answer: needs, a correction, a missing reason, prose.
func staged(t *testing.T, lang schema.Lang, text string) screening.Interview {
	t.Helper()
	say := func(v string) schema.Answer { return schema.Answer{Value: v} }
	iv := invent(t, 3, lang, text, map[schema.Path]schema.Answer{
		"/data/prepare/a1": say("yes"), "/data/prepare/a2": say("interpreter"), "/data/prepare/a7": say("adult"),
		"/data/prepare/a3": say("phone"), "/data/needs/c1": say("water medicine"), "/data/needs/c2": say("today"),
		"/data/consent/b1": say("understood"), "/data/consent/b2": say("yes"), "/data/consent/b3": say("code"),
		"/data/safety/c3": say("come"), "/data/safety/c4": say("no"), "/data/safety/c6": say("no"),
		"/data/about/d1": say(text), "/data/about/d2": say("29"), "/data/about/d3": {Missing: schema.Declined},
		"/data/work/g3/g3_hours": say("14"), "/data/work/g3/g3_days": say("7"), "/data/work/g4": say("less late"),
		"/data/freedom/h2": say("refused"), "/data/freedom/h3": {Missing: schema.Declined}, "/data/assessment/l3": say("possible"),
	})
	form := instrument.Form()
	state := form.Evaluate(iv.Current(), schema.Env{Now: iv.Finished, Language: lang})
	again := &invented{form: form, iv: iv}
	again.record(state, "/data/about/d2", say("31"))
	return again.iv
}

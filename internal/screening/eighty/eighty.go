// Package eighty has the one invented interview by which sizes on the wire and speeds of intake are measured: 80 answers,
// 8 of them told at length. It is imported by tests only.
package eighty

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Made is an hour after every Interview began.
var Made = time.Date(2026, 3, 4, 17, 42, 11, 0, time.UTC)

// Interview is an invented interview of 80 answers, 8 of them sentences of some 90 characters; n makes it another one.
func Interview(n int) screening.Interview {
	at := Made.Add(-time.Hour)
	iv := screening.Interview{
		ID: screening.InterviewID{1, 2, byte(n >> 8), byte(n)}, Version: 1, Code: "7K2F-QX9B", Questionnaire: schema.Ref{5},
		Status: screening.Final,
		Setting: screening.Setting{
			Screener: "S-04", Interpreter: "I-11", Language: "ar", ScreenerLang: "en",
		},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "ar", Wording: "00ff00ff00ff00ff", At: at},
		Started: at, Finished: at.Add(50 * time.Minute),
	}
	for i := range 80 {
		r := screening.Recorded{
			Seq: uint64(i + 1), Path: schema.Path(fmt.Sprintf("/data/work/q%02d", i)), Lang: "ar", Wording: "0123456789abcdef",
			At: at.Add(time.Duration(i) * time.Minute), Elapsed: time.Duration(i) * time.Second, Screener: "S-04", Interpreter: "I-11",
			Fallback: i%9 == 0, Unreviewed: i%7 == 0,
		}
		switch {
		case i%10 == 3:
			r.Answer.Value = fmt.Sprintf("Invented person %d says that place %d was far from the road and that wages came late.", n, i)
		case i%10 == 5:
			r.Answer.Missing = schema.Declined
		default:
			r.Answer.Value = "yes"
		}
		iv.Answers = append(iv.Answers, r)
	}
	return iv
}

// Told is Interview with 150 characters in each of the 8 sentences that do not repeat, so that what is compressed is as
// hard as speech.
func Told(n int) screening.Interview {
	iv := Interview(n)
	random := rand.New(rand.NewPCG(uint64(n), 1))
	for i := range iv.Answers {
		if n := len(iv.Answers[i].Answer.Value); n > 20 {
			var b strings.Builder
			for b.Len() < 150 {
				for range 2 + random.IntN(7) {
					b.WriteByte("eeeetttaaaooiinnsshhrrddlluc"[random.IntN(28)])
				}
				b.WriteByte(' ')
			}
			iv.Answers[i].Answer.Value = b.String()
		}
	}
	return iv
}

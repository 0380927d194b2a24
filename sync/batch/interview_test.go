package batch

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leeward/internal/screening"
	"leeward/schema"
)

// sameInterview compares without printing what differs.
func sameInterview(t testing.TB, got, want screening.Interview) {
	t.Helper()
	if len(got.Answers) != len(want.Answers) {
		t.Fatalf("got %d answers, want %d", len(got.Answers), len(want.Answers))
	}
	for i := range got.Answers {
		if got.Answers[i] != want.Answers[i] {
			t.Errorf("answer %d differs", i)
		}
	}
	got.Answers, want.Answers = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("interviews differ beside their answers: %v, %v", got, want)
	}
}

func TestInterviewRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringN(0, 40, -1)
		at := rapid.Custom(func(r *rapid.T) time.Time {
			ms := rapid.Int64Range(-62167219200000, 253402300799999).Draw(r, "ms")
			return instant(ms)
		})
		iv := person(rapid.IntRange(0, 9).Draw(r, "person"))
		iv.Started, iv.Finished, iv.Consent.At = at.Draw(r, "started"), at.Draw(r, "finished"), at.Draw(r, "consent")
		iv.ClockDoubt = rapid.Bool().Draw(r, "clock")
		iv.Setting.Interpreter, iv.Setting.Screener = text.Draw(r, "interpreter"), text.Draw(r, "screener")
		iv.Answers = make([]screening.Recorded, rapid.IntRange(0, 12).Draw(r, "answers"))
		for i := range iv.Answers {
			a := schema.Answer{Value: rapid.String().Draw(r, "value")}
			if rapid.Bool().Draw(r, "missing") {
				a = schema.Answer{Missing: rapid.SampledFrom(schema.MissingReasons()).Draw(r, "reason")}
			} else if rapid.Bool().Draw(r, "rough") && a.Value != "" {
				a.About = rapid.SampledFrom([]schema.About{schema.AboutDay, schema.AboutMonth, schema.AboutYear}).Draw(r, "about")
			}
			iv.Answers[i] = screening.Recorded{
				Seq: uint64(i*3 + 1), Path: schema.Path("/" + text.Draw(r, "path")), Answer: a, At: at.Draw(r, "at"),
				Elapsed: time.Duration(rapid.Int64Range(0, 1e9).Draw(r, "elapsed")) * time.Millisecond,
				Lang:    schema.Lang(text.Draw(r, "lang")), Fallback: rapid.Bool().Draw(r, "fallback"),
			}
		}
		body, err := EncodeInterview(iv)
		if err != nil {
			r.Fatalf("encode: %v", err)
		}
		got, err := DecodeInterview(iv.ID, iv.Version, body)
		if err != nil {
			r.Fatalf("decode: %v", err)
		}
		again, err := EncodeInterview(got)
		if err != nil || !bytes.Equal(again, body) {
			r.Fatal("what was decoded encodes to other bytes")
		}
		if !reflect.DeepEqual(got, iv) {
			r.Fatal("another interview came back")
		}
	})
}

func TestEncodeInterviewRefuses(t *testing.T) {
	for name, change := range map[string]func(*screening.Interview){
		"no code":                  func(iv *screening.Interview) { iv.Code = "" },
		"no questionnaire":         func(iv *screening.Interview) { iv.Questionnaire = schema.Ref{} },
		"answers out of order":     func(iv *screening.Interview) { iv.Answers[3].Seq = 2 },
		"answer without a number":  func(iv *screening.Interview) { iv.Answers[0].Seq = 0 },
		"value and missing reason": func(iv *screening.Interview) { iv.Answers[0].Answer.Missing = schema.Declined },
		"invented missing reason":  func(iv *screening.Interview) { iv.Answers[0].Answer = schema.Answer{Missing: "bored"} },
		"no path":                  func(iv *screening.Interview) { iv.Answers[0].Path = "" },
		"too long a value":         func(iv *screening.Interview) { iv.Answers[0].Answer.Value = strings.Repeat("x", maxValue+1) },
		"too long a path":          func(iv *screening.Interview) { iv.Answers[0].Path = schema.Path(strings.Repeat("x", maxPath+1)) },
		"negative elapsed time":    func(iv *screening.Interview) { iv.Answers[0].Elapsed = -time.Second },
		"year 12000":               func(iv *screening.Interview) { iv.Started = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"too many answers":         func(iv *screening.Interview) { iv.Answers = make([]screening.Recorded, maxAnswers+1) },
		"too long in all": func(iv *screening.Interview) {
			for i := range iv.Answers {
				iv.Answers[i].Answer = schema.Answer{Value: strings.Repeat("x", maxValue)}
			}
		},
	} {
		iv := person(1)
		change(&iv)
		if _, err := EncodeInterview(iv); screening.CodeOf(err) != screening.EFormat {
			t.Errorf("%s: got %v, want E_FORMAT", name, err)
		}
	}
}

// An answer with a broken byte is kept; the byte is not.
func TestBrokenTextIsMended(t *testing.T) {
	iv := person(1)
	iv.Answers[0].Answer.Value = "north\xffgate"
	body, err := EncodeInterview(iv)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeInterview(iv.ID, 1, body)
	if err != nil {
		t.Fatal(err)
	}
	if got.Answers[0].Answer.Value != "north\uFFFDgate" {
		t.Error("the text around a broken byte was lost")
	}
}

func TestDecodeInterviewRefuses(t *testing.T) {
	body, err := EncodeInterview(person(1))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"empty": {}, "cut": body[:len(body)-1], "trailing byte": append(bytes.Clone(body), 0),
		"not a map": {0x01}, "indefinite": {0xbf, 0xff}, "deep": bytes.Repeat([]byte{0x81}, 4000),
		"huge array": {0xa1, 0x0b, 0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		if _, err := DecodeInterview([16]byte{1}, 1, b); screening.CodeOf(err) != screening.EFormat {
			t.Errorf("%s: got %v, want E_FORMAT", name, err)
		}
	}
}

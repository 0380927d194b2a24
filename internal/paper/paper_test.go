package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/instrument"
)

const marker = "ZQXMARKER"

var day = time.Date(2026, 3, 1, 14, 55, 12, 0, time.UTC)

func told(t *testing.T, pairs ...string) *schema.State {
	t.Helper()
	f, env := instrument.Form(), schema.Env{Now: day, Language: "en"}
	said := f.Defaults(env)
	pairs = append([]string{"/data/prepare/a7", "adult", agree, "yes", keep, "code", share, "health shelter", count, "yes", carry, "full"}, pairs...)
	for i := 0; i < len(pairs); i += 2 {
		said[schema.Path(pairs[i])] = schema.Answer{Value: pairs[i+1]}
	}
	return f.Evaluate(said, env)
}

func details(person schema.Lang) Details {
	return Details{Code: "7K2F-QX9B", Contact: "+66 2 555 0100", Made: day, Person: person, Staff: "en"}
}

// Both sheets fit on one page of PDF in every language, and tell no more than the day.
func TestSheetsInEveryLanguage(t *testing.T) {
	s := told(t, result, "possible", "/data/needs/c2", "emergency", "/data/safety/c3", "here", "/data/assessment/l6", "fear time", "/data/work/g2/g2_area", marker)
	for i, l := range instrument.Screening().Languages {
		if i > 2 && testing.Short() {
			break
		}
		agreement, err := Agreement(s, details(l.Tag))
		if err != nil {
			t.Fatal(err)
		}
		staff := details("en")
		staff.Staff = l.Tag
		for name, sheet := range map[string]*Sheet{"agreement": agreement, "result": Result(s, staff)} {
			var b bytes.Buffer
			if err := sheet.PDF(&b); err != nil {
				t.Errorf("%s in %s: %v", name, l.Tag, err)
				continue
			}
			if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) || bytes.Count(b.Bytes(), []byte("/Type /Page\n")) != 1 {
				t.Errorf("%s in %s is not one page of PDF", name, l.Tag)
			}
			if bytes.Contains(b.Bytes(), []byte("D:2026030114")) || bytes.Contains(b.Bytes(), []byte("7K2F")) || bytes.Contains(b.Bytes(), []byte(marker)) {
				t.Errorf("%s in %s tells the hour, the code or an answer outside of what is drawn", name, l.Tag)
			}
			if dir := os.Getenv("LEEWARD_PAPER"); dir != "" { // to look at
				if err := os.WriteFile(dir+"/"+name+"-"+string(l.Tag)+".pdf", b.Bytes(), 0o600); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// Nothing is printed for somebody who did not say that it is safe to carry.
func TestNoPaperUnlessItIsSafe(t *testing.T) {
	for _, answer := range []string{"none", ""} {
		if sheet, err := Agreement(told(t, carry, answer), details("en")); !errors.Is(err, ErrNotSafe) || sheet != nil {
			t.Errorf("%q: %v, %v", answer, sheet, err)
		}
	}
	plain, err := Agreement(told(t, carry, "plain"), details("en"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := texts(plain), "7K2F-QX9B|+66 2 555 0100"; got != want {
		t.Errorf("the plain card says %q, want %q", got, want)
	}
}

func texts(s *Sheet) string {
	var all []string
	for _, b := range s.blocks {
		all = append(all, b.text)
	}
	return strings.Join(all, "|")
}

// Whoever is only counted has nothing to come back to: a code would say that something is kept.
func TestWhoIsOnlyCountedGetsNoCode(t *testing.T) {
	for _, how := range []string{"full", "plain"} {
		for _, kept := range []string{"tally", "", "code"} {
			sheet, err := Agreement(told(t, keep, kept, carry, how), details("en"))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := strings.Contains(texts(sheet), "7K2F"), kept == "code"; got != want {
				t.Errorf("kept %q on a %s paper: a code stands there: %t, want %t", kept, how, got, want)
			}
		}
	}
}

// What stands on paper never comes into a log.
func TestASheetIsNotLogged(t *testing.T) {
	sheet := Result(told(t, result, "possible"), details("en"))
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "sheet", sheet)
	fmt.Fprintf(&b, "%v %+v %#v %s", sheet, sheet, *sheet, sheet)
	if strings.Contains(b.String(), "7K2F") {
		t.Errorf("a log says %s", b.String())
	}
}

// Paper says that its words are a machine's draft, in both languages, and says nothing of the kind where they are not.
func TestPaperSaysThatItsWordsAreADraft(t *testing.T) {
	s := told(t, result, "possible")
	for _, l := range instrument.Screening().Languages {
		mark := instrument.Word("paper.drafted", l.Tag)
		agreement, err := Agreement(s, details(l.Tag))
		if err != nil {
			t.Fatal(err)
		}
		staff := details("en")
		staff.Staff = l.Tag
		for name, sheet := range map[string]*Sheet{"agreement": agreement, "result": Result(s, staff)} {
			if got, want := strings.HasSuffix(texts(sheet), "|"+mark.Text), mark.Translation == schema.MachineDraft; got != want {
				t.Errorf("the %s in %s says at its foot that it is a draft: %t, want %t", name, l.Tag, got, want)
			}
		}
	}
}

// What a person takes along holds none of the words that endanger somebody who is searched.
func TestWordsOfWhatIsCarried(t *testing.T) {
	for _, key := range []string{"title", "code", "date", "agreed", "talk", "talk_no", "code_kept", "named_kept", "tally_kept", "tell", "tell_nobody", "count_yes", "count_no", "change", "see", "contact", "drafted"} {
		text := strings.ToLower(instrument.Word("paper."+key, "en").Text)
		if text == "" {
			t.Errorf("paper.%s has no words", key)
		}
		for _, never := range []string{"traffick", "victim", "police", "exploit", "leeward"} {
			if strings.Contains(text, never) {
				t.Errorf("paper.%s says %s", key, never)
			}
		}
	}
}

func TestAMissingAnswerIsTheMostProtective(t *testing.T) {
	for _, tt := range []struct{ keep, count, want string }{
		{"", "", "paper.talk paper.tally_kept paper.count_no"}, {"named", "no", "paper.talk paper.named_kept paper.count_no"}, {"code", "yes", "paper.talk paper.code_kept paper.count_yes"},
	} {
		if got := strings.Join(agreed(told(t, keep, tt.keep, count, tt.count)), " "); got != tt.want {
			t.Errorf("%q %q: %s, want %s", tt.keep, tt.count, got, tt.want)
		}
	}
}

// A sheet that is too long is refused, and one that is nearly so is drawn smaller.
func TestOnePage(t *testing.T) {
	var long Sheet
	for range 45 {
		long.add(block{text: "one line of many", lang: "en", points: 13})
	}
	page, err := long.Page()
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&bytes.Buffer{}, page); err != nil {
		t.Error(err)
	}
	for range 400 {
		long.add(block{text: "one line of many", lang: "en", points: 13})
	}
	if _, err := long.Page(); !errors.Is(err, ErrTooMuch) {
		t.Errorf("460 lines: %v", err)
	}
}

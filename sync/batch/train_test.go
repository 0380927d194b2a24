package batch

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

// -train makes the dictionary anew (go generate). What was shipped once never changes: a new one gets a new id, a new
// file and a new suite, and the old one stays.
var train = flag.Bool("train", false, "train the dictionary anew")

// trained is how many invented interviews the dictionary is made of; the ones after them are for measuring.
const trained = 800

const dictionarySize = 16 << 10

// TestTrainDictionary is the command behind go generate. It needs Debian's zstd, whose trainer gives the smaller batches.
func TestTrainDictionary(t *testing.T) {
	if !*train {
		t.Skip("only with -train")
	}
	dir := t.TempDir()
	for n := range trained {
		inner := innerOf(t, spoken(n))
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%04d", n)), inner, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("zstd", "--train", "-r", dir, fmt.Sprintf("--maxdict=%d", dictionarySize), fmt.Sprintf("--dictID=%d", DictionaryID), "-19", "-o", "dictionary")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("train: %v: %s", err, out)
	}
}

// innerOf is what is compressed of one interview that is sealed alone.
func innerOf(t testing.TB, ivs ...screening.Interview) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(ivs[0].Started.Unix()), 2))
	form := sealedForm{Salt: make([]byte, 32)}
	for i := 0; i < 32; i += 8 {
		binary.LittleEndian.PutUint64(form.Bind[i:], random.Uint64())
		binary.LittleEndian.PutUint64(form.Salt[i:], random.Uint64())
	}
	for _, iv := range ivs {
		raw, err := record(t, iv).encode()
		if err != nil {
			t.Fatal(err)
		}
		form.Records = append(form.Records, raw)
	}
	inner, err := encode(form)
	if err != nil {
		t.Fatal(err)
	}
	return inner
}

// spoken is an invented interview as a device records one: with the questions of the questionnaire that ships, in the
// language of the person, hashes of the wordings, times, and free texts as long as speech. Every language has its turn.
func spoken(n int) screening.Interview {
	form := instrument.Form()
	lang := synthetic.Language(uint64(n), form)
	random := rand.New(rand.NewPCG(uint64(n), 3))
	at := madeAt.AddDate(0, 0, -n%700).Add(time.Duration(random.IntN(36000)) * time.Second)
	iv := screening.Interview{
		ID: newID(random, at), Version: 1, Code: screening.RespondentCode(draw(random, "23456789ABCDEFGHJKMNPQRSTVWXYZ", 4) + "-" + draw(random, "23456789ABCDEFGHJKMNPQRSTVWXYZ", 4)),
		Questionnaire: form.Ref(), Status: screening.Final,
		Setting: screening.Setting{Screener: fmt.Sprintf("S-%02d", random.IntN(40)), Interpreter: fmt.Sprintf("I-%02d", random.IntN(40)), Language: lang, ScreenerLang: "en"},
		Started: at, Finished: at.Add(time.Hour),
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: lang, At: at},
	}
	steps := synthetic.Interview(uint64(n), form, "")
	said := form.Defaults(schema.Env{Now: at, Language: lang})
	for _, s := range steps {
		said[s.Path] = s.Answer
	}
	state := form.Evaluate(said, schema.Env{Now: at, Language: lang})
	var elapsed time.Duration
	for i, s := range steps {
		item, _ := form.Item(s.Path)
		asked := lang
		if item.Staff {
			asked = "en"
		}
		shown := state.Label(s.Path, asked)
		elapsed += time.Duration(4000+random.IntN(60000)) * time.Millisecond
		if item.Kind == schema.TextKind && utf8.RuneCountInString(s.Answer.Value) > 12 {
			s.Answer.Value = speech(random, lang, n >= trained)
		}
		iv.Answers = append(iv.Answers, screening.Recorded{
			Seq: uint64(i + 1), Path: s.Path, Answer: s.Answer, Lang: asked, Wording: shown.Wording, Fallback: shown.Fallback,
			Unreviewed: shown.Translation == schema.MachineDraft, At: at.Add(elapsed), Elapsed: elapsed,
			Screener: iv.Setting.Screener, Interpreter: iv.Setting.Interpreter,
		})
	}
	return iv
}

func newID(random *rand.Rand, at time.Time) (id screening.InterviewID) {
	binary.BigEndian.PutUint64(id[:], uint64(at.UnixMilli())<<16|0x7000|uint64(random.IntN(1<<12)))
	binary.BigEndian.PutUint64(id[8:], random.Uint64()&^(3<<62)|1<<63)
	return id
}

func draw(random *rand.Rand, from string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = from[random.IntN(len(from))]
	}
	return string(b)
}

// texts are sentences of the questionnaire in one language: the nearest to speech, in every script, that is nobody's.
// Every fifth is kept for measuring.
func texts(lang schema.Lang, held bool) (list []string) {
	form := instrument.Form()
	state := form.Evaluate(form.Defaults(schema.Env{Now: madeAt, Language: lang}), schema.Env{Now: madeAt, Language: lang})
	for n, p := range form.Paths() {
		for _, shown := range []schema.Shown{state.Label(p, lang), state.Hint(p, lang)} {
			if len(shown.Text) > 20 && (n%5 == 0) == held {
				list = append(list, shown.Text)
			}
		}
	}
	return list
}

var textCache = map[string][]string{}

// speech is some 150 characters made of pieces of sentences.
func speech(random *rand.Rand, lang schema.Lang, held bool) string {
	key := fmt.Sprint(lang, held)
	if textCache[key] == nil {
		textCache[key] = texts(lang, held)
	}
	var b strings.Builder
	for utf8.RuneCountInString(b.String()) < 150 {
		words := []rune(textCache[key][random.IntN(len(textCache[key]))])
		from := random.IntN(len(words))
		b.WriteString(strings.TrimSpace(string(words[from:min(len(words), from+40)])) + " ")
	}
	return strings.TrimSpace(b.String())
}

package session

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

// marker stands in every text that a synthetic person says.
const marker = "MARKERmarker"

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// words is a text in English and, as a draft that nobody has reviewed, in Burmese.
func words(en string) schema.Text {
	return schema.Text{"en": {Text: en}, "my": {Text: en + " (my)", State: schema.MachineDraft}}
}

func english(en string) schema.Text { return schema.Text{"en": {Text: en}} }

func list(name string, choices ...string) schema.ChoiceList {
	l := schema.ChoiceList{Name: name}
	for _, c := range choices {
		l.Choices = append(l.Choices, schema.Choice{Name: c, Label: words(c)})
	}
	return l
}

func group(name string, stage schema.Stage, items ...schema.Item) schema.Item {
	return schema.Item{Name: name, Kind: schema.Group, Stage: stage, Items: items}
}

// testForm is a short interview with every stage.
func testForm(t testing.TB) *schema.Form {
	t.Helper()
	stop := func(when string) *schema.Gate { return &schema.Gate{When: when, Do: "stop", Text: words("Not now.")} }
	page := group("g2", "", schema.Item{Name: "g2a", Kind: schema.TextKind, Text: words("Where?")},
		schema.Item{Name: "g2b", Kind: schema.Integer, Text: words("How many hours?"), Constraint: ". <= 24"})
	page.Appearance, page.Relevant = "field-list", "${g1} = 'yes'"
	q := &schema.Questionnaire{
		Format: schema.FormatV1, ID: "test", Version: "1", Title: words("Test"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}, {Tag: "my", Name: "မြန်မာ"}},
		Consent:   &schema.Consent{Agree: "/data/consent/b2", Yes: []string{"yes"}, Keep: "/data/consent/b3", Tally: []string{"tally"}},
		Choices: []schema.ChoiceList{
			list("yesno", "yes", "no"), list("who", "none", "officer"), list("age", "child", "adult"), list("keep", "code", "named", "tally"),
			list("need", "water", "rest"),
		},
		Parameters: []schema.Parameter{{Name: "limit", Default: english("twelve")}},
		Items: []schema.Item{
			group("prepare", schema.StagePrepare,
				schema.Item{Name: "office_limit", Kind: schema.Hidden, Default: "12"},
				schema.Item{Name: "a1", Kind: schema.SelectOne, List: "yesno", Staff: true, Text: english("Private?"), Required: "true()", Gate: stop("${a1} = 'no'")},
				schema.Item{
					Name: "a2", Kind: schema.SelectMultiple, List: "who", Staff: true, Text: english("Who else?"), Required: "true()",
					Gate: &schema.Gate{When: "selected(${a2}, 'officer')", Do: "warn", Text: words("One by one.")},
				},
				schema.Item{Name: "a7", Kind: schema.SelectOne, List: "age", Staff: true, Text: english("Under 18?"), Required: "true()"},
				schema.Item{Name: "treated_as_child", Kind: schema.Calculate, Calculation: "if(${a7} = 'adult', 'no', 'yes')"}),
			group("needs", schema.StageNeeds,
				schema.Item{Name: "c1", Kind: schema.SelectMultiple, List: "need", Text: words("What do you need?")},
				schema.Item{Name: "c2", Kind: schema.TextKind, Text: words("Are you ill?")}),
			group("consent", schema.StageConsent,
				schema.Item{Name: "b1", Kind: schema.Note, Text: words("You may stop at any time.")},
				schema.Item{Name: "b2", Kind: schema.SelectOne, List: "yesno", Text: words("Do you want to talk?"), Gate: stop("${b2} != 'yes'")},
				schema.Item{Name: "b3", Kind: schema.SelectOne, List: "keep", Text: words("How may I keep it?"), Relevant: "${b2} = 'yes'"}),
			group("talk", schema.StageTalk,
				schema.Item{Name: "d1", Kind: schema.TextKind, Text: words("What shall I call you?"), Required: "true()", Relevant: "${b2} = 'yes'"},
				schema.Item{Name: "g1", Kind: schema.SelectOne, List: "yesno", Text: words("Did you work?"), Relevant: "${b2} = 'yes'"},
				page,
				schema.Item{Name: "h1", Kind: schema.TextKind, Text: english("Could you leave?"), Relevant: "${g1} = 'yes'"},
				schema.Item{Name: "safe", Kind: schema.TextKind, Text: words("Are you safe here?")}),
			group("staff", schema.StageStaff,
				schema.Item{Name: "l3", Kind: schema.SelectOne, List: "yesno", Staff: true, Text: english("Refer?"), Required: "true()", Relevant: "${b2} = 'yes'"}),
		},
	}
	f, err := schema.Compile(q)
	if err != nil {
		t.Fatalf("compile the test questionnaire: %v", err)
	}
	return f
}

// fake keeps records in memory and fails on demand.
type fake struct {
	kept    map[screening.InterviewID]screening.Interview
	places  map[screening.InterviewID]schema.Path
	tallies []screening.Tally
	calls   []string
	fail    error // every call returns it
	after   bool  // … after having done its work
}

func newFake() *fake {
	return &fake{kept: map[screening.InterviewID]screening.Interview{}, places: map[screening.InterviewID]schema.Path{}}
}

func (k *fake) do(call string, work func() error) error {
	k.calls = append(k.calls, call)
	if k.fail != nil && !k.after {
		return k.fail
	}
	return errors.Join(work(), k.fail)
}

func (k *fake) Begin(_ context.Context, iv screening.Interview, first []screening.Recorded) error {
	return k.do("begin", func() error {
		was := k.kept[iv.ID]
		iv.Answers = was.Answers
		k.kept[iv.ID] = iv
		for _, r := range first {
			if err := k.add(iv.ID, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *fake) SaveAnswers(_ context.Context, id screening.InterviewID, given []screening.Recorded) error {
	return k.do("save", func() error {
		for _, r := range given {
			if err := k.add(id, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (k *fake) add(id screening.InterviewID, r screening.Recorded) error {
	iv, ok := k.kept[id]
	if !ok {
		return store.ErrNotFound
	}
	for _, was := range iv.Answers {
		if was.Seq == r.Seq && was.Answer == r.Answer && was.Path == r.Path {
			return nil
		}
		if was.Seq >= r.Seq {
			return store.ErrSeq
		}
	}
	iv.Answers = append(slices.Clone(iv.Answers), r)
	k.kept[id] = iv
	return nil
}

func (k *fake) SetPlace(_ context.Context, id screening.InterviewID, at schema.Path, who screening.Setting) error {
	return k.do("place", func() error {
		iv := k.kept[id]
		iv.Setting = who
		k.kept[id], k.places[id] = iv, at
		return nil
	})
}

func (k *fake) Strike(_ context.Context, id screening.InterviewID, path schema.Path) error {
	return k.do("strike", func() error {
		iv := k.kept[id]
		iv.Answers = slices.DeleteFunc(slices.Clone(iv.Answers), func(r screening.Recorded) bool { return r.Path == path })
		k.kept[id] = iv
		return nil
	})
}

func (k *fake) StrikeEarlier(_ context.Context, id screening.InterviewID, path schema.Path) error {
	return k.do("strike earlier", func() error {
		iv, last := k.kept[id], uint64(0)
		for _, r := range iv.Answers {
			if r.Path == path {
				last = r.Seq
			}
		}
		iv.Answers = slices.DeleteFunc(slices.Clone(iv.Answers), func(r screening.Recorded) bool { return r.Path == path && r.Seq != last })
		k.kept[id] = iv
		return nil
	})
}

func (k *fake) Complete(_ context.Context, id screening.InterviewID, at time.Time, drop []schema.Path) error {
	return k.do("complete", func() error {
		iv := k.kept[id]
		iv.Answers = slices.DeleteFunc(slices.Clone(iv.Answers), func(r screening.Recorded) bool { return slices.Contains(drop, r.Path) })
		iv.Status, iv.Finished = screening.Final, at
		k.kept[id] = iv
		return nil
	})
}

func (k *fake) Withdraw(_ context.Context, id screening.InterviewID, _ time.Time) (bool, error) {
	return false, k.do("withdraw", func() error { delete(k.kept, id); return nil })
}

func (k *fake) Erase(_ context.Context, id screening.InterviewID) error {
	return k.do("erase", func() error { delete(k.kept, id); return nil })
}

func (k *fake) CountOnly(_ context.Context, t screening.Tally) error {
	return k.do("count", func() error { k.tallies = append(k.tallies, t); return nil })
}

func (k *fake) Interview(_ context.Context, id screening.InterviewID) (screening.Interview, error) {
	iv, ok := k.kept[id]
	if !ok {
		return iv, store.ErrNotFound
	}
	return iv, nil
}

func (k *fake) Place(_ context.Context, id screening.InterviewID) (schema.Path, error) {
	return k.places[id], nil
}

func openStore(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, encvfs.Key{3}, store.Options{})
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// both runs a scenario over the fake and over a real encrypted store; search looks for the marker in
// every file of the store's directory.
func both(t *testing.T, scenario func(t *testing.T, k Records, search func())) {
	t.Run("in memory", func(t *testing.T) { scenario(t, newFake(), func() {}) })
	t.Run("encrypted store", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "device.lwd")
		scenario(t, openStore(t, path), func() { search(t, filepath.Dir(path)) })
	})
}

func search(t testing.TB, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) == 0 {
		t.Fatalf("searched %d files: %v", len(files), err)
	}
	wide := []byte(strings.Join(strings.Split(marker, ""), "\x00"))
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(marker)) || bytes.Contains(b, wide) {
			t.Errorf("%s shows what was said", f.Name())
		}
	}
}

// talk is a session with short ways to speak of it in a scenario.
type talk struct {
	*Session
	t *testing.T
}

func params(t testing.TB, k Keeper) Params {
	ticks := 0
	return Params{
		Form: testForm(t), Keeper: k, Now: func() time.Time { return noon },
		Elapsed: func() time.Duration { ticks++; return time.Duration(ticks) * time.Second },
		Setting: screening.Setting{Screener: "S1", Interpreter: "I1", Language: "my", ScreenerLang: "en"},
		Place:   "MM", Office: map[string]schema.Text{"limit": {"en": {Text: "10"}}},
	}
}

func begin(t *testing.T, k Keeper) talk {
	t.Helper()
	s, err := New(params(t, k))
	if err != nil {
		t.Fatalf("new: %v", err)
	}
	return talk{s, t}
}

// path finds a question by its name.
func (k talk) path(name string) schema.Path {
	k.t.Helper()
	for _, p := range k.Form().Paths() {
		if strings.HasSuffix(string(p), "/"+name) {
			return p
		}
	}
	k.t.Fatalf("no question %s", name)
	return ""
}

func (k talk) say(name, value string) {
	k.t.Helper()
	if p, err := k.Answer(k.t.Context(), k.path(name), schema.Answer{Value: value}); p != nil || err != nil {
		k.t.Fatalf("answer %s: problem %v, error %v", name, p, err)
	}
}

func (k talk) next() {
	k.t.Helper()
	if p, err := k.Next(k.t.Context()); len(p) > 0 || err != nil {
		k.t.Fatalf("next from %s: problems %v, error %v", k.at, p, err)
	}
}

func (k talk) wantAt(name string) {
	k.t.Helper()
	if page := k.Page(); len(page.Paths) == 0 || page.Paths[0] != k.path(name) {
		k.t.Fatalf("at %v, want %s", page.Paths, name)
	}
}

func (k talk) wantSaved(want Saved) {
	k.t.Helper()
	if got := k.SavedState(); got != want {
		k.t.Fatalf("saved state %s, want %s", got, want)
	}
}

// prepared walks to the question of consent.
func (k talk) prepared() talk {
	k.t.Helper()
	for _, a := range [][2]string{{"a1", "yes"}, {"a2", "none"}, {"a7", "adult"}, {"c1", "water"}, {"c2", marker + " a fever"}} {
		k.wantAt(a[0])
		k.say(a[0], a[1])
		k.next()
	}
	k.next() // the note
	k.wantAt("b2")
	return k
}

// agreed walks through consent to the first question of the talk.
func (k talk) agreed(keep string) talk {
	k.t.Helper()
	k.prepared()
	k.say("b2", "yes")
	k.next()
	k.say("b3", keep)
	k.next()
	k.wantAt("d1")
	return k
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}

package session

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/killtest"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

// killMe names the store in which a re-executed test binary leads an interview until it is killed.
const killMe = "LEEWARD_SESSION_KILL_ME"

func TestMain(m *testing.M) {
	if path := os.Getenv(killMe); path != "" {
		talkUntilKilled(path)
	}
	os.Exit(m.Run())
}

// talkUntilKilled answers the screening interview's A7 again and again, and prints each time how often,
// after the session said that the answer is saved. The id comes first.
func talkUntilKilled(path string) {
	ctx := context.Background()
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	k, err := store.Open(ctx, path, encvfs.Key{3}, store.Options{})
	must(err)
	s, err := New(Params{Form: instrument.Form(), Keeper: k})
	must(err)
	answer := func(path schema.Path, value string) {
		if p, err := s.Answer(ctx, path, schema.Answer{Value: value}); p != nil || err != nil {
			panic(fmt.Sprint(p, err))
		}
	}
	answer("/data/prepare/a1", "yes")
	answer("/data/prepare/a2", "none")
	answer("/data/prepare/a7", "adult")
	answer("/data/consent/b2", "yes")
	answer("/data/consent/b3", "code")
	fmt.Println(s.ID())
	for n := 1; ; n++ {
		answer("/data/about/d1", marker+strconv.Itoa(n))
		if s.SavedState() != OnDisk {
			panic(s.SavedState())
		}
		fmt.Println(n)
	}
}

func TestAKilledInterviewGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	for round := range 4 {
		lines := killtest.Lines(t, 10+round*23, killMe+"="+path)
		id, err := screening.ParseInterviewID(lines[0])
		ok(t, err)
		acked, err := strconv.Atoi(lines[len(lines)-1])
		ok(t, err)
		search(t, filepath.Dir(path))

		k := openStore(t, path)
		again, err := Resume(t.Context(), k, id, Params{Form: instrument.Form()})
		ok(t, err)
		var n int
		a, saved := again.Standing("/data/about/d1")
		if _, err := fmt.Sscanf(a.Value, marker+"%d", &n); err != nil || n < acked || n > acked+1 || !saved {
			t.Fatalf("round %d: answer %d is there (%v), %d was shown as saved", round, n, err, acked)
		}
		if !again.NeedsWelcomeBack() {
			t.Error("the talk goes on without the questions of privacy")
		}
		ok(t, again.Stop(t.Context()))
		ok(t, k.Close())
	}
}

// The whole screening interview, answered page by page, kept in an encrypted store, and evaluated once
// more from what was kept, as the office does.
func TestTheScreeningInterview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	k := openStore(t, path)
	form := instrument.Form()
	s, err := New(Params{
		Form: form, Keeper: k, Now: func() time.Time { return noon },
		Setting: screening.Setting{Screener: "S1", Language: "my", ScreenerLang: "en"},
	})
	ok(t, err)
	pages := 0
	for ; ; pages++ {
		if pages > 200 {
			t.Fatal("the walk does not end")
		}
		page := s.Page()
		for _, path := range page.Paths {
			node := s.State().Node(path)
			a := plausible(node)
			if a.IsZero() || !node.Relevant || node.ReadOnly { // an answer above on the page may have closed it
				continue
			}
			p, err := s.Answer(t.Context(), path, a)
			if p != nil { // the marker is no month
				p, err = s.Answer(t.Context(), path, schema.Answer{Missing: schema.DoesNotKnow})
			}
			if p != nil || err != nil {
				t.Fatalf("answer %s: %v, %v", path, p, err)
			}
		}
		if page = s.Page(); page.Staff {
			s.OpenStaff()
		} else if !page.CanNext {
			break
		}
		if problems, err := s.Next(t.Context()); len(problems) != 0 || err != nil {
			t.Fatalf("next from %v: %v, %v", page.Paths, problems, err)
		}
	}
	if pages < 25 {
		t.Errorf("the interview has %d pages: most of it was not asked", pages)
	}
	nameActions(t, s)
	values := maps.Clone(s.State().Values())
	problems, err := s.Finish(t.Context())
	if len(problems) != 0 || err != nil {
		t.Fatalf("finish: %v, %v", problems, err)
	}
	search(t, filepath.Dir(path))

	iv, err := k.Interview(t.Context(), s.ID())
	ok(t, err)
	office := form.Evaluate(iv.Current(), schema.Env{Now: noon, Seed: iv.ID.Seed()})
	if !maps.Equal(office.Values(), values) || len(office.Problems()) != 0 {
		t.Error("the office does not conclude from what was kept what the device showed")
	}
}

func TestInventedPeople(t *testing.T) {
	path := filepath.Join(t.TempDir(), "device.lwd")
	k := openStore(t, path)
	form := instrument.Form()
	for seed := range uint64(12) {
		s, err := New(Params{
			Form: form, Keeper: k, Now: func() time.Time { return noon },
			Setting: screening.Setting{Screener: "S1", Language: synthetic.Language(seed, form), ScreenerLang: "en"},
		})
		ok(t, err)
		for i, step := range synthetic.Interview(seed, form, marker) {
			if p, err := s.Answer(t.Context(), step.Path, step.Answer); p != nil || err != nil {
				t.Fatalf("person %d, step %d, %s: %v, %v", seed, i, step.Path, p, err)
			}
			shown, _ := s.pages()
			if laid, _ := s.lay(s.state.Visible(), s.doors()); !reflect.DeepEqual(shown, laid) || !maps.Equal(s.state.Values(), form.Evaluate(s.answers, s.env()).Values()) {
				t.Fatalf("person %d, step %d, %s: what is shown is not what follows from all answers", seed, i, step.Path)
			}
		}
		nameActions(t, s)
		values := maps.Clone(s.State().Values())
		if problems, err := s.Finish(t.Context()); len(problems) != 0 || err != nil {
			t.Fatalf("person %d: finish: %v, %v", seed, problems, err)
		}
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		office := form.Evaluate(iv.Current(), schema.Env{Now: noon, Seed: iv.ID.Seed()})
		if !maps.Equal(office.Values(), values) || len(office.Problems()) != 0 {
			t.Errorf("person %d: the office does not conclude what the device showed", seed)
		}
	}
	search(t, filepath.Dir(path))
}

// plausible answers one question: the talk goes on, every text holds the marker, something is declined.
func plausible(n schema.Node) schema.Answer {
	for name, value := range map[string]string{"a1": "yes", "a7": "adult", "b2": "yes", "b3": "code"} {
		if n.Item.Name == name {
			return schema.Answer{Value: value}
		}
	}
	switch n.Item.Kind {
	case schema.SelectOne, schema.SelectMultiple:
		if len(n.Choices)%5 == 4 && !n.Required {
			return schema.Answer{Missing: schema.Declined}
		}
		return schema.Answer{Value: n.Choices[0].Name}
	case schema.TextKind:
		return schema.Answer{Value: marker}
	case schema.Integer, schema.Decimal:
		return schema.Answer{Value: "20"}
	case schema.Date:
		return schema.Answer{Value: "2026-01-02"}
	case schema.Acknowledge:
		return schema.Answer{Value: "OK"}
	}
	return schema.Answer{}
}

// nameActions says what was done about each red need.
func nameActions(t *testing.T, s *Session) {
	t.Helper()
	for _, kind := range s.OpenActions() {
		ok(t, s.Act(t.Context(), kind, "called "+marker, "en"))
	}
}

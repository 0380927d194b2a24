package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// TestEveryStatementRunsOnBoth calls, on an office with something of everything, what the other tests of this package do not
// call: a statement that only one database understands is found here and not by a page in an office.
func TestEveryStatementRunsOnBoth(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		d, iv := b.device(), interview(1)
		b.take(arrival(d, 1, ""), held(iv))
		b.take(arrival(d, 3, ""), held(interview(1)))
		c := b.caseOf(interview(1))
		person, err := b.AddPerson(ctx, casework.Program, casework.Person{Name: "noor", Role: casework.Supervisor, Lang: "en"}, "hash")
		if err != nil {
			t.Fatal(err)
		}
		question := casework.FieldQuestion{ID: [16]byte{1}, Interview: iv.ID, Actor: "noor", Text: "Which port?", Seal: func(
			casework.Enrolled, casework.FieldQuestion, screening.RespondentCode, time.Time,
		) ([]byte, error) {
			return []byte("sealed"), nil
		}}
		for name, call := range map[string]func() error{
			"CheckAudit":       func() error { _, err := b.CheckAudit(ctx, func(casework.Entry) {}); return err },
			"CheckBox":         func() error { return b.CheckBox(ctx) },
			"Enrolled":         func() error { _, err := b.Enrolled(ctx); return err },
			"AddCodeFor":       func() error { return b.AddCodeFor(ctx, [32]byte{9}, b.now.AddDate(0, 0, 1), true, d.ID) },
			"Duty":             func() error { _, err := b.Duty(ctx, c.ID, casework.DutyID{1}); return err },
			"Look":             func() error { _, err := b.Look(ctx); return err },
			"Withdrawals":      func() error { _, err := b.Withdrawals(ctx); return err },
			"Referred":         func() error { _, err := b.Referred(ctx); return err },
			"Report":           func() error { _, err := b.Report(ctx, d.ID, 1, 9); return err },
			"PutQuestionnaire": func() error { return b.PutQuestionnaire(ctx, schema.Ref{1}, []byte("{}")) },
			"Questionnaire":    func() error { _, err := b.Questionnaire(ctx, schema.Ref{2}); return err },
			"KeptFor":          func() error { _, err := b.KeptFor(ctx); return err },
			"RootAt":           func() error { _, err := b.RootAt(ctx, 2); return err },
			"Statements":       func() error { _, err := b.Statements(ctx); return err },
			"News":             func() error { _, err := b.News(ctx); return err },
			"Document":         func() error { _, err := b.Document(ctx, [32]byte{1}); return err },
			"Delivery":         func() error { _, _, err := b.Delivery(ctx, d.ID, 1); return err },
			"Orders":           func() error { _, err := b.Orders(ctx); return err },
			"Reported": func() error {
				return b.Reported(ctx, casework.Order{ID: [16]byte{1}, Device: d.ID, Epoch: 1}, []byte("done"))
			},
			"Devices": func() error {
				all, err := b.Devices(ctx)
				for _, one := range all {
					if one.ID == d.ID && (one.Batches != 2 || one.Missing != 1 || one.LastSeq != 3 || one.Interviews != 2) {
						t.Errorf("devices: %+v, want two batches, and one missing between them", one)
					}
				}
				return err
			},
			"Arrivals":   func() error { _, err := b.Arrivals(ctx); return err },
			"Attention":  func() error { _, err := b.Attention(ctx); return err },
			"SetSetting": func() error { return b.SetSetting(ctx, "a", "b") },
			"Setting":    func() error { _, err := b.Setting(ctx, "a"); return err },
			"People":     func() error { _, err := b.People(ctx); return err },
			"SetPerson": func() error {
				return b.SetPerson(ctx, "noor", casework.Person{ID: person, Name: "noor", Role: casework.Reviewer, Lang: "en", Active: true})
			},
			"SetLang":       func() error { return b.SetLang(ctx, "noor", person, "ar") },
			"SetPassphrase": func() error { return b.SetPassphrase(ctx, "noor", person, "other", true) },
			"TakeStep":      func() error { _, err := b.TakeStep(ctx, person, 7); return err },
			"HeldEntries":   func() error { return b.HeldEntries(ctx, func(uint64) {}) },
			"AskField":      func() error { return b.AskField(ctx, question) },
			"Asked":         func() error { _, err := b.Asked(ctx, iv.ID); return err },
			"Releases":      func() error { _, err := b.Releases(ctx); return err },
			"AddRelease": func() error {
				return b.AddRelease(ctx, casework.Release{At: b.now, Actor: "noor", From: 2020, To: 2021, Book: []byte("{}")},
					func([]casework.Release, int, int) error { return nil })
			},
			"Services":     func() error { _, err := b.Services(ctx, true); return err },
			"Service":      func() error { _, err := b.Service(ctx, casework.ServiceID{1}); return err },
			"ProveSession": func() error { return b.ProveSession(ctx, [32]byte{1}) },
			"Copied":       func() error { return b.Copied(ctx, "noor", iv.ID) },
			"Publish": func() error {
				_, err := b.Publish(ctx, casework.Publication{
					Put: []casework.Document{{Kind: casework.NewsPolicy, Length: 6, Sum: [32]byte{1}, Size: 6, Ref: [32]byte{2}, Packed: []byte("packed")}},
					Sign: func(n casework.News, _ []byte) (casework.News, []byte, error) {
						n.Bulletin, n.List = []byte("bulletin"), []byte("list")
						return n, []byte("published"), nil
					},
				})
				return err
			},
		} {
			if err := call(); err != nil && !errors.Is(err, casework.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestEveryMethodIsCalled: what is added to the engine is called by a test of this package, on both databases.
func TestEveryMethodIsCalled(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	methods := reflect.TypeFor[*bench]()
	if methods.NumMethod() < 80 {
		t.Fatalf("only %d methods were found", methods.NumMethod())
	}
	for m := range methods.Methods() {
		if !strings.Contains(all.String(), "."+m.Name+"(") {
			t.Errorf("nothing calls %s", m.Name)
		}
	}
}

package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

func TestPeopleAndSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		id, err := b.AddPerson(ctx, casework.Program, casework.Person{Name: "Noor", Role: casework.Reviewer, Lang: "en"}, "$argon2id$…")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.AddPerson(ctx, casework.Program, casework.Person{Name: "noor"}, "x"); !errors.Is(err, casework.ErrTaken) {
			t.Errorf("the same name in other case: got %v, want it refused", err)
		}
		p, keys, err := b.Person(ctx, "NOOR")
		if err != nil || p.ID != id || p.Name != "Noor" || keys.Hash != "$argon2id$…" {
			t.Fatalf("got %+v (%v)", p, err)
		}
		token := [32]byte{1}
		if err := b.StartSession(ctx, token, id, casework.StageIn); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(30 * time.Minute)
		s, err := b.Session(ctx, token)
		if err != nil || b.now.Sub(s.Seen) != 30*time.Minute {
			t.Fatalf("session: seen %v (%v), want as it stood before", s.Seen, err)
		}
		b.reopen()
		if s, err = b.Session(ctx, token); err != nil || !s.Seen.Equal(b.now) || s.Person != p {
			t.Errorf("after a restart: %+v (%v), want it seen now", s, err)
		}
		if err := b.EndSession(ctx, token); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Session(ctx, token); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("ended session: got %v, want not found", err)
		}
	})
}

func TestAuditLogShowsTampering(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		iv := interview(1)
		b.take(arrival(b.device(), 1, ""), held(iv))
		for range 3 {
			if _, err := b.View(t.Context(), "noor", iv.ID); err != nil {
				t.Fatal(err)
			}
		}
		log, err := b.Audit(t.Context())
		if err != nil || len(log) != 3 || log[2].Act != casework.ActView || log[2].Object != iv.ID.String() || log[2].Actor != "noor" {
			t.Fatalf("got %+v (%v), want three looks", log, err)
		}
		for _, forge := range []string{`UPDATE audit SET actor = 'x' WHERE n = 2`, `DELETE FROM audit WHERE n = 3`} {
			if _, err := b.Raw().Exec(forge); err == nil {
				t.Errorf("%s: allowed", forge)
			}
		}
		if _, err := b.Raw().Exec(`DROP TRIGGER audit_is_never_changed`); err != nil { // each database has its own words
			if _, err := b.Raw().Exec(`DROP TRIGGER audit_is_never_changed ON audit`); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := b.Raw().Exec(`UPDATE audit SET actor = 'x' WHERE n = 2`); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Audit(t.Context()); screening.CodeOf(err) != screening.CodeDamaged {
			t.Errorf("changed entry: got %v, want damaged", err)
		}
	})
}

func TestPagesNeitherSkipNorRepeat(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		var want []screening.InterviewID
		for seq := range uint64(23) {
			iv := interview(1)
			iv.Code = screening.RespondentCode(fmt.Sprintf("7K2F-%04d", seq))
			r := held(iv)
			if seq%2 == 1 {
				r.Needs = nil
			}
			b.take(arrival(d, seq+1, ""), r)
			want = append(want, iv.ID)
			if seq%3 == 0 { // several arrive in the same millisecond
				b.now = b.now.Add(time.Minute)
			}
		}
		slices.Reverse(want) // rows of one millisecond stand by id, and ids of one run ascend
		var got []screening.InterviewID
		q := casework.Query{Limit: 5}
		for {
			p, err := b.Interviews(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				got = append(got, r.ID)
			}
			if p.Next.IsZero() {
				break
			}
			b.now = b.now.Add(time.Hour) // one more arrives while somebody turns pages
			b.take(arrival(b.device(), 1, ""), held(interview(1)))
			if q.After, err = casework.ParseCursor(p.Next.String()); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("turning pages gave %d interviews in another order or number than the 23 that were there", len(got))
		}
	})
}

func TestFilters(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		for i, code := range []screening.RespondentCode{"7K2F-QX9B", "7K2F-AAAA", "9999-QX9B"} {
			iv := interview(1)
			iv.Code = code
			r := held(iv)
			if i == 1 {
				r.Needs = nil
			}
			b.take(arrival(d, uint64(i)+1, ""), r)
		}
		for _, c := range []struct {
			q    casework.Query
			want int
		}{
			{casework.Query{}, 3},
			{casework.Query{Urgent: true}, 2},
			{casework.Query{Code: "7k2f"}, 2},
			{casework.Query{Code: " 7k2fqx9b"}, 1},
			{casework.Query{Code: "7"}, 2}, // sought in the order of the list
			{casework.Query{Code: "9", Urgent: true}, 1},
			{casework.Query{Code: "7k2f", Urgent: true}, 1},
			{casework.Query{Code: "nobody"}, 0},
			{casework.Query{Code: "%' OR 1=1 --"}, 0},
		} {
			c.q.Limit = 50
			p, err := b.Interviews(t.Context(), c.q)
			if err != nil || len(p.Rows) != c.want || p.Total != c.want {
				t.Errorf("%+v: got %d rows, total %d (%v), want %d", c.q, len(p.Rows), p.Total, err, c.want)
			}
		}
		all, err := b.Cases(t.Context(), casework.CaseQuery{Limit: 50})
		if err != nil || len(all.Rows) != 3 {
			t.Fatalf("got %d cases (%v), want 3", len(all.Rows), err)
		}
		for length := range 8 { // the code of a case is drawn; this one's begins like itself
			code := string(all.Rows[1].Code)[:length+1]
			p, err := b.Cases(t.Context(), casework.CaseQuery{Code: code, Limit: 50})
			if err != nil || p.Total != len(p.Rows) || !slices.ContainsFunc(p.Rows, func(c casework.Case) bool { return c.ID == all.Rows[1].ID }) {
				t.Errorf("cases that begin with %d characters of a code: got %d rows, total %d (%v), not the one that has it", length+1, len(p.Rows), p.Total, err)
			}
		}
	})
}

func TestReadersAndWritersAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		var all sync.WaitGroup
		for range 4 {
			d := b.device()
			all.Go(func() {
				for seq := range uint64(10) {
					iv := interview(1)
					a := arrival(d, seq+1, "")
					if _, err := b.Receive(t.Context(), a); err != nil {
						t.Error(err)
					}
					if _, err := b.Engine.Open(t.Context(), opened(a, held(iv), withdrawal(iv.ID, 2))); err != nil {
						t.Error(err)
					}
					if _, err := b.Interviews(t.Context(), casework.Query{Limit: 50}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		b.wantStats(casework.Stats{Devices: 4, Batches: 40, Interviews: 40, Opened: 40})
	})
}

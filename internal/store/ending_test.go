package store

import (
	"bytes"
	"context"
	"database/sql"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

func TestCompleteDropsWhatIsNotRelevant(t *testing.T) {
	s, path := newStore(t)
	iv := person()
	iv.Answers = []screening.Recorded{
		said(1, "/data/keep", ""), said(2, "/data/drop", "first"), said(3, "/data/drop", "second"),
	}
	iv.Answers[0].Answer.Value = "kept"
	ok(t, s.Begin(t.Context(), iv, iv.Answers))
	if !readable(t, s, "") {
		t.Fatal("the search through the pages finds nothing even before the erase")
	}
	ok(t, s.Complete(t.Context(), iv.ID, noon.Add(time.Hour), []schema.Path{"/data/drop"}))
	ok(t, s.Complete(t.Context(), iv.ID, noon.Add(2*time.Hour), nil))
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if got.Status != screening.Final || len(got.Answers) != 1 || !got.Finished.Equal(noon.Add(time.Hour)) {
		t.Errorf("got status %s, %d answers, finished %s", got.Status, len(got.Answers), got.Finished)
	}
	if readable(t, s, path) {
		t.Error("a dropped answer is still in the file")
	}
}

func TestStrikeErasesEarlierValuesToo(t *testing.T) {
	s, path := newStore(t)
	iv := person()
	ok(t, s.Begin(t.Context(), iv, []screening.Recorded{said(1, "/data/q1", "first"), said(2, "/data/q1", "second")}))
	ok(t, s.Strike(t.Context(), iv.ID, "/data/q1"))
	if readable(t, s, path) {
		t.Error("what was struck is still in the file")
	}
	ok(t, s.SaveAnswer(t.Context(), iv.ID, said(1, "/data/q2", ""))) // whoever resumes counts on from what is there
}

func TestStrikeAfterSealingWaitsAgainWithAHigherVersion(t *testing.T) {
	s, _ := newStore(t)
	iv := finished(t, s, 2)
	b := sealed(t, s)
	for range 2 { // a repeat changes nothing more
		ok(t, s.Strike(t.Context(), iv.ID, "/data/q1"))
	}
	ok(t, s.Acknowledge(t.Context(), opened(b), noon)) // of the version before
	finals, _, err := s.Waiting(t.Context(), 10)
	ok(t, err)
	if len(finals) != 1 || finals[0].Version != 2 || len(finals[0].Answers) != 1 {
		t.Fatalf("got %d waiting, want version 2 with one answer", len(finals))
	}
	if n, err := s.Purge(t.Context(), noon.Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("purged %d (%v): the office has not opened the struck version", n, err)
	}
}

func TestWithdrawalOfWhatWasNeverSealedLeavesNothing(t *testing.T) {
	for _, state := range []string{"draft", "final"} {
		t.Run(state, func(t *testing.T) {
			s, path := newStore(t)
			iv := begun(t, s, 40)
			if state == "final" {
				ok(t, s.Complete(t.Context(), iv.ID, noon, nil))
			}
			sealedAlready, err := s.Withdraw(t.Context(), iv.ID, noon)
			ok(t, err)
			if sealedAlready {
				t.Error("got sealed already, want not")
			}
			nothingLeft(t, s, path, iv)
			_, err = s.Withdraw(t.Context(), iv.ID, noon)
			ok(t, err)
		})
	}
}

func TestWithdrawalOfWhatWasSealedTravels(t *testing.T) {
	s, path := newStore(t)
	iv := finished(t, s, 40)
	sealed(t, s)
	for range 2 {
		sealedAlready, err := s.Withdraw(t.Context(), iv.ID, noon.Add(time.Hour))
		ok(t, err)
		if !sealedAlready {
			t.Error("got not sealed, want sealed already")
		}
	}
	if readable(t, s, path) {
		t.Error("what was withdrawn is still in the file")
	}
	_, err := s.Find(t.Context(), iv.Code)
	wantErr(t, err, ErrNotFound)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if got.Status != screening.Withdrawn || got.Code != "" || got.Setting != (screening.Setting{}) || !got.Started.IsZero() {
		t.Error("more than the fact of the withdrawal remains")
	}

	finals, taken, err := s.Waiting(t.Context(), 10)
	ok(t, err)
	want := screening.Withdrawal{Interview: iv.ID, Version: 2, At: noon.Add(time.Hour)}
	if len(finals) != 0 || len(taken) != 1 || taken[0] != want {
		t.Fatalf("got %d finals and withdrawals %v, want %v", len(finals), taken, want)
	}
	b := sealed(t, s)
	if _, taken, err = s.Waiting(t.Context(), 10); len(taken) != 0 || err != nil {
		t.Errorf("a sealed withdrawal waits again (%v)", err)
	}
	c, err := s.Counts(t.Context())
	ok(t, err)
	if c.Withdrawals != 1 {
		t.Errorf("got %d withdrawals, want 1", c.Withdrawals)
	}
	ok(t, s.Acknowledge(t.Context(), opened(b), noon))
	_, err = s.Purge(t.Context(), noon.Add(time.Second))
	ok(t, err)
	nothingLeft(t, s, path, iv)
}

func TestEraseIsOnlyForWhatWasNeverSealed(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 10)
	ok(t, s.Erase(t.Context(), iv.ID))
	nothingLeft(t, s, path, iv)
	ok(t, s.Erase(t.Context(), iv.ID))

	other := finished(t, s, 1)
	sealed(t, s)
	wantErr(t, s.Erase(t.Context(), other.ID), ErrSealed)
}

func TestPurgeNeedsAReceiptOfOpened(t *testing.T) {
	steps := []struct {
		name string
		do   func(*Store, screening.Batch) error
		want int
	}{
		{"saved", func(*Store, screening.Batch) error { return nil }, 0},
		{"sent", func(s *Store, b screening.Batch) error { return s.Advance(t.Context(), b.ID, screening.RungSent) }, 0},
		{"stored", func(s *Store, b screening.Batch) error {
			return s.Acknowledge(t.Context(), screening.Receipt{Batch: b.ID, Level: screening.LevelStored}, noon)
		}, 0},
		{"quarantined", func(s *Store, b screening.Batch) error {
			return s.Acknowledge(t.Context(), screening.Receipt{Batch: b.ID, Level: screening.LevelQuarantined}, noon)
		}, 0},
		{"opened", func(s *Store, b screening.Batch) error { return s.Acknowledge(t.Context(), opened(b), noon) }, 1},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			s, path := newStore(t)
			iv, left := finished(t, s, 30), 1
			b := sealed(t, s)
			ok(t, step.do(s, b))
			if n, err := s.Purge(t.Context(), noon); n != 0 || err != nil { // the retention time is not over
				t.Errorf("purged %d too early (%v)", n, err)
			}
			n, err := s.Purge(t.Context(), noon.Add(time.Millisecond))
			ok(t, err)
			if left -= step.want; n != step.want || shows(decrypted(t, s)) != (left == 1) {
				t.Errorf("purged %d, want %d; readable: %v", n, step.want, left == 0)
			}
			hidden(t, path)
			if unsent := batchBytes(t, s); unsent != 1 {
				t.Errorf("%d sealed batches are left, want 1", unsent)
			}
			if step.want == 0 {
				return
			}
			_, err = s.Interview(t.Context(), iv.ID)
			wantErr(t, err, ErrNotFound)
			wantErr(t, s.Strike(t.Context(), iv.ID, "/data/q1"), ErrNotFound)
			c, err := s.Counts(t.Context())
			ok(t, err)
			if c.Opened != 1 {
				t.Errorf("got %d opened, want 1", c.Opened)
			}
			// The person comes back with the code and withdraws.
			id, err := s.Find(t.Context(), iv.Code)
			ok(t, err)
			if again, err := s.Withdraw(t.Context(), id, noon); !again || err != nil {
				t.Errorf("withdrawal after the purge: %v, %v", again, err)
			}
			if _, taken, err := s.Waiting(t.Context(), 10); len(taken) != 1 || err != nil {
				t.Errorf("got %d withdrawals (%v), want 1", len(taken), err)
			}
		})
	}
}

func TestAnEraseThatACrashCutIsFinishedAtTheNextOpening(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 30)
	// The erase commits, and the program dies before it is seen through.
	ok(t, s.write(t.Context(), "erase", func(ctx context.Context, tx *sql.Tx) error { return deleteInterview(ctx, tx, iv.ID) }))
	if owed, err := s.unclean(t.Context()); !owed || err != nil {
		t.Fatalf("nothing says that the erase is to be seen through (%v)", err)
	}
	s = reopen(t, s, path)
	nothingLeft(t, s, path, iv)
	if owed, err := s.unclean(t.Context()); owed || err != nil {
		t.Errorf("the erase is still to be seen through (%v)", err)
	}
}

// nothingLeft wants neither what was said nor the id nor the code of an interview in the decrypted file.
func nothingLeft(t *testing.T, s *Store, path string, iv screening.Interview) {
	t.Helper()
	if readable(t, s, path) {
		t.Error("what was said is still in the file")
	}
	hidden(t, path)
	if bytes.Contains(decrypted(t, s), iv.ID[:]) || bytes.Contains(decrypted(t, s), []byte(iv.Code)) {
		t.Error("the id or the code is still in the file")
	}
}

func batchBytes(t *testing.T, s *Store) (n int) {
	t.Helper()
	ok(t, s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM batch WHERE length(file) > 0`).Scan(&n))
	return n
}

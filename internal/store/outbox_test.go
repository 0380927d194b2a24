package store

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	"leeward/internal/screening"
)

func TestABatchClimbsTheLadder(t *testing.T) {
	s, path := newStore(t)
	begun(t, s, 1)
	one, two := finished(t, s, 1), finished(t, s, 1)
	wantCounts(t, s, Counts{Drafts: 1, Saved: 2})
	b := sealed(t, s)
	if !reflect.DeepEqual(b.Holds, []screening.InterviewID{one.ID, two.ID}) {
		t.Fatalf("sealed %v, want the finished ones in order", b.Holds)
	}
	wantCounts(t, s, Counts{Drafts: 1, Sealed: 2})
	s = reopen(t, s, path)
	got, err := s.Unsent(t.Context())
	ok(t, err)
	want := b
	want.Rung = screening.RungSealed
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	ok(t, s.Advance(t.Context(), b.ID, screening.RungSent))
	wantCounts(t, s, Counts{Drafts: 1, Sent: 2})
	ok(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: b.ID, Level: screening.LevelStored}, noon))
	wantCounts(t, s, Counts{Drafts: 1, Stored: 2})
	if ids, err := s.Unopened(t.Context()); err != nil || len(ids) != 1 || ids[0] != b.ID {
		t.Errorf("got unopened %v (%v), want %v", ids, err, b.ID)
	}
	if got, err := s.Unsent(t.Context()); len(got) != 0 || err != nil {
		t.Errorf("a stored batch is still unsent (%v)", err)
	}
	ok(t, s.Acknowledge(t.Context(), opened(b), noon))
	wantCounts(t, s, Counts{Drafts: 1, Opened: 2})
	list, err := s.List(t.Context())
	ok(t, err)
	if len(list) != 1 || list[0].Status != screening.Draft {
		t.Errorf("got %d in the list, want the draft only", len(list))
	}
}

func TestReceiptsComeInAnyOrder(t *testing.T) {
	stored, quarantined := screening.LevelStored, screening.LevelQuarantined
	for _, c := range []struct {
		levels []screening.Level
		want   screening.Rung
	}{
		{[]screening.Level{stored, quarantined, stored}, screening.RungQuarantined},
		{[]screening.Level{quarantined, screening.LevelOpened}, screening.RungOpened},
		{[]screening.Level{screening.LevelOpened, stored, quarantined}, screening.RungOpened},
	} {
		s, _ := newStore(t)
		b := sealed(t, s) // a heartbeat: it holds nothing
		for _, level := range c.levels {
			ok(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: b.ID, Level: level, Proof: b.Proof, Code: screening.EForm}, noon))
		}
		ok(t, s.Advance(t.Context(), b.ID, screening.RungSent)) // late news from the courier
		var rung screening.Rung
		ok(t, s.db.QueryRow(`SELECT rung FROM batch`).Scan(&rung))
		if rung != c.want {
			t.Errorf("%v: got %s, want %s", c.levels, rung, c.want)
		}
	}
}

func TestAReceiptNeedsTheProofOfOpening(t *testing.T) {
	s, _ := newStore(t)
	finished(t, s, 1)
	b := sealed(t, s)
	forged := opened(b)
	forged.Proof[31] ^= 1
	wantCode(t, s.Acknowledge(t.Context(), forged, noon), screening.CodeBadReceipt)
	wantCode(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: b.ID, Level: 9}, noon), screening.CodeBadReceipt)
	wantErr(t, s.Acknowledge(t.Context(), screening.Receipt{Level: screening.LevelStored}, noon), ErrNotFound)
	for _, rung := range []screening.Rung{screening.RungSealed, screening.RungStored, screening.RungOpened} {
		if err := s.Advance(t.Context(), b.ID, rung); err == nil {
			t.Errorf("advanced to %s without a receipt", rung)
		}
	}
	wantErr(t, s.Advance(t.Context(), screening.BatchID{}, screening.RungSent), ErrNotFound)
	wantCounts(t, s, Counts{Sealed: 1})
}

func TestEnqueueKeepsTheChain(t *testing.T) {
	s, path := newStore(t)
	first := sealed(t, s)
	finished(t, s, 1)
	ok(t, s.Enqueue(t.Context(), first)) // a repeat after an unclear failure
	other := first
	other.File = []byte("other bytes under the same id")
	wantErr(t, s.Enqueue(t.Context(), other), ErrSeq)
	other.ID[5]++
	wantErr(t, s.Enqueue(t.Context(), other), ErrSeq) // a second batch 1
	other.Seq = 3
	wantErr(t, s.Enqueue(t.Context(), other), ErrSeq)
	second := sealed(t, s)
	s = reopen(t, s, path)
	seq, prev, err := s.Head(t.Context())
	ok(t, err)
	if seq != 2 || prev != second.ID {
		t.Errorf("got head %d %s, want 2 %s", seq, prev.Short(), second.ID.Short())
	}
	// A new epoch counts from 1 and links to what the office has last of the one before. What no receipt came for waits
	// again; its old batches are not sent any more.
	ok(t, s.SetEnrolment(t.Context(), screening.Enrolment{Epoch: 2, Head: first.ID}, []byte("root")))
	if seq, prev, err = s.Head(t.Context()); seq != 0 || prev != first.ID || err != nil {
		t.Errorf("got head %d %s (%v), want 0 %s", seq, prev.Short(), err, first.ID.Short())
	}
	unsent, err := s.Unsent(t.Context())
	waiting, _, err2 := s.Waiting(t.Context(), 9)
	if len(unsent) != 0 || len(waiting) != 1 || err != nil || err2 != nil {
		t.Errorf("%d batches to send and %d interviews to seal (%v, %v), want 0 and 1", len(unsent), len(waiting), err, err2)
	}
	wantErr(t, s.SetEnrolment(t.Context(), screening.Enrolment{Epoch: 1}, []byte("root")), ErrSeq)
	wantErr(t, s.SetEnrolment(t.Context(), screening.Enrolment{Device: screening.DeviceID{1}, Epoch: 3}, []byte("root")), ErrChanged)
	sealed(t, s)
}

func TestNothingIsSealedThatChangedMeanwhile(t *testing.T) {
	changes := map[string]func(*Store, screening.InterviewID) error{
		"withdrawn": func(s *Store, id screening.InterviewID) error {
			_, err := s.Withdraw(t.Context(), id, noon)
			return err
		},
		"struck": func(s *Store, id screening.InterviewID) error { return s.Strike(t.Context(), id, "/data/q1") },
		"erased": func(s *Store, id screening.InterviewID) error { return s.Erase(t.Context(), id) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			s, _ := newStore(t)
			iv := finished(t, s, 2)
			b := screening.Batch{ID: screening.BatchID{9}, Seq: 1, File: []byte("sealed"), Holds: []screening.InterviewID{iv.ID}}
			wantErr(t, s.Enqueue(t.Context(), b), ErrChanged) // never offered
			_, _, err := s.Waiting(t.Context(), 10)
			ok(t, err)
			ok(t, change(s, iv.ID))
			wantErr(t, s.Enqueue(t.Context(), b), ErrChanged)
			if seq, _, err := s.Head(t.Context()); seq != 0 || err != nil {
				t.Errorf("the head moved to %d (%v)", seq, err)
			}
		})
	}
}

func TestWaitingIsBounded(t *testing.T) {
	s, _ := newStore(t)
	gone := finished(t, s, 1)
	sealed(t, s)
	_, err := s.Withdraw(t.Context(), gone.ID, noon)
	ok(t, err)
	for range 4 {
		finished(t, s, 1)
	}
	begun(t, s, 1)
	for most, want := range map[int][2]int{0: {0, 0}, 1: {0, 1}, 3: {2, 1}, 99: {4, 1}} {
		finals, taken, err := s.Waiting(t.Context(), most)
		ok(t, err)
		if len(finals) != want[0] || len(taken) != want[1] {
			t.Errorf("at most %d: got %d finals and %d withdrawals, want %v", most, len(finals), len(taken), want)
		}
	}
}

func TestPublishedFilesFollowTheOutbox(t *testing.T) {
	s, path := newStore(t)
	dir := filepath.Join(filepath.Dir(path), "outbox")
	finished(t, s, 3)
	first := sealed(t, s)
	second := sealed(t, s)
	ok(t, s.PublishOutbox(t.Context(), dir))
	before := published(t, dir)
	if len(before) != 2 {
		t.Fatalf("got %d files, want 2", len(before))
	}
	for name := range before {
		if !regexp.MustCompile(`^[0-9a-f]{8}\.lwb$`).MatchString(name) {
			t.Errorf("the name %q is not neutral", name)
		}
	}
	// A missing file, a damaged one and a leftover of a crash are set right, under the same names.
	damage := true
	for name := range before {
		p := filepath.Join(dir, name)
		if damage {
			ok(t, os.WriteFile(p, []byte("x"), 0o600))
			ok(t, os.WriteFile(p+".part", []byte("half"), 0o600))
		} else {
			ok(t, os.Remove(p))
		}
		damage = false
	}
	s = reopen(t, s, path)
	ok(t, s.PublishOutbox(t.Context(), dir))
	if after := published(t, dir); !reflect.DeepEqual(after, before) {
		t.Errorf("got %v, want %v", after, before)
	}
	hidden(t, path)
	ok(t, s.Acknowledge(t.Context(), opened(first), noon))
	ok(t, s.PublishOutbox(t.Context(), dir))
	ok(t, s.PublishOutbox(t.Context(), dir))
	after := published(t, dir)
	for _, content := range after {
		if len(after) != 1 || content != string(second.File) {
			t.Errorf("got %d files, want the unopened batch only", len(after))
		}
	}
}

func published(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	ok(t, err)
	files := make(map[string]string)
	for _, e := range list {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		ok(t, err)
		files[e.Name()] = string(b)
	}
	return files
}

func wantCounts(t *testing.T, s *Store, want Counts) {
	t.Helper()
	got, err := s.Counts(t.Context())
	ok(t, err)
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

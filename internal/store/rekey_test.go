package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/schema"
)

// TestRekey: everything is there under the new key, for who has the store open too, and nothing under the old one.
func TestRekey(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 5)
	other := encvfs.Key{9, 9}
	before, _ := s.Generation()
	var done, all int64
	ok(t, s.Rekey(t.Context(), other, func(n, of int64) { done, all = n, of }))
	if done == 0 || done != all {
		t.Errorf("progress ended at %d of %d", done, all)
	}
	if after, _ := s.Generation(); after <= before {
		t.Errorf("generation: got %d after %d", after, before)
	}
	ok(t, s.SaveAnswer(t.Context(), iv.ID, said(6, "/data/q6", "6")))
	ok(t, s.Close())
	_, err := Open(t.Context(), path, testKey, Options{})
	wantCode(t, err, screening.CodeDamaged)
	if !errors.Is(err, encvfs.ErrWrongKey) {
		t.Errorf("the old key: got %v, want it named", err)
	}
	hidden(t, path)
	s, err = Open(t.Context(), path, other, Options{})
	ok(t, err)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != 6 || len(s.Warnings()) > 0 {
		t.Errorf("got %d answers and warnings %v, want 6 and none", len(got.Answers), s.Warnings())
	}
	ok(t, s.Close())
}

// TestRekeyWhileSaving saves without pause while the store is written anew: every answer is there, and the change ends.
func TestRekeyWhileSaving(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 1)
	ok(t, s.Reserve(t.Context(), 1<<20))
	stop, acked := make(chan struct{}), 1
	var saving sync.WaitGroup
	saving.Go(func() {
		for i := 2; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := s.SaveAnswer(t.Context(), iv.ID, said(uint64(i), schema.Path(fmt.Sprintf("/data/q%d", i)), "x")); err != nil {
				t.Error(err)
				return
			}
			acked = i
		}
	})
	for i := range 3 {
		ok(t, s.Rekey(t.Context(), encvfs.Key{9, byte(i)}, nil))
	}
	close(stop)
	saving.Wait()
	ok(t, s.Close())
	s, err := Open(t.Context(), path, encvfs.Key{9, 2}, Options{})
	ok(t, err)
	got, err := s.Interview(t.Context(), iv.ID)
	ok(t, err)
	if len(got.Answers) != acked || acked < 3 {
		t.Errorf("got %d answers, %d were saved", len(got.Answers), acked)
	}
	ok(t, s.Close())
}

// TestAWriteIsCountedWhileItHoldsTheFile: Rekey compares counts when nobody holds the file any more. What was saved and is
// not counted by then would be in the old file only.
func TestAWriteIsCountedWhileItHoldsTheFile(t *testing.T) {
	s, _ := newStore(t)
	begun(t, s, 1)
	counted := false
	err := s.inTx(t.Context(), "test", func(context.Context, *sql.Tx) error { return nil }, func() {
		counted = true
		if s.swap.TryLock() {
			s.swap.Unlock()
			t.Error("the file may be replaced before the write is counted")
		}
	})
	ok(t, err)
	before := s.changes.Load()
	ok(t, s.SetSetting(t.Context(), "place", "here"))
	if !counted || s.changes.Load() != before+1 {
		t.Errorf("counted %t, %d changes after %d; want one more", counted, s.changes.Load(), before)
	}
}

// TestRekeyLeftover: what a crash left of a copy is no obstacle, and Remove takes everything away.
func TestRekeyLeftover(t *testing.T) {
	s, path := newStore(t)
	for _, suffix := range []string{rekeySuffix, rekeySuffix + "-tags", rekeySuffix + "-new"} {
		ok(t, os.WriteFile(path+suffix, []byte("cut short"), 0o600))
	}
	ok(t, s.Rekey(t.Context(), encvfs.Key{9}, nil))
	ok(t, s.Close())
	ok(t, Remove(path))
	ok(t, Remove(path))
	left, err := os.ReadDir(path + "/..")
	if err == nil && len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestReserve: what is saved later finds its room in the file, and the file keeps its length.
func TestReserve(t *testing.T) {
	s, path := newStore(t)
	const size = 1 << 20
	ok(t, s.Reserve(t.Context(), size))
	length := func() int64 {
		info, err := os.Stat(path)
		ok(t, err)
		return info.Size()
	}
	before := length()
	begun(t, s, 50)
	ok(t, s.Reserve(t.Context(), size))
	ok(t, s.Close())
	if after := length(); after != before || before < size {
		t.Errorf("the file has %d bytes, and had %d when nothing was in it", after, before)
	}
}

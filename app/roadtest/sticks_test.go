package roadtest

import (
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/sync/batch"
)

// TestSticksAsTheyAre: one stick goes between two offices and their devices, with photos, a folder and a link on it, a folder that
// is not there any more, and a file that was cut; everything is taken in twice. Each takes its own, once, and nobody is stopped by
// what is another's.
func TestSticksAsTheyAre(t *testing.T) {
	here, there := newOffice(t), newOffice(t)
	f, g := here.field(t), there.field(t)
	id, other := f.interview(), g.interview()
	_, err := f.Carry(background, filepath.Join(t.TempDir(), "pulled out"))
	wantCode(t, err, screening.CodeDisk)
	if c := f.counts(); c != (store.Counts{Sealed: 1}) {
		t.Errorf("after a stick that is not there the device counts %+v", c)
	}
	stick := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(stick, "photo.jpg"), []byte("\xff\xd8\xff a boat"), 0o600))
	ok(t, os.Mkdir(filepath.Join(stick, "System Volume Information"), 0o700))
	ok(t, os.Symlink(filepath.Join(stick, "nowhere"), filepath.Join(stick, "link")))
	for _, d := range []*field{f, g} {
		_, err := d.Carry(background, stick)
		ok(t, err)
	}
	files, err := filepath.Glob(filepath.Join(stick, "*"))
	ok(t, err)
	for _, o := range []*office{here, there} {
		taken := 0
		for range 2 {
			for _, file := range files {
				b, err := os.ReadFile(file)
				if err != nil {
					continue // the folder, and the link to nothing
				}
				got, err := o.in.Take(background, b)
				if taken += len(got); err != nil {
					wantCode(t, err, screening.EOpen)
				}
			}
		}
		if taken != 2 {
			t.Errorf("an office took %d batches from two rounds over the stick, want its own twice", taken)
		}
	}
	here.recorded(id)
	there.recorded(other)

	here.answerTo(stick)
	b, err := os.ReadFile(filepath.Join(stick, "a"))
	ok(t, err)
	ok(t, os.Rename(filepath.Join(stick, "a"), filepath.Join(stick, "b")))
	ok(t, os.WriteFile(filepath.Join(stick, "cut"), b[:len(b)/2], 0o600))
	if !batch.IsCutCarry(b[:len(b)/2]) || !batch.IsCutCarry(b[:len(b)-1]) || batch.IsCutCarry(b) || batch.IsCutCarry([]byte("a photo")) {
		t.Error("a file that was cut is not told from a whole one")
	}
	there.answerTo(stick)
	for round := range 2 {
		for _, d := range []*field{f, g} {
			got, err := d.Collect(background, stick)
			if err != nil || got.Files != 1 || got.Old != round {
				t.Errorf("round %d: %d answers, %d of them old, %v", round, got.Files, got.Old, err)
			}
			if c := d.counts(); c != (store.Counts{Opened: 1}) {
				t.Errorf("round %d: the device counts %+v", round, c)
			}
		}
	}
	alone := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(alone, "cut"), b[:len(b)/2], 0o600))
	_, err = f.Collect(background, alone)
	wantCode(t, err, screening.CodeOffline)
}

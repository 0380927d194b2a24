package engine_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// capsule is an invented recovery copy; number makes another header.
func capsule(d casework.Enrolled, number uint64, r casework.OpenedRecord) casework.Capsule {
	header := binary.BigEndian.AppendUint64([]byte("capsule "+d.ID.String()), number)
	return casework.Capsule{
		ID: sha256.Sum256(header), Device: d.ID, Epoch: d.Epoch, Made: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Header: header,
		Sig: make([]byte, 64), Payload: append([]byte("sealed "), header...), Entry: append([]byte("entry "), header...),
		Opened: &casework.OpenedCapsule{Code: r.Code, Record: r, Erasure: append([]byte("emptied "), header...)},
	}
}

// draft is an interview as a capsule holds it while it goes on.
func draft(iv screening.Interview, number uint64) casework.OpenedRecord {
	iv.Status, iv.Finished = screening.Draft, time.Time{}
	r := held(iv)
	r.Kind, r.Version = casework.KindDraft, number
	return r
}

func (b *bench) recover(c casework.Capsule) casework.Recovery {
	b.t.Helper()
	done, err := b.TakeCapsule(b.t.Context(), c)
	if err != nil {
		b.t.Fatal(err)
	}
	return done
}

// sealed counts the capsules of which the office still has the sealed bytes.
func (b *bench) sealed() (n int) {
	b.t.Helper()
	if err := b.Raw().QueryRow(`SELECT count(*) FROM capsules WHERE length(payload) > 0`).Scan(&n); err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) wantView(id screening.InterviewID, status screening.Status, version uint64, versions int) {
	b.t.Helper()
	rec, err := b.View(b.t.Context(), "reviewer", id)
	if err != nil || rec.Status != status || rec.Versions != versions || rec.Interview.Version != version {
		b.t.Errorf("got %s, version %d of %d, %v; want %s, version %d of %d", rec.Status, rec.Interview.Version, rec.Versions, err, status, version, versions)
	}
}

// TestCapsuleCountsOnce: whatever comes of one interview, by capsule or by batch, in whatever order, is one interview, and
// of drafts nothing is left once there is something newer.
func TestCapsuleCountsOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, iv := b.device(), interview(1)
		second := capsule(d, 2, draft(iv, 7))
		if done := b.recover(second); !done.Shown || done.Interview != iv.ID || done.Level != screening.LevelOpened {
			t.Errorf("first draft: got %+v", done)
		}
		b.wantView(iv.ID, screening.Draft, 1, 1)
		if done := b.recover(second); done.Shown || done.Level != screening.LevelOpened || done.Interview != iv.ID {
			t.Errorf("the same again: got %+v", done)
		}
		if done := b.recover(capsule(d, 1, draft(iv, 6))); done.Shown || b.sealed() != 1 {
			t.Errorf("an earlier draft, late: got %+v, %d sealed, want that it is let go", done, b.sealed())
		}
		b.recover(capsule(d, 3, draft(iv, 8)))
		if b.sealed() != 1 {
			t.Errorf("%d sealed drafts of one interview, want the newest", b.sealed())
		}
		b.wantStats(casework.Stats{Devices: 1, Interviews: 1, Opened: 1})
		b.take(arrival(d, 1, ""), held(iv))
		b.wantView(iv.ID, screening.Final, 1, 1)
		for n, late := range []casework.OpenedRecord{draft(iv, 9), held(iv)} { // the draft before, and the same version
			if done := b.recover(capsule(d, 10+uint64(n), late)); done.Shown {
				t.Errorf("capsule %d after the batch: got %+v, want that it changes nothing", n, done)
			}
		}
		b.wantView(iv.ID, screening.Final, 1, 1)
		struck := iv
		struck.Version = 2
		if done := b.recover(capsule(d, 20, held(struck))); !done.Shown {
			t.Errorf("a later version by capsule: got %+v", done)
		}
		b.take(arrival(d, 2, ""), held(struck))
		b.wantView(iv.ID, screening.Final, 2, 2)
		b.wantStats(casework.Stats{Devices: 1, Batches: 2, Interviews: 1, Opened: 1})
		b.noMarker()
	})
}

// TestTombstoneBeatsCapsules: a withdrawal, by batch or capsule, before or after, leaves nothing of any capsule.
func TestTombstoneBeatsCapsules(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		early, late, never := interview(1), interview(1), interview(1)
		b.recover(capsule(d, 1, draft(early, 1)))
		b.recover(capsule(d, 2, held(late)))
		if done := b.take(arrival(d, 1, ""), withdrawal(early.ID, 2)); !done.Redact {
			t.Error("a withdrawal by batch emptied nothing")
		}
		if done := b.recover(capsule(d, 3, withdrawal(late.ID, 2))); !done.Redact {
			t.Error("a withdrawal by capsule emptied nothing")
		}
		b.recover(capsule(d, 4, withdrawal(never.ID, 2)))
		unread := held(never)
		unread.Code, unread.Content = screening.EForm, nil
		for n, r := range []casework.OpenedRecord{draft(early, 9), held(late), draft(never, 1), unread} {
			if done := b.recover(capsule(d, 10+uint64(n), r)); done.Shown || done.Level != screening.LevelOpened {
				t.Errorf("capsule %d after the withdrawal: got %+v", n, done)
			}
		}
		b.take(arrival(d, 2, ""), held(late))
		for _, id := range []screening.InterviewID{early.ID, late.ID, never.ID} {
			b.wantView(id, screening.Withdrawn, 0, 0)
		}
		var kept int
		if err := b.Raw().QueryRow(`SELECT count(*) FROM capsules WHERE length(payload) > 0 AND kind <> 7`).Scan(&kept); err != nil || kept != 0 {
			t.Errorf("%d sealed capsules of withdrawn people are kept (%v)", kept, err)
		}
		b.noMarker()
	})
}

// TestCapsuleOfAnotherDevice: nobody changes or withdraws an interview but the device that was the first to hand it in.
func TestCapsuleOfAnotherDevice(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		mine, other, iv := b.device(), b.device(), interview(1)
		b.take(arrival(mine, 1, ""), held(iv))
		for n, r := range []casework.OpenedRecord{draft(iv, 9), held(iv), withdrawal(iv.ID, 9)} {
			if done := b.recover(capsule(other, uint64(n), r)); done.Level != screening.LevelQuarantined || done.Code != screening.EOwner {
				t.Errorf("capsule %d: got %+v, want E_OWNER", n, done)
			}
		}
		b.wantView(iv.ID, screening.Final, 1, 1)
		b.wantStats(casework.Stats{Devices: 2, Batches: 1, Interviews: 1, Opened: 1, Quarantined: 3, Incidents: 3})
	})
}

// TestHeldCapsule: of a revoked device a supervisor says whether a capsule counts.
func TestHeldCapsule(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		c := capsule(b.device(), 1, draft(interview(1), 1))
		unopened := c
		unopened.Opened, unopened.Hold = nil, screening.ERevoked
		for range 2 {
			if done := b.recover(unopened); done.Level != screening.LevelQuarantined || done.Code != screening.ERevoked {
				t.Errorf("got %+v, want that it is held", done)
			}
		}
		if done := b.recover(c); done.Shown {
			t.Errorf("held and opened: got %+v", done)
		}
		if err := b.Release(t.Context(), "noor", screening.BatchID(c.ID)); err != nil {
			t.Fatal(err)
		}
		if err := b.Release(t.Context(), "noor", screening.BatchID(c.ID)); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("released twice: %v", err)
		}
		if due, err := b.DueCapsules(t.Context(), 9, nil); err != nil || len(due) != 1 || due[0].ID != c.ID || string(due[0].Payload) != string(c.Payload) {
			t.Fatalf("due: %d, %v, want the one capsule", len(due), err)
		}
		if due, err := b.DueCapsules(t.Context(), 9, []casework.CapsuleID{c.ID}); err != nil || len(due) != 0 {
			t.Errorf("skipped: %d due, %v", len(due), err)
		}
		if done := b.recover(c); !done.Shown {
			t.Errorf("released: got %+v", done)
		}
	})
}

// TestRebuildReadsCapsules: after a rebuild what came by capsule only is there again, and a withdrawn person is not.
func TestRebuildReadsCapsules(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, iv, gone := b.device(), interview(1), interview(1)
		first, second, withdrawn := capsule(d, 1, draft(iv, 1)), capsule(d, 2, draft(iv, 2)), capsule(d, 3, draft(gone, 1))
		b.recover(first)
		b.recover(second)
		b.recover(withdrawn)
		b.recover(capsule(d, 4, withdrawal(gone.ID, 2)))
		if err := b.BeginRebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		due, err := b.DueCapsules(t.Context(), 9, nil)
		if err != nil || len(due) != 2 { // the newest draft, and the withdrawal
			t.Fatalf("due: %d, %v, want 2", len(due), err)
		}
		b.recover(second)
		b.recover(capsule(d, 4, withdrawal(gone.ID, 2)))
		if done, err := b.EndRebuild(t.Context()); err != nil || done.Interviews != 1 || done.Unread != 0 {
			t.Errorf("rebuilt: %+v, %v", done, err)
		}
		b.wantView(iv.ID, screening.Draft, 1, 1)
		b.wantView(gone.ID, screening.Withdrawn, 0, 0)
		b.wantStats(casework.Stats{Devices: 1, Interviews: 2, Opened: 2}) // who withdrew was counted once
	})
}

package roadtest

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

// handIn gives the office everything that can be handed in from a folder without a passphrase.
func (o *office) handIn(dir string) (all []intake.Taken) {
	o.t.Helper()
	files, err := vault.CollectHandIn(dir)
	ok(o.t, err)
	for _, file := range files {
		taken, err := o.in.Take(background, file)
		ok(o.t, err)
		all = append(all, taken...)
	}
	return all
}

// quick returns a device that makes capsules as soon as an answer is kept.
func (o *office) quick(t *testing.T) *field {
	t.Helper()
	f := o.field(t)
	ok(t, f.Lock(background))
	f.every = time.Millisecond
	f.reopen()
	return f
}

// begun leads an interview to its middle.
func (f *field) begun() *session.Session {
	f.t.Helper()
	s := f.begin()
	say(f.t, s, beforeConsent...)
	say(f.t, s, consented...)
	say(f.t, s, value(afraid, "here"), value(callName, marker+" first"))
	return s
}

// capsules opens what lies in the pools of a folder, as the office could, and records none of it.
func (o *office) capsules(dir string) (all []batch.Found) {
	o.t.Helper()
	files, err := vault.CollectHandIn(dir)
	ok(o.t, err)
	for _, file := range files {
		in, damaged, err := vault.OpenHandIn(file, o.payload(), len(o.root.Payload))
		if err != nil || damaged {
			o.t.Fatalf("open hand-in: %v, damaged %t", err, damaged)
		}
		device, err := o.records.Device(background, in.Device, in.Epoch)
		ok(o.t, err)
		var entries []batch.PoolEntry
		for _, b := range in.Capsules {
			e, err := batch.ParsePoolEntry(b)
			ok(o.t, err)
			entries = append(entries, e)
		}
		for _, file := range batch.JoinPool(entries) {
			c, err := batch.ParseCapsule(file)
			ok(o.t, err)
			v, err := c.Verify(device.SignKey)
			ok(o.t, err)
			found, err := v.Open(o.payload(), len(o.root.Payload))
			ok(o.t, err)
			all = append(all, found)
		}
	}
	return all
}

// copied waits until a copy of the device's disk, taken while it runs, has a capsule of an interview that fits, and
// returns the copy: what a thief, or a finder, would have then.
func (f *field) copied(o *office, id screening.InterviewID, fits func(batch.Found) bool) string {
	f.t.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		disk := f.t.TempDir()
		ok(f.t, copyFolder(f.dir, disk))
		for _, found := range o.capsules(disk) {
			if found.ID == id && fits(found) {
				return disk
			}
		}
	}
	f.t.Fatal("no such capsule")
	return ""
}

func named(found batch.Found) bool {
	iv, err := found.Draft()
	return err == nil && gave(iv.Answers, callName, marker+" first")
}

func tombstone(found batch.Found) bool { return found.Kind == batch.KindWithdrawal }

// TestKilledInTheMiddle: a device ends in the middle of an interview and never starts again. What its disk holds is handed
// in without a passphrase, and the office reads what the person said so far; when the device turns out to live, nothing is
// there twice.
func TestKilledInTheMiddle(t *testing.T) {
	o := newOffice(t)
	f := o.quick(t)
	done := f.interview()
	s := f.begun()
	disk := f.copied(o, s.ID(), named)
	hidden(t, "the disk of a device", disk)
	if taken := o.handIn(disk); len(taken) != 2 {
		t.Errorf("%d things were handed in, want the finished interview and the draft", len(taken))
	}
	if rec := o.view(s.ID()); rec.Status != screening.Draft || !gave(rec.Interview.Answers, callName, marker+" first") {
		t.Errorf("the office has a %s without what was said", rec.Status)
	}
	if rec := o.view(done); rec.Status != screening.Final || rec.Versions != 1 {
		t.Errorf("the finished interview: %s, %d versions", rec.Status, rec.Versions)
	}
	for _, one := range o.handIn(disk) {
		if one.Err != nil || one.Capsule == nil || one.Capsule.Shown {
			t.Errorf("handed in twice: %+v", one)
		}
	}
	say(t, s, told[2:]...)
	end(t, s)
	f.sync()
	o.once(done, s.ID())
	if n := o.sealedCapsules(3); n != 0 {
		t.Errorf("%d sealed drafts of a finished interview are kept", n)
	}
	if c := f.counts(); c != (store.Counts{Opened: 2}) {
		t.Errorf("the device counts %+v", c)
	}
	if left := o.capsules(f.dir); len(left) != 0 {
		t.Errorf("%d capsules are left of what the office has opened", len(left))
	}
}

// TestErasedFromCapsules: what a person asks to leave out, and a stop, are out of the capsule before the screen says so; a
// copy that somebody took before is beaten at the office, in whatever order and by whatever way the news come.
func TestErasedFromCapsules(t *testing.T) {
	o := newOffice(t)
	f := o.quick(t)
	now := func() []batch.Found {
		disk := t.TempDir()
		ok(t, copyFolder(f.dir, disk))
		return o.capsules(disk)
	}
	for name, tell := range map[string]func(before, after string){
		"the copy first":       func(before, after string) { o.handIn(before); o.handIn(after) },
		"the withdrawal first": func(before, after string) { o.handIn(after); o.handIn(before) },
		"by batch":             func(before, _ string) { f.sync(); o.handIn(before) },
	} {
		s := f.begun()
		before := f.copied(o, s.ID(), named)
		ok(t, s.LeaveOut(background, callName))
		for _, found := range now() {
			if found.ID == s.ID() && named(found) {
				t.Errorf("%s: what was left out still lies in a capsule", name)
			}
		}
		ok(t, s.Withdraw(background))
		for _, found := range now() {
			if found.ID == s.ID() && !tombstone(found) {
				t.Errorf("%s: of who stopped a capsule of kind %d is left", name, found.Kind)
			}
		}
		tell(before, f.copied(o, s.ID(), tombstone))
		if rec := o.view(s.ID()); rec.Status != screening.Withdrawn || rec.Versions != 0 || len(rec.Interview.Answers) != 0 {
			t.Errorf("%s: the office has a %s with %d versions", name, rec.Status, rec.Versions)
		}
	}
	if n := o.sealedCapsules(1) + o.sealedCapsules(3); n != 0 {
		t.Errorf("%d sealed capsules of withdrawn people are kept", n)
	}
	o.look(func(_ *sql.DB, pages []byte) {
		if shows(pages) {
			t.Error("whoever has the office's key finds what was withdrawn")
		}
	})
}

// TestPoolTellsNothing: folders of a device that held no interview, of one in the middle of one, and after it was taken
// back have the same files of the same size, and none of them can be told from random bytes.
func TestPoolTellsNothing(t *testing.T) {
	o := newOffice(t)
	f := o.quick(t)
	look := func() (names []string) {
		for half := range 2 {
			files, err := filepath.Glob(filepath.Join(f.dir, vault.PoolName(half), "*"))
			ok(t, err)
			for _, name := range files {
				b, err := os.ReadFile(name)
				ok(t, err)
				if len(b) != 24<<10 || bytes.Contains(b, []byte("LWSC1")) || bytes.Contains(b, []byte("age-encryption")) {
					t.Errorf("%s: %d bytes, or a capsule in clear", name, len(b))
				}
				info, err := os.Stat(name)
				ok(t, err)
				names = append(names, filepath.Base(name)+info.ModTime().String())
			}
		}
		return names
	}
	empty := look()
	s := f.begun()
	f.copied(o, s.ID(), named)
	during := look()
	ok(t, s.Withdraw(background))
	f.copied(o, s.ID(), tombstone)
	if after := look(); len(empty) != 2*vault.PoolSlots || !slices.Equal(empty, during) || !slices.Equal(empty, after) {
		t.Errorf("%d, %d and %d files, or their names and times differ", len(empty), len(during), len(after))
	}
}

// TestLostHandInShowsNothing: who finds the stick sees one file that begins as age files do, as long as that of a device that
// held nothing, with a name that says nothing. The device needs no passphrase for it.
func TestLostHandInShowsNothing(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	hand := func() []byte {
		t.Helper()
		stick := t.TempDir()
		n, err := f.HandIn(stick)
		ok(t, err)
		entries, err := os.ReadDir(stick)
		ok(t, err)
		if n != 1 || len(entries) != 1 || len(entries[0].Name()) != 8 || strings.Trim(entries[0].Name(), "0123456789abcdef") != "" {
			t.Fatalf("%d files are said, on the stick lie %v", n, entries)
		}
		b, err := os.ReadFile(filepath.Join(stick, entries[0].Name()))
		ok(t, err)
		return b
	}
	empty := hand()
	done, s := f.interview(), f.begun()
	ok(t, f.Lock(background)) // seals and copies
	full := hand()
	device, err := o.records.Devices(background)
	ok(t, err)
	for _, shown := range [][]byte{device[0].ID[:], []byte(device[0].ID.String()), []byte("LWSB1"), []byte("LWSC1"), []byte(marker)} {
		if bytes.Contains(full, shown) {
			t.Error("the file shows whose it is, or what is in it")
		}
	}
	if len(full) != len(empty) || !bytes.HasPrefix(full, []byte("age-encryption.org/v1\n")) {
		t.Errorf("%d bytes, of nothing %d", len(full), len(empty))
	}
	taken, err := o.in.Take(background, full)
	ok(t, err)
	if len(taken) < 2 || o.view(done).Status != screening.Final || o.view(s.ID()).Status != screening.Draft {
		t.Errorf("the office took %d things", len(taken))
	}
	for id, versions := range map[screening.InterviewID]int{done: 1, s.ID(): 1} {
		if rec := o.view(id); rec.Versions != versions {
			t.Errorf("by batch and by capsule: %d versions of %s", rec.Versions, rec.Status)
		}
	}
}

func gave(all []screening.Recorded, path schema.Path, want string) bool {
	for _, r := range all {
		if r.Path == path && r.Answer.Value == want {
			return true
		}
	}
	return false
}

// sealedCapsules counts the sealed capsules of a kind that the office keeps.
func (o *office) sealedCapsules(kind batch.Kind) (n int) {
	o.t.Helper()
	o.look(func(db *sql.DB, _ []byte) {
		ok(o.t, db.QueryRow(`SELECT count(*) FROM capsules WHERE kind = $1 AND length(payload) > 0`, kind).Scan(&n))
	})
	return n
}

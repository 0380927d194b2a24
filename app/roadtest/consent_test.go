package roadtest

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/sync/batch"
)

// prints returns the SHA-256 of every file of a device, so that a change of any byte shows.
func prints(t testing.TB, dir string) map[string][32]byte {
	t.Helper()
	all := map[string][32]byte{}
	ok(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		all[path] = sha256.Sum256(b)
		return err
	}))
	return all
}

// Without consent nothing reaches the disk: not a byte of any file changes, whatever is said, and there is
// no way around the step of consent.
func TestInvariant08NoConsentNoDisk(t *testing.T) {
	f := newField(t, instrument.Form())
	for name, last := range map[string]said{
		"no": value(talkNow, "no"), "later": value(talkNow, "later"), "no answer": missing(talkNow, schema.Declined), "not asked": {},
	} {
		s := f.begin()
		before := prints(t, f.dir)
		say(t, s, beforeConsent...)
		if err := s.Jump(t.Context(), afraid); !errors.Is(err, session.ErrConsentFirst) {
			t.Errorf("%s: to the talk before consent: got %v, want ErrConsentFirst", name, err)
		}
		if _, err := s.Answer(t.Context(), callName, schema.Answer{Value: marker}); !errors.Is(err, session.ErrNotHere) {
			t.Errorf("%s: a question about the person before consent: got %v, want ErrNotHere", name, err)
		}
		if last.path != "" {
			say(t, s, last, value(afraid, "here"))
		}
		if _, err := s.Finish(t.Context()); screening.CodeOf(err) != screening.CodeNoConsent {
			t.Errorf("%s: finish: got %v, want no_consent", name, err)
		}
		ok(t, s.Abandon(t.Context()))
		if after := prints(t, f.dir); !equal(before, after) {
			t.Errorf("%s: a file changed though nobody agreed", name)
		}
	}
	if c := f.counts(); c != (store.Counts{}) {
		t.Errorf("the device counts %+v, want nothing", c)
	}
	s := f.begin()
	before := prints(t, f.dir)
	say(t, s, append(append([]said{}, beforeConsent...), consented[:2]...)...)
	if equal(before, prints(t, f.dir)) {
		t.Error("consent was given and no file changed: the comparison shows nothing")
	}
	ok(t, s.Withdraw(t.Context()))
}

func equal(a, b map[string][32]byte) bool {
	for path, sum := range a {
		if b[path] != sum {
			return false
		}
	}
	return len(a) == len(b)
}

// Taking consent back travels as a signed record, and the office carries it out: no readable row, and
// nothing of it in the payload or in any page of the file. Somebody else in the same batch stays.
func TestInvariant08WithdrawalIsCarriedOut(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	var taken, stays screening.InterviewID
	s := f.begin()
	taken = s.ID()
	code := s.Code()
	say(t, s, whole()...)
	end(t, s)
	other := f.begin()
	stays = other.ID()
	quiet := slices.DeleteFunc(whole(), func(one said) bool { return strings.Contains(one.answer.Value, marker) })
	say(t, other, quiet...)
	end(t, other)
	f.sync()
	o.look(func(_ *sql.DB, pages []byte) {
		if !shows(pages) {
			t.Fatal("the office's file does not hold what was said: the search shows nothing")
		}
	})
	id, err := f.Find(t.Context(), code) // the code on the slip of paper is enough
	ok(t, err)
	travels, err := f.Withdraw(t.Context(), id)
	if err != nil || !travels || id != taken {
		t.Fatalf("withdraw: travels %v, %v", travels, err)
	}
	emptied(t, f.storePath())
	if shows(f.pages()) {
		t.Error("after the withdrawal the device's store still shows what was said")
	}
	if c := f.counts(); c != (store.Counts{Opened: 1, Withdrawals: 1}) {
		t.Errorf("withdrawn: %+v, want one opened and one withdrawal on its way", c)
	}
	f.crash() // it travels also if the device dies now
	f.sync()
	emptied(t, filepath.Join(o.dir, "office.db"))
	if c := f.counts(); c.Withdrawals != 0 || c.Opened != 1 {
		t.Errorf("synced: %+v, want no withdrawal left", c)
	}
	rec := o.view(taken)
	if rec.Status != screening.Withdrawn || rec.Code != "" || rec.Versions != 0 || len(rec.Interview.Answers) != 0 || len(rec.Needs) != 0 {
		t.Errorf("at the office: %s, %d versions, %d answers, %d needs; want nothing but the fact", rec.Status, rec.Versions,
			len(rec.Interview.Answers), len(rec.Needs))
	}
	o.look(func(db *sql.DB, pages []byte) {
		redacted(t, o, db)
		if shows(pages) {
			t.Error("whoever has the office's key finds what was withdrawn in a page of the file")
		}
	})
	if left := o.view(stays); left.Status != screening.Final || len(left.Interview.Answers) < len(quiet) {
		t.Errorf("somebody else in the batch: %s with %d answers", left.Status, len(left.Interview.Answers))
	}
	f.clock.set(long)
	f.sync() // nothing of a withdrawal that was carried out stays here
	if c := f.counts(); c != (store.Counts{Opened: 1}) {
		t.Errorf("at the end: %+v", c)
	}
}

// emptied fails if the log of a database still holds pages as they stood before an erase.
func emptied(t testing.TB, path string) {
	t.Helper()
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() != 0 {
		t.Errorf("the log of %s holds %d bytes after an erase, want none", filepath.Base(path), log.Size())
	}
}

// redacted opens every payload that the office holds and looks for what was said.
func redacted(t testing.TB, o *office, db *sql.DB) {
	t.Helper()
	rows, err := db.Query(`SELECT b.header, b.sig, p.body, p.redacted, d.sign_pub FROM batches AS b
		JOIN payloads AS p USING (batch_id) JOIN devices AS d ON d.device_id = b.device_id AND d.epoch = b.epoch ORDER BY b.seq`)
	ok(t, err)
	defer rows.Close()
	var gone []bool
	for rows.Next() {
		var header, sig, body, key []byte
		var done bool
		ok(t, rows.Scan(&header, &sig, &body, &done, &key))
		e, err := batch.Restore(header, sig, body, done)
		ok(t, err)
		v, err := e.Verify([32]byte(key))
		ok(t, err)
		contents, err := v.Open(o.vault.Opener("vault"), 1)
		ok(t, err)
		for _, r := range contents.Records {
			gone = append(gone, r.Gone)
			if shows(r.Body) || shows(r.Raw) || bytes.Contains(r.Body, []byte(marker)) {
				t.Error("what was withdrawn stands in a payload")
			}
		}
	}
	ok(t, rows.Err())
	if want := []bool{true, false, false}; !slices.Equal(gone, want) {
		t.Errorf("records taken out of payloads: %v, want the first of %d", gone, len(want))
	}
}

// Many people, of whom every second takes consent back: of those no page of the office's file shows anything,
// not even between the cells of a page that was split or merged meanwhile; of the others nothing is lost.
func TestInvariant08NothingBetweenTheCells(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	var ids []screening.InterviewID
	own := func(n int) string { return fmt.Sprintf("%s-%03d-", marker, n) }
	for n := range 24 {
		s := f.begin()
		for _, one := range whole() {
			if strings.Contains(one.answer.Value, marker) {
				one.answer.Value = strings.Repeat(own(n), 1+n*n%40)
			}
			say(t, s, one)
		}
		end(t, s)
		ids = append(ids, s.ID())
		if n%5 == 0 {
			f.sync()
		}
	}
	f.sync()
	packed := o.packed(ids)
	for n := 1; n < len(ids); n += 2 {
		if travels, err := f.Withdraw(t.Context(), ids[n]); err != nil || !travels {
			t.Fatalf("withdraw: travels %v, %v", travels, err)
		}
		f.sync()
	}
	search := func(whose string, pages []byte) {
		for n := range ids {
			if found := bytes.Contains(pages, []byte(own(n))); found != (n%2 == 0) {
				t.Errorf("%s: words of person %d found: %v", whose, n, found)
			}
		}
	}
	search("device", f.pages())
	o.look(func(_ *sql.DB, pages []byte) {
		search("office", pages)
		for n, content := range packed { // a piece of it would be enough for who looks longer
			for piece := range slices.Chunk(content, 24) {
				alike := func(other []byte) bool { return &other[0] != &content[0] && bytes.Contains(other, piece) }
				if len(piece) < 24 || n%2 == 1 && slices.ContainsFunc(packed, alike) {
					continue // somebody gave the same answers
				}
				if found := bytes.Contains(pages, piece); found != (n%2 == 0) {
					t.Errorf("of what the office keeps of person %d a piece found: %v", n, found)
				}
			}
		}
	})
}

// packed is what the office keeps of interviews for reading, as it stands in its file, without the zeros that fill it up.
func (o *office) packed(ids []screening.InterviewID) (all [][]byte) {
	o.t.Helper()
	o.look(func(db *sql.DB, _ []byte) {
		for _, id := range ids {
			var content []byte
			ok(o.t, db.QueryRow(`SELECT content FROM versions WHERE interview_id = ?`, id[:]).Scan(&content))
			all = append(all, bytes.TrimRight(content, "\x00"))
		}
	})
	return all
}

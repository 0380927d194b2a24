package roadtest

import (
	"bytes"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
)

// behindItsBack changes the office's records as no program of ours would, while it is stopped.
func (o *office) behindItsBack(query string) {
	o.t.Helper()
	o.stop()
	ok(o.t, o.vault.LendDataKey(func(key encvfs.Key) error {
		f, err := encvfs.Open(filepath.Join(o.dir, "office.db"), key)
		if err != nil {
			return err
		}
		db, err := f.DB()
		if err == nil {
			_, err = db.Exec(query)
		}
		return errors.Join(err, f.Close())
	}))
	o.start()
}

// lost counts the incidents of the office that a device was not shown something.
func (o *office) lost() (n int) {
	o.t.Helper()
	all, err := o.records.Incidents(background, 100)
	ok(o.t, err)
	for _, i := range all {
		if i.Kind == string(screening.ELost) {
			n++
		}
	}
	return n
}

// TestOfficeThatLostBytesIsFoundOut: an office lost, or changed, the sealed bytes of what it gave receipts for. The device asks
// for a chunk that nobody could foresee, tells the office what it does not hold, and hands in again what it still has: after that
// it is there, byte for byte, and read by whoever has the key.
func TestOfficeThatLostBytesIsFoundOut(t *testing.T) {
	for what, query := range map[string]string{
		"rows deleted":      `DELETE FROM payloads`,
		"bytes changed":     `UPDATE payloads SET body = zeroblob(length(body))`,
		"bytes cut":         `UPDATE payloads SET body = substr(body, 1, 100)`,
		"nothing but bytes": `UPDATE payloads SET body = x''`,
	} {
		t.Run(what, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			f.audits = 1
			f.reopen2()
			id := f.interview()
			for range 8 { // the more is lost, the sooner a random question finds some of it
				f.sync()
			}
			o.behindItsBack(query)
			r, err := f.Sync(background) // sends a heartbeat, which the office holds
			ok(t, err)
			for tries := 0; r.Unshown == 0; tries++ {
				if tries == 100 { // once in 350,000,000,000 times by chance
					t.Fatal("a hundred random questions did not find the loss")
				}
				r, err = f.Sync(background)
				ok(t, err)
			}
			if n := o.lost(); n != 1 {
				t.Errorf("the office noted %d incidents, want 1", n)
			}
			if office, err := f.Office(background); err != nil || office.Unshown != 0 {
				t.Errorf("after the office was helped the device still doubts %d batches, %v", office.Unshown, err)
			}
			incidents, err := o.records.Incidents(background, 1)
			ok(t, err)
			var file []byte
			f.look(func(s *store.Store) {
				b, err := s.Receipted(background, incidents[0].Batch)
				ok(t, err)
				file = b.File
			})
			kept, err := o.records.Stored(background, incidents[0].Batch)
			if err != nil || len(kept.Payload) == 0 || !bytes.HasSuffix(file, kept.Payload) {
				t.Errorf("the office holds %d bytes of what was sealed, %v", len(kept.Payload), err)
			}
			o.recorded(id)
		})
	}
}

// TestLiarIsToldOf: an office that answers with bytes of another batch, or with none, after the device let go of its own copy:
// the device says so on its screen, and to whoever reads the office's records, for as long as it goes on.
func TestLiarIsToldOf(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	f.audits = 1
	f.reopen2()
	f.interview()
	f.sync()
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.HasPrefix(r.URL.Path, "/v1/audit/") {
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte("we have it, believe us"))
			return
		}
		next.ServeHTTP(w, r)
	})
	for range 2 {
		r, err := f.Sync(background)
		if err != nil || r.Unshown != 1 {
			t.Fatalf("a false chunk: %d, %v", r.Unshown, err)
		}
	}
	office, err := f.Office(background)
	if err != nil || office.Unshown != 1 {
		t.Errorf("the device counts %d batches that were not shown, %v, want 1", office.Unshown, err)
	}
	if n := o.lost(); n != 1 {
		t.Errorf("the office noted %d incidents, want 1", n)
	}
	o.behind(nil)
	f.sync()
	if office, err := f.Office(background); err != nil || office.Unshown != 0 {
		t.Errorf("after it was shown: %d, %v", office.Unshown, err)
	}
}

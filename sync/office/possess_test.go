package main

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// TestLostBatchIsNamed takes sealed bytes away behind the office's back, and changes others: doctor names each of them,
// and takes nothing for lost that is there or was erased.
func TestLostBatchIsNamed(t *testing.T) {
	o := newTestOffice(t)
	var receipts []screening.Receipt
	o.withSenders(1, func(s []*sender) {
		for range 4 {
			receipts = append(receipts, s[0].send(batch.Heartbeat()))
		}
	})
	p := o.program(&strings.Builder{})
	var key encvfs.Key
	look := func() (c check) {
		t.Helper()
		opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass})
		if err != nil {
			t.Fatal(err)
		}
		c = opened.checkSealed(t.Context())
		if err := errors.Join(opened.vault.LendDataKey(func(k encvfs.Key) error { key = k; return nil }), opened.close()); err != nil {
			t.Fatal(err)
		}
		return c
	}
	want := func(what string, lost ...screening.BatchID) {
		t.Helper()
		c := look()
		if (c.State == stateOK) != (len(lost) == 0) {
			t.Errorf("%s: %s, %s", what, c.State, c.Found)
		}
		for _, r := range receipts {
			named := false
			for _, id := range lost {
				named = named || id == r.Batch
			}
			if strings.Contains(c.Found, r.Batch.String()) != named {
				t.Errorf("%s: %q names batch %s: want %v", what, c.Found, r.Batch.Short(), named)
			}
		}
	}
	want("whole")
	change := func(query string, id screening.BatchID) {
		t.Helper()
		file, err := encvfs.Open(filepath.Join(o.dir, fileRecords), key)
		if err != nil {
			t.Fatal(err)
		}
		db, err := file.DB()
		if err == nil {
			_, err = db.Exec(query, id[:])
		}
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	change(`DELETE FROM payloads WHERE batch_id = $1`, receipts[1].Batch)
	want("a row deleted", receipts[1].Batch)
	change(`UPDATE payloads SET body = zeroblob(length(body)) WHERE batch_id = $1`, receipts[2].Batch)
	want("and another zeroed", receipts[1].Batch, receipts[2].Batch)
	change(`UPDATE payloads SET redacted = 1 WHERE batch_id = $1`, receipts[3].Batch)
	want("and one passed off as erased", receipts[1].Batch, receipts[2].Batch, receipts[3].Batch)
}

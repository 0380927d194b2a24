package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/sync/batch"
)

// TestReceiveTellsOfACutFile: of what else lies on a stick nobody hears, but for a carry file that is not whole.
func TestReceiveTellsOfACutFile(t *testing.T) {
	o := newTestOffice(t)
	stick := t.TempDir()
	var whole []byte
	o.withSenders(1, func(s []*sender) {
		var err error
		if whole, err = batch.PackCarry([][]byte{s[0].pack(batch.Heartbeat())}, s[0].root.Intake); err != nil {
			t.Fatal(err)
		}
	})
	for name, file := range map[string][]byte{"0011aabb": whole, "photo": []byte("a boat"), "empty": nil} {
		keepFile(t, filepath.Join(stick, name), string(file))
	}
	if said := o.run("receive", stick); !strings.Contains(said, "files 1, batches opened 1") || strings.Contains(o.log.String(), "were cut") {
		t.Errorf("a good stick: %s%s", said, o.log)
	}
	if err := os.WriteFile(filepath.Join(stick, "ccdd2233"), whole[:len(whole)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	if said := o.run("receive", stick); !strings.Contains(said, "files 1, batches opened 1") || !strings.Contains(o.log.String(), "too early: 1.") {
		t.Errorf("a stick that was pulled out: %s%s", said, o.log)
	}
}

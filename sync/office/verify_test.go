package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/sync/batch"
)

// verdictOn runs verify on files and reads what it says.
func (o *testOffice) verdictOn(t *testing.T, files ...string) (verdict, int) {
	t.Helper()
	var out bytes.Buffer
	p := o.program(&out)
	p.Stderr = io.Discard
	code := p.Run(t.Context(), append([]string{"verify", "-root", filepath.Join(o.dir, fileRoot)}, files...))
	var v verdict
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatalf("verdict %q: %v", out.String(), err)
	}
	return v, code
}

// TestVerifyOffline gives an auditor the log, a batch and the office's answer, whole and changed.
func TestVerifyOffline(t *testing.T) {
	o := newTestOffice(t)
	dir := t.TempDir()
	place := func(name string) string { return filepath.Join(dir, name) }
	var file, capsule, kept []byte
	var device string
	o.withSenders(2, func(s []*sender) {
		capsule, kept = s[0].capsule(), s[0].capsule()
		if _, err := s[0].in.ReceiveCapsule(t.Context(), capsule); err != nil {
			t.Fatal(err)
		}
		file = s[0].pack(batch.Heartbeat())
		if _, err := s[0].in.Receive(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		s[1].send(batch.Heartbeat())
		device = s[0].device.ID.String()
	})
	o.run("log", "-data", o.dir, place("log.lwl"))
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(place(name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.lwb", file)
	v, code := o.verdictOn(t, place("a.lwb"), place("log.lwl"))
	if code != exitOK || !v.OK || v.Log == nil || v.Log.Size != 7 || len(v.Files) != 2 || !v.Files[0].Logged || v.Files[0].Device != device {
		t.Errorf("good files: exit %d, %+v", code, v)
	}
	write("handed-in.lwc", capsule)
	write("kept.lwc", kept)
	v, code = o.verdictOn(t, place("handed-in.lwc"), place("kept.lwc"), place("log.lwl"))
	if code != exitOK || !v.OK || v.Files[0].Kind != "capsule" || !v.Files[0].Logged || v.Files[1].Logged || v.Files[1].Device != device || v.Files[0].Capsule == v.Files[1].Capsule {
		t.Errorf("capsules, one handed in and one not: exit %d, %+v", code, v)
	}
	log, err := os.ReadFile(place("log.lwl"))
	if err != nil {
		t.Fatal(err)
	}
	flip := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 1
		return b
	}
	write("flipped.lwb", flip(file, len(file)-9))
	write("flipped.lwc", flip(capsule, len(capsule)-9))
	write("flipped.lwl", flip(log, len(log)/2))
	write("short.lwl", log[:len(log)-40])
	write("holiday.jpg", []byte("not ours"))
	for name, c := range map[string]struct {
		files []string
		why   string
	}{
		"a changed batch":     {[]string{"flipped.lwb", "log.lwl"}, "E_ROOT"},
		"a changed capsule":   {[]string{"flipped.lwc", "log.lwl"}, "E_ROOT"},
		"a changed log":       {[]string{"a.lwb", "flipped.lwl"}, ""},
		"a short log":         {[]string{"a.lwb", "short.lwl"}, "ends early"},
		"a batch without log": {[]string{"a.lwb"}, "log file is needed"},
		"something else":      {[]string{"holiday.jpg", "log.lwl"}, "none of ours"},
	} {
		var paths []string
		for _, f := range c.files {
			paths = append(paths, place(f))
		}
		v, code := o.verdictOn(t, paths...)
		why := ""
		for _, f := range v.Files {
			why += f.Reason
		}
		if code != exitFailed || v.OK || !strings.Contains(why, c.why) {
			t.Errorf("%s: exit %d, ok %v, reasons %q, want %q", name, code, v.OK, why, c.why)
		}
	}
}

// TestRevokeCommand ends the trust in one device by the first digits of its id.
func TestRevokeCommand(t *testing.T) {
	o := newTestOffice(t)
	var device string
	o.withSenders(2, func(s []*sender) {
		s[0].send(batch.Heartbeat())
		s[0].seq += 2
		s[0].send(batch.Heartbeat())
		device = s[0].device.ID.String()
	})
	var said lost
	if err := json.Unmarshal([]byte(o.run("revoke", "-json", device[:8])), &said); err != nil {
		t.Fatal(err)
	}
	if said.Device != device || said.Epochs != 1 || said.Batches != 2 || len(said.Missing) != 1 || said.Missing[0] != "2 to 3" {
		t.Errorf("got %+v", said)
	}
	if err := json.Unmarshal([]byte(o.run("revoke", "-json", "-from", "2026-01-01 00:00", device[:8])), &said); err != nil || said.Held != 2 {
		t.Errorf("from before the first batch: %d wait (%v), want both", said.Held, err)
	}
	p := o.program(io.Discard)
	p.Stderr = io.Discard
	for _, args := range [][]string{
		{"abc"}, {}, {"000000000000"}, {device[:8], "more"}, {"-from", "2999-01-01 00:00", device[:8]}, {"-from", "yesterday", device[:8]},
	} {
		full := append([]string{"revoke", "-data", o.dir, "-passphrase-file", o.pass}, args...)
		if code := p.Run(t.Context(), full); code == exitOK {
			t.Errorf("revoke %v: exit 0", args)
		}
	}
}

// TestEnrolAgainCommand: a code for a device that is here, the words that its screen shows too, and no code for one that was
// revoked, that is not here, or for two at once.
func TestEnrolAgainCommand(t *testing.T) {
	o := newTestOffice(t)
	var device string
	o.withSenders(1, func(s []*sender) { device = s[0].device.ID.String() })
	again := func(args ...string) (exit int) {
		p := o.program(io.Discard)
		p.Stderr = io.Discard
		return p.Run(t.Context(), append([]string{
			"enrol", "-data", o.dir, "-passphrase-file", o.pass, "-url", "https://office.example:8443", "-device",
		}, args...))
	}
	if exit := again(device[:8]); exit != exitOK {
		t.Errorf("a device that is here: exit %d", exit)
	}
	var list struct{ Devices []deviceShown }
	if err := json.Unmarshal([]byte(o.run("device", "list", "-json")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Devices) != 1 || len(strings.Fields(list.Devices[0].Words)) != 8 {
		t.Errorf("got %+v, want one device with eight words", list)
	}
	for _, wrong := range [][]string{{"abc"}, {"000000000000"}, {device[:8], "-count", "2"}} {
		if exit := again(wrong...); exit == exitOK {
			t.Errorf("-device %v: exit 0", wrong)
		}
	}
	o.run("revoke", "-json", device[:8])
	if exit := again(device[:8]); exit == exitOK {
		t.Error("a revoked device: exit 0")
	}
}

// TestKeptTakesOurBackupsOnly confirms a backup, and refuses that of another office.
func TestKeptTakesOurBackupsOnly(t *testing.T) {
	o, other := newTestOffice(t), newTestOffice(t)
	o.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) })
	other.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) })
	backup := filepath.Join(t.TempDir(), "backup")
	o.run("backup", "-to", backup)
	o.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) })
	if said := o.run("kept", "-data", o.dir, backup); !strings.HasPrefix(said, "3 entries") {
		t.Errorf("got %q, want the grant, the batch and its outcome", said)
	}
	p := other.program(io.Discard)
	p.Stderr = io.Discard
	if code := p.Run(t.Context(), []string{"kept", "-data", other.dir, "-passphrase-file", other.pass, backup}); code == exitOK {
		t.Error("another office's backup was believed")
	}
}

// TestVerifyTiles gives an auditor the log in tiles, beside the log file of a day before and beside another office's.
func TestVerifyTiles(t *testing.T) {
	o := newTestOffice(t)
	dir := t.TempDir()
	place := func(name ...string) string { return filepath.Join(append([]string{dir}, name...)...) }
	o.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) })
	o.run("log", place("before.lwl"))
	o.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) })
	o.run("log", place("now.lwl"))
	now := []byte(read(t, place("now.lwl")))
	if err := os.MkdirAll(place("tiles", "tile", "entries"), 0o700); err != nil {
		t.Fatal(err)
	}
	keepFile(t, place("tiles", "checkpoint"), string(now[10:10+binary.BigEndian.Uint32(now[6:])]))
	var entries [][]byte
	o.opened(func(opened *office) {
		var err error
		if entries, err = opened.records.Entries(t.Context(), 0, 256); err != nil {
			t.Fatal(err)
		}
		hashes, err := tlog.ReadTileData(tlog.Tile{H: 8, W: len(entries)}, tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
			return opened.records.Nodes(t.Context(), places)
		}))
		if err = errors.Join(err, os.MkdirAll(place("tiles", "tile", "0", "000.p"), 0o700)); err != nil {
			t.Fatal(err)
		}
		keepFile(t, place("tiles", "tile", "0", "000.p", strconv.Itoa(len(entries))), string(hashes))
	})
	last := place("tiles", "tile", "entries", "000.p")
	if err := os.Mkdir(last, 0o700); err != nil {
		t.Fatal(err)
	}
	last = filepath.Join(last, strconv.Itoa(len(entries)))
	keepFile(t, last, string(batch.JoinEntries(entries)))
	for _, beside := range []string{"before.lwl", "now.lwl"} {
		if v, code := o.verdictOn(t, place("tiles"), place(beside)); code != exitOK || !v.OK || v.Files[0].Kind != "log" {
			t.Errorf("beside %s: exit %d, %+v", beside, code, v)
		}
	}
	if v, code := o.verdictOn(t, place("tiles")); code != exitOK || v.Log == nil || v.Log.Size != uint64(len(entries)) {
		t.Errorf("alone: exit %d, %+v", code, v)
	}
	keepFile(t, last, string(batch.JoinEntries(entries[1:])))
	if v, code := o.verdictOn(t, place("tiles")); code == exitOK || v.OK {
		t.Errorf("an entry was cut out, and the verdict is %+v", v)
	}
	if err := os.Remove(last); err != nil {
		t.Fatal(err)
	}
	if v, code := o.verdictOn(t, place("tiles"), place("now.lwl")); code == exitOK || v.Files[0].Reason != "a tile is missing" {
		t.Errorf("a tile was left out, and the verdict is %+v", v)
	}
}

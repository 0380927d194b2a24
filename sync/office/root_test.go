package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leeward/internal/seal"
	"leeward/sync/batch"
)

// TestRoots: holders change what devices trust, twice, as they would on their own machines. Too few of them, one who left, a
// stranger and a changed draft change nothing; a backup holds every root.
func TestRoots(t *testing.T) {
	o := realOffice(t)
	h := &holding{o, t.TempDir()}
	for _, one := range o.first.Holders {
		h.give(filepath.Join(o.dir, one.File), one.Passphrase)
	}
	fourth := h.fresh("root-4")

	next := h.path("root.2")
	o.run("root", "draft", "-drop", "3", "-add", h.path("root-4.pub"), "-online", "-o", next)
	h.refused("nobody has signed", "root", "take", "-data", o.dir, "-passphrase-file", o.pass, next)
	h.sign("root-1", next)
	h.sign("root-1", next) // twice is once
	h.refused("one has signed", "root", "take", "-data", o.dir, "-passphrase-file", o.pass, next)
	h.refused("who left", "root", "sign", "-key", h.path("root-3.vault"), "-key-passphrase-file", h.path("root-3.words"), next)
	changed := h.path("changed")
	keepFile(t, changed, strings.Replace(read(t, next), "Invented office", "Intruded office", 1))
	h.refused("a changed draft", "root", "sign", "-key", h.path("root-2.vault"), "-key-passphrase-file", h.path("root-2.words"), changed)
	h.sign("root-4", next)
	h.refused("the newcomer counts for nobody before", "root", "take", "-data", o.dir, "-passphrase-file", o.pass, next)
	h.sign("root-2", next)
	o.run("root", "take", next)
	h.refused("taken twice", "root", "take", "-data", o.dir, "-passphrase-file", o.pass, next)

	escrow := h.path("reader.pub")
	_, reader, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	keepFile(t, escrow, reader.String()+"\n")
	last := h.path("root.3")
	o.run("root", "draft", "-threshold", "3", "-escrow", escrow, "-o", last)
	for _, name := range []string{"root-1", "root-2", "root-4"} {
		h.sign(name, last)
	}
	o.run("root", "take", last)

	to := h.path("backup")
	o.run("backup", "-to", to)
	for _, dir := range []string{o.dir, to} {
		roots, root, err := readChain(dir)
		if err != nil || len(roots) != 3 || root.Version != 3 || root.Threshold != 3 || !slices.Contains(keysOf(root), fourth) || len(root.Payload) != 2 ||
			root.Payload[1].String() != reader.String() {
			t.Errorf("%s holds %d roots, the newest %d of threshold %d, %v", filepath.Base(dir), len(roots), root.Version, root.Threshold, err)
		}
	}
	o.opened(func(opened *office) {
		in, err := opened.intake(t.Context())
		if err != nil || in.Online.Public() != opened.root.Online || len(in.Before) != 2 {
			t.Errorf("the office cannot work with its newest root: %v", err)
		}
	})
	if said := o.run("root", "show", "-json"); !strings.Contains(said, fourth) {
		t.Errorf("root show says %s", said)
	}
}

// holding is a table with the keys of holders on it.
type holding struct {
	*testOffice
	dir string
}

func (h *holding) path(name string) string { return filepath.Join(h.dir, name) }

// give carries the key of a holder away from the office.
func (h *holding) give(file, words string) {
	h.t.Helper()
	name := filepath.Base(file)
	if err := os.Rename(file, h.path(name)); err != nil {
		h.t.Fatal(err)
	}
	keepFile(h.t, h.path(strings.TrimSuffix(name, ".vault")+".words"), words+"\n")
}

// fresh makes the key of a new holder, without any office.
func (h *holding) fresh(name string) (public string) {
	h.t.Helper()
	var out bytes.Buffer
	if code := h.program(&out).Run(h.t.Context(), []string{"root", "key", "-json", "-o", h.path(name + ".vault")}); code != exitOK {
		h.t.Fatalf("exit %d\n%s", code, h.log)
	}
	var said struct{ Key, Passphrase string }
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		h.t.Fatal(err)
	}
	keepFile(h.t, h.path(name+".words"), said.Passphrase+"\n")
	return said.Key
}

func (h *holding) sign(name, draft string) {
	h.t.Helper()
	var out bytes.Buffer
	code := h.program(&out).Run(h.t.Context(), []string{"root", "sign", "-key", h.path(name + ".vault"), "-key-passphrase-file", h.path(name + ".words"), draft})
	if code != exitOK || !strings.Contains(out.String(), "of whom") {
		h.t.Fatalf("%s signs: exit %d\n%s%s", name, code, out.String(), h.log)
	}
}

func (h *holding) refused(why string, args ...string) {
	h.t.Helper()
	before, _, err := readChain(h.testOffice.dir)
	if err != nil {
		h.t.Fatal(err)
	}
	if code := h.program(&bytes.Buffer{}).Run(h.t.Context(), args); code == exitOK {
		h.t.Errorf("%s: done", why)
	}
	if after, _, err := readChain(h.testOffice.dir); err != nil || len(after) != len(before) {
		h.t.Errorf("%s: the office has %d roots now, %v", why, len(after), err)
	}
}

// TestRootOfARestoredOffice: holders say from where the log of a restored office goes on, once; an office that was never
// restored has nothing to say.
func TestRootOfARestoredOffice(t *testing.T) {
	o := realOffice(t)
	h := &holding{o, t.TempDir()}
	for _, one := range o.first.Holders {
		h.give(filepath.Join(o.dir, one.File), one.Passphrase)
	}
	h.refused("never restored", "root", "draft", "-restored", "-data", o.dir, "-passphrase-file", o.pass, "-o", h.path("no"))
	o.run("backup", "-to", h.path("copy"))
	o.dir = filepath.Join(t.TempDir(), "again")
	o.run("restore", "-from", h.path("copy"))
	var size uint64
	o.opened(func(opened *office) {
		proof, err := opened.records.Prove(t.Context(), 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		size = proof.Size
	})
	o.withSenders(1, func(s []*sender) { s[0].send(batch.Heartbeat()) }) // the log goes on meanwhile
	o.run("reopen", "-without-log")
	next := h.path("root.2")
	o.run("root", "draft", "-restored", "-o", next)
	h.sign("root-1", next)
	h.sign("root-3", next)
	o.run("root", "take", next)
	if _, root, err := readChain(o.dir); err != nil || root.Version != 2 || root.Branch.Size != size {
		t.Errorf("root %d goes on from %d (%v), want %d, the end of the copy", root.Version, root.Branch.Size, err, size)
	}
	after := h.path("root.3")
	o.run("root", "draft", "-online", "-o", after)
	if _, next, _, err := draftIn(after); err != nil || next.Branch.Size != 0 {
		t.Errorf("the root after it says it again: %d (%v)", next.Branch.Size, err)
	}
}

// TestChainIsWhole: an office starts with no root that does not follow from the first.
func TestChainIsWhole(t *testing.T) {
	o := newTestOffice(t)
	doc := []byte(read(t, filepath.Join(o.dir, fileRoot)))
	for what, second := range map[string][]byte{"the same again": doc, "garbage": []byte("LWSO1\nno root"), "nothing": {}} {
		if err := os.WriteFile(filepath.Join(o.dir, rootFile(2)), second, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := readChain(o.dir); err == nil {
			t.Errorf("%s was taken for a root that follows", what)
		}
	}
	if root, err := batch.VerifyRoot(doc); err != nil || root.Version != 1 {
		t.Errorf("root %d, %v", root.Version, err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

package batch

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

func draftOf(t testing.TB, iv screening.Interview, edition uint64) Record {
	t.Helper()
	r, err := FromDraft(iv, edition)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func packCapsule(t testing.TB, r Record) []byte {
	t.Helper()
	file, err := PackCapsule(params(), r, signer(1), testOffice().to)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func readCapsule(file []byte, key byte) (Record, error) {
	c, err := ParseCapsule(file)
	if err != nil {
		return Record{}, err
	}
	return openCapsule(c, key, testOffice().vault)
}

func openCapsule(c *Capsule, key byte, o seal.Opener) (Record, error) {
	v, err := c.Verify(signer(key).Public())
	if err != nil {
		return Record{}, err
	}
	found, err := v.Open(o, 2)
	return found.Record, errors.Join(err, found.Err)
}

func TestCapsule(t *testing.T) {
	withdrawal, err := FromWithdrawal(screening.Withdrawal{Interview: person(1).ID, Version: 2, At: madeAt})
	if err != nil {
		t.Fatal(err)
	}
	draft := person(1)
	draft.Status, draft.Finished = screening.Draft, time.Time{}
	for name, r := range map[string]Record{"draft": draftOf(t, draft, 7), "finished": record(t, person(1)), "withdrawal": withdrawal} {
		got, err := readCapsule(packCapsule(t, r), 1)
		if err != nil || got.Kind != r.Kind || got.ID != r.ID || got.Version != r.Version || !bytes.Equal(got.Body, r.Body) {
			t.Errorf("%s: got %v of version %d, %v", name, got, got.Version, err)
		}
	}
	got, err := readCapsule(packCapsule(t, draftOf(t, draft, 7)), 1)
	if err != nil {
		t.Fatal(err)
	}
	iv, err := got.Draft()
	draft.Version = 7
	if err != nil || iv.Status != screening.Draft {
		t.Errorf("got %v, %v, want a draft", iv, err)
	}
	sameInterview(t, iv, draft)
	if _, err := PackCapsule(params(), Heartbeat(), signer(1), testOffice().to); err == nil {
		t.Error("a heartbeat became a capsule")
	}
}

// TestCapsuleIsNoBatch: neither passes for the other, and a capsule whose bytes were signed again by somebody else, or
// that lost or changed a byte, is refused.
func TestCapsuleIsNoBatch(t *testing.T) {
	file := packCapsule(t, draftOf(t, person(1), 1))
	c, err := ParseCapsule(file)
	if err != nil {
		t.Fatal(err)
	}
	header, sig, payload := c.e.Parts()
	if _, err := Parse(join(Magic, header, sig, payload)); screening.CodeOf(err) != screening.EFormat {
		t.Errorf("a capsule as a batch: got %v, want E_FORMAT", err)
	}
	if _, err := ParseCapsule(append([]byte(CapsuleMagic), pack(t, Heartbeat()).File[len(Magic):]...)); screening.CodeOf(err) != screening.EFormat {
		t.Errorf("a batch as a capsule: got %v, want E_FORMAT", err)
	}
	stolen := c.Header()
	stolen.Device[0] ^= 1
	header, sig, err = sign(stolen, CapsuleMagic, signer(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readCapsule(join(CapsuleMagic, header, sig, payload), 2); screening.CodeOf(err) != screening.EOpen {
		t.Errorf("signed by a thief: got %v, want E_OPEN", err)
	}
	if _, err := readCapsule(file, 2); screening.CodeOf(err) != screening.ESig {
		t.Errorf("another device's key: got %v, want E_SIG", err)
	}
	for i := range file {
		if _, err := readCapsule(flipped(file, i), 1); err == nil {
			t.Fatalf("a capsule with byte %d flipped was opened", i)
		}
		if i%64 == 0 {
			if _, err := readCapsule(file[:i], 1); err == nil {
				t.Fatalf("a capsule cut to %d bytes was opened", i)
			}
		}
	}
}

func flipped(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 0x10
	return b
}

// TestCapsuleVectors: what was sealed once opens for ever, and what was refused once is refused for the same reason
// (testdata/capsules.txt, as vectors.txt for batches).
func TestCapsuleVectors(t *testing.T) {
	o := vectorOffice(t)
	made := madeCapsules(t, o)
	list := readVectors(t, "capsules.txt")
	if len(list) != len(made) {
		t.Errorf("capsules.txt has %d lines for %d vectors", len(list), len(made))
	}
	for _, v := range list {
		t.Run(v.name, func(t *testing.T) {
			name := filepath.Join("testdata", v.name+".lwc")
			file, err := os.ReadFile(name)
			if err != nil && *makeVectors {
				file = made[v.name]
				err = os.WriteFile(name, file, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range [][]byte{file, made[v.name]} {
				step, err := capsuleEnds(file, v.key, o)
				v.end(t, step, err)
			}
		})
	}
}

// capsuleEnds is the step at which reading a capsule ends.
func capsuleEnds(file []byte, key byte, o office) (step string, err error) {
	c, err := ParseCapsule(file)
	if err != nil {
		return "parse", err
	}
	v, err := c.Verify(signer(key).Public())
	if err != nil {
		return "verify", err
	}
	found, err := v.Open(o.vault, 2)
	if err != nil {
		return "open", err
	}
	if found.Err != nil {
		return "record", found.Err
	}
	return "-", nil
}

// madeCapsules puts together by hand what no device would.
func madeCapsules(t *testing.T, o office) map[string][]byte {
	t.Helper()
	draft := draftOf(t, person(1), 3)
	good := must1(PackCapsule(params(), draft, signer(1), o.to))
	c, err := ParseCapsule(good)
	if err != nil {
		t.Fatal(err)
	}
	craft := func(change func(h *Header, form *sealedForm), key byte, to ...seal.Recipient) []byte {
		h, form := c.Header(), sealedForm{Salt: make([]byte, 32), Records: [][]byte{must1(draft.encode())}}
		form.Bind = bindOf(h, signer(1).Public())
		if change != nil {
			change(&h, &form)
		}
		var leaves [][32]byte
		for i, raw := range form.Records {
			leaves = append(leaves, recordLeaf(recordSalt([32]byte{}, i), raw))
		}
		h.RecordsRoot = recordsRoot(leaves)
		if to == nil {
			to = o.to
		}
		payload := must1(sealForm(form, suiteV2, to))
		h.PayloadLen, h.PayloadRoot = uint64(len(payload)), payloadRoot(payload)
		raw := must1(encode(h))
		sig, err := signer(key).Sign(namespaces[CapsuleMagic], raw)
		if err != nil {
			t.Fatal(err)
		}
		return join(CapsuleMagic, raw, sig[:], payload)
	}
	header, sig, payload := c.Parts()
	asBatch, err := signer(1).Sign(sigNamespace, header)
	if err != nil {
		t.Fatal(err)
	}
	withdrawal, err := FromWithdrawal(screening.Withdrawal{Interview: person(1).ID, Version: 2, At: madeAt})
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"capsule":               good,
		"capsule-of-withdrawal": must1(PackCapsule(params(), withdrawal, signer(1), o.to)),
		"capsule-magic":         join(Magic, header, sig, payload),
		"capsule-in-chain":      craft(func(h *Header, _ *sealedForm) { h.Seq = 1 }, 1),
		"capsule-after-batch":   craft(func(h *Header, _ *sealedForm) { h.Prev[0] = 1 }, 1),
		"capsule-suite-1":       craft(func(h *Header, _ *sealedForm) { h.Suite = suiteV1 }, 1),
		"capsule-version-2":     craft(func(h *Header, _ *sealedForm) { h.V = 2 }, 1),
		"capsule-cut":           good[:len(good)-1],
		"capsule-as-batch":      join(CapsuleMagic, header, asBatch[:], payload),
		"capsule-other-key":     craft(nil, 2),
		"capsule-payload":       join(CapsuleMagic, header, sig, flipped(payload, len(payload)-9)),
		"capsule-stolen":        craft(func(h *Header, _ *sealedForm) { h.Device[0] ^= 1 }, 2),
		"capsule-one-recipient": craft(nil, 1, o.to[0]),
		"capsule-two-records":   craft(func(_ *Header, f *sealedForm) { f.Records = append(f.Records, f.Records[0]) }, 1),
		"capsule-heartbeat":     craft(func(_ *Header, f *sealedForm) { f.Records = [][]byte{must1(Heartbeat().encode())} }, 1),
		"capsule-bad-record":    craft(func(_ *Header, f *sealedForm) { f.Records = [][]byte{[]byte("?")} }, 1),
	}
}

// TestPoolEntries: a long capsule lies in several files of a pool and comes back from them in any order; without one of
// them it is not there.
func TestPoolEntries(t *testing.T) {
	long := person(2)
	for i := range long.Answers {
		long.Answers[i].Answer.Value = strings.Repeat(long.Answers[i].Answer.Value, 40)
	}
	want := map[string]bool{}
	var entries []PoolEntry
	for i, iv := range []screening.Interview{person(1), long} {
		capsule := packCapsule(t, draftOf(t, iv, 1))
		want[string(capsule)] = true
		for _, b := range SplitPool(iv.ID, [16]byte{byte(i)}, capsule, 7000) {
			e, err := ParsePoolEntry(b)
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, e)
		}
	}
	if len(entries) < 4 {
		t.Fatalf("only %d entries: the test splits nothing", len(entries))
	}
	rand.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	got := JoinPool(entries)
	if len(got) != 2 || !want[string(got[0])] || !want[string(got[1])] {
		t.Errorf("got %d capsules, or others", len(got))
	}
	for i := range entries {
		if got := JoinPool(append(append([]PoolEntry{}, entries[:i]...), entries[i+1:]...)); len(got) != 1 {
			t.Errorf("without entry %d there are %d capsules, want 1", i, len(got))
		}
	}
	for _, bad := range [][]byte{nil, make([]byte, poolHead), append(make([]byte, 32), 2, 2)} {
		if _, err := ParsePoolEntry(bad); screening.CodeOf(err) != screening.EFormat {
			t.Errorf("%d bytes: got %v, want E_FORMAT", len(bad), err)
		}
	}
}

package batch

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/screening"
)

func seedFiles(f *testing.F) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.lw[bc]"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no vectors: %v", err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// FuzzParse looks for malleability: whatever parses has to encode to the very same bytes.
func FuzzParse(f *testing.F) {
	seedFiles(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		magic := Magic
		e, err := Parse(file)
		if c, cerr := ParseCapsule(file); cerr == nil {
			if err == nil {
				t.Fatal("a file is a batch and a capsule")
			}
			magic, e, err = CapsuleMagic, c.e, nil
		}
		if err != nil {
			if code := screening.CodeOf(err); code != screening.EFormat && code != screening.EVersion {
				t.Fatalf("got %v, which has no code of parsing", err)
			}
			return
		}
		header, err := encode(e.Header())
		if err != nil {
			t.Fatal(err)
		}
		_, sig, payload := e.Parts()
		if !bytes.Equal(join(magic, header, sig, payload), file) {
			t.Fatal("what parsed encodes to other bytes")
		}
	})
}

// FuzzInterview: the same for the bodies of interviews, which are read as any other map would be.
func FuzzInterview(f *testing.F) {
	small := person(1)
	small.Answers = small.Answers[:6]
	body, err := EncodeInterview(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, body []byte) {
		asOther(t, body)
		iv, err := DecodeInterview([16]byte{1}, 1, body)
		if err != nil {
			return
		}
		again, err := EncodeInterview(iv)
		if err != nil || !bytes.Equal(again, body) {
			t.Fatalf("what was decoded encodes to other bytes, %v", err)
		}
	})
}

// FuzzPlain: whatever a device seals, opening it ends within bounds.
func FuzzPlain(f *testing.F) {
	for _, suite := range []uint64{suiteV1, suiteV2} {
		plain, err := squeeze([]byte("an inner form"), suite)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain, suite)
	}
	f.Fuzz(func(t *testing.T, plain []byte, suite uint64) {
		inner, err := expand(plain, suite)
		if err != nil {
			return
		}
		if len(inner) > maxInner || len(plain) != padded(len(plain)) {
			t.Fatalf("%d bytes gave %d", len(plain), len(inner))
		}
		var form sealedForm
		if decode(inner, &form) == nil {
			_, _ = form.rows()
		}
	})
}

// FuzzStatements: hello, refusals, roots, codes and receipts from anybody.
func FuzzStatements(f *testing.F) {
	hello, err := Hello{Device: screening.DeviceID{1}, Epoch: 1, RootVersion: 1}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hello)
	f.Add(Refusal{Code: screening.EFork, Rival: []byte{1}}.Encode())
	f.Add([]byte("LWE1:AAAA"))
	f.Add([]byte(rootMagic + "\x00\x01\xa0\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := ParseHello(b); err == nil {
			if again, err := h.Encode(); err != nil || !bytes.Equal(again, b) {
				t.Fatal("a hello that parsed encodes to other bytes")
			}
		}
		if r, err := ParseRefusal(b); err == nil && !bytes.Equal(r.Encode(), b) {
			t.Fatal("a refusal that parsed encodes to other bytes")
		}
		_, _ = VerifyRoot(b)
		_, _ = Fingerprint(b)
		_, _ = ParseEnrolCode(string(b))
		if _, err := VerifyReceipts(b, logRoot()); err == nil {
			t.Fatal("receipts from nobody verify")
		}
	})
}

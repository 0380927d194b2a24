package seal

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func seedOf(b byte) (seed [32]byte) {
	for i := range seed {
		seed[i] = b
	}
	return seed
}

// TestSignatureVector pins the bytes of FORMAT.md, Signatures.
func TestSignatureVector(t *testing.T) {
	key := NewSigner(seedOf(7))
	pub := key.Public()
	const wantPub = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"
	if got := hex.EncodeToString(pub[:]); got != wantPub {
		t.Errorf("public key: got %s, want %s", got, wantPub)
	}
	sig, err := key.Sign("leeward/test/v1", []byte("a message"))
	if err != nil {
		t.Fatal(err)
	}
	const wantSig = "36834906848db211d0bd814da6d293f270990e1e02b121292729f7d172d0e1701fc502be545cb2a77b67b1b8d01084fd0fa0673de83e940f858b1f49b7c85907"
	if got := hex.EncodeToString(sig[:]); got != wantSig {
		t.Errorf("signature: got %s, want %s", got, wantSig)
	}
	if !ed25519.Verify(pub[:], []byte("leeward/test/v1\x00a message"), sig[:]) {
		t.Error("the signed bytes are not namespace | 0 | message")
	}
}

func TestVerify(t *testing.T) {
	key, other := NewSigner(seedOf(1)), NewSigner(seedOf(2))
	message := []byte("batch header")
	sig, err := key.Sign("leeward/a/v1", message)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(key.Public(), "leeward/a/v1", message, sig); err != nil {
		t.Errorf("right signature: got %v, want nil", err)
	}
	for name, got := range map[string]error{
		"other key":       Verify(other.Public(), "leeward/a/v1", message, sig),
		"other namespace": Verify(key.Public(), "leeward/b/v1", message, sig),
		"shorter space":   Verify(key.Public(), "leeward/a/v", append([]byte("1\x00"), message...), sig),
		"other message":   Verify(key.Public(), "leeward/a/v1", message[1:], sig),
		"no message":      Verify(key.Public(), "leeward/a/v1", nil, sig),
	} {
		if !errors.Is(got, ErrSignature) {
			t.Errorf("%s: got %v, want %v", name, got, ErrSignature)
		}
	}
	for i := range 8 * len(sig) {
		bad := sig
		bad[i/8] ^= 1 << (i % 8)
		if err := Verify(key.Public(), "leeward/a/v1", message, bad); !errors.Is(err, ErrSignature) {
			t.Fatalf("bit %d flipped: got %v, want %v", i, err, ErrSignature)
		}
	}
}

func TestForget(t *testing.T) {
	key := NewSigner(seedOf(1))
	pub := key.Public()
	key.Forget()
	if _, err := key.Sign("leeward/a/v1", nil); !errors.Is(err, ErrForgotten) {
		t.Errorf("sign: got %v, want %v", err, ErrForgotten)
	}
	if key.Public() != pub {
		t.Error("the public key is gone too")
	}
}

func TestNamespaceRefused(t *testing.T) {
	key := NewSigner(seedOf(1))
	for _, ns := range []Namespace{"", "a b", "a\x00", "a\n", "é", Namespace(strings.Repeat("a", 65))} {
		if _, err := key.Sign(ns, nil); !errors.Is(err, ErrNamespace) {
			t.Errorf("sign in %q: got %v, want %v", ns, err, ErrNamespace)
		}
		if err := Verify(key.Public(), ns, nil, Signature{}); !errors.Is(err, ErrNamespace) {
			t.Errorf("verify in %q: got %v, want %v", ns, err, ErrNamespace)
		}
	}
}

// TestSmallOrderKeys shows the attack first: under the neutral point one made-up signature verifies
// every message with the standard library.
func TestSmallOrderKeys(t *testing.T) {
	var neutral PublicKey
	neutral[0] = 1
	var forged Signature
	forged[0] = 1 // R = the neutral point, S = 0
	if !ed25519.Verify(neutral[:], []byte("leeward/a/v1\x00anything"), forged[:]) {
		t.Fatal("the attack no longer works: is CheckPublicKey still needed?")
	}
	if err := Verify(neutral, "leeward/a/v1", []byte("anything"), forged); !errors.Is(err, ErrPublicKey) {
		t.Errorf("neutral point: got %v, want %v", err, ErrPublicKey)
	}

	refused := map[string]PublicKey{}
	for _, y := range smallOrder {
		pub := PublicKey(y)
		refused[fmt.Sprintf("small order %x", pub[:4])] = pub
		pub[31] |= 0x80
		refused[fmt.Sprintf("small order %x, other sign", pub[:4])] = pub
	}
	for low := 0xed; low <= 0xff; low++ { // p … 2^255-1
		pub := PublicKey(seedOf(0xff))
		pub[0], pub[31] = byte(low), 0x7f
		refused[fmt.Sprintf("p + %d", low-0xed)] = pub
		pub[31] = 0xff
		refused[fmt.Sprintf("p + %d, other sign", low-0xed)] = pub
	}
	for name, pub := range refused {
		if err := CheckPublicKey(pub); !errors.Is(err, ErrPublicKey) {
			t.Errorf("%s: got %v, want %v", name, err, ErrPublicKey)
		}
	}

	largest := PublicKey(seedOf(0xff))
	largest[0], largest[31] = 0xeb, 0x7f // p - 2: canonical, and not of small order
	for name, pub := range map[string]PublicKey{"p - 2": largest, "a real key": NewSigner(seedOf(3)).Public()} {
		if err := CheckPublicKey(pub); err != nil {
			t.Errorf("%s: got %v, want nil", name, err)
		}
	}
}

func TestPrintsNothing(t *testing.T) {
	key := NewSigner(seedOf(0xab))
	secret, _, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	id, err := OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, key); got != "[signer]" {
			t.Errorf("key with %s: got %q", verb, got)
		}
		if got := fmt.Sprintf(verb, id); got != "[identity]" {
			t.Errorf("identity with %s: got %q", verb, got)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	key, message := NewSigner(seedOf(1)), make([]byte, 300)
	for b.Loop() {
		if _, err := key.Sign("leeward/a/v1", message); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	key, message := NewSigner(seedOf(1)), make([]byte, 300)
	sig, err := key.Sign("leeward/a/v1", message)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Verify(key.Public(), "leeward/a/v1", message, sig); err != nil {
			b.Fatal(err)
		}
	}
}

package fieldtest

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"leeward/internal/seal"
	"leeward/sync/batch"
)

// Today is when everything happens.
var Today = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

// Seeds of the office's keys. The root is signed by RootKey, that of an office that is no demonstration also by the
// key after it.
const (
	RootKey      = 100
	OnlineKey    = 102
	RegistrarKey = 103
	TLSKey       = 104
)

// Identities are the office's: that for requests, and the two that payloads are sealed to. They are made once: making
// one takes a while.
var Identities = sync.OnceValue(func() (list [3]*seal.Identity) {
	for i := range list {
		secret, _, err := seal.NewIdentity()
		if err != nil {
			panic(err)
		}
		if list[i], err = seal.OpenerFor(secret); err != nil {
			panic(err)
		}
	}
	return list
})

// Signer is the key that a number stands for.
func Signer(seed byte) *seal.Key { return seal.NewSigner([32]byte{seed}) }

// Certificate is self-signed, with dates that were over before anybody was born.
func Certificate(seed byte) tls.Certificate {
	key := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// PeerKey is the public key of a certificate.
func PeerKey(cert tls.Certificate) seal.PublicKey {
	leaf, err := batch.Leaf(cert)
	if err != nil {
		panic(err)
	}
	key, err := batch.PeerKey(leaf)
	if err != nil {
		panic(err)
	}
	return key
}

// Root is the office's root: two keys have to sign it, and payloads are sealed to two recipients.
func Root() batch.Root {
	ids := Identities()
	return batch.Root{
		Version: 1, Office: "North Gate Office", TLS: PeerKey(Certificate(TLSKey)), Online: Signer(OnlineKey).Public(),
		Registrar: Signer(RegistrarKey).Public(), Intake: ids[0].Recipient(), Payload: []seal.Recipient{ids[1].Recipient(), ids[2].Recipient()},
		Log: [8]byte{7}, Threshold: 2, Keys: []seal.PublicKey{Signer(RootKey).Public(), Signer(RootKey + 1).Public()},
	}
}

// DemoRoot is the same office as a demonstration: one key and one recipient, which is cheaper.
func DemoRoot() batch.Root {
	r := Root()
	r.Demo, r.Threshold, r.Payload, r.Keys = true, 1, r.Payload[:1], r.Keys[:1]
	return r
}

// SignRoot makes the document of r.
func SignRoot(t testing.TB, r batch.Root) []byte {
	t.Helper()
	signers := []seal.Signer{Signer(RootKey), Signer(RootKey + 1)}
	file, err := batch.SignRoot(r, signers[:len(r.Keys)]...)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Noise is text of n bytes that does not get smaller, the same each time.
func Noise(n int) string {
	dice := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + dice.IntN(26))
	}
	return string(b)
}

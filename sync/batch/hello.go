package batch

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	helloMagic                       = "LWSH1\n"
	manifestMagic                    = "LWSY1\n"
	manifestNamespace seal.Namespace = "leeward/manifest/v1"
)

// MaxHello is the longest hello in bytes.
const MaxHello = 4 << 10

// Hello is what a device asks before it sends anything: which of these batches do you have? It is not
// signed, the connection is.
type Hello struct {
	Device      screening.DeviceID
	Epoch       uint64
	Seq         uint64 // of its last batch
	Head        screening.BatchID
	RootVersion uint64
	Nonce       [16]byte            // comes back in the receipts
	Pending     []screening.BatchID // at most MaxReceipts, oldest first
	LogSize     uint64              // of the checkpoint that it remembers; zero for none
	Bulletin    uint64              // the newest bulletin that it has
	Upload      [32]byte            // SHA-256 of the file that it would send next; zero for none
	Generation  Generation          // of its store, now
}

type helloWire struct {
	V           uint64              `cbor:"1,keyasint"`
	Device      screening.DeviceID  `cbor:"2,keyasint"`
	Epoch       uint64              `cbor:"3,keyasint"`
	Seq         uint64              `cbor:"4,keyasint"`
	Head        screening.BatchID   `cbor:"5,keyasint"`
	RootVersion uint64              `cbor:"6,keyasint"`
	Nonce       [16]byte            `cbor:"7,keyasint"`
	Pending     []screening.BatchID `cbor:"8,keyasint"`
	LogSize     uint64              `cbor:"9,keyasint"`
	Bulletin    uint64              `cbor:"10,keyasint"`
	Upload      [32]byte            `cbor:"11,keyasint"`
	Generation  Generation          `cbor:"12,keyasint"`
}

// NewNonce makes the nonce of a hello.
func NewNonce() (n [16]byte) {
	_, _ = rand.Read(n[:]) // never fails (crypto/rand)
	return n
}

// Encode gives the bytes of a hello ("LWSH1"), padded.
func (h Hello) Encode() ([]byte, error) {
	w, err := h.wire()
	if err != nil {
		return nil, err
	}
	doc, err := encode(w)
	if err != nil {
		return nil, fmt.Errorf("make hello: %w", err)
	}
	return frame(helloMagic, doc, nil)
}

// Manifest gives the bytes of a hello that goes by stick ("LWSY1"): there is no connection that says who asks, so it
// is signed with the device's signing key.
func (h Hello) Manifest(signer seal.Signer) ([]byte, error) {
	w, err := h.wire()
	if err != nil {
		return nil, err
	}
	file, err := signStatement(manifestMagic, manifestNamespace, w, signer)
	if err != nil {
		return nil, fmt.Errorf("make manifest: %w", err)
	}
	return file, nil
}

// IsManifest says whether an item of a carry file is a manifest.
func IsManifest(item []byte) bool { return bytes.HasPrefix(item, []byte(manifestMagic)) }

// ParseManifest reads a manifest, and returns how to check that the device that it names has signed it. Errors
// carry E_FORMAT, those of verify E_SIG.
func ParseManifest(file []byte) (h Hello, verify func(pub seal.PublicKey) error, err error) {
	doc, sig, err := unframe(manifestMagic, file, sigSize)
	if err != nil {
		return Hello{}, nil, malformed("manifest", err)
	}
	if h, err = readHello(doc); err != nil {
		return Hello{}, nil, err
	}
	return h, func(pub seal.PublicKey) error {
		if err := seal.Verify(pub, manifestNamespace, doc, seal.Signature(sig)); err != nil {
			return screening.Fail(screening.ESig, fmt.Errorf("verify manifest: %w", err))
		}
		return nil
	}, nil
}

func (h Hello) wire() (helloWire, error) {
	w := helloWire{formatV1, h.Device, h.Epoch, h.Seq, h.Head, h.RootVersion, h.Nonce, h.Pending, h.LogSize, h.Bulletin, h.Upload, h.Generation}
	if w.Pending == nil {
		w.Pending = []screening.BatchID{}
	}
	if err := w.check(); err != nil {
		return helloWire{}, fmt.Errorf("make hello: %w", err)
	}
	return w, nil
}

// ParseHello reads a hello. Errors carry E_FORMAT.
func ParseHello(file []byte) (Hello, error) {
	doc, _, err := unframe(helloMagic, file, 0)
	if err != nil {
		return Hello{}, malformed("hello", err)
	}
	return readHello(doc)
}

func readHello(doc []byte) (Hello, error) {
	var w helloWire
	if err := decode(doc, &w); err != nil {
		return Hello{}, malformed("hello", err)
	}
	if err := w.check(); err != nil {
		return Hello{}, malformed("hello", err)
	}
	return Hello{w.Device, w.Epoch, w.Seq, w.Head, w.RootVersion, w.Nonce, w.Pending, w.LogSize, w.Bulletin, w.Upload, w.Generation}, nil
}

func (w helloWire) check() error {
	switch {
	case w.V != formatV1 || w.Device == screening.DeviceID{} || w.Epoch < 1 || w.Epoch >= maxUint || w.Seq >= maxUint:
		return errField
	case w.RootVersion < 1 || w.RootVersion >= maxUint || w.LogSize >= maxUint || w.Bulletin >= maxUint || w.Generation.N >= maxUint:
		return errField
	case w.Pending == nil || len(w.Pending) > MaxReceipts:
		return errLength
	}
	return nil
}

// Refusal is how an office says no: a code of the wire, and with E_FORK the header that holds the place.
type Refusal struct {
	Code  screening.Code
	Rival []byte
}

// MaxRefusal is the longest refusal in bytes.
const MaxRefusal = 2 << 10

type refusalWire struct {
	Code  string `cbor:"1,keyasint"`
	Rival []byte `cbor:"2,keyasint,omitempty"`
}

// Encode gives the bytes of a refusal.
func (r Refusal) Encode() []byte {
	b, err := encode(refusalWire{string(r.Code), r.Rival})
	if err != nil {
		panic(err) // a string and bytes always encode
	}
	return b
}

// ParseRefusal reads a refusal. Errors carry E_FORMAT.
func ParseRefusal(b []byte) (Refusal, error) {
	var w refusalWire
	if err := decode(b, &w); err != nil {
		return Refusal{}, malformed("refusal", err)
	}
	if w.Code == "" || !isText(w.Code, maxCode) || len(w.Rival) > maxHeader {
		return Refusal{}, malformed("refusal", errField)
	}
	return Refusal{screening.Code(w.Code), w.Rival}, nil
}

// PeerKey returns the Ed25519 key of a certificate. Nothing else in it counts on either side: no name, no
// date, no issuer, for clocks lie and devices have no names.
func PeerKey(cert *x509.Certificate) (seal.PublicKey, error) {
	key, ok := cert.PublicKey.(ed25519.PublicKey)
	if !ok || len(key) != ed25519.PublicKeySize {
		return seal.PublicKey{}, fmt.Errorf("read certificate: %w", seal.ErrPublicKey)
	}
	pub := seal.PublicKey(key)
	return pub, seal.CheckPublicKey(pub)
}

// Leaf returns the certificate that a key pair presents.
func Leaf(cert tls.Certificate) (*x509.Certificate, error) {
	if cert.Leaf != nil {
		return cert.Leaf, nil
	}
	if len(cert.Certificate) == 0 {
		return nil, fmt.Errorf("read certificate: %w", errLength)
	}
	return x509.ParseCertificate(cert.Certificate[0])
}

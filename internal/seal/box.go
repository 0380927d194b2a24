package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrBox says that bytes are not what the box sealed for that place, or that the key is another.
var ErrBox = errors.New("does not open for this place")

// Box encrypts values that stand one by one in a database that is not encrypted as a whole, with
// XChaCha20-Poly1305 under a random nonce of 24 bytes before each. The place (table, column, row) is
// authenticated with the value, so that one moved elsewhere does not open. It may be used from any goroutine.
type Box struct{ aead cipher.AEAD }

// NewBox returns a box whose key is derived from secret for one purpose (HKDF-SHA256).
func NewBox(secret [32]byte, purpose Namespace) (*Box, error) {
	key, err := hkdf.Key(sha256.New, secret[:], nil, string(purpose), chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("derive key of a box: %w", err)
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("make a box: %w", err)
	}
	return &Box{aead}, nil
}

// Seal encrypts plain for a place.
func (b *Box) Seal(place string, plain []byte) []byte {
	out := make([]byte, b.aead.NonceSize(), b.aead.NonceSize()+len(plain)+b.aead.Overhead())
	_, _ = rand.Read(out) // never fails (crypto/rand)
	return b.aead.Seal(out, out, plain, []byte(place))
}

// Open returns what was sealed for a place, or ErrBox.
func (b *Box) Open(place string, sealed []byte) ([]byte, error) {
	n := b.aead.NonceSize()
	if len(sealed) < n {
		return nil, ErrBox
	}
	plain, err := b.aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	if err != nil {
		return nil, ErrBox
	}
	return plain, nil
}

// Format prints nothing of the key.
func (b *Box) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[box]") }

// LogValue keeps the key out of logs.
func (b *Box) LogValue() slog.Value { return slog.StringValue("[box]") }

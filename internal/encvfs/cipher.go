package encvfs

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"unsafe"

	"golang.org/x/crypto/chacha20poly1305"
)

const (
	tagSize   = chacha20poly1305.Overhead   // 16
	nonceSize = chacha20poly1305.NonceSizeX // 24
	overhead  = tagSize + nonceSize         // bytes added to every sealed unit, and SQLite's reserved bytes a page
)

// Key is the raw 256-bit key of one database. It must be uniformly random: nothing here stretches it.
type Key [32]byte

// String keeps a key out of logs and messages.
func (Key) String() string { return "[key]" }

// GoString keeps a key out of logs and messages.
func (Key) GoString() string { return "[key]" }

// fileID is 16 random bytes chosen at Create: the salt of every derived key, and part of every unit's
// associated data.
type fileID [16]byte

// logID names one life of the write-ahead log, from one header to the next (FORMAT.md, log).
type logID [16]byte

// tag is the authenticator of a sealed unit. No two seals of a unit share one, so it also names the version.
type tag [tagSize]byte

// sealer seals units of one purpose with XChaCha20-Poly1305 and random 192-bit nonces. A sealed unit is
// ciphertext, tag (16), nonce (24). Safe for concurrent use.
type sealer struct {
	aead cipher.AEAD
	key  [32]byte
}

func newSealer(key Key, id fileID, purpose string) *sealer {
	s := new(sealer)
	derive(s.key[:], key, id, purpose)
	aead, err := chacha20poly1305.NewX(s.key[:])
	if err != nil {
		panic(fmt.Sprintf("encvfs: internal error: %v", err)) // only a wrong key length fails
	}
	s.aead = aead
	return s
}

// derive fills dst (up to 32 bytes) with HKDF-SHA-256(key, salt = file id, info = purpose).
func derive(dst []byte, key Key, id fileID, purpose string) {
	b, err := hkdf.Key(sha256.New, key[:], id[:], "leeward/encvfs/v1 "+purpose, len(dst))
	if err != nil {
		panic(fmt.Sprintf("encvfs: internal error: %v", err)) // only an absurd length fails
	}
	copy(dst, b)
	clear(b)
}

// seal writes the sealed form of plain to dst, which holds len(plain)+overhead bytes and may begin at the same
// place as plain. It returns the tag.
func (s *sealer) seal(dst, plain, aad []byte) (t tag) {
	n := len(plain)
	nonce := dst[n+tagSize : n+overhead]
	_, _ = rand.Read(nonce) // never fails
	s.aead.Seal(dst[:0], nonce, plain, aad)
	copy(t[:], dst[n:])
	return t
}

// open decrypts a sealed unit in place and zeroes its last 40 bytes. Where authentication fails the whole
// buffer is zeroed, so that no caller can use what is in it.
func (s *sealer) open(unit, aad []byte) bool { return s.openTo(unit, unit, aad) }

// openTo is open with the result in dst, as long as the unit and another buffer or the same.
func (s *sealer) openTo(dst, unit, aad []byte) bool {
	n := len(unit) - overhead
	_, err := s.aead.Open(dst[:0], unit[n+tagSize:], unit[:n+tagSize], aad)
	if err != nil {
		clear(dst)
		return false
	}
	clear(dst[n:])
	return true
}

// unitTag reads the tag of a sealed unit.
func unitTag(unit []byte) tag {
	return tag(unit[len(unit)-overhead:])
}

// held views the copy of the key that the AEAD keeps. The library offers no way to erase it.
func (s *sealer) held() *[32]byte {
	return (*[32]byte)((*[2]unsafe.Pointer)(unsafe.Pointer(&s.aead))[1])
}

// forget zeroes the key, and the AEAD's copy where its state is seen to begin with that key.
func (s *sealer) forget() {
	if held := s.held(); subtle.ConstantTimeCompare(held[:], s.key[:]) == 1 {
		clear(held[:])
	}
	clear(s.key[:])
}

// keyring holds the subkeys of one open file.
type keyring struct {
	id     fileID
	check  [16]byte // tells a wrong key from a damaged header
	header *sealer
	pages  *sealer
	log    *sealer
	marks  *sealer
}

func newKeyring(key Key, id fileID) *keyring {
	k := &keyring{
		id:     id,
		header: newSealer(key, id, "header"),
		pages:  newSealer(key, id, "pages"),
		log:    newSealer(key, id, "log"),
		marks:  newSealer(key, id, "marks"),
	}
	derive(k.check[:], key, id, "key check")
	return k
}

func (k *keyring) forget() {
	for _, s := range []*sealer{k.header, k.pages, k.log, k.marks} {
		s.forget()
	}
}

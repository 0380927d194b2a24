package vault

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	keySize   = chacha20poly1305.KeySize
	nonceSize = chacha20poly1305.NonceSizeX
	tagSize   = chacha20poly1305.Overhead

	infoSlot = "leeward/vault/slot/v1"
	infoBody = "leeward/vault/body/v1"
)

type masterKey [keySize]byte

// stretching admits one Argon2id at a time in a process: each takes 64 MiB, and a tablet has few.
var stretching = make(chan struct{}, 1)

// stretch turns a passphrase into the key material of all slots, slowly. It gives up only before it began.
func (r *record) stretch(ctx context.Context, passphrase []byte) ([]byte, error) {
	select {
	case stretching <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-stretching }()
	normal := normalise(passphrase)
	defer clear(normal)
	stretched := argon2.IDKey(normal, r.salt[:], r.kdf.Time, r.kdf.Memory, r.kdf.Threads, keySize)
	debug.FreeOSMemory() // the 64 MiB go back to the system now, not some minutes later
	return stretched, nil
}

// slotCipher is the cipher of slot i for key material that stretch gave.
func (r *record) slotCipher(stretched []byte, i int) (cipher.AEAD, error) {
	return r.cipher(stretched, infoSlot+string(rune('0'+i)))
}

func (r *record) cipher(secret []byte, info string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, r.id[:], info, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	defer clear(key)
	return chacha20poly1305.NewX(key)
}

// fill wraps the master key in slot i. Every slot looks like 72 random bytes, used or not.
func (r *record) fill(i int, stretched []byte, master *masterKey) error {
	aead, err := r.slotCipher(stretched, i)
	if err != nil {
		return err
	}
	r.slots[i] = slot(sealed(aead, master[:], r.core()))
	return nil
}

// find tries all slots and returns the master key of the first that opens. All are tried whichever
// opens, so that the time says nothing about which one it was.
func (r *record) find(stretched []byte) (master *masterKey, at int, err error) {
	for i := range r.slots {
		aead, err := r.slotCipher(stretched, i)
		if err != nil {
			return nil, 0, err
		}
		key, err := aead.Open(nil, r.slots[i][:nonceSize], r.slots[i][nonceSize:], r.core())
		if err != nil || master != nil {
			continue
		}
		master, at = (*masterKey)(key), i
	}
	return master, at, nil
}

// sealBody puts keys into the record under the master key.
func (r *record) sealBody(master *masterKey, b *body) error {
	plain, err := b.marshal()
	if err != nil {
		return err
	}
	defer clear(plain)
	aead, err := r.cipher(master[:], infoBody)
	if err != nil {
		return err
	}
	r.body = sealed(aead, plain, r.core())
	return nil
}

// openBody reads the keys of the record.
func (r *record) openBody(master *masterKey) (*body, error) {
	aead, err := r.cipher(master[:], infoBody)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, r.body[:nonceSize], r.body[nonceSize:], r.core())
	if err != nil {
		return nil, errBody
	}
	defer clear(plain)
	return parseBody(plain)
}

// sealed is a fresh random nonce and the ciphertext.
func sealed(aead cipher.AEAD, plain, bound []byte) []byte {
	out := make([]byte, nonceSize, nonceSize+len(plain)+tagSize)
	_, _ = rand.Read(out) // never fails (crypto/rand)
	return aead.Seal(out, out, plain, bound)
}

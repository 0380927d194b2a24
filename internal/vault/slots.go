package vault

import (
	"context"
	"crypto/cipher"
	"crypto/ecdh"
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
	infoWrap = "leeward/vault/wrap/v1"
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

// person is the key pair of whoever has slot i, from key material that stretch gave. Its public half stands in the
// body, so that a colleague can give this person a new master key without the passphrase.
func (r *record) person(stretched []byte, i int) (*ecdh.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, stretched, r.id[:], infoSlot+string(rune('0'+i)), keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	defer clear(seed)
	return ecdh.X25519().NewPrivateKey(seed)
}

// wrapping is the cipher that wraps the master key in slot i: once, so that its nonce may be zero.
func (r *record) wrapping(i int, shared []byte, once, person *ecdh.PublicKey) (cipher.AEAD, error) {
	info := infoWrap + string(rune('0'+i)) + string(once.Bytes()) + string(person.Bytes())
	key, err := hkdf.Key(sha256.New, shared, r.id[:], info, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	defer clear(key)
	return chacha20poly1305.New(key)
}

func (r *record) cipher(secret []byte, info string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, r.id[:], info, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	defer clear(key)
	return chacha20poly1305.NewX(key)
}

// fill wraps the master key in slot i for whoever has the key material, and returns that person's public key.
func (r *record) fill(i int, stretched []byte, master *masterKey) ([]byte, error) {
	person, err := r.person(stretched, i)
	if err != nil {
		return nil, err
	}
	return person.PublicKey().Bytes(), r.wrap(i, person.PublicKey().Bytes(), master)
}

// wrap wraps the master key in slot i for the person with this public key. Every slot looks like a fresh public
// key and 48 random bytes, used or not.
func (r *record) wrap(i int, public []byte, master *masterKey) error {
	person, err := ecdh.X25519().NewPublicKey(public)
	if err != nil {
		return errBody
	}
	once, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	shared, err := once.ECDH(person)
	if err != nil {
		return errBody
	}
	defer clear(shared)
	aead, err := r.wrapping(i, shared, once.PublicKey(), person)
	if err != nil {
		return err
	}
	copy(r.slots[i][:], once.PublicKey().Bytes())
	aead.Seal(r.slots[i][:keySize], make([]byte, aead.NonceSize()), master[:], r.core())
	return nil
}

// empty fills slot i with what nobody can tell from a slot in use.
func (r *record) empty(i int) error {
	nobody, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	copy(r.slots[i][:], nobody.PublicKey().Bytes())
	copy(r.slots[i][keySize:], random(slotSize-keySize))
	return nil
}

// find tries all slots and returns the master key of the first that opens. All are tried whichever
// opens, so that the time says nothing about which one it was.
func (r *record) find(stretched []byte) (master *masterKey, at int, err error) {
	for i := range r.slots {
		key, err := r.unwrap(i, stretched)
		if err != nil {
			return nil, 0, err
		}
		if key == nil || master != nil {
			continue
		}
		master, at = (*masterKey)(key), i
	}
	return master, at, nil
}

// unwrap returns the master key, or nil where slot i is not of this key material.
func (r *record) unwrap(i int, stretched []byte) ([]byte, error) {
	person, err := r.person(stretched, i)
	if err != nil {
		return nil, err
	}
	once, err := ecdh.X25519().NewPublicKey(r.slots[i][:keySize])
	if err != nil {
		return nil, fmt.Errorf("read slot: %w", err)
	}
	shared, err := person.ECDH(once)
	if err != nil {
		return nil, nil // a point of low order: not a slot that anybody filled
	}
	defer clear(shared)
	aead, err := r.wrapping(i, shared, once, person.PublicKey())
	if err != nil {
		return nil, err
	}
	key, err := aead.Open(nil, make([]byte, aead.NonceSize()), r.slots[i][keySize:], r.core())
	if err != nil {
		return nil, nil // somebody else's, or nobody's
	}
	return key, nil
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

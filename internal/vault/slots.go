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

// argon2id is the function of that name (RFC 9106). Tests remember what it gave to what.
var argon2id = argon2.IDKey

// stretching admits one Argon2id at a time in a process: each takes 64 MiB, and a tablet has few. Who has stretched keeps
// the others waiting until the memory is back with the system, and need not wait for that themselves.
var stretching = make(chan struct{}, 1)

// stretch turns a secret into the key material of all slots, slowly. It gives up only before it began.
func (r *record) stretch(ctx context.Context, s Secret) ([]byte, error) {
	select {
	case stretching <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { go giveBack() }()
	normal := normalise(s.Passphrase)
	defer clear(normal)
	return s.KeyFile.mix(argon2id(normal, r.salt[:], r.kdf.Time, r.kdf.Memory, r.kdf.Threads, keySize))
}

// giveBack returns the memory of an Argon2id to the system now, not some minutes later. That is a whole collection of
// garbage: with the window's fonts and words in memory it takes as long as all else that follows an unlocking.
func giveBack() {
	debug.FreeOSMemory()
	<-stretching
}

// person is the key pair of whoever has a slot, from key material that stretch gave. Its public half stands in the
// body, so that a colleague can give this person a new master key without the passphrase.
func (r *record) person(stretched []byte, at spot) (*ecdh.PrivateKey, error) {
	seed, err := hkdf.Key(sha256.New, stretched, r.id[:], infoSlot+at.tag(), keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	defer clear(seed)
	return ecdh.X25519().NewPrivateKey(seed)
}

// wrapping is the cipher that wraps the master key in a slot: once, so that its nonce may be zero.
func (r *record) wrapping(at spot, shared []byte, once, person *ecdh.PublicKey) (cipher.AEAD, error) {
	info := infoWrap + at.tag() + string(once.Bytes()) + string(person.Bytes())
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

// public is the public key of whoever has the key material, at a slot.
func (r *record) public(stretched []byte, at spot) ([]byte, error) {
	person, err := r.person(stretched, at)
	if err != nil {
		return nil, err
	}
	return person.PublicKey().Bytes(), nil
}

// wrap wraps the master key in a slot for the person with this public key. Every slot looks like a fresh public
// key and 48 random bytes, used or not.
func (r *record) wrap(at spot, public []byte, master *masterKey) error {
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
	aead, err := r.wrapping(at, shared, once.PublicKey(), person)
	if err != nil {
		return err
	}
	slot := &r.halves[at.half].slots[at.slot]
	copy(slot[:], once.PublicKey().Bytes())
	aead.Seal(slot[:keySize], make([]byte, aead.NonceSize()), master[:], r.core())
	return nil
}

// empty fills a slot with what nobody can tell from a slot in use.
func (r *record) empty(at spot) error {
	nobody, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	slot := &r.halves[at.half].slots[at.slot]
	copy(slot[:], nobody.PublicKey().Bytes())
	copy(slot[keySize:], random(slotSize-keySize))
	return nil
}

// vacate makes a half one that nobody has the key of.
func (r *record) vacate(half int) error {
	for i := range slotCount {
		if err := r.empty(spot{half, i}); err != nil {
			return err
		}
	}
	r.gone[half] = 0
	r.halves[half].body = random(len(r.halves[half].body))
	return nil
}

// write puts a body and the master key into a half, every slot anew: two copies of a vault do not show which slots
// are in use.
func (r *record) write(half int, master *masterKey, b *body) error {
	for i, public := range b.People {
		err := error(nil)
		if len(public) == 0 {
			err = r.empty(spot{half, i})
		} else {
			err = r.wrap(spot{half, i}, public, master)
		}
		if err != nil {
			return err
		}
	}
	return r.sealBody(half, master, b)
}

// find tries the slots that may be and returns the master key of the first that opens. All of them are tried whichever
// opens, so that the time says nothing about which one it was.
func (r *record) find(stretched []byte, may func(spot) bool) (master *masterKey, at spot, err error) {
	for h := range halfCount {
		for i := range slotCount {
			here := spot{h, i}
			if !may(here) {
				continue
			}
			key, err := r.unwrap(here, stretched)
			if err != nil {
				return nil, spot{}, err
			}
			if key == nil || master != nil {
				continue
			}
			master, at = (*masterKey)(key), here
		}
	}
	return master, at, nil
}

// unwrap returns the master key, or nil where a slot is not of this key material.
func (r *record) unwrap(at spot, stretched []byte) ([]byte, error) {
	person, err := r.person(stretched, at)
	if err != nil {
		return nil, err
	}
	slot := &r.halves[at.half].slots[at.slot]
	once, err := ecdh.X25519().NewPublicKey(slot[:keySize])
	if err != nil {
		return nil, fmt.Errorf("read slot: %w", err)
	}
	shared, err := person.ECDH(once)
	if err != nil {
		return nil, nil // a point of low order: not a slot that anybody filled
	}
	defer clear(shared)
	aead, err := r.wrapping(at, shared, once, person.PublicKey())
	if err != nil {
		return nil, err
	}
	key, err := aead.Open(nil, make([]byte, aead.NonceSize()), slot[keySize:], r.core())
	if err != nil {
		return nil, nil // somebody else's, or nobody's
	}
	return key, nil
}

// sealBody puts keys into a half under its master key.
func (r *record) sealBody(half int, master *masterKey, b *body) error {
	plain, err := b.marshal(len(r.halves[half].body) - nonceSize - tagSize)
	if err != nil {
		return err
	}
	defer clear(plain)
	aead, err := r.cipher(master[:], infoBody+spot{half: half}.tag()[:1])
	if err != nil {
		return err
	}
	r.halves[half].body = sealed(aead, plain, r.core())
	return nil
}

// openBody reads the keys of a half.
func (r *record) openBody(half int, master *masterKey) (*body, error) {
	aead, err := r.cipher(master[:], infoBody+spot{half: half}.tag()[:1])
	if err != nil {
		return nil, err
	}
	sealed := r.halves[half].body
	plain, err := aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], r.core())
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

package vault

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fxamacker/cbor/v2"
)

// kind is what a key is for.
type kind uint

// The kinds of key (FORMAT.md, Body).
const (
	kindSign kind = 1 // Ed25519 seed, signs in name spaces
	kindTLS  kind = 2 // Ed25519 seed and certificate
	kindWeb  kind = 3 // P-256 scalar and certificate
	kindSeal kind = 4 // hybrid age identity, as text
	kindData kind = 5 // 32 bytes for encvfs; one, without a name
	kindLast kind = 6 // the one before, while the store is being written anew
	kindPool kind = 7 // 32 bytes for the pool of capsules; one, without a name
)

// body is the plaintext of a record's body: CBOR in Core Deterministic Encoding (RFC 8949, 4.2.1).
type body struct {
	People [slotCount][]byte `cbor:"1,keyasint"` // public key of whoever has slot i; empty if nobody
	Keys   []stored          `cbor:"2,keyasint"` // by kind, then name
}

type stored struct {
	Kind        kind   `cbor:"1,keyasint"`
	Name        string `cbor:"2,keyasint"`
	Secret      []byte `cbor:"3,keyasint"`
	Certificate []byte `cbor:"4,keyasint"` // DER, or empty
}

const maxKeys = 64

// errBody stands for every fault below the cipher: decoders quote their input, and here it is secret.
var errBody = errors.New("body")

var encoder, decoder = codec()

func codec() (cbor.EncMode, cbor.DecMode) {
	eo := cbor.CoreDetEncOptions()
	eo.NilContainers = cbor.NilContainerAsEmpty
	enc, err := eo.EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	dec, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   4,
		MaxArrayElements:  maxKeys,
		MaxMapPairs:       16,
	}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return enc, dec
}

func (b *body) marshal() ([]byte, error) {
	plain, err := encoder.Marshal(b)
	if err != nil || len(plain) > maxRecord/2 {
		return nil, fmt.Errorf("write keys: %w", errBody)
	}
	return plain, nil
}

// parseBody reads what marshal wrote, and nothing that marshal would have written otherwise.
func parseBody(plain []byte) (*body, error) {
	var b body
	if err := decoder.Unmarshal(plain, &b); err != nil {
		return nil, errBody
	}
	again, err := encoder.Marshal(&b)
	if err != nil {
		return nil, errBody
	}
	defer clear(again)
	if !bytes.Equal(again, plain) || !slices.IsSortedFunc(b.Keys, byKindAndName) {
		return nil, errBody
	}
	for _, public := range b.People {
		if len(public) != 0 && len(public) != keySize {
			return nil, errBody
		}
	}
	return &b, nil
}

// free is the first slot that nobody has, or -1.
func (b *body) free() int {
	return slices.IndexFunc(b.People[:], func(public []byte) bool { return len(public) == 0 })
}

// people lists the slots in use.
func (b *body) people() (slots []int) {
	for i, public := range b.People {
		if len(public) > 0 {
			slots = append(slots, i)
		}
	}
	return slots
}

func byKindAndName(a, b stored) int {
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	return strings.Compare(a.Name, b.Name)
}

// forget clears the secrets.
func (b *body) forget() {
	for _, k := range b.Keys {
		clear(k.Secret)
	}
}

package vault

import (
	"bytes"
	"encoding/binary"
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
	kindBack kind = 8 // 32 bytes that open the office's slot; one, without a name
)

// body is the plaintext of a half's body: its length, CBOR in Core Deterministic Encoding (RFC 8949, 4.2.1), zeros.
type body struct {
	People [slotCount][]byte `cbor:"1,keyasint"` // public key of whoever has slot i; empty if nobody
	Keys   []stored          `cbor:"2,keyasint"` // by kind, then name
	Front  []byte            `cbor:"3,keyasint"` // master key of the other half, if that is a front made here; or empty
	Ends   bool              `cbor:"4,keyasint"` // whoever opens this half destroys the other
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

// maxBody is how much one body may be, so that a record with two has its place.
const maxBody = (maxRecord - atBodies - 32) / halfCount / bodyUnit * bodyUnit

// growth is how much longer a body may become than it was when it was made: everybody's public key, a second key of
// the store, a front.
const growth = 512

// bodySize is how much room the body of a new vault takes.
func (b *body) bodySize() (int, error) {
	plain, err := encoder.Marshal(b)
	if err != nil {
		return 0, fmt.Errorf("write keys: %w", errBody)
	}
	defer clear(plain)
	return (4 + len(plain) + growth + bodyUnit - 1) / bodyUnit * bodyUnit, nil
}

func (b *body) marshal(size int) ([]byte, error) {
	plain, err := encoder.Marshal(b)
	if err != nil || 4+len(plain) > size || size > maxBody {
		return nil, fmt.Errorf("write keys: %w", errBody)
	}
	defer clear(plain)
	framed := make([]byte, size)
	binary.BigEndian.PutUint32(framed, uint32(len(plain)))
	copy(framed[4:], plain)
	return framed, nil
}

// parseBody reads what marshal wrote, and nothing that marshal would have written otherwise.
func parseBody(framed []byte) (*body, error) {
	if len(framed) < 4 || uint64(binary.BigEndian.Uint32(framed)) > uint64(len(framed)-4) {
		return nil, errBody
	}
	plain, rest := framed[4:][:binary.BigEndian.Uint32(framed)], framed[4+binary.BigEndian.Uint32(framed):]
	var b body
	if err := decoder.Unmarshal(plain, &b); err != nil || !allZero(rest) {
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
	if len(b.Front) != 0 && len(b.Front) != keySize {
		return nil, errBody
	}
	return &b, nil
}

// free is the first place that nobody has, or -1.
func (b *body) free() int {
	return slices.IndexFunc(b.People[:Places], func(public []byte) bool { return len(public) == 0 })
}

// people lists the places in use.
func (b *body) people() (places []int) {
	for i, public := range b.People[:Places] {
		if len(public) > 0 {
			places = append(places, i)
		}
	}
	return places
}

// key is the one key of a kind, or nil.
func (b *body) key(k kind) *stored {
	if at := slices.IndexFunc(b.Keys, func(s stored) bool { return s.Kind == k }); at >= 0 {
		return &b.Keys[at]
	}
	return nil
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
	clear(b.Front)
}

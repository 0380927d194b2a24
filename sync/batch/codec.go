package batch

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"leeward/internal/screening"
)

// maxUint bounds every number on the wire: databases keep 63 bits and other languages 53.
const maxUint = 1 << 53

// Reasons why bytes are refused, beneath the code.
var (
	errMagic     = errors.New("not a file of this kind")
	errLength    = errors.New("length out of bounds")
	errCanonical = errors.New("not canonical")
	errDecode    = errors.New("does not decode")
	errField     = errors.New("field out of bounds")
	errEntry     = errors.New("the log has no such entry")
)

// encoder writes CBOR Core Deterministic (RFC 8949, section 4.2.1).
var encoder = mustMode(cbor.CoreDetEncOptions().EncMode())

var decodeOptions = cbor.DecOptions{
	DupMapKey:         cbor.DupMapKeyEnforcedAPF,
	IndefLength:       cbor.IndefLengthForbidden,
	TagsMd:            cbor.TagsForbidden,
	ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
	MaxNestedLevels:   8,
	MaxArrayElements:  1 << 16,
	MaxMapPairs:       1 << 10,
}

// decoder refuses what is not needed; decode adds that the bytes be canonical.
var decoder = mustMode(decodeOptions.DecMode())

// versionDecoder reads the version of a map whose other fields may be unknown here.
var versionDecoder = func() cbor.DecMode {
	o := decodeOptions
	o.ExtraReturnErrors = cbor.ExtraDecErrorNone
	return mustMode(o.DecMode())
}()

func mustMode[M any](m M, err error) M {
	if err != nil {
		panic(err) // the options above contradict one another
	}
	return m
}

// versions are the two numbers that say whether the rest can be read at all.
type versions struct {
	V     uint64 `cbor:"1,keyasint"`
	Suite uint64 `cbor:"2,keyasint"`
}

// encode gives the canonical bytes of v. It cannot fail for the types of this package.
func encode(v any) ([]byte, error) {
	b, err := encoder.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b, nil
}

// decode reads b into v, which must be a pointer to a struct. Only bytes that encode writes pass: after
// decoding, v is encoded again and compared. The error does not quote b: it may hold answers.
func decode(b []byte, v any) error {
	if err := decoder.Unmarshal(b, v); err != nil {
		return errDecode
	}
	again, err := encoder.Marshal(v)
	if err != nil || !bytes.Equal(again, b) {
		return errCanonical
	}
	return nil
}

// malformed says that bytes are not of the form they claim.
func malformed(what string, err error) error {
	return screening.Fail(screening.EFormat, fmt.Errorf("parse %s: %w", what, err))
}

// isText says whether s is text of at most n bytes.
func isText(s string, n int) bool { return len(s) <= n && utf8.ValidString(s) }

package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"unicode/utf8"
)

// Errors of signatures and their keys.
var (
	ErrSignature = errors.New("signature does not verify")
	ErrPublicKey = errors.New("not a usable public key")
	ErrNamespace = errors.New("not a name space")
	ErrForgotten = errors.New("the key was forgotten")
	ErrNote      = errors.New("not the text of a note")
)

// Namespace says what a signature is for, for example "leeward/batch-sig/v1". The signed bytes are
// namespace | 0x00 | message (FORMAT.md, Signatures). It is 1 to 64 printable ASCII characters without
// spaces, so no name space with its zero byte is the beginning of another.
type Namespace string

const maxNamespace = 64

// SignedNote is the one name space that does not stand before the message: the signed bytes are the message,
// as C2SP signed notes have it, so that other programs verify a checkpoint of the office's log. The message is
// then text without control characters other than line feeds, and no such text is the signed bytes of another name
// space, all of which hold a zero byte.
const SignedNote Namespace = "signed-note"

// PublicKey is an Ed25519 public key. Keys that come from outside go through [CheckPublicKey].
type PublicKey [ed25519.PublicKeySize]byte

// Signature is an Ed25519 signature.
type Signature [ed25519.SignatureSize]byte

// Signer signs in a name space and shows the public key. Implementations do not hand the private key out.
type Signer interface {
	Public() PublicKey
	Sign(ns Namespace, message []byte) (Signature, error)
}

// Key is a private Ed25519 key in memory. It is a [Signer] and prints nothing of itself.
type Key struct {
	private   ed25519.PrivateKey
	forgotten bool
}

// NewSigner returns the key that grows from a 32-byte secret seed (RFC 8032, section 5.1.5).
func NewSigner(seed [32]byte) *Key {
	return &Key{private: ed25519.NewKeyFromSeed(seed[:])}
}

// Public returns the public key.
func (k *Key) Public() PublicKey { return PublicKey(k.private[ed25519.SeedSize:]) }

// Forget clears the private half; Sign fails with [ErrForgotten] afterwards. It must not run beside Sign.
func (k *Key) Forget() {
	clear(k.private[:ed25519.SeedSize])
	k.forgotten = true
}

// Sign signs message in ns. It fails with [ErrNamespace], [ErrNote] or [ErrForgotten] only.
func (k *Key) Sign(ns Namespace, message []byte) (Signature, error) {
	if k.forgotten {
		return Signature{}, ErrForgotten
	}
	signed, err := spaced(ns, message)
	if err != nil {
		return Signature{}, err
	}
	return Signature(ed25519.Sign(k.private, signed)), nil
}

// Format prints no part of the key, whatever the verb.
func (k *Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[signer]") }

// LogValue keeps the key out of logs.
func (k *Key) LogValue() slog.Value { return slog.StringValue("[signer]") }

// Verify says nil only if sig is the signature of message in ns by pub. A key that [CheckPublicKey]
// refuses verifies nothing. Every other outcome is [ErrSignature], [ErrPublicKey] or [ErrNamespace].
func Verify(pub PublicKey, ns Namespace, message []byte, sig Signature) error {
	if err := CheckPublicKey(pub); err != nil {
		return err
	}
	signed, err := spaced(ns, message)
	if err != nil {
		return err
	}
	if !ed25519.Verify(pub[:], signed, sig[:]) {
		return ErrSignature
	}
	return nil
}

// spaced puts the name space before the message.
func spaced(ns Namespace, message []byte) ([]byte, error) {
	if ns == SignedNote {
		return message, checkNote(message)
	}
	if len(ns) == 0 || len(ns) > maxNamespace {
		return nil, ErrNamespace
	}
	for i := range len(ns) {
		if ns[i] <= ' ' || ns[i] > '~' {
			return nil, ErrNamespace
		}
	}
	signed := make([]byte, 0, len(ns)+1+len(message))
	signed = append(signed, ns...)
	signed = append(signed, 0)
	return append(signed, message...), nil
}

// checkNote refuses what could be the signed bytes of another name space.
func checkNote(message []byte) error {
	if !utf8.Valid(message) || bytes.ContainsFunc(message, func(r rune) bool { return r < ' ' && r != '\n' }) {
		return ErrNote
	}
	return nil
}

// CheckPublicKey refuses, with [ErrPublicKey], the keys under which one signature verifies any message
// (points of small order) and second spellings of a key (y coordinates of p or above). Bytes that are no
// point of the curve pass here and then verify nothing.
func CheckPublicKey(pub PublicKey) error {
	y := pub
	y[31] &= 0x7f // the sign of x: each small-order y is refused with either sign
	if !belowP(y) {
		return ErrPublicKey
	}
	for _, small := range smallOrder {
		if bytes.Equal(y[:], small) {
			return ErrPublicKey
		}
	}
	return nil
}

// belowP says whether the little-endian y is below p = 2^255 - 19.
func belowP(y [32]byte) bool {
	if y[31] != 0x7f || y[0] < 0xed {
		return true
	}
	for _, b := range y[1:31] {
		if b != 0xff {
			return true
		}
	}
	return false
}

// smallOrder are the y coordinates of the eight points of small order: 0 (order 4), 1 (the neutral
// point), p-1 (order 2) and the two of order 8.
var smallOrder = [][]byte{
	unhex("0000000000000000000000000000000000000000000000000000000000000000"),
	unhex("0100000000000000000000000000000000000000000000000000000000000000"),
	unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
	unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err) // a constant above is mistyped
	}
	return b
}

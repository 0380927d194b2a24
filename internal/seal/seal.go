package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"filippo.io/age"
)

// Bounds of a sealed thing.
const (
	MaxPlain      = 64 << 20 // bytes that Seal takes and Open gives
	MaxRecipients = 16
)

// Errors of sealing and opening.
var (
	ErrRecipient = errors.New("not a hybrid recipient")
	ErrIdentity  = errors.New("not a hybrid identity")
	ErrTooLarge  = errors.New("larger than may be sealed")
	ErrHeader    = errors.New("not sealed to the expected number of hybrid recipients")
	ErrNotForUs  = errors.New("sealed to others")
	ErrDamaged   = errors.New("sealed bytes are damaged")
)

// Recipient is whom something is sealed to: a hybrid age public key ("age1pq1…", 1,959 characters).
// The zero Recipient is nobody, and Seal refuses it.
type Recipient struct {
	key  *age.HybridRecipient
	text string
}

// ParseRecipient reads the one canonical spelling of a hybrid recipient. Classical keys (age1…), SSH
// keys, plugins and upper case are refused with [ErrRecipient].
func ParseRecipient(s string) (Recipient, error) {
	key, err := age.ParseHybridRecipient(s)
	if err != nil || key.String() != s {
		return Recipient{}, ErrRecipient
	}
	// A key of which half is useless parses, and would fail on the day something is sealed to it.
	if _, err := key.Wrap(make([]byte, 16)); err != nil {
		return Recipient{}, ErrRecipient
	}
	return Recipient{key: key, text: s}, nil
}

// String returns the spelling that [ParseRecipient] reads; "" for the zero Recipient.
func (r Recipient) String() string { return r.text }

// Equal says whether both are the same key.
func (r Recipient) Equal(other Recipient) bool { return r.text == other.text }

// Seal encrypts plain to every one of the recipients: each of them alone can open it. The result is a
// standard age file that stock age opens too, [Overhead] bytes longer than plain.
func Seal(plain []byte, to []Recipient) ([]byte, error) {
	if len(plain) > MaxPlain {
		return nil, fmt.Errorf("seal %d bytes: %w", len(plain), ErrTooLarge)
	}
	if len(to) == 0 || len(to) > MaxRecipients {
		return nil, fmt.Errorf("seal to %d: %w", len(to), ErrRecipient)
	}
	keys := make([]age.Recipient, len(to))
	seen := make(map[string]bool, len(to))
	for i, r := range to {
		if r.key == nil || seen[r.text] {
			return nil, fmt.Errorf("seal to recipient %d: %w", i, ErrRecipient)
		}
		keys[i], seen[r.text] = r.key, true
	}

	var sealed bytes.Buffer
	sealed.Grow(len(plain) + Overhead(len(plain), len(to)))
	w, err := age.Encrypt(&sealed, keys...)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", ErrRecipient)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed.Bytes(), nil
}

// age's payload: a nonce, then chunks with a tag each; an empty plaintext is one empty chunk.
const (
	payloadNonce = 16
	chunkSize    = 64 << 10
	tagSize      = 16
)

// Overhead is how many bytes Seal adds to a plaintext of n bytes for the given number of recipients.
func Overhead(n, recipients int) int {
	return headerSize(recipients) + payloadNonce + max(1, (n+chunkSize-1)/chunkSize)*tagSize
}

// Opener opens what was sealed to it.
type Opener interface {
	// Open returns the plaintext, at most MaxPlain bytes. recipients is how many the sealer had to seal
	// to; a header with another number, or with a stanza of another kind, is refused with ErrHeader
	// before any key is used. Further errors: ErrNotForUs, ErrDamaged, ErrTooLarge.
	Open(sealed []byte, recipients int) ([]byte, error)
}

// Identity is the private half of a Recipient, in memory. It is an [Opener] and prints nothing of itself.
type Identity struct {
	key *age.HybridIdentity
}

// NewIdentity makes a key pair: the secret ("AGE-SECRET-KEY-PQ-1…") and whom to seal to.
func NewIdentity() (secret string, r Recipient, err error) {
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", Recipient{}, fmt.Errorf("make identity: %w", err)
	}
	id := Identity{key: key}
	return key.String(), id.Recipient(), nil
}

// OpenerFor reads the secret that [NewIdentity] made.
func OpenerFor(secret string) (*Identity, error) {
	key, err := age.ParseHybridIdentity(secret)
	if err != nil || key.String() != secret {
		return nil, ErrIdentity // the library's error may quote the secret
	}
	return &Identity{key: key}, nil
}

// Recipient returns the public half.
func (id *Identity) Recipient() Recipient {
	key := id.key.Recipient()
	return Recipient{key: key, text: key.String()}
}

// Open implements [Opener].
func (id *Identity) Open(sealed []byte, recipients int) ([]byte, error) {
	if !checkHeader(sealed, recipients) {
		return nil, ErrHeader
	}
	if len(sealed) > MaxPlain+Overhead(MaxPlain, recipients) {
		return nil, ErrTooLarge
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), id.key)
	if _, others := errors.AsType[*age.NoIdentityMatchError](err); others {
		return nil, ErrNotForUs
	}
	if err != nil {
		return nil, ErrDamaged
	}
	var plain bytes.Buffer
	plain.Grow(len(sealed) - headerSize(recipients)) // a little more than the plaintext
	if _, err := plain.ReadFrom(io.LimitReader(r, MaxPlain+1)); err != nil {
		return nil, ErrDamaged
	}
	if plain.Len() > MaxPlain {
		return nil, ErrTooLarge
	}
	return plain.Bytes(), nil
}

// Format prints no part of the key, whatever the verb.
func (id *Identity) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[identity]") }

// LogValue keeps the key out of logs.
func (id *Identity) LogValue() slog.Value { return slog.StringValue("[identity]") }

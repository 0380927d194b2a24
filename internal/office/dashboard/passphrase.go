package dashboard

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what one guess of a passphrase costs with Argon2id (RFC 9106).
type Cost struct {
	Time   uint32 // passes
	Memory uint32 // KiB
	Lanes  uint8
}

// DefaultCost is RFC 9106's second recommended option.
func DefaultCost() Cost { return Cost{Time: 3, Memory: 64 << 10, Lanes: 4} }

const hashLength = 32

var errHash = errors.New("not a passphrase hash")

// normal is what is hashed: in Unicode form NFKC, with one space between words and none at the ends, so
// that the same words typed on another keyboard sign in.
func normal(passphrase string) []byte {
	return []byte(strings.Join(strings.Fields(norm.NFKC.String(passphrase)), " "))
}

// HashPassphrase returns what the office keeps of a passphrase, in the PHC string form
// $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func HashPassphrase(passphrase string, c Cost) string {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	sum := argon2.IDKey(normal(passphrase), salt[:], c.Time, c.Memory, c.Lanes, hashLength)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.Memory, c.Time, c.Lanes, b64.EncodeToString(salt[:]), b64.EncodeToString(sum))
}

// checkPassphrase compares in constant time. A hash that asks for more than four times the default is
// refused: a row in the database must not decide how much memory a request takes.
func checkPassphrase(passphrase, kept string) (bool, error) {
	part := strings.Split(kept, "$")
	if len(part) != 6 || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errHash
	}
	var c Cost
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Lanes); err != nil {
		return false, errHash
	}
	most := DefaultCost()
	if c.Memory < 8 || c.Time < 1 || c.Lanes < 1 || c.Memory > 4*most.Memory || c.Time > 4*most.Time {
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(part[4])
	if err != nil {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(part[5])
	if err != nil || len(want) != hashLength {
		return false, errHash
	}
	got := argon2.IDKey(normal(passphrase), salt, c.Time, c.Memory, c.Lanes, hashLength)
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// checker bounds how many passphrases are checked at once, so that a flood of sign-ins takes turns
// instead of all the memory.
type checker struct {
	turns   chan struct{}
	nobody  string // hash for names that do not exist: they take the same time
	checked func() // for tests: called after each real computation
}

func newChecker(atOnce int, c Cost) *checker {
	var random [32]byte
	_, _ = rand.Read(random[:])
	return &checker{turns: make(chan struct{}, atOnce), nobody: HashPassphrase(string(random[:]), c)}
}

// check computes exactly one Argon2id, whether or not kept is empty (an unknown name).
func (c *checker) check(ctx context.Context, passphrase, kept string) (bool, error) {
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	known := kept != ""
	if !known {
		kept = c.nobody
	}
	ok, err := checkPassphrase(passphrase, kept)
	if c.checked != nil {
		c.checked()
	}
	return ok && known, err
}

package batch

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// ErrLog says that an office's log is not the continuation of the one that was seen before: it was forked, or
// it forgot.
var ErrLog = errors.New("the log is not the one that was seen before")

// ErrOld says that an answer was made for what a device knew at another time: it proves nothing, and accuses nobody.
// By stick that happens to the honest.
var ErrOld = errors.New("an answer to what is not asked any more")

// maxCheckpoint is the longest signed checkpoint in bytes, with a few cosignatures.
const maxCheckpoint = 2 << 10

// Origin is the first line of the log's checkpoints (C2SP tlog-checkpoint): it names the log, whatever keys
// sign it.
func (r Root) Origin() string { return "leeward/" + hex.EncodeToString(r.Log[:]) }

// ed25519Note is the signature type of C2SP signed notes that this program uses.
const ed25519Note = 1

// noteKey is a key as golang.org/x/mod/sumdb/note wants it.
type noteKey struct {
	name   string
	pub    seal.PublicKey
	signer seal.Signer // nil to verify
}

// Name is the origin of the log.
func (k noteKey) Name() string { return k.name }

// KeyHash is that of C2SP signed-note, for Ed25519.
func (k noteKey) KeyHash() uint32 {
	h := sha256.Sum256(append([]byte(k.name+"\n\x01"), k.pub[:]...))
	return binary.BigEndian.Uint32(h[:])
}

// Sign signs the text of a note.
func (k noteKey) Sign(msg []byte) ([]byte, error) {
	sig, err := k.signer.Sign(seal.SignedNote, msg)
	return sig[:], err
}

// Verify checks the signature of a note.
func (k noteKey) Verify(msg, sig []byte) bool {
	return len(sig) == sigSize && seal.Verify(k.pub, seal.SignedNote, msg, seal.Signature(sig)) == nil
}

// VerifierKey is the log's key as stock tools for signed notes take it ("name+hash+base64").
func (r Root) VerifierKey() string {
	k := noteKey{name: r.Origin(), pub: r.Online}
	return fmt.Sprintf("%s+%08x+%s", k.name, k.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{ed25519Note}, r.Online[:]...)))
}

// SignCheckpoint makes the office's word about its log: a signed note with three lines of text.
func SignCheckpoint(origin string, size uint64, root [32]byte, online seal.Signer) ([]byte, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, noteKey{name: origin, pub: online.Public(), signer: online})
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of %d entries: %w", size, err)
	}
	return signed, nil
}

// VerifyCheckpoint reads a checkpoint of the log with the given origin. Signatures by others, such as
// witnesses, may stand below the office's. Errors carry CodeBadReceipt.
func VerifyCheckpoint(signed []byte, origin string, online seal.PublicKey) (screening.Checkpoint, error) {
	c, err := openCheckpoint(signed, origin, online)
	if err != nil {
		return screening.Checkpoint{}, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("verify checkpoint: %w", err))
	}
	return c, nil
}

func openCheckpoint(signed []byte, origin string, online seal.PublicKey) (screening.Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return screening.Checkpoint{}, errLength
	}
	n, err := note.Open(signed, note.VerifierList(noteKey{name: origin, pub: online}))
	if err != nil {
		return screening.Checkpoint{}, seal.ErrSignature
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return screening.Checkpoint{}, errField
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	root, err2 := tlog.ParseHash(lines[2])
	if err != nil || err2 != nil || size >= maxUint || strconv.FormatUint(size, 10) != lines[1] || root.String() != lines[2] {
		return screening.Checkpoint{}, errField
	}
	return screening.Checkpoint{Size: size, Root: root, Note: signed}, nil
}

// Follows checks that the log of an answer continues the one that was seen before. Errors are [ErrLog] and, for an
// answer that was made for another log than before, [ErrOld], under CodeBadReceipt.
func (r Receipts) Follows(before screening.Checkpoint) error {
	now := r.Log
	var err error
	switch {
	case r.From != before.Size:
		err = fmt.Errorf("%w: made for a log of %d entries, not %d", ErrOld, r.From, before.Size)
	case before.Size == 0:
	case now.Size < before.Size:
		err = fmt.Errorf("%w: it had %d entries, now %d", ErrLog, before.Size, now.Size)
	case now.Size == before.Size && now.Root != before.Root:
		err = fmt.Errorf("%w: two of %d entries", ErrLog, now.Size)
	case now.Size > before.Size &&
		tlog.CheckTree(hashesOf(r.Since), int64(now.Size), now.Root, int64(before.Size), before.Root) != nil:
		err = fmt.Errorf("%w: %d entries do not begin with the %d known", ErrLog, now.Size, before.Size)
	}
	if err != nil {
		return screening.Fail(screening.CodeBadReceipt, err)
	}
	return nil
}

func hashesOf(path [][32]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(path))
	for i, h := range path {
		out[i] = h
	}
	return out
}

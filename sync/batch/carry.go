package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// A carry file takes batches to the office on a stick, or the office's answers back. Whoever finds the stick sees
// an age file of a length that is a power of two, and no name, device or count (FORMAT.md, Carry files).

const (
	carryMagic = "LWSW1\n"
	minCarry   = 16 << 10
	// MaxCarry is the longest content of a carry file in bytes; more goes into another file.
	MaxCarry = 32 << 20
	// MaxCarryFile is the longest carry file in bytes; a reader may stop there.
	MaxCarryFile = 2*MaxCarry + 16<<10
)

var errEnd = errors.New("ends early")

// PackCarry seals files into one carry file. Together they may have MaxCarry bytes.
func PackCarry(items [][]byte, to seal.Recipient) ([]byte, error) {
	plain, err := JoinItems(items, minCarry)
	if err != nil {
		return nil, fmt.Errorf("pack carry file: %w", err)
	}
	sealed, err := seal.Seal(plain, []seal.Recipient{to})
	if err != nil {
		return nil, fmt.Errorf("pack carry file: %w", err)
	}
	return sealed, nil
}

// IsCutCarry says whether a file begins as a carry file does and has a length that none has: the stick was pulled out, or full,
// while it was written. Nobody's key is needed to tell.
func IsCutCarry(file []byte) bool {
	if !bytes.HasPrefix(file, []byte("age-encryption.org/v1\n")) {
		return false
	}
	for n := minCarry; n <= MaxCarry; n *= 2 {
		if len(file) == n+seal.Overhead(n, 1) {
			return false
		}
	}
	return true
}

// CarrySize is how many bytes of MaxCarry an item of n bytes takes.
func CarrySize(n int) int { return n + 4 }

// OpenCarry opens a carry file. Errors carry E_OPEN for a file that is not sealed to this key or damaged, and
// E_FORMAT for one whose content is not as the format has it. An error of the opener itself comes back as it is.
func OpenCarry(file []byte, o seal.Opener) ([][]byte, error) {
	if len(file) > MaxCarryFile {
		return nil, malformed("carry file", errLength)
	}
	plain, err := o.Open(file, 1)
	if err != nil && !aboutSealed(err) {
		return nil, fmt.Errorf("open carry file: %w", err)
	}
	if err != nil {
		return nil, screening.Fail(screening.EOpen, fmt.Errorf("open carry file: %w", err))
	}
	items, err := split(plain, minCarry)
	if err != nil {
		return nil, malformed("carry file", err)
	}
	return items, nil
}

func split(plain []byte, least int) (items [][]byte, err error) {
	rest, ok := bytes.CutPrefix(plain, []byte(carryMagic))
	if !ok {
		return nil, errMagic
	}
	if len(plain) < least || bits.OnesCount(uint(len(plain))) != 1 {
		return nil, errLength
	}
	for {
		if len(rest) < 4 {
			return nil, errEnd
		}
		n := int(binary.BigEndian.Uint32(rest))
		rest = rest[4:]
		if n == 0 {
			break
		}
		if n > len(rest) {
			return nil, errEnd
		}
		items, rest = append(items, rest[:n]), rest[n:]
	}
	for _, b := range rest {
		if b != 0 {
			return nil, errPadding
		}
	}
	if used := len(plain) - len(rest); len(plain) != max(least, 1<<bits.Len(uint(used-1))) {
		return nil, errLength
	}
	return items, nil
}

// IsReceipts says whether an item of a carry file is a receipts file.
func IsReceipts(item []byte) bool { return bytes.HasPrefix(item, []byte(receiptsMagic)) }

// IsBatch says whether bytes begin as a batch file does.
func IsBatch(item []byte) bool { return bytes.HasPrefix(item, []byte(Magic)) }

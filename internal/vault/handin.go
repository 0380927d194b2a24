package vault

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"path/filepath"

	"golang.org/x/crypto/chacha20poly1305"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// A hand-in file is the recovery file of a device, its pools and its outbox in one file that anybody can make of a locked
// device and only its office can read (FORMAT.md, Hand-in file).
const (
	RecoveryName = "recovery" // in the folder of a device
	OutboxName   = "outbox"
	leftNames    = "left-*" // folders that a wipe left

	handInPools = 2
	handInHead  = RecoveryFile + handInPools*PoolSlots*poolFile // bytes before the outbox
	minOutbox   = 64 << 10
	maxOutbox   = 32 << 20 // of one hand-in file, unless a batch is longer
	maxBatch    = 64<<20 + 4<<10
	// MaxHandIn is the longest hand-in file in bytes; a reader may stop there.
	MaxHandIn = handInHead + maxBatch + 8 + nonceSize + tagSize

	ageIntro = "age-encryption.org/v1\n"
)

// PoolName is the name of a pool in the folder of a device.
func PoolName(half int) string { return fmt.Sprintf("capsules%d", half) }

// ErrNothingKept is for a folder from which nothing can be handed in: its device belonged to no office.
var ErrNothingKept = errors.New("no recovery file")

// CollectHandIn makes the hand-in files of the folder of a device, or of a copy of it: one, and more for an outbox of
// more than 32 MiB and for what wipes left. It needs no passphrase. Errors: ErrNothingKept; CodeDamaged for a recovery
// file that is none; CodeDisk.
func CollectHandIn(dir string) (files [][]byte, err error) {
	left, err := filepath.Glob(filepath.Join(dir, leftNames))
	if err != nil {
		return nil, fmt.Errorf("hand in: %w", err)
	}
	for _, from := range append([]string{dir}, left...) {
		recovery, err := readBounded(filepath.Join(from, RecoveryName))
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, diskError("hand in", err)
		}
		more, err := handIn(from, recovery)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	if files == nil {
		return nil, fmt.Errorf("hand in: %w", ErrNothingKept)
	}
	return files, nil
}

func handIn(dir string, recovery []byte) (files [][]byte, err error) {
	sealedTo, err := sealedPart(recovery)
	if err != nil || len(sealedTo) > RecoveryFile-4-keySize || !bytes.HasPrefix(sealedTo, []byte(ageIntro)) {
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("hand in: %w", errRecovery))
	}
	aead, err := chacha20poly1305.NewX(recovery[RecoveryFile-keySize:])
	if err != nil {
		return nil, fmt.Errorf("hand in: %w", err)
	}
	head := append(make([]byte, 0, handInHead), sealedTo...)
	head = append(head, random(RecoveryFile-4-len(sealedTo))...)
	head = binary.BigEndian.AppendUint32(head, uint32(len(sealedTo)))
	for half := range handInPools {
		for slot := range PoolSlots {
			held, err := readSlot(poolPath(filepath.Join(dir, PoolName(half)), slot))
			if err != nil {
				return nil, diskError("hand in", err)
			}
			head = append(head, held...)
		}
	}
	loads, err := readOutbox(filepath.Join(dir, OutboxName))
	if err != nil {
		return nil, diskError("hand in", err)
	}
	for _, load := range loads {
		files = append(files, append(bytes.Clone(head), sealed(aead, load, nil)...))
	}
	return files, nil
}

// readSlot returns the bytes of a slot as a hand-in carries them. Of a slot that a crash left in the middle of Put the new
// file counts: what was there is about to go.
func readSlot(path string) ([]byte, error) {
	for _, path := range []string{path + poolNew, path} {
		if b, err := readPool(path); err != nil || len(b) == poolFile {
			return b, err
		}
	}
	return random(poolFile), nil
}

// readOutbox returns the files of a folder as a hand-in carries them: { length, 4 bytes | file } | 0 | zeros, to a length
// that tells little. What is too long for any batch is passed over.
func readOutbox(dir string) (loads [][]byte, err error) {
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return nil, err
	}
	var load []byte
	end := func() {
		n := len(load) + 4
		if total := max(minOutbox, 1<<bits.Len(uint(n-1))); n <= maxOutbox {
			n = total
		}
		loads, load = append(loads, append(load, make([]byte, n-len(load))...)), nil
	}
	for _, name := range names {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > maxBatch {
			continue
		}
		b, err := os.ReadFile(name)
		if isMissing(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(load) > 0 && len(load)+4+len(b)+4 > maxOutbox {
			end()
		}
		load = append(binary.BigEndian.AppendUint32(load, uint32(len(b))), b...)
	}
	end()
	return loads, nil
}

// HandIn is what an office reads of a hand-in file.
type HandIn struct {
	Kit
	Capsules [][]byte // what the pools hold, in the order of the slots
	Outbox   [][]byte // files
}

// IsHandIn reports whether a file may be a hand-in file: it is as long as one at least, and has its beginning.
func IsHandIn(file []byte) bool {
	return len(file) >= handInHead+minOutbox && len(file) <= MaxHandIn && bytes.HasPrefix(file, []byte(ageIntro)) &&
		binary.BigEndian.Uint32(file[RecoveryFile-4:]) <= RecoveryFile-4
}

// OpenHandIn opens a hand-in file with the office's key; recipients is to how many the recovery file is sealed. A slot that
// does not open is empty; an outbox that does not open is none, for the pools count by themselves, and damaged says so.
// Errors are those of OpenRecovery.
func OpenHandIn(file []byte, o seal.Opener, recipients int) (h HandIn, damaged bool, err error) {
	if !IsHandIn(file) {
		return HandIn{}, false, screening.Fail(screening.CodeDamaged, errRecovery)
	}
	if h.Kit, err = openKit(file[:binary.BigEndian.Uint32(file[RecoveryFile-4:])], o, recipients); err != nil {
		return HandIn{}, false, err
	}
	pool, err := chacha20poly1305.NewX(h.pool)
	if err != nil {
		return HandIn{}, false, fmt.Errorf("open hand-in: %w", err)
	}
	for at := RecoveryFile; at < handInHead; at += poolFile {
		if capsule, held := openPool(pool, file[at:at+poolFile]); held {
			h.Capsules = append(h.Capsules, capsule)
		}
	}
	carry, err := chacha20poly1305.NewX(h.carry)
	if err != nil {
		return HandIn{}, false, fmt.Errorf("open hand-in: %w", err)
	}
	h.Outbox, damaged = openOutbox(carry, file[handInHead:])
	return h, damaged, nil
}

func openOutbox(aead cipher.AEAD, sealed []byte) (files [][]byte, damaged bool) {
	rest, err := aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], nil)
	if err != nil {
		return nil, true
	}
	for len(rest) >= 4 {
		n := binary.BigEndian.Uint32(rest)
		if rest = rest[4:]; n == 0 {
			return files, !allZero(rest)
		}
		if uint64(n) > uint64(len(rest)) {
			return files, true
		}
		files, rest = append(files, rest[:n]), rest[n:]
	}
	return files, true
}

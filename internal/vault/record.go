package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// A record holds everything of a vault but the try counter (FORMAT.md, Record). All integers are big-endian.
//
//	0  "LWVLT\n"   6 version u16   8 time u32   12 memory u32 (KiB)   16 threads u8   17 zero[3]
//	20 vault id [16]   36 salt [32]   68 length u32   72 limit u8   73 gone [2]   75 zero
//	76 slots [2][9][80]   1516 bodies [2]   … SHA-256 of all before
const (
	recordMagic   = "LWVLT\n"
	recordVersion = 1

	atVersion = 6
	atTime    = 8
	atMemory  = 12
	atThreads = 16
	atZero    = 17
	atID      = 20
	atSalt    = 36
	atLength  = 68 // all before it is bound to every slot and body
	atLimit   = 72
	atGone    = 73
	atZero2   = 75
	atSlots   = 76
	atBodies  = atSlots + halfCount*slotCount*slotSize

	halfCount  = 2
	Places     = 8      // people who can have a passphrase
	officeSlot = Places // of every half, for the office's recovery
	slotCount  = Places + 1
	slotSize   = 80 // public key 32, key 32, tag 16

	bodyUnit  = 2048 // what is sealed as a body is a whole number of these
	minBody   = nonceSize + bodyUnit + tagSize
	maxRecord = 64 << 10
)

// KDF are the parameters of Argon2id. What a file may ask for is bounded: 19 to 256 MiB, 2 to 16 passes,
// 1 to 4 threads (OWASP's minimum below; above, what a file could otherwise make a tablet do).
type KDF struct {
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
}

const maxPasses = 16

// DefaultKDF is the second recommended option of RFC 9106; FloorKDF is the least that is accepted.
var (
	DefaultKDF = KDF{Time: 3, Memory: 64 << 10, Threads: 4}
	FloorKDF   = KDF{Time: 2, Memory: 19 << 10, Threads: 1}
)

func (k KDF) inBounds() bool {
	return k.Time >= 2 && k.Time <= maxPasses && k.Memory >= 19<<10 && k.Memory <= 256<<10 && k.Threads >= 1 && k.Threads <= 4
}

type slot [slotSize]byte

// half is one of the two vaults that every record holds: one has the keys of the device; the other has those of a
// front, or nobody has its key. They look alike, and neither tells of the other.
type half struct {
	slots [slotCount]slot
	body  []byte // nonce | sealed keys; as long in both
}

// spot is a slot of a half.
type spot struct{ half, slot int }

func (at spot) tag() string { return string([]byte{'0' + byte(at.half), '0' + byte(at.slot)}) }

type record struct {
	kdf    KDF
	id     [16]byte
	salt   [32]byte
	limit  uint8            // wrong tries in a row at one place after which its slots are destroyed; 0 for never
	gone   [halfCount]uint8 // bit i: slot i of that half was destroyed, and its body does not know yet
	halves [halfCount]half
}

// Why a record is refused; none quotes the file.
var (
	errMagic    = errors.New("not a vault")
	errNewer    = errors.New("a newer version of the vault file")
	errLength   = errors.New("length")
	errChecksum = errors.New("checksum")
	errKDF      = errors.New("key derivation parameters out of bounds")
	errReserved = errors.New("reserved bytes")
	errLimit    = errors.New("limit of tries out of bounds")
)

// core is what every slot and body is bound to: version, parameters, id and salt.
func (r *record) core() []byte {
	b := make([]byte, atLength, atBodies)
	copy(b, recordMagic)
	binary.BigEndian.PutUint16(b[atVersion:], recordVersion)
	binary.BigEndian.PutUint32(b[atTime:], r.kdf.Time)
	binary.BigEndian.PutUint32(b[atMemory:], r.kdf.Memory)
	b[atThreads] = r.kdf.Threads
	copy(b[atID:], r.id[:])
	copy(b[atSalt:], r.salt[:])
	return b
}

// marshal returns the record's bytes, checksum included.
func (r *record) marshal() []byte {
	b := binary.BigEndian.AppendUint32(r.core(), uint32(atBodies+halfCount*len(r.halves[0].body)+sha256.Size))
	b = append(b, r.limit, r.gone[0], r.gone[1], 0)
	for _, h := range r.halves {
		for i := range h.slots {
			b = append(b, h.slots[i][:]...)
		}
	}
	for _, h := range r.halves {
		b = append(b, h.body...)
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// parseRecord reads the record at the beginning of b; what follows it must be zero. It returns errNewer,
// or why the record is damaged. Parameters out of bounds are refused here, before any work is done.
func parseRecord(b []byte) (*record, error) {
	const least = atBodies + halfCount*minBody + sha256.Size
	if len(b) < least || string(b[:len(recordMagic)]) != recordMagic {
		return nil, errMagic
	}
	if v := binary.BigEndian.Uint16(b[atVersion:]); v > recordVersion {
		return nil, errNewer
	} else if v != recordVersion {
		return nil, errMagic
	}
	length := int64(binary.BigEndian.Uint32(b[atLength:]))
	if length < least || length > int64(min(len(b), maxRecord)) || (length-least)%(halfCount*bodyUnit) != 0 {
		return nil, errLength
	}
	end := int(length) - sha256.Size
	if sum := sha256.Sum256(b[:end]); sum != [sha256.Size]byte(b[end:length]) {
		return nil, errChecksum
	}
	if !allZero(b[atZero:atID]) || b[atZero2] != 0 || !allZero(b[length:]) {
		return nil, errReserved
	}
	r := &record{
		kdf: KDF{
			Time:    binary.BigEndian.Uint32(b[atTime:]),
			Memory:  binary.BigEndian.Uint32(b[atMemory:]),
			Threads: b[atThreads],
		},
		id:    [16]byte(b[atID:]),
		salt:  [32]byte(b[atSalt:]),
		limit: b[atLimit],
		gone:  [halfCount]uint8(b[atGone:]),
	}
	size := (end - atBodies) / halfCount
	for h := range r.halves {
		for i := range slotCount {
			r.halves[h].slots[i] = slot(b[atSlots+(h*slotCount+i)*slotSize:])
		}
		r.halves[h].body = append([]byte(nil), b[atBodies+h*size:][:size]...)
	}
	if !r.kdf.inBounds() {
		return nil, errKDF
	}
	if !isLimit(int(r.limit)) {
		return nil, errLimit
	}
	return r, nil
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

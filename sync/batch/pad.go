package batch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxInner bounds what a payload decompresses to, in bytes.
const maxInner = 16 << 20

const (
	minPadded     = 4 << 10
	maxPowerOfTwo = 64 << 10

	skippable     = 0x184D2A50 // magic of a skippable frame (RFC 8878, section 3.1.2)
	skippableHead = 8
)

var (
	errPadding = errors.New("padding is not as the format has it")
	errFrame   = errors.New("not one plain zstd frame of its suite")
)

// compressors keep their windows at 1 MiB, so that any zstd opens what they make with little memory: one by suite.
var compressors = map[uint64]func() *zstd.Encoder{
	suiteV1: sync.OnceValue(func() *zstd.Encoder { return newCompressor() }),
	suiteV2: sync.OnceValue(func() *zstd.Encoder { return newCompressor(zstd.WithEncoderDict(Dictionary)) }),
}

func newCompressor(also ...zstd.EOption) *zstd.Encoder {
	return mustMode(zstd.NewWriter(nil, append(also, zstd.WithEncoderLevel(zstd.SpeedBestCompression),
		zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(1))...))
}

// dictionaryOf is the id of the dictionary that the frames of a suite name; 0 for none.
func dictionaryOf(suite uint64) uint32 {
	if suite == suiteV1 {
		return 0
	}
	return DictionaryID
}

var decompressor = sync.OnceValue(func() *zstd.Decoder {
	return mustMode(zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxInner),
		zstd.WithDecoderMaxWindow(maxInner), zstd.WithDecoderConcurrency(0), zstd.WithDecoderDicts(Dictionary)))
})

// padded is the length to which n bytes are filled up: a power of two from 4 KiB to 64 KiB, so that one
// interview looks like two, and above that Padmé (at most 4 % more, few distinct lengths).
func padded(n int) int {
	if n <= minPadded {
		return minPadded
	}
	if n <= maxPowerOfTwo {
		return 1 << bits.Len(uint(n-1))
	}
	e := bits.Len(uint(n)) - 1
	mask := 1<<(e-bits.Len(uint(e))) - 1
	return (n + mask) &^ mask
}

// paddedFrame is the length of the padded plaintext whose zstd frame has n bytes: what is filled up has to
// be nothing, or at least the head of a skippable frame.
func paddedFrame(n int) int {
	total := padded(n)
	if rest := total - n; rest > 0 && rest < skippableHead {
		total = padded(n + skippableHead)
	}
	return total
}

// squeeze compresses inner and fills it up with a skippable frame of zeros, which every zstd program
// passes over: no length field, and `age -d | zstd -d -D dictionary` gives the records.
func squeeze(inner []byte, suite uint64) ([]byte, error) {
	if len(inner) > maxInner {
		return nil, fmt.Errorf("compress %d bytes: %w", len(inner), errLength)
	}
	out := compressors[suite]().EncodeAll(inner, nil)
	total := paddedFrame(len(out))
	if rest := total - len(out); rest > 0 {
		out = binary.LittleEndian.AppendUint32(out, skippable)
		out = binary.LittleEndian.AppendUint32(out, uint32(rest-skippableHead))
		out = append(out, make([]byte, total-len(out))...)
	}
	return out, nil
}

// expand undoes squeeze: one frame, padding of the exact length, and zeros in it.
func expand(plain []byte, suite uint64) ([]byte, error) {
	n, err := frameLength(plain, dictionaryOf(suite))
	if err != nil {
		return nil, err
	}
	if len(plain) != paddedFrame(n) {
		return nil, errPadding
	}
	if pad := plain[n:]; len(pad) > 0 {
		if binary.LittleEndian.Uint32(pad) != skippable || binary.LittleEndian.Uint32(pad[4:]) != uint32(len(pad)-skippableHead) {
			return nil, errPadding
		}
		for _, b := range pad[skippableHead:] {
			if b != 0 {
				return nil, errPadding
			}
		}
	}
	inner, err := decompressor().DecodeAll(plain[:n], nil)
	if err != nil || len(inner) > maxInner {
		return nil, errFrame
	}
	return inner, nil
}

// frameLength walks the blocks of the zstd frame at the start of b (RFC 8878, section 3.1.1), which has to name that
// dictionary, and returns where it ends.
func frameLength(b []byte, dictionary uint32) (int, error) {
	var h zstd.Header
	if err := h.Decode(b); err != nil || h.Skippable || h.HasCheckSum || h.DictionaryID != dictionary || h.WindowSize > maxInner {
		return 0, errFrame
	}
	at := h.HeaderSize
	for {
		if len(b) < at+3 {
			return 0, errFrame
		}
		block := uint32(b[at]) | uint32(b[at+1])<<8 | uint32(b[at+2])<<16
		at += 3
		size := int(block >> 3)
		if kind := block >> 1 & 3; kind == 1 { // RLE: one byte, however long it becomes
			size = 1
		}
		if len(b)-at < size {
			return 0, errFrame
		}
		at += size
		if block&1 == 1 {
			return at, nil
		}
	}
}

package batch

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestPadded(t *testing.T) {
	for n, want := range map[int]int{
		1: 4096, 4096: 4096, 4097: 8192, 8192: 8192, 8193: 16384, 65536: 65536, 65537: 67584, 100000: 100352, 1 << 20: 1 << 20, 1<<20 + 1: 1<<20 + 1<<15,
	} {
		if got := padded(n); got != want {
			t.Errorf("padded(%d): got %d, want %d", n, got, want)
		}
	}
	lengths := map[int]bool{}
	for n := 1; n < 1<<20; n++ {
		total := paddedFrame(n)
		if rest := total - n; rest < 0 || rest > 0 && rest < skippableHead {
			t.Fatalf("a frame of %d bytes is filled up by %d", n, rest)
		}
		if total > 64<<10 && total > n+n/25+4096 {
			t.Fatalf("a frame of %d bytes becomes %d", n, total)
		}
		lengths[total] = true
	}
	if len(lengths) > 150 {
		t.Errorf("%d lengths below 1 MiB: that tells too much", len(lengths))
	}
}

func TestSqueezeAndExpand(t *testing.T) {
	noise := make([]byte, 300<<10)
	_, _ = rand.Read(noise)
	rapid.Check(t, func(r *rapid.T) {
		inner := append(noise[:rapid.IntRange(1, len(noise)).Draw(r, "noise"):len(noise)], make([]byte, rapid.IntRange(0, 99).Draw(r, "zeros"))...)
		suite := rapid.SampledFrom([]uint64{suiteV1, suiteV2}).Draw(r, "suite")
		plain, err := squeeze(inner, suite)
		if err != nil {
			r.Fatal(err)
		}
		if _, err := expand(plain, suiteV1+suiteV2-suite); !errors.Is(err, errFrame) {
			r.Fatalf("a payload of suite %d reads as one of the other: %v", suite, err)
		}
		back, err := expand(plain, suite)
		if err != nil || !bytes.Equal(back, inner) {
			r.Fatalf("%d bytes did not come back: %v", len(inner), err)
		}
	})
}

// The limit is where it says: the longest inner form opens, one byte more does not, however small it is
// compressed, and memory for it is not taken.
func TestBombIsBounded(t *testing.T) {
	plain, err := squeeze(make([]byte, maxInner), suiteV2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := expand(plain, suiteV2); err != nil {
		t.Errorf("%d bytes: %v", maxInner, err)
	}
	if _, err := squeeze(make([]byte, maxInner+1), suiteV2); err == nil {
		t.Error("more than the limit was compressed")
	}
	w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
	if err != nil {
		t.Fatal(err)
	}
	bomb := w.EncodeAll(make([]byte, maxInner+1), nil)
	n, err := frameLength(bomb, 0)
	if err != nil || n != len(bomb) {
		t.Fatalf("got a frame of %d bytes, %v, want %d", n, err, len(bomb))
	}
	total := paddedFrame(len(bomb))
	bomb = binary.LittleEndian.AppendUint32(bomb, skippable)
	bomb = binary.LittleEndian.AppendUint32(bomb, uint32(total-n-skippableHead))
	bomb = append(bomb, make([]byte, total-len(bomb))...)
	if _, err := expand(bomb, suiteV1); !errors.Is(err, errFrame) {
		t.Errorf("got %v, want the frame refused", err)
	}
}

func TestTreeIsRFC6962(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 70).Draw(r, "leaves")
		var stored []tlog.Hash
		leaves := make([][32]byte, n)
		reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
			for _, i := range at {
				out = append(out, stored[i])
			}
			return out, nil
		})
		for i := range leaves {
			h := tlog.RecordHash([]byte{byte(i)})
			leaves[i] = h
			more, err := tlog.StoredHashesForRecordHash(int64(i), h, reader)
			if err != nil {
				r.Fatal(err)
			}
			stored = append(stored, more...)
		}
		want, err := tlog.TreeHash(int64(n), reader)
		if err != nil {
			r.Fatal(err)
		}
		if got := recordsRoot(leaves); got != want {
			r.Fatalf("%d leaves: got another root than the log", n)
		}
	})
}

// A record alone can be shown to belong to a signed header, without the others.
func TestRecordIsProvableAlone(t *testing.T) {
	c, err := readBatch(pack(t, record(t, person(1)), record(t, person(2)), Heartbeat()).File, signer(1).Public(), testOffice().vault)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Records {
		if recordLeaf(r.salt, r.Raw) != r.Leaf {
			t.Error("a leaf is not made of its salt and record")
		}
	}
	if c.Records[0].salt == c.Records[1].salt {
		t.Error("two records have one salt")
	}
}

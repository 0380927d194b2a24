package batch

import (
	"bytes"
	"testing"

	"leeward/internal/screening"
)

// TestChunkProvesPossession: every chunk of a payload is proved by its bytes, to who knows the id of the batch and nothing
// else. One byte that is not the device's, another chunk or another batch proves nothing.
func TestChunkProvesPossession(t *testing.T) {
	var records []Record
	for n := range 40 {
		records = append(records, record(t, person(n)))
	}
	for _, n := range []int{1, 40} {
		packed := pack(t, records[:n]...)
		e, err := Parse(packed.File)
		if err != nil {
			t.Fatal(err)
		}
		header, _, payload := e.Parts()
		chunks := e.Header().Chunks()
		if want := uint64(len(payload)+4095) / 4096; chunks != want {
			t.Fatalf("%d chunks, want %d", chunks, want)
		}
		for at := range chunks {
			answer, err := ProveChunk(header, payload, false, at)
			if err != nil || len(answer) > MaxChunk {
				t.Fatalf("chunk %d of %d: %d bytes, %v", at, chunks, len(answer), err)
			}
			if erased, err := CheckChunk(answer, e.ID(), at); erased || err != nil {
				t.Errorf("chunk %d of %d: erased %v, %v", at, chunks, erased, err)
			}
			for what, check := range map[string]func() error{
				"another chunk": func() error { _, err := CheckChunk(answer, e.ID(), at+1); return err },
				"another batch": func() error { _, err := CheckChunk(answer, screening.BatchID{1}, at); return err },
				"a changed byte": func() error {
					changed := bytes.Clone(payload)
					changed[at*4096] ^= 1
					answer, err := ProveChunk(header, changed, false, at)
					if err == nil {
						_, err = CheckChunk(answer, e.ID(), at)
					}
					return err
				},
				"nothing kept": func() error {
					_, err := ProveChunk(header, nil, false, at)
					return err
				},
			} {
				if check() == nil {
					t.Errorf("chunk %d of %d, %s: believed", at, chunks, what)
				}
			}
			for i := 0; i < len(answer); i += 1 + i/256*16 {
				changed := bytes.Clone(answer)
				changed[i] ^= 0x40
				if erased, err := CheckChunk(changed, e.ID(), at); err == nil && !erased {
					t.Fatalf("chunk %d of %d, byte %d of the answer changed: believed", at, chunks, i)
				}
			}
		}
		for _, draw := range []uint64{0, chunks, 7*chunks - 1, 1<<52 + 1} { // by who does not know how many there are
			answer, err := ProveDrawn(header, payload, false, draw)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := CheckDrawn(answer, e.ID(), draw); err != nil {
				t.Errorf("number %d of %d chunks: %v", draw, chunks, err)
			}
			if _, err := CheckDrawn(answer, e.ID(), draw+1); err == nil && chunks > 1 {
				t.Errorf("the chunk of another number than %d was believed", draw)
			}
		}
		if _, err := ProveChunk(header, payload, false, chunks); screening.CodeOf(err) != screening.EFormat {
			t.Errorf("a chunk behind the last: %v", err)
		}
		gone, err := ProveChunk(header, []byte("another payload"), true, 0)
		if err != nil {
			t.Fatal(err)
		}
		if erased, err := CheckChunk(gone, e.ID(), 0); !erased || err != nil {
			t.Errorf("after an erasure: erased %v, %v", erased, err)
		}
	}
}

// TestUnshown: a device's word about a batch that it was not shown reads back, and no other key and no changed byte passes.
func TestUnshown(t *testing.T) {
	key, said := signer(1), Unshown{Device: screening.DeviceID{1}, Epoch: 2, Batch: screening.BatchID{3}, Draw: 4, At: instant(1_790_000_000_000)}
	file, err := SignUnshown(said, key)
	if err != nil || len(file) > MaxUnshown || !IsUnshown(file) {
		t.Fatalf("%d bytes, %v", len(file), err)
	}
	got, verify, err := ParseUnshown(file)
	if err != nil || got != said || verify(key.Public()) != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if verify(signer(2).Public()) == nil {
		t.Error("another device's word was believed")
	}
	for i := range file {
		changed := bytes.Clone(file)
		changed[i] ^= 1
		if _, verify, err := ParseUnshown(changed); err == nil && verify(key.Public()) == nil {
			t.Fatalf("byte %d changed: believed", i)
		}
	}
	for what, bad := range map[string]Unshown{
		"no device": {Epoch: 1, Batch: said.Batch}, "no epoch": {Device: said.Device, Batch: said.Batch},
		"no batch": {Device: said.Device, Epoch: 1}, "a number too large": {Device: said.Device, Epoch: 1, Batch: said.Batch, Draw: 1 << 53},
	} {
		if _, err := SignUnshown(bad, key); err == nil {
			t.Errorf("%s: signed", what)
		}
	}
}

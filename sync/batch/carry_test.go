package batch

import (
	"bytes"
	"reflect"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

func TestCarryRoundTrip(t *testing.T) {
	o := testOffice()
	for _, c := range []struct {
		sizes []int
		plain int
	}{{nil, 16 << 10}, {[]int{1}, 16 << 10}, {[]int{7000, 12000, 3}, 32 << 10}, {[]int{100 << 10}, 128 << 10}} {
		var items [][]byte
		for i, n := range c.sizes {
			items = append(items, bytes.Repeat([]byte{byte(i + 1)}, n))
		}
		file, err := PackCarry(items, o.to[0])
		if err != nil {
			t.Fatal(err)
		}
		got, err := OpenCarry(file, o.vault)
		if err != nil || !reflect.DeepEqual(got, items) {
			t.Errorf("%v: got %d items, %v", c.sizes, len(got), err)
		}
		if want := c.plain + seal.Overhead(c.plain, 1); len(file) != want {
			t.Errorf("%v: %d bytes, want %d", c.sizes, len(file), want)
		}
		if _, err := OpenCarry(file, o.escrow); screening.CodeOf(err) != screening.EOpen {
			t.Errorf("another key: got %v, want E_OPEN", err)
		}
	}
}

// TestLostStickShowsNothing is the threat table's lost stick: one batch, ten, or a heartbeat look alike, and two
// files of one device have nothing in common.
func TestLostStickShowsNothing(t *testing.T) {
	o := testOffice()
	device := screening.DeviceID{0xAB, 0xCD, 0xEF, 0x12, 0x34, 0x56, 0x78, 0x9A}
	var files [][]byte
	for _, n := range []int{1, 2, 2} {
		var items [][]byte
		for range n {
			items = append(items, append([]byte(Magic), append(device[:], make([]byte, 4000)...)...))
		}
		file, err := PackCarry(items, o.to[0])
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	for i, file := range files {
		if len(file) != len(files[0]) {
			t.Errorf("file %d has %d bytes, the first %d", i, len(file), len(files[0]))
		}
		if !bytes.HasPrefix(file, []byte("age-encryption.org/v1\n")) {
			t.Errorf("file %d does not look like an age file", i)
		}
		if bytes.Contains(file, device[:4]) || bytes.Contains(file, []byte("LWS")) {
			t.Errorf("file %d shows the device or the program", i)
		}
	}
	for n := 0; n+16 <= len(files[1]); n++ {
		if n > 200 && bytes.Contains(files[2], files[1][n:n+16]) { // behind the stanza's names
			t.Fatalf("two files share 16 bytes at %d", n)
		}
	}
}

func TestCarryRefusesOtherBytes(t *testing.T) {
	o := testOffice()
	refused := func(name string, plain []byte) {
		t.Helper()
		file, err := seal.Seal(plain, o.to[:1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenCarry(file, o.vault); screening.CodeOf(err) != screening.EFormat {
			t.Errorf("%s: got %v, want E_FORMAT", name, err)
		}
	}
	full := func(content string, n int) []byte { return append([]byte(content), make([]byte, n-len(content))...) }
	refused("another magic", full("LWSX1\n\x00\x00\x00\x01x", minCarry))
	refused("too short", full("LWSW1\n", 4096))
	refused("not a power of two", full("LWSW1\n", minCarry+4096))
	refused("padded too long", full("LWSW1\n\x00\x00\x00\x01x", 4*minCarry))
	refused("an item longer than the file", full("LWSW1\n\x7f\xff\xff\xff", minCarry))
	refused("something behind the end", full("LWSW1\n\x00\x00\x00\x00\x00x", minCarry))
	refused("no end", append([]byte("LWSW1\n\x00\x00\x3f\xf6"), make([]byte, minCarry-10)...))
	if _, err := PackCarry([][]byte{{}}, o.to[0]); err == nil {
		t.Error("an empty item was packed")
	}
	if _, err := PackCarry([][]byte{make([]byte, MaxCarry)}, o.to[0]); err == nil {
		t.Error("more than fits was packed")
	}
	if _, err := OpenCarry(make([]byte, MaxCarryFile+1), o.vault); screening.CodeOf(err) != screening.EFormat {
		t.Errorf("endless file: got %v", err)
	}
}

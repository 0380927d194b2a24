package batch

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// The files in testdata are for ever: a batch that was made once has to open in every later version, and
// what was refused once has to be refused for the same reason. vectors.txt says what to expect of each.
//
// -make-vectors writes those that are missing and touches none that is there.
var makeVectors = flag.Bool("make-vectors", false, "write vectors that are missing in testdata")

// vector is one line of vectors.txt: name, the device key that the office has (the first byte of its
// seed), the step at which reading ends, the code, and words of the reason.
type vector struct {
	name   string
	key    byte
	step   string // "parse", "verify", "open" or "-" for a good one
	code   screening.Code
	reason string
}

func readVectors(t *testing.T, name string) (list []vector) {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		f := strings.Split(lines.Text(), "|")
		if len(f) != 5 || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		key, err := strconv.ParseUint(f[1], 10, 8)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, vector{f[0], byte(key), f[2], screening.Code(f[3]), f[4]})
	}
	return list
}

// vectorOffice is the two invented identities in testdata/identities.txt: vault, then escrow.
func vectorOffice(t *testing.T) (o office) {
	t.Helper()
	name := filepath.Join("testdata", "identities.txt")
	if _, err := os.Stat(name); err != nil && *makeVectors {
		var b strings.Builder
		for range 2 {
			secret, _, err := seal.NewIdentity()
			if err != nil {
				t.Fatal(err)
			}
			b.WriteString(secret + "\n")
		}
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var ids []*seal.Identity
	for line := range strings.Lines(string(text)) {
		id, err := seal.OpenerFor(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return office{ids[0], ids[1], []seal.Recipient{ids[0].Recipient(), ids[1].Recipient()}}
}

func TestVectors(t *testing.T) {
	o := vectorOffice(t)
	made := madeVectors(t, o)
	list := readVectors(t, "vectors.txt")
	if len(list) != len(made) {
		t.Errorf("vectors.txt has %d lines for %d vectors", len(list), len(made))
	}
	for _, v := range list {
		t.Run(v.name, func(t *testing.T) {
			name := filepath.Join("testdata", v.name+".lwb")
			file, err := os.ReadFile(name)
			if err != nil && *makeVectors {
				file = made[v.name]()
				err = os.WriteFile(name, file, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			v.check(t, file, o)
			v.check(t, made[v.name](), o) // made today: the same ending
		})
	}
}

func (v vector) check(t *testing.T, file []byte, o office) {
	t.Helper()
	step := "parse"
	e, err := Parse(file)
	var verified *Verified
	if err == nil {
		step = "verify"
		verified, err = e.Verify(signer(v.key).Public())
	}
	if err == nil {
		step = "open"
		_, err = verified.Open(o.vault, 2)
	}
	if err == nil {
		step = "-"
	}
	v.end(t, step, err)
}

func (v vector) end(t *testing.T, step string, err error) {
	t.Helper()
	if step != v.step || v.step != "-" && (screening.CodeOf(err) != v.code || !strings.Contains(err.Error(), v.reason)) {
		t.Errorf("got %s: %v, want %s: %s with %q", step, err, v.step, v.code, v.reason)
	}
}

// craft puts a batch together by hand, so that each layer can be wrong while those around it are right.
type craft struct {
	t      *testing.T
	header Header
	form   sealedForm
	key    byte
	to     []seal.Recipient

	inner, plain, payload, raw []byte // set: instead of what would be made
}

func (c craft) file() []byte {
	c.t.Helper()
	must := func(b []byte, err error) []byte {
		if err != nil {
			c.t.Fatal(err)
		}
		return b
	}
	if c.inner == nil {
		c.inner = must(encode(c.form))
	}
	if c.plain == nil {
		c.plain = must(squeeze(c.inner, c.header.Suite))
	}
	if c.payload == nil {
		c.payload = must(seal.Seal(c.plain, c.to))
	}
	c.header.PayloadLen, c.header.PayloadRoot = uint64(len(c.payload)), payloadRoot(c.payload)
	if c.raw == nil {
		c.raw = must(encode(c.header))
	}
	sig, err := signer(c.key).Sign(sigNamespace, c.raw)
	if err != nil {
		c.t.Fatal(err)
	}
	return Join(c.raw, sig[:], c.payload)
}

// hold puts other records in.
func (c *craft) hold(records ...Record) {
	c.form.Records = nil
	var leaves [][32]byte
	for i, r := range records {
		raw := must1(r.encode())
		c.form.Records = append(c.form.Records, raw)
		leaves = append(leaves, recordLeaf(recordSalt([32]byte(c.form.Salt), i), raw))
	}
	c.header.RecordsRoot = recordsRoot(leaves)
}

// rawHeader is the good header of c, changed as bytes.
func (c craft) rawHeader(change func([]byte) []byte) []byte {
	if c.payload == nil {
		plain, err := squeeze(must1(encode(c.form)), c.header.Suite)
		if err != nil {
			c.t.Fatal(err)
		}
		if c.payload, err = seal.Seal(plain, c.to); err != nil {
			c.t.Fatal(err)
		}
	}
	c.header.PayloadLen, c.header.PayloadRoot = uint64(len(c.payload)), payloadRoot(c.payload)
	c.raw = change(must1(encode(c.header)))
	return c.file()
}

func must1(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// madeVectors knows how each vector is made.
func madeVectors(t *testing.T, o office) map[string]func() []byte {
	p := params()
	record := must1(Heartbeat().encode())
	salt := [32]byte{0x5a}
	h := Header{
		V: 1, Suite: 1, Device: p.Device, Epoch: 1, Seq: 1, Made: wholeHours(p.Made), RootVersion: 1, Generation: p.Generation,
		RecordsRoot: recordsRoot([][32]byte{recordLeaf(recordSalt(salt, 0), record)}),
	}
	good := craft{t: t, header: h, key: 1, to: o.to, form: sealedForm{Bind: bindOf(h, signer(1).Public()), Salt: salt[:], Records: [][]byte{record}}}
	with := func(change func(*craft)) func() []byte {
		return func() []byte { c := good; change(&c); return c.file() }
	}
	header := func(change func([]byte) []byte) func() []byte {
		return func() []byte { return good.rawHeader(change) }
	}
	bytesOf := func(change func([]byte) []byte) func() []byte {
		return func() []byte { return change(good.file()) }
	}
	plainOf := func(c *craft) []byte { return must1(squeeze(must1(encode(c.form)), c.header.Suite)) }
	return map[string]func() []byte{
		"good": with(func(c *craft) { c.hold(Heartbeat(), recordOf(t, person(1))) }), // as it was made before there was a dictionary
		"good-2": func() []byte {
			return must2(Pack(p, []Record{Heartbeat(), recordOf(t, person(1))}, signer(1), o.to)).File
		},
		"magic":              bytesOf(func(b []byte) []byte { b[4] = '2'; return b }),
		"header-length-0":    bytesOf(func(b []byte) []byte { b[6], b[7] = 0, 0; return b }),
		"header-length-1025": bytesOf(func(b []byte) []byte { binary.BigEndian.PutUint16(b[6:], 1025); return b }),
		"cut":                bytesOf(func(b []byte) []byte { return b[:len(b)-1] }),
		"byte-too-many":      bytesOf(func(b []byte) []byte { return append(b, 0) }),
		"header-long-number": header(func(b []byte) []byte { return append([]byte{b[0], b[1], 0x18, 0x01}, b[3:]...) }),
		"header-unknown-field": header(func(b []byte) []byte {
			return append(append([]byte{0xb0}, b[1:]...), 0x10, 0x01)
		}),
		"header-twice-a-key": header(func(b []byte) []byte { return append(append([]byte{0xb0}, b[1:]...), 0x0f, 0x01) }),
		"header-indefinite":  header(func(b []byte) []byte { return append(append([]byte{0xbf}, b[1:]...), 0xff) }),
		"header-lacks-field": header(func(b []byte) []byte { return append([]byte{0xae}, b[1:len(b)-2]...) }),
		"version-2":          with(func(c *craft) { c.header.V = 2 }),
		"suite-2":            with(func(c *craft) { c.plain, c.header.Suite = plainOf(c), suiteV2 }), // without its dictionary
		"suite-3":            with(func(c *craft) { c.plain, c.header.Suite = plainOf(c), 3 }),
		"dictionary-in-1":    with(func(c *craft) { c.plain = must1(squeeze(must1(encode(c.form)), suiteV2)) }),
		"dictionary-other": with(func(c *craft) {
			c.header.Suite = suiteV2
			c.plain = plainOf(c)
			at := bytes.Index(c.plain, binary.LittleEndian.AppendUint32(nil, DictionaryID))
			c.plain[at] ^= 1
		}),
		"sequence-hole":      with(func(c *craft) { c.header.Seq = 2 }),
		"made-to-the-second": with(func(c *craft) { c.header.Made++ }),
		"number-too-large":   with(func(c *craft) { c.header.Bulletin = maxUint }),
		"other-key":          with(func(c *craft) { c.key = 2 }),
		"payload-flipped":    bytesOf(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }),
		"stolen-payload":     with(func(c *craft) { c.key = 2 }), // the office has the thief's key for it
		"one-recipient":      with(func(c *craft) { c.to = c.to[:1] }),
		"records-root":       with(func(c *craft) { c.header.RecordsRoot[0] ^= 1 }),
		"padding-not-zero":   with(func(c *craft) { c.plain = plainOf(c); c.plain[len(c.plain)-1] = 1 }),
		"padding-too-long": with(func(c *craft) {
			c.plain = append(plainOf(c), make([]byte, 4096)...)
			n := must3(frameLength(c.plain, dictionaryOf(c.header.Suite)))
			binary.LittleEndian.PutUint32(c.plain[n+4:], uint32(len(c.plain)-n-skippableHead))
		}),
		"padding-missing": with(func(c *craft) {
			c.plain = plainOf(c)
			c.plain = c.plain[:must3(frameLength(c.plain, dictionaryOf(c.header.Suite)))]
		}),
		"two-frames": with(func(c *craft) {
			c.plain = plainOf(c)
			frame := bytes.Clone(c.plain[:must3(frameLength(c.plain, dictionaryOf(c.header.Suite)))])
			copy(c.plain[len(frame):], frame)
		}),
		"frame-with-checksum": with(func(c *craft) {
			w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(true))
			if err != nil {
				t.Fatal(err)
			}
			c.plain = append(w.EncodeAll(must1(encode(c.form)), nil), make([]byte, 4096)...)[:4096]
		}),
		"bomb": with(func(c *craft) { // sixteen mebibytes and one of zeros in a few hundred bytes
			w, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(false), zstd.WithWindowSize(1<<20))
			if err != nil {
				t.Fatal(err)
			}
			b := w.EncodeAll(make([]byte, maxInner+1), nil)
			b = binary.LittleEndian.AppendUint32(b, skippable)
			b = binary.LittleEndian.AppendUint32(b, uint32(minPadded-len(b)-4))
			c.plain = append(b, make([]byte, minPadded-len(b))...)
		}),
		"inner-not-canonical": with(func(c *craft) { c.inner = append(must1(encode(c.form)), 0) }),
		"inner-both-forms": with(func(c *craft) {
			c.form.Kept = []keptRow{{Leaf: make([]byte, 32)}}
		}),
		"no-records": with(func(c *craft) {
			c.form.Records = nil
			c.header.RecordsRoot = recordsRoot(nil)
		}),
	}
}

func must2(p Packed, err error) Packed {
	if err != nil {
		panic(err)
	}
	return p
}

func must3(n int, err error) int {
	if err != nil {
		panic(err)
	}
	return n
}

func recordOf(t *testing.T, iv screening.Interview) Record { return record(t, iv) }

// What the good vector says, it says for ever.
func TestGoodVectorSaysTheSame(t *testing.T) {
	o := vectorOffice(t)
	file, err := os.ReadFile(filepath.Join("testdata", "good.lwb"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := readBatch(file, signer(1).Public(), o.escrow)
	if err != nil {
		t.Fatal(err)
	}
	iv, err := c.Records[1].Interview()
	if err != nil {
		t.Fatal(err)
	}
	sameInterview(t, iv, person(1))
	e, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join("testdata", "good.txt"))
	if err != nil && *makeVectors {
		sum = []byte(fmt.Sprintf("id %s\nproof %x\n", e.ID(), c.Proof))
		err = os.WriteFile(filepath.Join("testdata", "good.txt"), sum, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("id %s\nproof %x\n", e.ID(), c.Proof); got != string(sum) {
		t.Errorf("got %s, want %s", got, sum)
	}
}

package batch

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/screening/eighty"
	"leeward/internal/seal"
)

// office is the keys that the tests open with: a vault and an escrow identity.
type office struct {
	vault, escrow seal.Opener
	to            []seal.Recipient
}

var testOffice = sync.OnceValue(func() office {
	vs, vr, err := seal.NewIdentity()
	if err != nil {
		panic(err)
	}
	es, er, err := seal.NewIdentity()
	if err != nil {
		panic(err)
	}
	return office{opener(vs), opener(es), []seal.Recipient{vr, er}}
})

func opener(secret string) seal.Opener {
	o, err := seal.OpenerFor(secret)
	if err != nil {
		panic(err)
	}
	return o
}

func signer(b byte) seal.Signer { return seal.NewSigner([32]byte{b}) }

var madeAt = eighty.Made

var person = eighty.Interview

func params() Parameters {
	return Parameters{
		Device: screening.DeviceID{0xde, 0x71}, Epoch: 1, Seq: 1, Made: madeAt, RootVersion: 1,
		Generation: Generation{N: 7, Open: [16]byte{9}},
	}
}

func record(t testing.TB, iv screening.Interview) Record {
	t.Helper()
	r, err := FromInterview(iv)
	if err != nil {
		t.Fatalf("encode interview: %v", err)
	}
	return r
}

func pack(t testing.TB, records ...Record) Packed {
	t.Helper()
	p, err := Pack(params(), records, signer(1), testOffice().to)
	if err != nil {
		t.Fatalf("pack: %v", err)
	}
	return p
}

// read takes a batch through all three steps.
func readBatch(file []byte, key seal.PublicKey, o seal.Opener) (*Contents, error) {
	e, err := Parse(file)
	if err != nil {
		return nil, err
	}
	v, err := e.Verify(key)
	if err != nil {
		return nil, err
	}
	return v.Open(o, 2)
}

func TestBatchThroughAllSteps(t *testing.T) {
	iv := person(1)
	w, err := FromWithdrawal(screening.Withdrawal{Interview: screening.InterviewID{8}, Version: 3, At: madeAt})
	if err != nil {
		t.Fatal(err)
	}
	p := pack(t, record(t, iv), w, Heartbeat())
	for name, o := range map[string]seal.Opener{"vault": testOffice().vault, "escrow": testOffice().escrow} {
		c, err := readBatch(p.File, signer(1).Public(), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Proof != p.Proof {
			t.Errorf("%s: got proof %x, want %x", name, c.Proof, p.Proof)
		}
		if len(c.Records) != 3 {
			t.Fatalf("%s: got %d records, want 3", name, len(c.Records))
		}
		got, err := c.Records[0].Interview()
		if err != nil {
			t.Fatal(err)
		}
		sameInterview(t, got, iv)
		back, err := c.Records[1].Withdrawal()
		if want := (screening.Withdrawal{Interview: screening.InterviewID{8}, Version: 3, At: madeAt}); err != nil || back != want {
			t.Errorf("%s: got withdrawal %v, %v, want %v", name, back, err, want)
		}
	}
	e, err := Parse(p.File)
	if err != nil {
		t.Fatal(err)
	}
	if e.ID() != p.ID {
		t.Errorf("got id %s, want %s", e.ID(), p.ID)
	}
	if got, want := e.Header().MadeAt(), madeAt.Truncate(time.Hour); !got.Equal(want) {
		t.Errorf("got made %v, want %v", got, want)
	}
}

func TestEveryFlipAndTruncationIsRefused(t *testing.T) {
	p := pack(t, Heartbeat())
	key, vault := signer(1).Public(), testOffice().vault
	for i := range p.File {
		broken := bytes.Clone(p.File)
		broken[i] ^= 1 << (i % 8)
		if _, err := readBatch(broken, key, vault); err == nil {
			t.Fatalf("a batch with byte %d flipped was opened", i)
		}
		if _, err := readBatch(p.File[:i], key, vault); err == nil {
			t.Fatalf("a batch cut to %d bytes was opened", i)
		}
	}
	if _, err := readBatch(append(bytes.Clone(p.File), 0), key, vault); err == nil {
		t.Error("a batch with a byte too many was opened")
	}
}

// A thief of sealed bytes signs them as his own device: the outside is in order, the inside is not.
func TestStripAndSignIsRefused(t *testing.T) {
	p := pack(t, record(t, person(1)))
	e, err := Parse(p.File)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Header){
		"same header, other key": func(*Header) {},
		"other device":           func(h *Header) { h.Device = screening.DeviceID{0xbad & 0xff} },
		"other number":           func(h *Header) { h.Seq, h.Prev = 2, screening.BatchID{1} },
		"other epoch":            func(h *Header) { h.Epoch = 2 },
	} {
		h := e.Header()
		change(&h)
		header, sig, err := sign(h, Magic, signer(2))
		if err != nil {
			t.Fatal(err)
		}
		file := Join(header, sig, e.payload)
		if _, err := readBatch(file, signer(1).Public(), testOffice().vault); screening.CodeOf(err) != screening.ESig {
			t.Errorf("%s, owner's key: got %v, want E_SIG", name, err)
		}
		if _, err := readBatch(file, signer(2).Public(), testOffice().vault); screening.CodeOf(err) != screening.EOpen || !strings.Contains(err.Error(), errBind.Error()) {
			t.Errorf("%s, thief's key: got %v, want E_OPEN for the binding", name, err)
		}
	}
}

func TestRecipientsAreExact(t *testing.T) {
	o := testOffice()
	for n, to := range map[int][]seal.Recipient{1: o.to[:1], 2: o.to} {
		p, err := Pack(params(), []Record{Heartbeat()}, signer(1), to)
		if err != nil {
			t.Fatal(err)
		}
		e, err := Parse(p.File)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Verify(signer(1).Public())
		if err != nil {
			t.Fatal(err)
		}
		for asked := 1; asked <= 3; asked++ {
			if _, err := v.Open(o.vault, asked); (err == nil) != (asked == n) {
				t.Errorf("sealed to %d, opened for %d: got %v", n, asked, err)
			}
		}
	}
}

func TestLengthHidesTheCount(t *testing.T) {
	length := func(n int) int {
		var records []Record
		for i := range n {
			records = append(records, record(t, person(i)))
		}
		return len(pack(t, records...).File)
	}
	one, quiet := length(1), len(pack(t, Heartbeat()).File)
	if one != quiet {
		t.Errorf("one interview takes %d bytes, a heartbeat %d", one, quiet)
	}
	seen := map[int]bool{}
	for n := 1; n <= 12; n++ {
		seen[length(n)] = true
	}
	if len(seen) > 3 {
		t.Errorf("1 to 12 interviews show %d lengths, want at most 3", len(seen))
	}
}

func TestPackRefuses(t *testing.T) {
	good := params()
	bad := map[string]func(*Parameters){
		"no device":        func(p *Parameters) { p.Device = screening.DeviceID{} },
		"epoch 0":          func(p *Parameters) { p.Epoch = 0 },
		"sequence 0":       func(p *Parameters) { p.Seq = 0 },
		"hole":             func(p *Parameters) { p.Seq = 2 },
		"first with past":  func(p *Parameters) { p.Prev = screening.BatchID{1} },
		"no root version":  func(p *Parameters) { p.RootVersion = 0 },
		"number too large": func(p *Parameters) { p.Bulletin = maxUint },
	}
	for name, change := range bad {
		p := good
		change(&p)
		if _, err := Pack(p, []Record{Heartbeat()}, signer(1), testOffice().to); err == nil {
			t.Errorf("%s: packed", name)
		}
	}
	if _, err := Pack(good, nil, signer(1), testOffice().to); err == nil {
		t.Error("a batch without records was packed")
	}
	for name, r := range map[string]Record{
		"no body": {Kind: KindInterview, ID: [16]byte{1}, Version: 1}, "no id": {Kind: KindInterview, Version: 1, Body: []byte{1}},
		"no version": {Kind: KindWithdrawal, ID: [16]byte{1}, Body: []byte{1}}, "heartbeat with id": {Kind: KindHeartbeat, ID: [16]byte{1}, Body: []byte{0xa0}},
		"too long": {Kind: KindInterview, ID: [16]byte{1}, Version: 1, Body: make([]byte, MaxBody+1)},
	} {
		if _, err := Pack(good, []Record{r}, signer(1), testOffice().to); err == nil {
			t.Errorf("%s: packed", name)
		}
	}
	good.Made = time.Unix(-5000, 0)
	if _, err := Pack(good, []Record{Heartbeat()}, signer(1), testOffice().to); err != nil {
		t.Errorf("clock before 1970: %v", err)
	}
}

func TestOneBadRecordKeepsNoOtherBack(t *testing.T) {
	strange := Record{Kind: 99, ID: [16]byte{4}, Version: 1, Body: []byte("later")}
	broken := Record{Kind: KindInterview, ID: [16]byte{3}, Version: 1, Body: []byte("not an interview")}
	c, err := readBatch(pack(t, broken, strange, record(t, person(1))).File, signer(1).Public(), testOffice().vault)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Records[0].Interview(); screening.CodeOf(err) != screening.EFormat {
		t.Errorf("broken interview: got %v, want E_FORMAT", err)
	}
	if c.Records[1].Kind != 99 || c.Records[1].Err != nil {
		t.Errorf("unknown kind: got %d, %v", c.Records[1].Kind, c.Records[1].Err)
	}
	if _, err := c.Records[2].Interview(); err != nil {
		t.Errorf("good interview beside them: %v", err)
	}
}

func TestPrintsNothingPersonal(t *testing.T) {
	r := Record{Kind: KindInterview, ID: [16]byte{1}, Version: 1, Body: []byte("PERSONAL")}
	secret := EnrolCode{URL: "https://PERSONAL", Secret: [16]byte([]byte("PERSONALPERSONAL"))}
	for _, v := range []any{r, &r, []Record{r}, Found{Record: r, Raw: r.Body}, &Contents{Records: []Found{{Record: r, Raw: r.Body}}}, secret, EnrolRequest{Secret: secret.Secret, App: "PERSONAL"}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, "PERSONAL") || strings.Contains(strings.ToLower(got), fmt.Sprintf("%x", "PERSONAL")) {
				t.Errorf("%T with %s prints %q", v, verb, got)
			}
		}
	}
}

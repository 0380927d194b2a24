package batch

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"reflect"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// smallOrder is the neutral point: under it, one signature would verify any message.
var smallOrder = seal.PublicKey{1}

func testRoot() Root {
	o := testOffice()
	_, intake, err := seal.NewIdentity()
	if err != nil {
		panic(err)
	}
	return Root{
		Version: 1, Office: "North Gate Office", TLS: signer(20).Public(), Online: signer(21).Public(), Registrar: signer(22).Public(),
		Intake: intake, Payload: o.to, Log: [8]byte{7}, Threshold: 2, Keys: []seal.PublicKey{signer(30).Public(), signer(31).Public(), signer(32).Public()},
	}
}

func TestRoot(t *testing.T) {
	r := testRoot()
	first, err := SignRoot(r, signer(32), signer(30))
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyRoot(first)
	if err != nil {
		t.Fatal(err)
	}
	if got.Office != r.Office || got.TLS != r.TLS || len(got.Payload) != 2 || got.Payload[1].String() != r.Payload[1].String() || !reflect.DeepEqual(got.Keys, r.Keys) {
		t.Errorf("another root came back: %q", got.Office)
	}
	again, err := SignRoot(r, signer(30), signer(31), signer(32))
	if err != nil {
		t.Fatal(err)
	}
	a, err := Fingerprint(first)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := Fingerprint(again); err != nil || a != b {
		t.Error("who signed changes the fingerprint")
	}
	for i := range first {
		if i > 300 && i < len(first)-600 && i%61 != 0 { // the recipients take long to parse, and are much alike
			continue
		}
		broken := bytes.Clone(first)
		broken[i] ^= 1
		if _, err := VerifyRoot(broken); err == nil {
			t.Fatalf("a root with byte %d flipped verifies", i)
		}
		if _, err := VerifyRoot(first[:i]); err == nil {
			t.Fatalf("a root cut to %d bytes verifies", i)
		}
	}
}

func TestRootRules(t *testing.T) {
	signers := []seal.Signer{signer(30), signer(31), signer(32)}
	for name, change := range map[string]func(*Root){
		"one key":                func(r *Root) { r.Keys, r.Threshold = r.Keys[:1], 1 },
		"threshold of one":       func(r *Root) { r.Threshold = 1 },
		"threshold above keys":   func(r *Root) { r.Threshold = 4 },
		"negative threshold":     func(r *Root) { r.Threshold = -1 },
		"the same key twice":     func(r *Root) { r.Keys[1] = r.Keys[0] },
		"root key serves online": func(r *Root) { r.Online = r.Keys[0] },
		"one key for two roles":  func(r *Root) { r.Online = r.Registrar },
		"small-order key":        func(r *Root) { r.TLS = smallOrder },
		"small-order root key":   func(r *Root) { r.Keys[2] = smallOrder },
		"no name":                func(r *Root) { r.Office = "  " },
		"no recipient":           func(r *Root) { r.Payload = nil },
		"same recipient twice":   func(r *Root) { r.Payload = []seal.Recipient{r.Payload[0], r.Payload[0]} },
		"intake opens batches":   func(r *Root) { r.Payload[1] = r.Intake },
		"nobody's recipient":     func(r *Root) { r.Payload[1] = seal.Recipient{} },
		"version 0":              func(r *Root) { r.Version = 0 },
		"first with a past":      func(r *Root) { r.Prev[0] = 1 },
		"second without a past":  func(r *Root) { r.Version = 2 },
	} {
		r := testRoot()
		r.Keys, r.Payload = bytes2(r.Keys), bytes2(r.Payload)
		change(&r)
		if _, err := SignRoot(r, signers...); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
	r := testRoot()
	if _, err := SignRoot(r, signer(30)); err == nil {
		t.Error("one signature of two: signed")
	}
	if _, err := SignRoot(r, signer(30), signer(30)); err == nil {
		t.Error("one signature twice: signed")
	}
	if _, err := SignRoot(r, signer(30), signer(99)); err == nil {
		t.Error("a signature by nobody: signed")
	}
	r.Demo, r.Keys, r.Threshold = true, r.Keys[:1], 1
	file, err := SignRoot(r, signer(30))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := VerifyRoot(file); err != nil || !got.Demo {
		t.Errorf("demo root: got %v, %v", got.Demo, err)
	}
}

func bytes2[E any](s []E) []E { return append([]E{}, s...) }

// What a root key holder could do alone: take the second signature from elsewhere.
func TestRootThresholdCountsGoodSignatures(t *testing.T) {
	r := testRoot()
	file, err := SignRoot(r, signer(30), signer(31))
	if err != nil {
		t.Fatal(err)
	}
	const one = 1 + sigSize
	body, sigs := file[:len(file)-1-2*one], file[len(file)-2*one:]
	for name, tail := range map[string][]byte{
		"one only":              append([]byte{1}, sigs[:one]...),
		"the first twice":       append(append([]byte{2}, sigs[:one]...), sigs[:one]...),
		"in other order":        append(append([]byte{2}, sigs[one:]...), sigs[:one]...),
		"first as second":       append(append([]byte{2}, sigs[:one]...), append([]byte{1}, sigs[1:one]...)...),
		"none":                  {0},
		"three with a zero one": append(append(append([]byte{3}, sigs...), 2), make([]byte, sigSize)...),
	} {
		if _, err := VerifyRoot(append(bytes.Clone(body), tail...)); err == nil {
			t.Errorf("%s: verifies", name)
		}
	}
}

func TestEnrolCode(t *testing.T) {
	want := EnrolCode{URL: "https://192.0.2.7:8443", Root: [32]byte{1, 2}, Secret: [16]byte{3}}
	text, err := want.Text()
	if err != nil {
		t.Fatal(err)
	}
	var typed strings.Builder
	for i, c := range strings.ToLower(text) {
		if i%4 == 0 {
			typed.WriteString(" -\n"[i/4%3:][:1])
		}
		typed.WriteRune(c)
	}
	for _, s := range []string{text, strings.ToLower(text), typed.String(), "  " + text + "\n"} {
		if got, err := ParseEnrolCode(s); err != nil || got != want {
			t.Errorf("%q: got %v", s, err)
		}
	}
	for i := range text {
		for _, c := range []byte{'A', '7', 'Z'} {
			typo := []byte(text)
			if typo[i] == c {
				continue
			}
			typo[i] = c
			if got, err := ParseEnrolCode(string(typo)); err == nil && got != want {
				t.Fatalf("a wrong character at %d was taken", i)
			}
		}
	}
	for name, url := range map[string]string{
		"plain http": "http://a", "with path": "https://a/b", "with user": "https://a@b", "with question": "https://a?b", "no host": "https://",
		"nothing": "", "too long": "https://" + strings.Repeat("a", 300), "fragment": "https://a#b", "slash": "https://a/",
	} {
		if _, err := (EnrolCode{URL: url}).Text(); err == nil {
			t.Errorf("%s: a code was made", name)
		}
	}
}

func TestEnrolRequestAndGrant(t *testing.T) {
	secret, to, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	want := EnrolRequest{
		Secret: [16]byte{7}, Sign: signer(1).Public(), TLS: signer(2).Public(), SealTo: testOffice().to[0], Root: [32]byte{5}, App: "leeward 0.1",
	}
	sealed, err := SealRequest(want, signer(1), to)
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenRequest(sealed, opener(secret))
	if err != nil || got.Secret != want.Secret || got.Sign != want.Sign || got.TLS != want.TLS || !got.SealTo.Equal(want.SealTo) || got.App != want.App {
		t.Fatalf("another request came back, %v", err)
	}
	if _, err := OpenRequest(sealed, testOffice().vault); screening.CodeOf(err) != screening.EOpen {
		t.Errorf("another key: got %v, want E_OPEN", err)
	}
	for name, change := range map[string]func(*requestWire){
		"small-order TLS key": func(w *requestWire) { w.TLS = smallOrder },
		"one key for both":    func(w *requestWire) { w.TLS = w.Sign },
		"another's key":       func(w *requestWire) { w.Sign = signer(9).Public() },
		"classical recipient": func(w *requestWire) { w.SealTo = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" },
		"small-order sign":    func(w *requestWire) { w.Sign = smallOrder },
	} {
		w := requestWire{V: 1, Secret: want.Secret, Sign: want.Sign, TLS: want.TLS, SealTo: want.SealTo.String(), Root: want.Root}
		change(&w)
		plain, err := signStatement(requestMagic, requestNamespace, w, signer(1))
		if err != nil {
			t.Fatal(err)
		}
		file, err := seal.Seal(plain, []seal.Recipient{to})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := OpenRequest(file, opener(secret)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}

	grant := Grant{
		Device: screening.DeviceID{1}, Epoch: 2, Sign: want.Sign, TLS: want.TLS, SealTo: want.SealTo.String(), RootVersion: 1, Root: want.Root,
		Prev: screening.BatchID{3}, At: madeAt,
	}
	file, err := SignGrant(grant, signer(22))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := VerifyGrant(file, signer(22).Public(), want); err != nil || back != grant {
		t.Errorf("got %+v, %v, want %+v", back, err, grant)
	}
	for i := range file {
		broken := bytes.Clone(file)
		broken[i] ^= 4
		if _, err := VerifyGrant(broken, signer(22).Public(), want); err == nil {
			t.Fatalf("a grant with byte %d flipped verifies", i)
		}
	}
	other := want
	other.TLS = signer(8).Public()
	if _, err := VerifyGrant(file, signer(22).Public(), other); screening.CodeOf(err) != screening.ESig {
		t.Errorf("grant for other keys: got %v, want E_SIG", err)
	}
	grant.Epoch = 1
	if _, err := SignGrant(grant, signer(22)); err == nil {
		t.Error("a first epoch with a past was granted")
	}
}

func TestCheckDigestDependsOnBoth(t *testing.T) {
	seen := map[[32]byte]bool{}
	for _, c := range []struct {
		request []byte
		root    [32]byte
	}{{[]byte("a"), [32]byte{1}}, {[]byte("b"), [32]byte{1}}, {[]byte("a"), [32]byte{2}}, {append([]byte("a"), 1), [32]byte{}}} {
		seen[CheckDigest(c.request, c.root)] = true
	}
	if len(seen) != 4 {
		t.Errorf("got %d digests, want 4", len(seen))
	}
}

func TestHelloAndRefusal(t *testing.T) {
	for n := range MaxReceipts + 1 {
		h := Hello{Device: screening.DeviceID{1}, Epoch: 1, Seq: 4, Head: screening.BatchID{2}, RootVersion: 1, Nonce: NewNonce(), Pending: make([]screening.BatchID, n), Generation: Generation{N: 5, Open: [16]byte{6}}}
		b, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > MaxHello || len(b)&(len(b)-1) != 0 {
			t.Errorf("%d ids: got %d bytes, want a power of two", n, len(b))
		}
		if got, err := ParseHello(b); err != nil || !reflect.DeepEqual(got, h) {
			t.Errorf("%d ids: another hello came back, %v", n, err)
		}
		for _, bad := range [][]byte{b[:len(b)-1], append(bytes.Clone(b), 0), append(b[:len(b)-1:len(b)-1], 1)} {
			if _, err := ParseHello(bad); screening.CodeOf(err) != screening.EFormat {
				t.Errorf("%d ids, broken: got %v, want E_FORMAT", n, err)
			}
		}
	}
	if _, err := (Hello{Device: screening.DeviceID{1}, Epoch: 1, RootVersion: 1, Pending: make([]screening.BatchID, MaxReceipts+1)}).Encode(); err == nil {
		t.Error("too many ids: encoded")
	}
	want := Refusal{Code: screening.EFork, Rival: []byte{1, 2}}
	if got, err := ParseRefusal(want.Encode()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for _, b := range [][]byte{nil, {0xa0}, {0xa1, 1, 0x60}, []byte("<html>")} {
		if _, err := ParseRefusal(b); err == nil {
			t.Errorf("%x: taken for a refusal", b)
		}
	}
}

// The small-order keys do verify in the plain library: that is what the checks are for.
func TestSmallOrderKeyIsRefusedEverywhere(t *testing.T) {
	var sig seal.Signature
	sig[0] = 1
	if !ed25519.Verify(smallOrder[:], []byte("anything"), sig[:]) {
		t.Skip("the library refuses it by itself now")
	}
	p := pack(t, Heartbeat())
	e, err := Parse(p.File)
	if err != nil {
		t.Fatal(err)
	}
	e.sig = sig
	if _, err := e.Verify(smallOrder); err == nil {
		t.Error("one signature for any message verifies a batch")
	}
	doc := sha256.Sum256(nil)
	if err := verifyStatement(receiptsMagic, receiptsNamespace, smallOrder, doc[:], &receiptsWire{}); err == nil {
		t.Error("one signature for any message verifies receipts")
	}
}

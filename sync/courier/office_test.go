package courier_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/ledger"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

var today = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

var identities = sync.OnceValue(func() (list [2]*seal.Identity) {
	for i := range list {
		secret, _, err := seal.NewIdentity()
		if err != nil {
			panic(err)
		}
		if list[i], err = seal.OpenerFor(secret); err != nil {
			panic(err)
		}
	}
	return list
})

func signer(b byte) *seal.Key { return seal.NewSigner([32]byte{b}) }

// certificate is self-signed, with dates that were over before anybody was born.
func certificate(seed byte) tls.Certificate {
	key := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func tlsKey(seed byte) seal.PublicKey {
	leaf, err := batch.Leaf(certificate(seed))
	if err != nil {
		panic(err)
	}
	key, err := batch.PeerKey(leaf)
	if err != nil {
		panic(err)
	}
	return key
}

// The office's keys: 100 root, 102 online, 103 registrar, 104 TLS. It is a demo office: one recipient.
func rootOf(t testing.TB) []byte {
	t.Helper()
	file, err := batch.SignRoot(batch.Root{
		Version: 1, Office: "North Gate Office", Demo: true, TLS: tlsKey(104), Online: signer(102).Public(),
		Registrar: signer(103).Public(), Intake: identities()[0].Recipient(), Payload: []seal.Recipient{identities()[1].Recipient()},
		Log: [8]byte{7}, Threshold: 1, Keys: []seal.PublicKey{signer(100).Public()},
	}, signer(100))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// office is what a courier talks to: it answers as it is told, right or wrong.
type office struct {
	mu      sync.Mutex
	seen    []screening.BatchID        // uploads, in order
	known   map[screening.BatchID]bool // told in answer to a hello
	level   screening.Level            // of every receipt
	forge   func(*batch.Receipts)      // changes what is signed
	key     seal.Signer                // that signs
	refuse  map[screening.BatchID]screening.Code
	all     screening.Code // refuses everything
	hellos  int
	grant   func(batch.EnrolRequest) []byte // answers enrolment
	root    []byte
	pending []int // how many ids each hello asked about
	log     tree
	part    []byte // what came of an upload so far
	asked   uint64 // size of the log that the device said it knows
}

// tree is the office's log.
type tree struct {
	size  uint64
	nodes map[int64]tlog.Hash
	at    map[string]uint64
}

func (t *tree) read(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		out[i] = t.nodes[p]
	}
	return out, nil
}

// enter adds an entry once and returns its place.
func (t *tree) enter(entry []byte) uint64 {
	if at, ok := t.at[string(entry)]; ok {
		return at
	}
	added, err := ledger.Grow(t.size, [][]byte{entry}, t.read)
	if err != nil {
		panic(err)
	}
	if t.nodes == nil {
		t.nodes, t.at = map[int64]tlog.Hash{}, map[string]uint64{}
	}
	for _, n := range added {
		t.nodes[n.Place] = n.Hash
	}
	t.at[string(entry)] = t.size
	t.size++
	return t.size - 1
}

// prove adds the log to receipts.
func (t *tree) prove(r *batch.Receipts, known uint64) {
	t.enter([]byte("an office's log begins with something"))
	r.Paths = make([]batch.Paths, len(r.Receipts))
	for i, one := range r.Receipts {
		if r.Receipts[i].Entry = t.enter(batch.BatchEntry(one.Batch)); one.Level != screening.LevelStored {
			r.Receipts[i].Outcome = t.enter(batch.OutcomeEntry(one.Batch, one.Level, one.Code))
		}
	}
	for i, one := range r.Receipts {
		p, err := ledger.Prove(t.size, known, []uint64{one.Entry, one.Outcome}, t.read)
		if err != nil {
			panic(err)
		}
		if r.Paths[i].Entry = p.Inclusion[0]; one.Level != screening.LevelStored {
			r.Paths[i].Outcome = p.Inclusion[1]
		}
	}
	p, err := ledger.Prove(t.size, known, nil, t.read)
	if err != nil {
		panic(err)
	}
	r.From, r.Since, r.Log = known, p.Consistency, screening.Checkpoint{Size: p.Size, Root: p.Root}
	if r.Log.Note, err = batch.SignCheckpoint(batch.Root{Log: [8]byte{7}}.Origin(), p.Size, p.Root, signer(102)); err != nil {
		panic(err)
	}
}

func newOffice(t testing.TB) *office {
	return &office{
		known: map[screening.BatchID]bool{}, level: screening.LevelOpened, key: signer(102),
		refuse: map[screening.BatchID]screening.Code{}, root: rootOf(t), forge: func(*batch.Receipts) {},
	}
}

var deviceID = screening.DeviceID{0xd0, 1}

// serve starts the office with the TLS key of seed.
func (o *office) serve(t testing.TB, seed byte) string {
	t.Helper()
	raw, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: o, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	listener := tls.NewListener(raw, &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate(seed)}, ClientAuth: tls.RequestClientCert,
	})
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return "https://" + raw.Addr().String()
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	no := func(code screening.Code) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(batch.Refusal{Code: code}.Encode())
	}
	answer := batch.Receipts{Device: deviceID, Epoch: 1, At: today, Next: 1}
	o.asked, _ = strconv.ParseUint(r.URL.Query().Get("log"), 10, 64)
	switch {
	case r.URL.Path == "/v1/root":
		_, _ = w.Write(o.root)
		return
	case r.URL.Path == "/v1/enrol":
		asked, err := batch.OpenRequest(body, identities()[0])
		if err != nil || o.grant == nil {
			no(screening.ECode)
			return
		}
		_, _ = w.Write(o.grant(asked))
		return
	case o.all != "":
		no(o.all)
		return
	case len(r.TLS.PeerCertificates) == 0:
		no(screening.ESig)
		return
	case r.URL.Path == "/v1/hello":
		hello, err := batch.ParseHello(body)
		if err != nil {
			no(screening.EFormat)
			return
		}
		o.hellos++
		o.pending = append(o.pending, len(hello.Pending))
		answer.Nonce, o.asked = hello.Nonce, hello.LogSize
		for _, id := range hello.Pending {
			if o.known[id] {
				answer.Receipts = append(answer.Receipts, o.receipt(id, nil))
			}
		}
	case r.Method == http.MethodHead:
		w.Header().Set("Upload-Offset", strconv.Itoa(len(o.part)))
		return
	case strings.HasPrefix(r.URL.Path, "/v1/up/"):
		if r.Method != http.MethodPatch {
			no(screening.EFormat)
			return
		}
		if length, _ := strconv.Atoi(r.Header.Get("Upload-Length")); len(o.part)+len(body) != length {
			w.Header().Set("Upload-Offset", strconv.Itoa(len(o.part)))
			no(screening.EOffset)
			return
		}
		body, o.part = append(o.part, body...), nil
		e, err := batch.Parse(body)
		if err != nil {
			no(screening.EFormat)
			return
		}
		if code := o.refuse[e.ID()]; code != "" {
			no(code)
			return
		}
		o.seen = append(o.seen, e.ID())
		o.known[e.ID()] = true
		answer.Receipts = []screening.Receipt{o.receipt(e.ID(), body)}
	}
	o.log.prove(&answer, o.asked)
	o.forge(&answer)
	signed, err := batch.SignReceipts(answer, o.key)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(signed)
}

var proofs sync.Map // of opened batches, as an office would keep them

func (o *office) receipt(id screening.BatchID, file []byte) screening.Receipt {
	r := screening.Receipt{Batch: id, Level: o.level}
	switch o.level {
	case screening.LevelQuarantined:
		r.Code = screening.EOpen
	case screening.LevelOpened:
		if file != nil {
			proofs.Store(id, proofOf(file))
		}
		if p, ok := proofs.Load(id); ok {
			r.Proof = p.([32]byte)
		}
	}
	return r
}

func proofOf(file []byte) [32]byte {
	e, err := batch.Parse(file)
	if err != nil {
		panic(err)
	}
	v, err := e.Verify(signer(1).Public())
	if err != nil {
		panic(err)
	}
	c, err := v.Open(identities()[1], 1)
	if err != nil {
		panic(err)
	}
	return c.Proof
}

// newCourier is enrolled, with an empty outbox, and talks to url.
func newCourier(t testing.TB, url string, change ...func(*courier.Config)) (*courier.Courier, *outbox) {
	t.Helper()
	box := &outbox{
		enrolment: &screening.Enrolment{
			Device: deviceID, Epoch: 1, SignKey: signer(1).Public(), TLSKey: tlsKey(2), RootVersion: 1,
		},
		office: rootOf(t),
	}
	c := courier.Config{
		Outbox: box, Sign: signer(1), TLS: certificate(2), URL: url, Generation: func() (uint64, [16]byte) { return 3, [16]byte{4} },
		Now: func() time.Time { return today }, Log: slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&c)
	}
	return courier.New(c), box
}

func interview(n int) screening.Interview {
	return screening.Interview{
		ID: screening.InterviewID{1, byte(n >> 8), byte(n)}, Version: 1, Code: "7K2F-QX9B", Questionnaire: schema.Ref{1},
		Status: screening.Final, Started: today, Finished: today,
		Answers: []screening.Recorded{{Seq: 1, Path: "/data/q", Answer: schema.Answer{Value: "PERSONAL"}}},
	}
}

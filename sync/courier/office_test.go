package courier_test

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/office/ledger"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
)

var (
	today       = fieldtest.Today
	identities  = fieldtest.Identities
	signer      = fieldtest.Signer
	certificate = fieldtest.Certificate
)

func tlsKey(seed byte) seal.PublicKey { return fieldtest.PeerKey(certificate(seed)) }

func rootOf(t testing.TB) []byte { return fieldtest.SignRoot(t, fieldtest.DemoRoot()) }

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
	compare []screening.Code                // says this first
	asks    [][]byte                        // requests for enrolment
	root    []byte
	pending []int // how many ids each hello asked about
	log     fieldtest.Tree
	part    []byte             // what came of an upload so far
	asked   uint64             // size of the log that the device said it knows
	patches int                // requests with bytes of an upload
	device  screening.DeviceID // that asks; deviceID if zero
	bars    screening.Code     // answers enrolment
	why     screening.Code     // of quarantine; E_OPEN if empty
	strict  bool               // verifies signatures
}

// prove adds the log to receipts.
func (o *office) prove(r *batch.Receipts, known uint64) {
	o.enter([]byte("an office's log begins with something"))
	r.Paths = make([]batch.Paths, len(r.Receipts))
	for i, one := range r.Receipts {
		if r.Receipts[i].Entry = o.enter(batch.BatchEntry(one.Batch)); one.Level != screening.LevelStored {
			r.Receipts[i].Outcome = o.enter(batch.OutcomeEntry(one.Batch, one.Level, one.Code))
		}
	}
	for i, one := range r.Receipts {
		p := o.proofs(known, one.Entry, one.Outcome)
		if r.Paths[i].Entry = p.Inclusion[0]; one.Level != screening.LevelStored {
			r.Paths[i].Outcome = p.Inclusion[1]
		}
	}
	p := o.proofs(known)
	r.From, r.Since, r.Log = known, p.Consistency, screening.Checkpoint{Size: p.Size, Root: p.Root}
	var err error
	if r.Log.Note, err = batch.SignCheckpoint(fieldtest.DemoRoot().Origin(), p.Size, p.Root, signer(fieldtest.OnlineKey)); err != nil {
		panic(err)
	}
}

// enter adds an entry to the log once and returns its place.
func (o *office) enter(entry []byte) uint64 {
	if at := slices.IndexFunc(o.log.Entries, func(e []byte) bool { return bytes.Equal(e, entry) }); at >= 0 {
		return uint64(at)
	}
	return o.log.Enter(entry)
}

func (o *office) proofs(known uint64, entries ...uint64) ledger.Proofs {
	p, err := o.log.Prove(known, entries)
	if err != nil {
		panic(err)
	}
	return p
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
	answer := batch.Receipts{Device: cmp.Or(o.device, deviceID), Epoch: 1, At: today, Next: 1}
	o.asked, _ = strconv.ParseUint(r.URL.Query().Get("log"), 10, 64)
	switch {
	case r.URL.Path == "/v1/root":
		_, _ = w.Write(o.root)
		return
	case r.URL.Path == "/v1/enrol":
		o.asks = append(o.asks, body)
		if len(o.compare) > 0 {
			no(o.compare[0])
			o.compare = o.compare[1:]
			return
		}
		asked, err := batch.OpenRequest(body, identities()[0])
		if o.bars != "" || err != nil || o.grant == nil {
			no(cmp.Or(o.bars, screening.ECode))
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
		o.patches++
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
		if _, err := e.Verify(signer(1).Public()); err != nil && o.strict {
			no(screening.CodeOf(err))
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
	o.prove(&answer, o.asked)
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
		r.Code = cmp.Or(o.why, screening.EOpen)
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
func newCourier(t testing.TB, url string, change ...func(*courier.Config)) (*courier.Courier, *fieldtest.Outbox) {
	t.Helper()
	box := &fieldtest.Outbox{
		Enrolled: &screening.Enrolment{
			Device: deviceID, Epoch: 1, SignKey: signer(1).Public(), TLSKey: tlsKey(2), RootVersion: 1,
		},
		Office: rootOf(t),
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

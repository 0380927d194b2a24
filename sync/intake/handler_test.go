package intake_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

// serve starts the office on a loopback address and returns its URL.
func (o *office) serve(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := intake.NewServer(o.Handler(), intake.TLSConfig(certificate(104)))
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return "https://" + listener.Addr().String()
}

// client speaks TLS with this certificate, or none.
func client(t testing.TB, cert *tls.Certificate) *http.Client {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}
	if cert != nil {
		config.Certificates = []tls.Certificate{*cert}
	}
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// ask returns the status and, where it is no, the code.
func ask(t testing.TB, c *http.Client, method, url string, body []byte) (int, screening.Code, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == "PATCH" {
		whole(req, len(body))
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode == http.StatusOK || resp.StatusCode == http.StatusMethodNotAllowed {
		return resp.StatusCode, "", answer
	}
	no, err := batch.ParseRefusal(answer)
	if err != nil {
		t.Fatalf("%s: status %d without a readable refusal: %v", method, resp.StatusCode, err)
	}
	return resp.StatusCode, no.Code, answer
}

// whole says that a request holds a file from its first byte to its last.
func whole(r *http.Request, length int) {
	r.Header.Set("Upload-Offset", "0")
	r.Header.Set("Upload-Length", strconv.Itoa(length))
}

func up(url string, file []byte) string {
	name := sha256.Sum256(file)
	return url + "/v1/up/" + hex.EncodeToString(name[:])
}

func hello(t testing.TB, d *device, pending ...screening.BatchID) []byte {
	t.Helper()
	b, err := batch.Hello{
		Device: d.ID, Epoch: d.Epoch, Seq: d.seq, Head: d.prev, RootVersion: 1, Nonce: [16]byte{7}, Pending: pending,
	}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUploadAndHello(t *testing.T) {
	o := newOffice(t)
	url, d, other := o.serve(t), o.enrolled(1), o.enrolled(11)
	c := client(t, &d.cert)
	p, unknown := d.pack(t, batch.Heartbeat()), screening.BatchID{3}
	want := screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: p.Proof, Next: 2}
	for range 2 {
		status, code, answer := ask(t, c, "PATCH", up(url, p.File), p.File)
		if status != http.StatusOK {
			t.Fatalf("got %d %s, want 200", status, code)
		}
		r, err := batch.VerifyReceipts(answer, officeRoot())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Receipts) != 1 || r.Device != d.ID {
			t.Fatalf("got %d receipts for %s", len(r.Receipts), r.Device)
		}
		check(t, r.Receipts[0], nil, want)
	}
	_, _, answer := ask(t, c, "POST", url+"/v1/hello", hello(t, d, unknown, p.ID))
	r, err := batch.VerifyReceipts(answer, officeRoot())
	if err != nil {
		t.Fatal(err)
	}
	if r.Nonce != [16]byte{7} || !r.At.Equal(today) || len(r.Receipts) != 1 {
		t.Fatalf("got nonce %x at %v with %d receipts", r.Nonce, r.At, len(r.Receipts))
	}
	check(t, r.Receipts[0], nil, want)

	_, _, answer = ask(t, client(t, &other.cert), "POST", url+"/v1/hello", hello(t, other, p.ID))
	if r, err = batch.VerifyReceipts(answer, officeRoot()); err != nil || len(r.Receipts) != 0 {
		t.Errorf("another device got %d receipts, %v", len(r.Receipts), err)
	}
}

func TestRefusals(t *testing.T) {
	o := newOffice(t)
	url, d, other := o.serve(t), o.enrolled(1), o.enrolled(11)
	revoked, old := o.enrolled(21), o.enrolled(31)
	o.records.Revoke(revoked.ID, today)
	for i := range o.records.Devices {
		o.records.Devices[i].Current = o.records.Devices[i].ID != old.ID
	}
	stranger := certificate(99)
	mine, with, nobody := client(t, &d.cert), client(t, &stranger), client(t, nil)
	good, theirs := d.pack(t, batch.Heartbeat()).File, other.pack(t, batch.Heartbeat()).File
	clone := *d
	clone.seq, clone.prev = 0, screening.BatchID{}
	fork := clone.pack(t, batch.Heartbeat()).File
	if status, _, _ := ask(t, mine, "PATCH", up(url, good), good); status != http.StatusOK {
		t.Fatalf("a good batch: got %d", status)
	}
	newer := bytes.Clone(good)
	newer[10] = 2 // the value of key 1, the version, in the header's map
	for name, c := range map[string]struct {
		client       *http.Client
		method, path string
		body         []byte
		status       int
		code         screening.Code
	}{
		"no certificate":        {nobody, "PATCH", up("", good), good, 401, screening.ESig},
		"hello without":         {nobody, "POST", "/v1/hello", hello(t, d), 401, screening.ESig},
		"unknown certificate":   {with, "PATCH", up("", good), good, 401, screening.ESig},
		"revoked":               {client(t, &revoked.cert), "POST", "/v1/hello", hello(t, revoked), 403, screening.ERevoked},
		"old epoch":             {client(t, &old.cert), "POST", "/v1/hello", hello(t, old), 409, screening.EEpoch},
		"hello of another":      {mine, "POST", "/v1/hello", hello(t, other), 401, screening.ESig},
		"batch of another":      {mine, "PATCH", up("", theirs), theirs, 401, screening.ESig},
		"other bytes":           {mine, "PATCH", up("", good), theirs, 422, screening.EHash},
		"name in upper case":    {mine, "PATCH", strings.ToUpper(up("", good))[:7] + strings.ToUpper(up("", good))[7:], good, 404, screening.EFormat},
		"short name":            {mine, "PATCH", "/v1/up/00", good, 400, screening.EFormat},
		"garbage":               {mine, "PATCH", up("", []byte("hm")), []byte("hm"), 400, screening.EFormat},
		"garbage hello":         {mine, "POST", "/v1/hello", []byte("hm"), 400, screening.EFormat},
		"empty":                 {mine, "PATCH", up("", nil), nil, 400, screening.EFormat},
		"later version":         {mine, "PATCH", up("", newer), newer, 426, screening.EVersion},
		"fork":                  {mine, "PATCH", up("", fork), fork, 409, screening.EFork},
		"long hello":            {mine, "POST", "/v1/hello", make([]byte, batch.MaxHello+1), 413, screening.EFormat},
		"garbage enrolment":     {nobody, "POST", "/v1/enrol", []byte("hm"), 422, screening.EOpen},
		"elsewhere":             {mine, "GET", "/v1/receipts", nil, 404, screening.EFormat},
		"a list of the uploads": {mine, "GET", "/v1/up/", nil, 404, screening.EFormat},
	} {
		t.Run(name, func(t *testing.T) {
			status, code, answer := ask(t, c.client, c.method, url+c.path, c.body)
			if status != c.status || code != c.code {
				t.Errorf("got %d %s, want %d %s", status, code, c.status, c.code)
			}
			if no, err := batch.ParseRefusal(answer); name == "fork" && (err != nil || len(no.Rival) == 0) {
				t.Error("the refusal of a fork lacks the other header")
			}
		})
	}
	log := o.log.String()
	if strings.Contains(log, d.ID.String()) || strings.Contains(log, up("", good)) || !strings.Contains(log, "PATCH /v1/up/{name}") {
		t.Error("the log of requests names more than the route, or not the route")
	}
}

func TestRecordsThatFailAreAStatus(t *testing.T) {
	o := newOffice(t)
	url, d := o.serve(t), o.enrolled(1)
	c, p := client(t, &d.cert), d.pack(t, batch.Heartbeat())
	for code, status := range map[screening.Code]int{screening.EFull: 507, screening.EBusy: 503, screening.CodeDisk: 503, "": 500} {
		o.records.Fail["Receive"] = errors.New("disk")
		if code != "" {
			o.records.Fail["Receive"] = screening.Fail(code, errors.New("disk"))
		}
		if got, _, _ := ask(t, c, "PATCH", up(url, p.File), p.File); got != status {
			t.Errorf("%q: got status %d, want %d", code, got, status)
		}
	}
	if status, _, _ := ask(t, c, "PATCH", up(url, p.File), p.File); status != http.StatusOK {
		t.Errorf("after the failures: got status %d, want 200", status)
	}
}

// A records engine that panics costs one answer.
func TestPanicIsAnAnswer(t *testing.T) {
	o := newOffice(t)
	o.records.Codes = nil
	o.records.Devices = nil
	broken, err := intake.New(intake.Config{
		Ledger: o.records, Register: panics{o.records}, Root: o.root, Online: signer(102), Registrar: signer(103),
		Requests: identities()[0], Now: o.Now, Log: o.Log,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, r := httptest.NewRecorder(), httptest.NewRequest("POST", "/v1/hello", nil)
	cert := certificate(5)
	leaf, err := batch.Leaf(cert)
	if err != nil {
		t.Fatal(err)
	}
	r.TLS = &tls.ConnectionState{}
	r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, leaf)
	broken.Handler().ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || strings.Contains(o.log.String(), "PERSONAL") {
		t.Errorf("got status %d, want 500 and a log without the panic's words", w.Code)
	}
}

type panics struct{ *fieldtest.Records }

func (panics) DeviceOf(context.Context, [32]byte) (casework.Enrolled, error) { panic("PERSONAL") }

func TestBrowsersAreAskedForNothing(t *testing.T) {
	config := intake.TLSConfig(certificate(104), certificate(105))
	for name, c := range map[string]struct {
		schemes []tls.SignatureScheme
		want    tls.ClientAuthType
	}{
		"device":  {[]tls.SignatureScheme{tls.ECDSAWithP256AndSHA256, tls.Ed25519}, tls.RequestClientCert},
		"browser": {[]tls.SignatureScheme{tls.ECDSAWithP256AndSHA256, tls.PSSWithSHA256}, tls.NoClientCert},
	} {
		got, err := config.GetConfigForClient(&tls.ClientHelloInfo{SignatureSchemes: c.schemes})
		if err != nil || got.ClientAuth != c.want || got.MinVersion != tls.VersionTLS13 || !got.SessionTicketsDisabled {
			t.Errorf("%s: got client auth %v, %v, want %v over TLS 1.3 without tickets", name, got.ClientAuth, err, c.want)
		}
	}
}

func TestIntakeRefusesOtherKeys(t *testing.T) {
	o := newOffice(t)
	for name, change := range map[string]func(*intake.Config){
		"online":    func(c *intake.Config) { c.Online = signer(1) },
		"registrar": func(c *intake.Config) { c.Registrar = signer(1) },
		"root":      func(c *intake.Config) { c.Root = c.Root[:len(c.Root)-1] },
	} {
		c := o.Config
		change(&c)
		if _, err := intake.New(c); err == nil {
			t.Errorf("%s: an office started with keys that its root does not name", name)
		}
	}
}

// A body that comes slowly is waited for; one that stops is not.
func TestSlowBodyIsWaitedFor(t *testing.T) {
	o := newOffice(t)
	url, d := o.serve(t), o.enrolled(1)
	p := d.pack(t, batch.Heartbeat())
	r, w := io.Pipe()
	go func() {
		for rest := p.File; len(rest) > 0; {
			n := min(1000, len(rest))
			_, _ = w.Write(rest[:n])
			rest = rest[n:]
			time.Sleep(10 * time.Millisecond)
		}
		w.Close()
	}()
	req, err := http.NewRequest("PATCH", up(url, p.File), r)
	if err != nil {
		t.Fatal(err)
	}
	whole(req, len(p.File))
	resp, err := client(t, &d.cert).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("got status %d, want 200", resp.StatusCode)
	}
}

// TestChunkGoesToItsOwner: a device gets the proof that its batch is held, and nobody else does; a batch that is not here
// is like one that is another's.
func TestChunkGoesToItsOwner(t *testing.T) {
	o := newOffice(t)
	mine, other := o.enrolled(1), o.enrolled(11)
	p := mine.pack(t, batch.Heartbeat())
	if _, err := o.Receive(t.Context(), p.File); err != nil {
		t.Fatal(err)
	}
	h := o.Handler()
	ask := func(d *device, id, chunk string) (int, []byte) {
		leaf, err := batch.Leaf(d.cert)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/v1/audit/"+id+"?chunk="+chunk, nil)
		r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.Bytes()
	}
	status, answer := ask(mine, p.ID.String(), "1")
	if erased, err := batch.CheckChunk(answer, p.ID, 1); status != http.StatusOK || erased || err != nil {
		t.Errorf("its own: status %d, erased %v, %v", status, erased, err)
	}
	for what, c := range map[string]struct {
		d         *device
		id, chunk string
		want      int
	}{
		"another's":       {other, p.ID.String(), "1", http.StatusNotFound},
		"not here":        {mine, strings.Repeat("0", 64), "0", http.StatusNotFound},
		"no id":           {mine, "7", "0", http.StatusNotFound},
		"behind the last": {mine, p.ID.String(), "4096", http.StatusBadRequest},
		"no number":       {mine, p.ID.String(), "one", http.StatusBadRequest},
	} {
		if status, _ := ask(c.d, c.id, c.chunk); status != c.want {
			t.Errorf("%s: status %d, want %d", what, status, c.want)
		}
	}
	o.records.Find(p.ID).Payload = nil
	if status, _ := ask(mine, p.ID.String(), "1"); status != http.StatusUnprocessableEntity {
		t.Errorf("payload lost: status %d, want 422", status)
	}
}

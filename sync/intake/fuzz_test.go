package intake_test

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"leeward/sync/batch"
)

// FuzzReceive throws bytes at the office: it must answer with a code and record nothing that does not verify.
func FuzzReceive(f *testing.F) {
	o := newOffice(f)
	d := o.enrolled(1)
	p := d.pack(f, batch.Heartbeat())
	f.Add(p.File)
	f.Add(p.File[:len(p.File)/2])
	f.Add([]byte(batch.Magic))
	h := o.Handler()
	leaf, err := batch.Leaf(d.cert)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, call := range []struct{ method, path string }{
			{"PATCH", up("", file)}, {"POST", "/v1/hello"}, {"PATCH", "/v1/up/" + strings.Repeat("0", 64)},
		} {
			r := httptest.NewRequest(call.method, call.path, bytes.NewReader(file))
			whole(r, len(file))
			r.TLS = &tls.ConnectionState{}
			r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, leaf)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code == http.StatusInternalServerError {
				t.Fatalf("%s gave status 500", call.method)
			}
		}
		for _, b := range o.records.Batches {
			e, err := batch.Restore(b.Header, b.Sig, b.Payload, b.Redacted)
			if err != nil {
				t.Fatalf("recorded what does not parse: %v", err)
			}
			if _, err := e.Verify(d.sign.Public()); err != nil {
				t.Fatalf("recorded what does not verify: %v", err)
			}
		}
	})
}

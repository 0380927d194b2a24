package intake_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"leeward/sync/batch"
)

// TestLogOverTheNetwork: a device reads the whole log in tiles, and computes its tree anew. Nobody does without a key that was
// granted, there is nothing behind the newest entry, and only what never changes may be kept by those in between.
func TestLogOverTheNetwork(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	for n := range 300 {
		o.records.Log.Enter(fmt.Appendf(nil, "entry %d", n))
	}
	h := o.Handler()
	ask := func(path string, known bool) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/v1/log/"+path, nil)
		if known {
			leaf, err := batch.Leaf(d.cert)
			if err != nil {
				t.Fatal(err)
			}
			r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	root, err := batch.VerifyRoot(o.root)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	l, err := batch.ReadTiles(func(path string) ([]byte, error) {
		a := ask(path, true)
		if a.Code != http.StatusOK {
			return nil, errors.Join(fs.ErrNotExist, fmt.Errorf("%s: status %d", path, a.Code))
		}
		asked[path] = true
		if lasting := strings.Contains(a.Header().Get("Cache-Control"), "immutable"); lasting == (path == "checkpoint") {
			t.Errorf("%s goes with %q", path, a.Header().Get("Cache-Control"))
		}
		return a.Body.Bytes(), nil
	}, root)
	if err != nil || l.Checkpoint.Size != o.records.Log.Size() {
		t.Fatalf("the log in tiles: %v", err)
	}
	for _, path := range []string{"tile/0/000", "tile/1/000.p/1", "tile/entries/000", "checkpoint"} {
		if !asked[path] {
			t.Errorf("%s was not there", path)
		}
	}
	for path, want := range map[string]int{
		"tile/0/001": http.StatusNotFound, "tile/0/009": http.StatusNotFound, "tile/2/000.p/1": http.StatusNotFound,
		"tile/0/x999/x999/x999/x999/x999/999": http.StatusNotFound, "tile/entries/001": http.StatusNotFound,
		"tile/0/1": http.StatusBadRequest, "tile/data/000": http.StatusBadRequest, "tile/": http.StatusBadRequest,
	} {
		a := ask(path, true)
		if a.Code != want || a.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d with %q, want %d", path, a.Code, a.Header().Get("Cache-Control"), want)
		}
	}
	for _, path := range []string{"checkpoint", "tile/0/000"} {
		if a := ask(path, false); a.Code != http.StatusUnauthorized {
			t.Errorf("%s to a stranger: status %d", path, a.Code)
		}
	}
}

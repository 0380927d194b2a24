package courier_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"leeward/internal/screening"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

// TestConnectionsAreHybrid: nothing goes to an office that would agree on a classical key only, and with any other the
// key is a hybrid one.
func TestConnectionsAreHybrid(t *testing.T) {
	for _, classical := range []bool{false, true} {
		var agreed []tls.CurveID
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			agreed = append(agreed, r.TLS.CurveID)
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		server.TLS = intake.TLSConfig(fieldtest.Certificate(fieldtest.TLSKey))
		if classical {
			server.TLS = &tls.Config{
				MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{fieldtest.Certificate(fieldtest.TLSKey)}, ClientAuth: tls.RequestClientCert,
				CurvePreferences: []tls.CurveID{tls.X25519},
			}
		}
		server.StartTLS()
		c, box := newCourier(t, server.URL)
		box.Finals = []screening.Interview{interview(1)}
		_, err := c.Sync(ctx)
		server.Close()
		if classical && (screening.CodeOf(err) != screening.CodeOffline || len(agreed) > 0) {
			t.Errorf("an office with a classical key exchange: got %v, and %d requests", err, len(agreed))
		}
		if !classical && (screening.CodeOf(err) != screening.CodeRefused || len(agreed) == 0 || agreed[0] != tls.X25519MLKEM768) {
			t.Errorf("got %v, keys %v, want the refusal over a hybrid key", err, agreed)
		}
	}
}

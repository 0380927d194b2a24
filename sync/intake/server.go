package intake

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// TLSConfig serves devices and browsers on one address. Devices speak Ed25519: they get the certificate
// whose key stands in the root, and are asked for theirs. Browsers do not: they get the web certificate,
// and are asked for nothing. web may be empty.
//
// Client certificates are not checked against any issuer; the handler looks the key up. Tickets are off: a
// ticket could be followed from one network to the next.
func TLSConfig(device tls.Certificate, web ...tls.Certificate) *tls.Config {
	browsers := &tls.Config{
		MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true, NextProtos: []string{"http/1.1"},
		Certificates: append([]tls.Certificate{device}, web...), // the first that the other end can verify
	}
	devices := browsers.Clone()
	devices.Certificates, devices.ClientAuth = []tls.Certificate{device}, tls.RequestClientCert
	config := browsers.Clone()
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if slices.Contains(hello.SignatureSchemes, tls.Ed25519) {
			return devices, nil
		}
		return browsers, nil
	}
	return config
}

// NewServer returns a server for h with the time limits that slow links need: for the head of a request and
// for a connection that is idle, none for a whole request.
//
// The server writes no log of its own: its lines hold addresses of devices.
func NewServer(h http.Handler, config *tls.Config) *http.Server {
	return &http.Server{
		Handler: h, TLSConfig: config, ReadHeaderTimeout: progress, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 8 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}

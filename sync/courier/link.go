package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// Patience with a link that moves no byte: it begins short, because on a link with gaps an old connection
// sleeps through the good seconds, and grows with each failure. There is no limit for a whole request.
const (
	minPatience = 10 * time.Second
	maxPatience = 45 * time.Second
)

// maxAnswer is the longest answer of an office in bytes: receipts, or a root document.
const maxAnswer = 128 << 10

var (
	errWrongOffice = errors.New("the key is not the office's")
	errNoCert      = errors.New("no certificate")
	errAnswer      = errors.New("answer is too long")
)

// Refused is the office's no: a code of the wire, beneath an error with CodeRefused. It stays no when the
// same bytes are sent again, unless Temporary says so.
type Refused struct {
	Code  screening.Code
	Held  int64         // with E_OFFSET: how many bytes of the upload the office has
	After time.Duration // that the office asks to be left alone for; zero where it does not say
}

// Error returns the code.
func (r *Refused) Error() string { return "refused: " + string(r.Code) }

// Temporary reports whether the office may say yes later without anybody doing anything.
func (r *Refused) Temporary() bool {
	switch r.Code {
	case screening.EBusy, screening.EFull, screening.EQuota, screening.EInternal, screening.EAhead:
		return true
	}
	return false
}

// final reports whether the refusal is of the device rather than of one batch: nothing more is to be sent.
func (r *Refused) final() bool {
	switch r.Code {
	case screening.ERevoked, screening.EEpoch, screening.EFork:
		return true
	}
	return r.Temporary()
}

// link is one connection to one office.
type link struct {
	url      string
	client   *http.Client
	sent     atomic.Int64
	received atomic.Int64
	patience atomic.Int64   // nanoseconds without a byte after which a connection is dead
	peer     seal.PublicKey // who answered, once somebody did; read after a request returned
}

// newLink prepares a connection that goes to the holder of pin and to nobody else; a zero pin takes
// whoever answers and remembers the key, for the one call before enrolment whose answer is checked by its
// fingerprint. The name in the address is used to find the office, and is not sent.
func newLink(url string, pin seal.PublicKey, cert *tls.Certificate, dial Dialer, patience time.Duration) *link {
	l := &link{url: url}
	l.patience.Store(int64(patience))
	config := &tls.Config{
		MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true, NextProtos: []string{"http/1.1"},
		// What is recorded today must not be readable when somebody has a quantum computer.
		CurvePreferences: []tls.CurveID{tls.X25519MLKEM768},
		// The pin below takes the place of the chain, the name and the dates, which say nothing here: an
		// office signs its own certificate, and clocks of devices are wrong by years.
		InsecureSkipVerify: true,
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return errNoCert
			}
			key, err := batch.PeerKey(s.PeerCertificates[0])
			if err != nil || pin != (seal.PublicKey{}) && key != pin {
				return errWrongOffice
			}
			l.peer = key
			return nil
		},
	}
	if cert != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return cert, nil }
	}
	l.client = &http.Client{
		Transport: &http.Transport{
			DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				ctx, cancel := context.WithTimeout(ctx, 2*maxPatience) // until the first byte can move
				defer cancel()
				raw, err := dial(ctx, network, address)
				if err != nil {
					return nil, err
				}
				conn := tls.Client(&watched{Conn: small(raw), link: l}, config)
				if err := conn.HandshakeContext(ctx); err != nil {
					_ = raw.Close()
					return nil, err
				}
				return hasty{conn, raw}, nil
			},
			DisableCompression: true, MaxConnsPerHost: 1, WriteBufferSize: 1 << 10, MaxResponseHeaderBytes: 8 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return l
}

func (l *link) close() { l.client.CloseIdleConnections() }

// ask sends one request and returns the body of an answer that says yes. All bytes of the request were
// taken, and answered, when it returns without an error.
func (l *link) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	answer, _, err := l.exchange(ctx, method, path, nil, &measured{rest: body})
	return answer, err
}

// measured is a body that is handed out in small pieces: each becomes a record of the encrypted connection, and of a
// record that was cut nothing can be used.
type measured struct {
	rest  []byte
	taken int64
}

// sip is how much is handed out at once.
const sip = 1 << 10

func (m *measured) Read(b []byte) (int, error) {
	if len(m.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), sip)], m.rest)
	m.rest, m.taken = m.rest[n:], m.taken+int64(n)
	return n, nil
}

// exchange is ask with headers, and with those of the answer.
func (l *link) exchange(ctx context.Context, method, path string, head http.Header, body *measured) ([]byte, http.Header, error) {
	size, reader := int64(len(body.rest)), io.Reader(body)
	if size == 0 {
		reader = http.NoBody
	}
	req, err := http.NewRequestWithContext(ctx, method, l.url+path, reader)
	if err != nil {
		return nil, nil, screening.Fail(screening.CodeOffline, errors.New("address of the office"))
	}
	req.ContentLength = size
	maps.Copy(req.Header, head)
	req.Header["User-Agent"] = nil // nothing about the program
	resp, err := l.client.Do(req)
	if err != nil {
		return nil, nil, unreachable(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, nil, unreachable(err)
	}
	if resp.StatusCode == http.StatusOK {
		if len(answer) > maxAnswer {
			return nil, nil, screening.Fail(screening.CodeBadReceipt, errAnswer)
		}
		return answer, resp.Header, nil
	}
	no := &Refused{Code: screening.EInternal, After: restFor(resp.Header)}
	if refusal, err := batch.ParseRefusal(answer); err == nil {
		no.Code = refusal.Code
	}
	if no.Code == screening.EOffset {
		no.Held = heldBytes(resp.Header)
	}
	return nil, nil, screening.Fail(screening.CodeRefused, no)
}

// heldBytes reads how much of an upload an office says it has; nothing where it does not say.
func heldBytes(h http.Header) int64 {
	n, err := strconv.ParseUint(h.Get("Upload-Offset"), 10, 53)
	if err != nil {
		return 0
	}
	return int64(n)
}

// restFor reads for how long an office asks to be left alone (RFC 9110, Retry-After in seconds). No office can silence a
// device for longer than it would wait by itself.
func restFor(h http.Header) time.Duration {
	n, err := strconv.ParseUint(h.Get("Retry-After"), 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, maxBackoff)
}

// unreachable tells somebody else's answer from no answer. The address, which is in most errors of the
// network, is not passed on.
func unreachable(err error) error {
	switch {
	case errors.Is(err, errWrongOffice), errors.Is(err, errNoCert):
		return screening.Fail(screening.CodeWrongOffice, errWrongOffice)
	case errors.Is(err, context.Canceled):
		return screening.Fail(screening.CodeOffline, context.Canceled)
	}
	reason := "no connection"
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		reason = "no byte moved in time"
	}
	return screening.Fail(screening.CodeOffline, fmt.Errorf("ask the office: %s", reason))
}

// hasty closes a connection without a last word: on a link that is dark that would wait for seconds, and every answer
// says how long it is.
type hasty struct {
	*tls.Conn
	raw net.Conn
}

func (h hasty) Close() error { return h.raw.Close() }

// watched counts the bytes of a connection and ends it when none moves. A write pushes the deadline of
// reading too: nobody answers before the last byte of a long upload.
type watched struct {
	net.Conn
	link *link
}

// waits is how long a connection may move nothing.
func (l *link) waits() time.Duration { return time.Duration(l.patience.Load()) }

// small keeps little of what is sent in the system's buffers: what lies there when a link goes down is sent again.
func small(c net.Conn) net.Conn {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendChunk) // a system that has no such thing sends more twice
	}
	return c
}

// sendChunk is how much is handed to the system at once: progress of a large write would otherwise be seen
// only at its end.
const sendChunk = 2 << 10

func (w *watched) Read(b []byte) (int, error) {
	if err := w.SetReadDeadline(time.Now().Add(w.link.waits())); err != nil {
		return 0, err
	}
	n, err := w.Conn.Read(b)
	w.link.received.Add(int64(n))
	return n, err
}

func (w *watched) Write(b []byte) (int, error) {
	total := 0
	for {
		if err := w.SetDeadline(time.Now().Add(w.link.waits())); err != nil {
			return total, err
		}
		n, err := w.Conn.Write(b[:min(len(b), sendChunk)])
		total, b = total+n, b[n:]
		w.link.sent.Add(int64(n))
		if err != nil || len(b) == 0 {
			return total, err
		}
	}
}

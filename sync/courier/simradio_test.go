package courier_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"time"

	"leeward/sync/batch"
)

// radio is one device's way to the office. It loses, cuts, repeats and delays.
type radio struct {
	w    *world
	ship *ship
	dice *rand.Rand
}

var errRadio = errors.New("the link is gone")

// The things that happen to one request.
const (
	fine    = iota
	dark    // it never leaves
	cutUp   // the office gets the first bytes, and knows that this is the end
	hung    // the office gets the first bytes, and waits for more
	lost    // the office does all that it is asked, and its answer is lost
	twice   // the office gets it twice
	late    // the device gives up; the office gets it later, after others
	cutDown // the answer ends in the middle
	faults
)

// RoundTrip implements http.RoundTripper.
func (r *radio) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	r.w.sleep(time.Duration(1+r.dice.IntN(3000)) * time.Millisecond)
	kind := fine
	if !r.w.isCalm() && r.dice.IntN(3) == 0 {
		kind = r.dice.IntN(faults)
	}
	if kind != fine {
		r.w.total.faults.Add(1)
	}
	body = r.offsets(req, body)
	r.w.note("device %d %s %d: %d", r.ship.n, req.Method, len(body), kind)
	end := len(body)
	switch kind {
	case dark:
		return nil, errRadio
	case cutUp, hung:
		r.w.total.cuts.Add(1)
		if end > 0 {
			end = r.dice.IntN(end)
		}
	}
	switch kind {
	case hung, late:
		wait := time.Duration(r.dice.Int64N(int64(time.Hour)))
		r.w.begin(func() {
			if kind == late {
				r.w.sleep(wait)
			}
			_, _, _ = r.ask(req, body, end)
		})
		r.w.sleep(10 * time.Second)
		return nil, errRadio
	case twice:
		_, _, _ = r.ask(req, body, end)
	}
	resp, said, err := r.ask(req, body, end)
	switch {
	case kind == lost, kind == cutUp:
		return nil, errRadio
	case kind == cutDown && err == nil:
		r.w.total.cuts.Add(1)
		whole, _ := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(whole[:r.dice.IntN(len(whole)+1)]), cutReader{}))
	case err == nil:
		r.ship.heard.take(said)
	}
	return resp, err
}

type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// ask lets the office's handler work on the first bytes of a request, if somebody is there.
func (r *radio) ask(req *http.Request, body []byte, end int) (*http.Response, word, error) {
	h := r.w.office
	h.mu.Lock()
	up, life, handler := h.up, h.life, h.handler
	h.mu.Unlock()
	if !up {
		r.w.sleep(time.Second)
		return nil, word{}, errRadio
	}
	if r.w.plant.forget && req.Method == http.MethodPatch {
		h.forget()
	}
	stream := &stream{w: r.w, rest: body[:end], cut: end < len(body), stop: make(chan struct{})}
	in := req.Clone(ctx)
	in.Body, in.ContentLength = stream, int64(len(body))
	in.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{supply().leaves[r.ship.chain.seed]}}
	answer := &answer{httptest.NewRecorder(), stream}
	handler.ServeHTTP(answer, in)
	h.mu.Lock()
	dead := h.life != life
	h.mu.Unlock()
	if dead {
		return nil, word{}, errRadio
	}
	resp := answer.Result()
	var signed batch.Receipts
	if resp.StatusCode == http.StatusOK && req.Method != http.MethodHead {
		var err error
		if signed, err = batch.VerifyReceipts(answer.Body.Bytes(), supply().office); err != nil {
			r.w.fault("the office signed what does not verify: %v", err)
		}
	}
	said := about(req, body, resp, signed)
	h.promise(life, said)
	return resp, said, nil
}

// stream is the body of a request as it comes over the link.
type stream struct {
	w    *world
	rest []byte
	cut  bool
	stop chan struct{}
	over bool
}

func (s *stream) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		if !s.cut {
			return 0, io.EOF
		}
		select {
		case <-s.stop:
		case <-time.After(s.w.until(45 * time.Second)):
		}
		s.w.turn()
		return 0, io.ErrUnexpectedEOF
	}
	s.w.sleep(50 * time.Millisecond)
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *stream) Close() error { return nil }

// answer is a response whose reader can be told to stop, as that of a connection can.
type answer struct {
	*httptest.ResponseRecorder
	stream *stream
}

// SetReadDeadline ends the body where the time is over.
func (a *answer) SetReadDeadline(at time.Time) error {
	if !at.IsZero() && at.Before(time.Now()) && !a.stream.over {
		a.stream.over = true
		close(a.stream.stop)
	}
	return nil
}

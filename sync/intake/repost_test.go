package intake_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// repost sends a file in one request, and again from its first byte when nothing moved for so long, as those do that cannot
// go on where they stopped. It returns how long it took, what was handed to the link, and whether it arrived.
func repost(t *testing.T, r *rope, file []byte, patience, limit time.Duration) (took time.Duration, sent, tries int, arrived bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r.began = time.Now()
		h := &harbour{rope: r, calls: make(chan net.Conn), done: make(chan struct{})}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if b, err := io.ReadAll(q.Body); err == nil && len(b) == len(file) {
				w.WriteHeader(http.StatusCreated)
			}
		}), ReadHeaderTimeout: time.Hour}
		ended := make(chan struct{})
		go func() { defer close(ended); _ = server.Serve(h) }()
		for ; !arrived && time.Since(r.began) < limit; tries++ {
			if tries > 0 {
				time.Sleep(5 * time.Second)
			}
			n, err := post(t, h, file, patience)
			sent += n
			if arrived = err == nil; !arrived && !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatal(err)
			}
		}
		took = time.Since(r.began)
		_ = server.Close()
		<-ended
		time.Sleep(r.dark + time.Second) // what was on the way looks up, and finds everything closed
	})
	return took, sent, tries, arrived
}

// post sends the file once, without TLS, which would only cost more.
func post(t *testing.T, h *harbour, file []byte, patience time.Duration) (sent int, err error) {
	c, err := h.dial(t.Context(), "", "")
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close() }()
	request := append(fmt.Appendf(nil, "POST /submission HTTP/1.1\r\nHost: office\r\nContent-Length: %d\r\n\r\n", len(file)), file...)
	for len(request) > 0 {
		_ = c.SetWriteDeadline(time.Now().Add(patience))
		n, err := c.Write(request[:min(512, len(request))])
		sent, request = sent+n, request[n:]
		if err != nil {
			return sent, err
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, err = c.Read(make([]byte, 512))
	return sent, err
}

// TestSendingWholeNeverEnds puts beside TestOutagesCostLittle what others do on the same link with the same patience: the
// file never arrives. Where nothing ever is dark it does, so that it is the outages and not this client.
func TestSendingWholeNeverEnds(t *testing.T) {
	const limit = time.Hour
	file := make([]byte, 107_000)
	quiet := &rope{rate: 2500, delay: 400 * time.Millisecond}
	if took, _, tries, arrived := repost(t, quiet, file, 10*time.Second, limit); !arrived || tries != 1 || took > time.Minute {
		t.Errorf("without outages: arrived %v, after %v and %d tries", arrived, took, tries)
	}
	took, sent, tries, arrived := repost(t, outages(), file, 10*time.Second, limit)
	if arrived {
		t.Errorf("arrived after %v and %d tries", took, tries)
	}
	t.Attr("whole-file", fmt.Sprintf("not there after %v, %d tries and %d bytes", limit, tries, sent))
}

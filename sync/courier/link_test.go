package courier

import (
	"context"
	"net"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// still is a connection that notes how often its time limits are moved.
type still struct {
	net.Conn
	both, read int
	writes     []int
}

func (s *still) SetDeadline(time.Time) error     { s.both++; return nil }
func (s *still) SetReadDeadline(time.Time) error { s.read++; return nil }
func (s *still) Write(b []byte) (int, error)     { s.writes = append(s.writes, len(b)); return len(b), nil }
func (s *still) Read(b []byte) (int, error)      { return len(b), nil }

// A long upload over a slow link must not run into the time limit of reading: each small piece that is
// taken moves both limits.
func TestWritesPushTheLimitOfReading(t *testing.T) {
	conn, l := &still{}, &link{}
	l.patience.Store(int64(time.Second))
	w := &watched{Conn: conn, link: l}
	n, err := w.Write(make([]byte, 100_000))
	if n != 100_000 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	if want := (100_000 + sendChunk - 1) / sendChunk; conn.both != want || len(conn.writes) != want {
		t.Errorf("got %d writes and %d limits moved, want %d", len(conn.writes), conn.both, want)
	}
	if _, err := w.Read(make([]byte, 500)); err != nil || conn.read != 1 {
		t.Errorf("got %d limits moved by a read, %v", conn.read, err)
	}
	if l.sent.Load() != 100_000 || l.received.Load() != 500 {
		t.Errorf("counted %d and %d bytes", l.sent.Load(), l.received.Load())
	}
}

// Somebody takes the connection and says nothing: that is offline, and not for ever.
func TestSilenceIsOffline(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
		}
	}()
	l := newLink("https://"+listener.Addr().String(), seal.PublicKey{1}, nil, (&net.Dialer{}).DialContext, 50*time.Millisecond)
	defer l.close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if _, err := l.ask(ctx, "GET", "/v1/root", nil); screening.CodeOf(err) != screening.CodeOffline || ctx.Err() != nil {
		t.Errorf("got %v, want offline before the test's own limit", err)
	}
}

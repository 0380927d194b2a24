package intake_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/intake"
)

// A link in virtual time: so many bytes a second each way, a delay, and gaps in which nothing moves. What is written
// waits in a small buffer, as in a system's, and is lost when its end is closed.
type rope struct {
	rate  int           // bytes a second
	delay time.Duration // one way
	every time.Duration // so long it works,
	dark  time.Duration // and so long it does not; then again
	began time.Time
}

// ropeBuffer is how many bytes a writer may be ahead of the link.
const ropeBuffer = 2 << 10

// wait sleeps until so much time of a working link has passed.
func (r *rope) wait(need time.Duration) {
	for need > 0 {
		left := time.Duration(1 << 62)
		if r.dark > 0 {
			at := time.Since(r.began) % (r.every + r.dark)
			if at >= r.every {
				time.Sleep(r.every + r.dark - at)
				continue
			}
			left = r.every - at
		}
		step := min(need, left)
		time.Sleep(step)
		need -= step
	}
}

// half is one direction of a connection.
type half struct {
	rope   *rope
	mu     sync.Mutex
	out    []byte // written, not yet on the other side
	in     []byte // arrived, not yet read
	flying int
	closed bool
	change chan struct{} // closed and made anew with every change
}

func newHalf(r *rope) *half {
	h := &half{rope: r, change: make(chan struct{})}
	go h.run()
	return h
}

func (h *half) changed() { close(h.change); h.change = make(chan struct{}) }

// run moves bytes until the connection is closed.
func (h *half) run() {
	const piece = 256
	for {
		h.mu.Lock()
		if h.closed {
			h.mu.Unlock()
			return
		}
		if len(h.out) == 0 {
			wait := h.change
			h.mu.Unlock()
			<-wait
			continue
		}
		n := min(piece, len(h.out))
		h.mu.Unlock()
		h.rope.wait(time.Second * time.Duration(n) / time.Duration(h.rope.rate))
		h.mu.Lock()
		bytes := append([]byte(nil), h.out[:n]...)
		h.out = h.out[n:]
		h.flying += n
		h.changed()
		h.mu.Unlock()
		time.AfterFunc(h.rope.delay, func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.in, h.flying = append(h.in, bytes...), h.flying-n
			h.changed()
		})
	}
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		h.changed()
	}
}

// end is one end of a connection.
type end struct {
	read, write *half
	mu          sync.Mutex
	readBy      time.Time
	writeBy     time.Time
	moved       chan struct{} // closed and made anew when a deadline moves
}

func pipe(r *rope) (a, b *end) {
	up, down := newHalf(r), newHalf(r)
	return &end{read: down, write: up, moved: make(chan struct{})}, &end{read: up, write: down, moved: make(chan struct{})}
}

// until waits for a change of h, a moved deadline, or the deadline.
func (e *end) until(change <-chan struct{}, by func() time.Time) error {
	e.mu.Lock()
	limit, moved := by(), e.moved
	e.mu.Unlock()
	var late <-chan time.Time
	if !limit.IsZero() {
		left := time.Until(limit)
		if left <= 0 {
			return os.ErrDeadlineExceeded
		}
		timer := time.NewTimer(left)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-change:
	case <-moved:
	case <-late:
		return os.ErrDeadlineExceeded
	}
	return nil
}

func (e *end) Read(b []byte) (int, error) {
	for {
		e.read.mu.Lock()
		n := copy(b, e.read.in)
		e.read.in = e.read.in[n:]
		over, change := e.read.closed && e.read.flying == 0, e.read.change
		e.read.mu.Unlock()
		if n > 0 {
			return n, nil
		}
		if over {
			return 0, io.EOF
		}
		if err := e.until(change, func() time.Time { return e.readBy }); err != nil {
			return 0, err
		}
	}
}

func (e *end) Write(b []byte) (int, error) {
	total := 0
	for len(b) > 0 {
		e.write.mu.Lock()
		if e.write.closed {
			e.write.mu.Unlock()
			return total, io.ErrClosedPipe
		}
		n := min(len(b), ropeBuffer-len(e.write.out))
		if n > 0 {
			e.write.out = append(e.write.out, b[:n]...)
			e.write.changed()
		}
		change := e.write.change
		e.write.mu.Unlock()
		if total, b = total+n, b[n:]; n > 0 {
			continue
		}
		if err := e.until(change, func() time.Time { return e.writeBy }); err != nil {
			return total, err
		}
	}
	return total, nil
}

func (e *end) Close() error { e.read.close(); e.write.close(); return nil }

func (e *end) set(do func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	do()
	close(e.moved)
	e.moved = make(chan struct{})
	return nil
}

func (e *end) SetDeadline(t time.Time) error      { return e.set(func() { e.readBy, e.writeBy = t, t }) }
func (e *end) SetReadDeadline(t time.Time) error  { return e.set(func() { e.readBy = t }) }
func (e *end) SetWriteDeadline(t time.Time) error { return e.set(func() { e.writeBy = t }) }
func (e *end) LocalAddr() net.Addr                { return &net.UnixAddr{Name: "rope"} }
func (e *end) RemoteAddr() net.Addr               { return &net.UnixAddr{Name: "rope"} }

// harbour is where connections over the link arrive.
type harbour struct {
	rope  *rope
	last  *end // the newest connection
	calls chan net.Conn
	done  chan struct{}
}

func (h *harbour) Accept() (net.Conn, error) {
	select {
	case c := <-h.calls:
		return c, nil
	case <-h.done:
		return nil, net.ErrClosed
	}
}

func (h *harbour) Close() error   { close(h.done); return nil }
func (h *harbour) Addr() net.Addr { return &net.UnixAddr{Name: "harbour"} }

func (h *harbour) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := pipe(h.rope)
	h.rope.wait(2 * h.rope.delay) // a connection takes a round trip
	select {
	case h.calls <- far:
		h.last = far
		return near, nil
	case <-ctx.Done():
		_ = near.Close()
		return nil, ctx.Err()
	}
}

// over runs one device's courier against the office across a link, in virtual time. A batch with so many interviews and
// about so many bytes waits.
func over(t *testing.T, r *rope, interviews, bytes int, do func(o *office, f *outpost)) {
	t.Helper()
	o := newOffice(t)
	f := o.inTheField(t, 1)
	if _, err := o.Receive(ctx, o.enrolled(21).pack(t, batch.Heartbeat()).File); err != nil { // what is made once is made outside
		t.Fatal(err)
	}
	f.fill(t, o, interviews, bytes)
	if _, err := f.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		r.began = time.Now()
		h := &harbour{rope: r, calls: make(chan net.Conn), done: make(chan struct{})}
		server := intake.NewServer(o.Handler(), intake.TLSConfig(certificate(104)))
		ended := make(chan struct{})
		go func() { defer close(ended); _ = server.ServeTLS(h, "", "") }()
		f.Courier = courier.New(courier.Config{
			Outbox: f.Outbox, Sign: f.Sign, TLS: f.TLS, Open: f.Open, URL: "https://office", Generation: f.Generation,
			Now: f.Now, Log: slog.New(slog.DiscardHandler), Dial: h.dial,
		})
		f.cut = func() { _ = h.last.Close() }
		do(o, f)
		_ = server.Close()
		<-ended
		if err := f.store.Close(); err != nil { // in the time in which it was used
			t.Error(err)
		}
		f.store = nil
	})
}

// syncs calls Sync as Run does, until the outbox is empty or the time is over, and adds up what it took.
func (f *outpost) syncs(t *testing.T, limit time.Duration) (total courier.Result, took time.Duration, tries int) {
	t.Helper()
	began := time.Now()
	for time.Since(began) < limit {
		tries++
		r, err := f.Sync(context.Background())
		total.Sent += r.Sent
		total.BytesSent += r.BytesSent
		total.BytesNeeded += r.BytesNeeded
		total.BytesResent += r.BytesResent
		if err == nil {
			return total, time.Since(began), tries
		}
		if screening.CodeOf(err) != screening.CodeOffline {
			t.Fatalf("after %v: %v", time.Since(began), err)
		}
		time.Sleep(5 * time.Second)
	}
	t.Fatalf("not delivered in %v: %+v", limit, total)
	return total, 0, tries
}

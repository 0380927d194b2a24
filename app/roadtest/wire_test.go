package roadtest

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
)

// wire is the network of one device. It can be down, end after so many bytes, tell of every step, and keeps
// what went over it.
type wire struct {
	mu    sync.Mutex
	down  bool
	to    string // another address than the one asked for
	cut   int    // bytes that still pass, both ways together; without end if negative
	spent bool   // a cut happened
	step  func() // before each write and after each read
	all   []byte
}

var errCut = errors.New("cut")

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	down, to := w.down, w.to
	w.mu.Unlock()
	if down {
		return nil, errCut
	}
	if to != "" {
		address = to
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &wired{conn, w}, nil
}

func (w *wire) set(down bool, cut int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down, w.cut, w.spent = down, cut, false
}

func (w *wire) hook(step func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.step = step
}

func (w *wire) redirect(to string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.to = to
}

func (w *wire) wasCut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.spent
}

// pass takes bytes onto the wire and says how many get through.
func (w *wire) pass(b []byte) int {
	w.mu.Lock()
	step := w.step
	w.mu.Unlock()
	if step != nil {
		step()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(b)
	if w.cut >= 0 {
		n = min(n, w.cut)
		w.cut -= n
		w.spent = w.spent || w.cut == 0
	}
	w.all = append(w.all, b[:n]...)
	return n
}

type wired struct {
	net.Conn
	wire *wire
}

func (c *wired) Write(b []byte) (int, error) {
	may := c.wire.pass(b)
	n, err := c.Conn.Write(b[:may])
	if err == nil && may < len(b) {
		_ = c.Close()
		err = errCut
	}
	return n, err
}

func (c *wired) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n == 0 {
		return n, err
	}
	if may := c.wire.pass(b[:n]); may < n {
		_ = c.Close()
		return may, errCut
	}
	return n, err
}

func (w *wire) bytes() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Clone(w.all)
}

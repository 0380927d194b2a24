package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// The control socket speaks HTTP. Its folder lets nobody else in (0700), nor does it itself (0600); who
// can reach it could as well read the office's memory, so it asks for no passphrase.

// errNobody says that no serve answers at the socket.
var errNobody = errors.New("nobody serves this folder")

// maxSocketPath is the shortest limit for the path of a socket among the systems that Leeward runs on.
const maxSocketPath = 100

// socketPath returns a path for the control socket that is short enough for the system. A long one goes
// through the open folder (Linux); the caller closes it.
func socketPath(dir string) (path string, done io.Closer, err error) {
	path = filepath.Join(dir, fileSocket)
	if len(path) <= maxSocketPath || runtime.GOOS != "linux" {
		return path, io.NopCloser(nil), nil
	}
	folder, err := os.Open(dir)
	if err != nil {
		return "", nil, fmt.Errorf("open the folder: %w", err)
	}
	return "/proc/self/fd/" + strconv.Itoa(int(folder.Fd())) + "/" + fileSocket, folder, nil
}

// listenDesk takes the place of a socket that a killed serve left behind; the caller owns the records,
// so nobody else serves.
func listenDesk(dir string) (net.Listener, error) {
	path, done, err := socketPath(dir)
	if err != nil {
		return nil, err
	}
	defer done.Close()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on the control socket: %w", err)
	}
	if err := os.Chmod(filepath.Join(dir, fileSocket), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("close the control socket to others: %w", err), l.Close())
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // its short path may be gone by then; serve removes the file
	return l, nil
}

// remoteDesk is the office as another process serves it.
type remoteDesk struct{ http.Client }

// dialDesk returns the office behind the socket in dir, or errNobody.
func dialDesk(ctx context.Context, dir string) (*remoteDesk, error) {
	dial := func(ctx context.Context) (net.Conn, error) {
		path, done, err := socketPath(dir)
		if err != nil {
			return nil, err
		}
		defer done.Close()
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	probe, err := dial(ctx)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errNobody // none was made, or a killed serve left it behind
	}
	if err != nil {
		return nil, fmt.Errorf("reach the office that serves: %w", err)
	}
	_ = probe.Close()
	return &remoteDesk{http.Client{ // no limit of time: a rebuild takes long, and Ctrl-C ends the wait
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		},
	}}, nil
}

func (d *remoteDesk) close() { d.CloseIdleConnections() }

// raw is a body that is sent as it is.
type raw []byte

func (d *remoteDesk) call(ctx context.Context, path string, body, into any) error {
	b, ok := body.(raw)
	if !ok {
		var err error
		if b, err = json.Marshal(body); err != nil {
			return fmt.Errorf("write request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://office"+path, bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	resp, err := d.Do(req)
	if err != nil {
		return fmt.Errorf("ask the office that serves: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var t trouble
		if err := json.NewDecoder(resp.Body).Decode(&t); err != nil {
			return fmt.Errorf("ask the office that serves: status %d", resp.StatusCode)
		}
		return t.asError()
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("read the office's answer: %w", err)
	}
	return nil
}

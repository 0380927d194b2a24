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
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
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

// trouble is an error on its way over the socket.
type trouble struct {
	Code  screening.Code `json:"code,omitempty"`
	Usage bool           `json:"usage,omitempty"`
	Error string         `json:"error"`
}

// deskHandler answers the commands on the socket.
func deskHandler(d desk) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /enrol", func(w http.ResponseWriter, r *http.Request) {
		var a ask
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&a); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		if err := a.check(); err != nil {
			reply(w, nil, err)
			return
		}
		codes, err := d.Enrol(r.Context(), a)
		reply(w, codes, err)
	})
	mux.HandleFunc("POST /receive", func(w http.ResponseWriter, r *http.Request) {
		file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(max(batch.MaxFile, batch.MaxCarryFile))))
		if err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		list, err := d.Receive(r.Context(), file)
		reply(w, list, err)
	})
	mux.HandleFunc("POST /revoke", func(w http.ResponseWriter, r *http.Request) {
		var prefix string
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&prefix); err != nil || len(prefix) < leastDigits {
			reply(w, nil, usageError("not a request"))
			return
		}
		said, err := d.Revoke(r.Context(), prefix)
		reply(w, said, err)
	})
	mux.HandleFunc("POST /kept", func(w http.ResponseWriter, r *http.Request) {
		var k kept
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&k); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		reply(w, true, d.Kept(r.Context(), k))
	})
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, r *http.Request) {
		file, err := d.Log(r.Context())
		reply(w, file, err)
	})
	mux.HandleFunc("GET /answers", func(w http.ResponseWriter, r *http.Request) {
		files, err := d.Answers(r.Context())
		reply(w, files, err)
	})
	mux.HandleFunc("POST /user", func(w http.ResponseWriter, r *http.Request) {
		var u userAsk
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&u); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		answer, err := d.User(r.Context(), u)
		reply(w, answer, err)
	})
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		var dir string
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 8<<10)).Decode(&dir); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		done, err := d.Backup(r.Context(), dir)
		reply(w, done, err)
	})
	mux.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
		var a reportAsk
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&a); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		books, err := d.Reports(r.Context(), a)
		reply(w, books, err)
	})
	mux.HandleFunc("GET /stats", func(w http.ResponseWriter, r *http.Request) {
		s, err := d.Stats(r.Context())
		reply(w, s, err)
	})
	return mux
}

func reply(w http.ResponseWriter, v any, err error) {
	if err != nil {
		t := trouble{Code: screening.CodeOf(err), Error: err.Error()}
		_, t.Usage = errors.AsType[usageError](err)
		w.WriteHeader(http.StatusUnprocessableEntity)
		v = t
	}
	_ = json.NewEncoder(w).Encode(v) // the command is gone: nobody is left to tell
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
	return &remoteDesk{http.Client{
		Timeout: 2 * time.Minute,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		},
	}}, nil
}

func (d *remoteDesk) close() { d.CloseIdleConnections() }

func (d *remoteDesk) call(ctx context.Context, method, path string, body, into any) error {
	b, raw := body.([]byte)
	if !raw {
		var err error
		if b, err = json.Marshal(body); err != nil {
			return fmt.Errorf("write request: %w", err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://office"+path, bytes.NewReader(b))
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
		if t.Usage {
			return usageError(t.Error)
		}
		return screening.Fail(t.Code, errors.New(t.Error))
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		return fmt.Errorf("read the office's answer: %w", err)
	}
	return nil
}

func (d *remoteDesk) Enrol(ctx context.Context, a ask) (codes []string, err error) {
	err = d.call(ctx, http.MethodPost, "/enrol", a, &codes)
	return codes, err
}

func (d *remoteDesk) Stats(ctx context.Context) (s casework.Stats, err error) {
	err = d.call(ctx, http.MethodGet, "/stats", nil, &s)
	return s, err
}

func (d *remoteDesk) Receive(ctx context.Context, file []byte) (list []arrived, err error) {
	err = d.call(ctx, http.MethodPost, "/receive", file, &list)
	return list, err
}

func (d *remoteDesk) Answers(ctx context.Context) (files [][]byte, err error) {
	err = d.call(ctx, http.MethodGet, "/answers", nil, &files)
	return files, err
}

func (d *remoteDesk) User(ctx context.Context, u userAsk) (answer userAnswer, err error) {
	err = d.call(ctx, http.MethodPost, "/user", u, &answer)
	return answer, err
}

func (d *remoteDesk) Backup(ctx context.Context, dir string) (done backedUp, err error) {
	err = d.call(ctx, http.MethodPost, "/backup", dir, &done)
	return done, err
}

func (d *remoteDesk) Revoke(ctx context.Context, prefix string) (said lost, err error) {
	err = d.call(ctx, http.MethodPost, "/revoke", prefix, &said)
	return said, err
}

func (d *remoteDesk) Log(ctx context.Context) (file []byte, err error) {
	err = d.call(ctx, http.MethodGet, "/log", nil, &file)
	return file, err
}

func (d *remoteDesk) Kept(ctx context.Context, k kept) error {
	var done bool
	return d.call(ctx, http.MethodPost, "/kept", k, &done)
}

package intake

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// Bounds of what the handler takes on at one time.
const (
	progress     = 45 * time.Second // without a byte, either way, a request ends; there is no limit for the whole
	maxInFlight  = 256 << 20        // bytes of uploads in memory
	enrolsPerSec = 5                // each costs an opening with the intake key
	enrolBurst   = 20
)

var (
	errTooLong = errors.New("body is longer than it may be")
	errHash    = errors.New("bytes do not match the name")
	errName    = errors.New("name is not a SHA-256 in lower-case hexadecimal")
	errNoCert  = errors.New("no client certificate")
	errOld     = errors.New("a later epoch of this device was granted")
	errCrowd   = errors.New("too much at one time")
)

// statusOf is the HTTP status that goes with a code (sync/batch/FORMAT.md, Codes).
var statusOf = map[screening.Code]int{
	screening.EFormat: http.StatusBadRequest, screening.EVersion: http.StatusUpgradeRequired,
	screening.ESig: http.StatusUnauthorized, screening.ERoot: http.StatusUnprocessableEntity,
	screening.EHash: http.StatusUnprocessableEntity, screening.EOpen: http.StatusUnprocessableEntity,
	screening.ERevoked: http.StatusForbidden, screening.ECode: http.StatusForbidden,
	screening.EWait:  http.StatusAccepted,
	screening.EEpoch: http.StatusConflict, screening.EFork: http.StatusConflict, screening.EAhead: http.StatusConflict,
	screening.EOffset: http.StatusConflict,
	screening.EQuota:  http.StatusTooManyRequests, screening.EFull: http.StatusInsufficientStorage,
	screening.EBusy: http.StatusServiceUnavailable, screening.EInternal: http.StatusInternalServerError,
}

type handler struct {
	*Intake
	parts    *parts
	inFlight atomic.Int64
	enrols   *rate.Limiter
}

// Handler answers devices under /v1 (sync/batch/FORMAT.md, Carriage). It has to be served over TLS 1.3 with
// [TLSConfig], so that client certificates are asked for; which device is at the other end is told by its
// enrolled TLS key and by nothing else.
func (i *Intake) Handler() http.Handler {
	h := &handler{Intake: i, parts: &parts{dir: i.Parts, now: i.Now}, enrols: rate.NewLimiter(enrolsPerSec, enrolBurst)}
	mux := http.NewServeMux()
	for route, serve := range map[string]func(http.ResponseWriter, *http.Request) ([]byte, error){
		"GET /v1/root":        h.getRoot,
		"POST /v1/enrol":      h.postEnrol,
		"POST /v1/hello":      h.postHello,
		"PATCH /v1/up/{name}": h.patchUpload,
		"HEAD /v1/up/{name}":  h.headUpload,
		"GET /v1/bulletin":    h.getBulletin,
		"GET /v1/doc/{name}":  h.getDocument,
		"POST /v1/obeyed":     h.postObeyed,
		"GET /v1/audit/{id}":  h.getChunk,

		"GET /v1/log/checkpoint":     h.getCheckpoint,
		"GET /v1/log/tile/{path...}": h.getTile,
	} {
		mux.HandleFunc(route, h.answer(route, serve))
	}
	mux.HandleFunc("/", h.answer("other", func(http.ResponseWriter, *http.Request) ([]byte, error) { return nil, errNoRoute }))
	return mux
}

var errNoRoute = errors.New("no such place")

// answer turns what a route returns into HTTP: bytes, or a code with its status. The log names the route,
// never the path, and nobody.
func (h *handler) answer(route string, serve func(http.ResponseWriter, *http.Request) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		body, err := h.guarded(serve, w, r)
		status := http.StatusOK
		if err != nil {
			status, body = h.refusal(route, err)
		}
		if stopped, ok := errors.AsType[*Offset](err); ok {
			w.Header().Set(headOffset, strconv.FormatInt(stopped.Held, 10))
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(progress)) // only real connections have one
		w.Header().Set("Content-Type", "application/octet-stream")
		if err != nil || w.Header().Get("Cache-Control") == "" {
			w.Header().Set("Cache-Control", "no-store")
		}
		if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "60")
		}
		w.WriteHeader(status)
		_, _ = w.Write(body) // a device that is gone asks again
		h.Log.Info("request", "route", route, "status", status, "bytes", max(r.ContentLength, 0), "took", time.Since(began))
	}
}

// guarded keeps a panic from ending the connection without an answer. The value of a panic is not logged:
// it may quote what was being read.
func (h *handler) guarded(serve func(http.ResponseWriter, *http.Request) ([]byte, error), w http.ResponseWriter, r *http.Request) (body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("request stopped", "stack", string(debug.Stack()))
			body, err = nil, screening.Fail(screening.EInternal, errPanic)
		}
	}()
	return serve(w, r)
}

func (h *handler) refusal(route string, err error) (int, []byte) {
	if errors.Is(err, errNoRoute) {
		return http.StatusNotFound, batch.Refusal{Code: screening.EFormat}.Encode()
	}
	if errors.Is(err, errTooLong) {
		return http.StatusRequestEntityTooLarge, batch.Refusal{Code: screening.EFormat}.Encode()
	}
	code := wireCode(err)
	if code == screening.EInternal || screening.CodeOf(err) == screening.CodeDisk {
		h.Log.Error("request failed", "route", route, "err", err)
	}
	refusal := batch.Refusal{Code: code}
	if fork, ok := errors.AsType[*Fork](err); ok {
		refusal.Rival = fork.Rival
	}
	status, ok := statusOf[code]
	if !ok {
		status = http.StatusInternalServerError
	}
	return status, refusal.Encode()
}

// getRoot hands out the root document to anybody: it is signed, and holds public keys only.
func (h *handler) getRoot(http.ResponseWriter, *http.Request) ([]byte, error) { return h.Root, nil }

// postHello answers what of a device's batches is here.
func (h *handler) postHello(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	device, err := h.device(r)
	if err != nil {
		return nil, err
	}
	body, err := readBody(w, r, batch.MaxHello)
	if err != nil {
		return nil, err
	}
	hello, err := batch.ParseHello(body)
	if err != nil {
		return nil, err
	}
	if hello.Device != device.ID || hello.Epoch != device.Epoch {
		return nil, screening.Fail(screening.ESig, errOther)
	}
	account, err := h.Ledger.Greet(r.Context(), casework.Hello{
		Device: hello.Device, Epoch: hello.Epoch, Seq: hello.Seq, Head: hello.Head, Pending: hello.Pending, LogSize: hello.LogSize,
		News: hello.Bulletin, Store: casework.Generation{N: hello.Generation.N, Open: hello.Generation.Open}, At: h.Now().UTC(), Direct: true,
	})
	if err != nil {
		return nil, fmt.Errorf("greet device: %w", err)
	}
	held := int64(0)
	if hello.Upload != [32]byte{} {
		held = h.parts.held(partKey(device.ID, hello.Upload))
	}
	newest, err := h.announced(r.Context(), device, hello.Bulletin, hello.RootVersion)
	if err != nil {
		return nil, fmt.Errorf("greet device: %w", err)
	}
	return h.receipts(r.Context(), device, batch.Receipts{
		Held: uint64(held), Nonce: hello.Nonce, Next: account.Next, Missing: account.Missing, Kept: account.Kept, Receipts: account.Receipts,
		Bulletin: newest,
	}, hello.LogSize)
}

// device tells who is at the other end, if that one may send.
func (h *handler) device(r *http.Request) (casework.Enrolled, error) {
	d, err := h.peer(r)
	if err == nil && !d.Revoked.IsZero() {
		err = screening.Fail(screening.ERevoked, errClosed)
	}
	return d, err
}

// peer tells who is at the other end, revoked or not: TLS 1.3 has proved that it holds the certificate's key.
func (h *handler) peer(r *http.Request) (casework.Enrolled, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return casework.Enrolled{}, screening.Fail(screening.ESig, errNoCert)
	}
	key, err := batch.PeerKey(r.TLS.PeerCertificates[0])
	if err != nil {
		return casework.Enrolled{}, screening.Fail(screening.ESig, err)
	}
	d, err := h.Register.DeviceOf(r.Context(), key)
	switch {
	case err != nil:
		return casework.Enrolled{}, fmt.Errorf("find device: %w", err)
	case !d.Current && d.Revoked.IsZero():
		return casework.Enrolled{}, screening.Fail(screening.EEpoch, errOld)
	}
	return d, nil
}

// readBody reads at most limit bytes, for as long as bytes keep coming: a slow link is no reason to refuse.
func readBody(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	if r.ContentLength > int64(limit) {
		return nil, errTooLong
	}
	control := http.NewResponseController(w)
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	body := make([]byte, 0, min(max(r.ContentLength, 512), 64<<10)) // what is announced is believed when it comes
	part := make([]byte, 4<<10)
	for len(body) <= limit {
		_ = control.SetReadDeadline(time.Now().Add(progress)) // only real connections have one
		n, err := r.Body.Read(part)
		body = append(body, part[:n]...)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, screening.Fail(screening.EBusy, fmt.Errorf("read body: %w", err))
		}
	}
	if len(body) > limit {
		return nil, errTooLong
	}
	return body, nil
}

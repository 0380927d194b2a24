package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/export"
	"leeward/internal/office/report"
	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// What each command asks over the socket, and what is answered: JSON both ways, an error with what a person has to be
// told.

// trouble is an error on its way over the socket.
type trouble struct {
	Code  screening.Code `json:"code,omitempty"`
	Usage bool           `json:"usage,omitempty"`
	Say   string         `json:"say,omitempty"`
	Error string         `json:"error"`
}

func troubleOf(err error) trouble {
	t := trouble{Code: screening.CodeOf(err), Error: err.Error()}
	_, t.Usage = errors.AsType[usageError](err)
	if m, ok := errors.AsType[*mishap](err); ok {
		t.Say, t.Error = m.say, m.err.Error()
	}
	return t
}

func (t trouble) asError() error {
	switch {
	case t.Usage:
		return usageError(t.Error)
	case t.Say != "":
		return &mishap{t.Say, t.cause()}
	}
	return t.cause()
}

func (t trouble) cause() error {
	if t.Code == screening.CodeInternal {
		return errors.New(t.Error)
	}
	return screening.Fail(t.Code, errors.New(t.Error))
}

func reply(w http.ResponseWriter, v any, err error) {
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		v = troubleOf(err)
	}
	_ = json.NewEncoder(w).Encode(v) // the command is gone: nobody is left to tell
}

// maxAsk bounds what a command asks; files have a bound of their own.
const maxAsk = 256 << 10

// answer lets do answer what is posted to a path.
func answer[A, B any](mux *http.ServeMux, path string, do func(context.Context, A) (B, error)) {
	answerUpTo(mux, path, maxAsk, do)
}

// answerUpTo is answer for what may be longer, in bytes.
func answerUpTo[A, B any](mux *http.ServeMux, path string, most int64, do func(context.Context, A) (B, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		var asked A
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, most)).Decode(&asked); err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		said, err := do(r.Context(), asked)
		reply(w, said, err)
	})
}

// done is answered where there is nothing to tell.
type done struct{}

// plainly is for what asks for nothing.
func plainly[B any](do func(context.Context) (B, error)) func(context.Context, done) (B, error) {
	return func(ctx context.Context, _ done) (B, error) { return do(ctx) }
}

// silently is for what answers nothing.
func silently[A any](do func(context.Context, A) error) func(context.Context, A) (done, error) {
	return func(ctx context.Context, asked A) (done, error) { return done{}, do(ctx, asked) }
}

// deskHandler answers the commands on the socket.
func deskHandler(d desk) http.Handler {
	mux := http.NewServeMux()
	answer(mux, "/enrol", d.Enrol)
	answer(mux, "/stats", plainly(d.Stats))
	answer(mux, "/report", d.Reports)
	answer(mux, "/answers", plainly(d.Answers))
	answer(mux, "/log", plainly(d.Log))
	answer(mux, "/kept", silently(d.Kept))
	answer(mux, "/devices", plainly(d.Devices))
	answer(mux, "/revoke", d.Revoke)
	answer(mux, "/waiting", plainly(d.Waiting))
	answer(mux, "/admit", d.AdmitBy)
	answer(mux, "/turnaway", silently(d.TurnAway))
	answer(mux, "/vouch", d.Vouch)
	answer(mux, "/user", d.User)
	answer(mux, "/backup", d.Backup)
	answer(mux, "/rehearse", silently(d.Rehearse))
	answer(mux, "/reshare", d.Reshare)
	answer(mux, "/second", d.AddSecond)
	answer(mux, "/recover", d.Recover)
	answer(mux, "/rebuild", plainly(d.Rebuild))
	answer(mux, "/demo", silently(d.Invent))
	answer(mux, "/doctor", plainly(d.Examine))
	answer(mux, "/questions", d.Questions)
	answer(mux, "/export", d.Export)
	answer(mux, "/exports", plainly(d.Exports))
	answer(mux, "/news", plainly(d.News))
	answerUpTo(mux, "/press", maxAsk+bulletin.MaxSize/3*4, d.Press) // a document travels in base64
	answer(mux, "/orders", plainly(d.Orders))
	answer(mux, "/order", silently(d.Order))
	answerFile(mux, "/receive", int64(maxStick), d.Receive)
	answerFile(mux, "/reopen", batch.MaxLogFile, d.Reopen)
	answerFile(mux, "/know", maxQuestionnaire, d.Know)
	return mux
}

// answerFile lets do answer a file that is posted to a path.
func answerFile[B any](mux *http.ServeMux, path string, most int64, do func(context.Context, []byte) (B, error)) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
		if err != nil {
			reply(w, nil, usageError("not a request"))
			return
		}
		said, err := do(r.Context(), file)
		reply(w, said, err)
	})
}

// asking posts to a path, and reads what is answered.
func asking[B any](ctx context.Context, d *remoteDesk, path string, asked any) (said B, err error) {
	err = d.call(ctx, path, asked, &said)
	return said, err
}

func (d *remoteDesk) Enrol(ctx context.Context, a ask) ([]string, error) {
	return asking[[]string](ctx, d, "/enrol", a)
}

func (d *remoteDesk) Stats(ctx context.Context) (casework.Stats, error) {
	return asking[casework.Stats](ctx, d, "/stats", done{})
}

func (d *remoteDesk) Reports(ctx context.Context, a reportAsk) ([]report.Book, error) {
	return asking[[]report.Book](ctx, d, "/report", a)
}

func (d *remoteDesk) Receive(ctx context.Context, file []byte) ([]arrived, error) {
	return asking[[]arrived](ctx, d, "/receive", raw(file))
}

func (d *remoteDesk) Answers(ctx context.Context) ([][]byte, error) {
	return asking[[][]byte](ctx, d, "/answers", done{})
}

func (d *remoteDesk) User(ctx context.Context, u userAsk) (userAnswer, error) {
	return asking[userAnswer](ctx, d, "/user", u)
}

func (d *remoteDesk) Backup(ctx context.Context, dir string) (backedUp, error) {
	return asking[backedUp](ctx, d, "/backup", dir)
}

func (d *remoteDesk) Devices(ctx context.Context) ([]deviceShown, error) {
	return asking[[]deviceShown](ctx, d, "/devices", done{})
}

func (d *remoteDesk) Revoke(ctx context.Context, a revokeAsk) (lost, error) {
	return asking[lost](ctx, d, "/revoke", a)
}

func (d *remoteDesk) Waiting(ctx context.Context) ([]waiting, error) {
	return asking[[]waiting](ctx, d, "/waiting", done{})
}

func (d *remoteDesk) AdmitBy(ctx context.Context, words string) (waiting, error) {
	return asking[waiting](ctx, d, "/admit", words)
}

func (d *remoteDesk) TurnAway(ctx context.Context, prefix string) error {
	_, err := asking[done](ctx, d, "/turnaway", prefix)
	return err
}

func (d *remoteDesk) Vouch(ctx context.Context, a vouchAsk) (vouchedFor, error) {
	return asking[vouchedFor](ctx, d, "/vouch", a)
}

func (d *remoteDesk) Log(ctx context.Context) ([]byte, error) {
	return asking[[]byte](ctx, d, "/log", done{})
}

func (d *remoteDesk) Kept(ctx context.Context, k kept) error {
	_, err := asking[done](ctx, d, "/kept", k)
	return err
}

func (d *remoteDesk) Rehearse(ctx context.Context, recovery []byte) error {
	_, err := asking[done](ctx, d, "/rehearse", recovery)
	return err
}

func (d *remoteDesk) Reshare(ctx context.Context, pass []byte) ([]string, error) {
	return asking[[]string](ctx, d, "/reshare", pass)
}

func (d *remoteDesk) AddSecond(ctx context.Context, pass []byte) (string, error) {
	return asking[string](ctx, d, "/second", pass)
}

func (d *remoteDesk) Recover(ctx context.Context, r recovery) (recovered, error) {
	return asking[recovered](ctx, d, "/recover", r)
}

func (d *remoteDesk) Rebuild(ctx context.Context) (engine.Rebuilt, error) {
	return asking[engine.Rebuilt](ctx, d, "/rebuild", done{})
}

func (d *remoteDesk) Invent(ctx context.Context, a inventAsk) error {
	_, err := asking[done](ctx, d, "/demo", a)
	return err
}

func (d *remoteDesk) Examine(ctx context.Context) ([]check, error) {
	return asking[[]check](ctx, d, "/doctor", done{})
}

func (d *remoteDesk) Questions(ctx context.Context, year int) ([]questionUse, error) {
	return asking[[]questionUse](ctx, d, "/questions", year)
}

func (d *remoteDesk) Export(ctx context.Context, a export.Ask) (exportAnswer, error) {
	return asking[exportAnswer](ctx, d, "/export", a)
}

func (d *remoteDesk) Exports(ctx context.Context) ([]exportShown, error) {
	return asking[[]exportShown](ctx, d, "/exports", done{})
}

func (d *remoteDesk) Reopen(ctx context.Context, log []byte) (int, error) {
	return asking[int](ctx, d, "/reopen", raw(log))
}

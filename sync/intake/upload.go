package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// Headers of an upload, by the names of the IETF draft for resumable uploads.
const (
	headOffset = "Upload-Offset" // first byte of the body; in an answer, how many bytes are here
	headLength = "Upload-Length" // of the whole file
)

// spill is how many bytes of an upload stay in memory before they go to disk. A file that comes whole and is not
// longer needs no part on disk.
const spill = 32 << 10

// Offset is the error for a body that does not go on where the office stopped, or that was cut: what is here is
// kept.
type Offset struct{ Held int64 }

// Error implements error.
func (o *Offset) Error() string { return "the upload goes on at " + strconv.FormatInt(o.Held, 10) }

var errOffset = errors.New("offset or length of an upload")

// upload is one request for one file.
type upload struct {
	*handler
	device casework.Enrolled
	name   [sha256.Size]byte
	key    string
	offset int64
	length int64
}

// upload reads who sends which part of which file.
func (h *handler) upload(r *http.Request) (u upload, err error) {
	u.handler = h
	if u.device, err = h.device(r); err != nil {
		return u, err
	}
	text := r.PathValue("name")
	name, err := hex.DecodeString(text)
	if err != nil || len(name) != sha256.Size || hex.EncodeToString(name) != text {
		return u, screening.Fail(screening.EFormat, errName)
	}
	u.name = [sha256.Size]byte(name)
	u.key = partKey(u.device.ID, u.name)
	return u, nil
}

// headUpload says how much of a file is here.
func (h *handler) headUpload(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	u, err := h.upload(r)
	if err != nil {
		return nil, err
	}
	w.Header().Set(headOffset, strconv.FormatInt(h.parts.here(u.key), 10))
	return nil, nil
}

// patchUpload takes a batch file, or a part of one, under the name of its SHA-256: sending twice is the same as sending
// once, and what was cut goes on where it stopped.
func (h *handler) patchUpload(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	u, err := h.upload(r)
	if err != nil {
		return nil, err
	}
	if u.offset, err = number(r, headOffset); err == nil {
		u.length, err = number(r, headLength)
	}
	if err != nil || u.length < 1 || u.offset > u.length {
		return nil, screening.Fail(screening.EFormat, errOffset)
	}
	if u.length > int64(batch.MaxFile) || r.ContentLength > u.length-u.offset {
		return nil, errTooLong
	}
	known, err := knownLog(r)
	if err != nil {
		return nil, err
	}
	ctx, release := h.parts.claim(r.Context(), u.key)
	defer release()
	file, err := u.take(ctx, w, r)
	if err != nil {
		return nil, err
	}
	u.parts.recording(u.key, len(file))
	answer, err := u.finish(r.Context(), file, known, r.URL.Query().Get("again") == "1")
	if forNow(err) || err == nil && ctx.Err() != nil { // nobody hears the answer, and the device asks for it again
		err = errors.Join(err, u.keep(file))
	}
	return answer, err
}

// forNow reports whether the same bytes may do later.
func forNow(err error) bool {
	switch screening.CodeOf(err) {
	case screening.EBusy, screening.EFull, screening.EInternal, screening.CodeInternal:
		return err != nil
	}
	return false
}

// keep leaves on disk what came whole and never had to go there: a device that does not wait for the answer of a busy
// office, or was refused for now, sends none of it again.
func (u *upload) keep(file []byte) error {
	if u.parts.held(u.key) >= int64(len(file)) {
		return nil
	}
	f, err := u.parts.open(u.key)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(file, 0)
	return disk(errors.Join(err, f.Sync(), f.Close()))
}

func number(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseUint(r.Header.Get(name), 10, 53)
	return int64(n), err
}

// take reads the body up to the end of the file and returns the whole file. What arrives is kept as it comes, so that
// a cut, or the end of this program, costs the last few bytes.
func (u *upload) take(ctx context.Context, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	held := u.parts.held(u.key)
	if u.offset > held {
		return nil, screening.Fail(screening.EOffset, &Offset{Held: held})
	}
	if err := u.parts.room(u.key, u.length); err != nil {
		return nil, err
	}
	control := http.NewResponseController(w)
	defer func() { _ = control.SetReadDeadline(time.Time{}) }()
	end := context.AfterFunc(ctx, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }) // a newer request ends this one
	defer end()
	b := &body{upload: u, at: u.offset, onDisk: held}
	defer b.close()
	piece := make([]byte, 4<<10)
	for b.at+int64(len(b.memory)) < u.length {
		if ctx.Err() == nil {
			_ = control.SetReadDeadline(time.Now().Add(progress)) // only real connections have one
		}
		if ctx.Err() != nil { // after the deadline was pushed: it is over for this request
			return nil, b.cut()
		}
		n, err := r.Body.Read(piece)
		if n > int(u.length-b.at-int64(len(b.memory))) {
			return nil, errTooLong
		}
		if kept := b.add(piece[:n]); kept != nil {
			return nil, kept
		}
		if err != nil && b.at+int64(len(b.memory)) < u.length {
			return nil, b.cut()
		}
	}
	return b.whole()
}

// body is what came of a file in this request: first in memory, then on disk.
type body struct {
	*upload
	at     int64 // everything below is on disk, or was before
	onDisk int64
	memory []byte
	disk   interface {
		io.WriterAt
		io.Closer
		Sync() error
	}
}

func (b *body) add(piece []byte) error {
	b.memory = append(b.memory, piece...)
	if len(b.memory) < spill {
		return nil
	}
	return b.flush()
}

func (b *body) flush() error {
	if len(b.memory) == 0 {
		return nil
	}
	if b.disk == nil {
		f, err := b.parts.open(b.key)
		if err != nil {
			return err
		}
		b.disk = f
	}
	if _, err := b.disk.WriteAt(b.memory, b.at); err != nil {
		return disk(err)
	}
	b.at += int64(len(b.memory))
	b.onDisk, b.memory = max(b.onDisk, b.at), b.memory[:0]
	return nil
}

func (b *body) close() {
	if b.disk != nil {
		_ = b.disk.Close() // it was synced before anybody was told of it
	}
}

// cut keeps what came and says how much is here, if anybody still listens: to a device whose request was ended by an older
// one, which a slow network delivered after it, the upload simply goes on.
func (b *body) cut() error {
	if err := b.flush(); err != nil {
		return err
	}
	if b.disk != nil {
		if err := b.disk.Sync(); err != nil {
			return disk(err)
		}
	}
	return screening.Fail(screening.EOffset, &Offset{Held: b.onDisk})
}

// whole gives the file, from memory where it never had to leave it.
func (b *body) whole() ([]byte, error) {
	if b.at == 0 {
		return b.memory, nil
	}
	if err := b.flush(); err != nil {
		return nil, err
	}
	return b.parts.whole(b.key, b.length)
}

// finish checks the name of a whole file and receives it; again says that its device was not shown it (Possession). The
// part goes when nothing more will be asked of it: the batch is recorded, or refused for ever.
func (u *upload) finish(ctx context.Context, file []byte, known uint64, again bool) ([]byte, error) {
	reserve := int64(len(file))
	defer u.inFlight.Add(-reserve)
	if u.inFlight.Add(reserve) > maxInFlight {
		return nil, screening.Fail(screening.EBusy, errCrowd)
	}
	if sha256.Sum256(file) != u.name {
		return nil, errors.Join(screening.Fail(screening.EHash, errHash), u.parts.drop(u.key))
	}
	if again {
		if err := u.mend(ctx, file, u.device); err != nil {
			return nil, err
		}
	}
	receipt, err := u.receive(ctx, file, &u.device)
	if forNow(err) {
		return nil, err
	}
	if err := errors.Join(err, u.parts.drop(u.key)); err != nil {
		return nil, err
	}
	return u.receipts(ctx, u.device, batch.Receipts{Next: receipt.Next, Receipts: []screening.Receipt{receipt}}, known)
}

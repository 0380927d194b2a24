package courier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

const (
	idleTries = 3 // connections that moved no byte of a batch before the sync gives up for now
	badTries  = 3 // times a batch is sent anew after the office said that its bytes are others
)

// send hands one batch over and takes its receipt. A connection that breaks costs what was on the way: the upload goes
// on where the office stopped, for as long as it goes on at all.
func (v *visit) send(ctx context.Context, b screening.Batch) error {
	sum := sha256.Sum256(b.File)
	u := &upload{visit: v, file: b.File, name: hex.EncodeToString(sum[:])}
	if b.Rung >= screening.RungStored { // there is a receipt: the office takes it as news of bytes that it lacks
		u.again = "&again=1"
	}
	if len(v.unsent) > 0 && v.unsent[0].ID == b.ID {
		u.offset = min(v.held, int64(len(b.File)))
	}
	answer, err := u.run(ctx)
	if err != nil {
		return v.blame(b, err)
	}
	if err := v.Outbox.Advance(ctx, b.ID, screening.RungSent); err != nil {
		return err
	}
	v.result.Sent++
	v.result.BytesNeeded += int64(len(b.File))
	receipts, err := v.verify(ctx, answer, [16]byte{}, []screening.BatchID{b.ID})
	if err != nil {
		return err
	}
	if len(receipts) != 1 {
		return screening.Fail(screening.CodeBadReceipt, errStrange)
	}
	return v.acknowledge(ctx, receipts[0])
}

var errRotten = errors.New("its bytes are not those that were sealed")

// blame looks at the device's own bytes where an office says that they are wrong: a disk that rots is nothing that an
// office, or another try, could mend.
func (v *visit) blame(b screening.Batch, err error) error {
	no, refused := errors.AsType[*Refused](err)
	if !refused {
		return err
	}
	switch no.Code {
	case screening.EHash, screening.ERoot, screening.ESig, screening.EFormat:
	default:
		return err
	}
	e, unfit := batch.Parse(b.File)
	if unfit == nil && e.ID() == b.ID {
		if _, unfit = e.Verify(v.Sign.Public()); unfit == nil {
			return err
		}
	}
	return screening.Fail(screening.CodeDamaged, fmt.Errorf("batch %s: %w", b.ID.Short(), errRotten))
}

// upload is one batch on its way.
type upload struct {
	*visit
	file   []byte
	name   string
	again  string
	offset int64
	idle   int   // connections in a row that moved nothing
	bad    int   // answers that the bytes are others
	reach  int64 // the end of what was handed to the last connection
}

// run sends from the offset until the office answers yes, or no for good.
func (u *upload) run(ctx context.Context) ([]byte, error) {
	for {
		answer, err := u.patch(ctx)
		if err == nil {
			return answer, nil
		}
		no, refused := errors.AsType[*Refused](err)
		switch {
		case refused && no.Code == screening.EOffset && no.Held <= int64(len(u.file)):
			if u.progress(no.Held) {
				continue
			}
		case refused && (no.Code == screening.EHash || no.Code == screening.ERoot) && u.bad < badTries:
			u.bad++ // on the way, or in what the office kept: from the start
			u.offset = 0
			continue
		case !refused && screening.CodeOf(err) == screening.CodeOffline && ctx.Err() == nil:
			if held, again := u.ask(ctx); again && u.progress(held) {
				continue
			}
		}
		return nil, err
	}
}

// progress takes the office's word about where to go on, and says whether another try is worth it.
func (u *upload) progress(held int64) bool {
	if u.idle++; held > u.offset {
		u.idle = 0
	}
	u.result.BytesResent += max(0, u.reach-held)
	u.offset = held
	return u.idle < idleTries
}

// ask finds out how much the office has, over a new connection, as often as there is hope.
func (u *upload) ask(ctx context.Context) (held int64, again bool) {
	for range idleTries {
		u.slower()
		_, head, err := u.link.exchange(ctx, http.MethodHead, "/v1/up/"+u.name, nil, &measured{})
		if err == nil {
			return heldBytes(head), true
		}
		if screening.CodeOf(err) != screening.CodeOffline || ctx.Err() != nil {
			return 0, false
		}
	}
	return 0, false
}

// slower gives the next connection more time before it counts as dead: on a link with gaps longer than the patience
// every connection would die in every gap.
func (u *upload) slower() {
	u.link.client.CloseIdleConnections()
	u.link.patience.Store(int64(min(u.link.waits()*3/2, maxPatience)))
}

func (u *upload) patch(ctx context.Context) ([]byte, error) {
	head := http.Header{}
	head.Set("Upload-Offset", strconv.FormatInt(u.offset, 10))
	head.Set("Upload-Length", strconv.Itoa(len(u.file)))
	head.Set("Content-Type", "application/partial-upload")
	path := fmt.Sprintf("/v1/up/%s?log=%d%s", u.name, u.log.Size, u.again)
	body := &measured{rest: u.file[u.offset:]}
	answer, _, err := u.link.exchange(ctx, http.MethodPatch, path, head, body)
	u.reach = u.offset + body.taken
	return answer, err
}

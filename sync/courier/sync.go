package courier

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// maxAsked bounds how many old batches one Sync asks about again.
const maxAsked = 8 * batch.MaxReceipts

var (
	errStrange = errors.New("a receipt for another device, question or batch")
	errProof   = errors.New("the proof of opening is not the batch's")
)

// Sync seals what waits, asks the office what it has, sends the rest and takes receipts. When nothing
// waits it sends a heartbeat, so that a day with an interview looks like one without.
//
// The Result tells what was reached, also beside an error. Errors carry CodeNotEnrolled, CodeOffline,
// CodeWrongOffice, CodeRefused (with a [Refused] beneath), CodeBadReceipt, or CodeDamaged where the disk changed
// what was sealed; what is in the outbox stays there whatever happens.
func (c *Courier) Sync(ctx context.Context) (Result, error) {
	c.syncing.Lock()
	defer c.syncing.Unlock()
	var r Result
	m, err := c.member(ctx)
	if err != nil {
		return r, fmt.Errorf("sync: %w", err)
	}
	var bad error // of interviews that cannot be encoded: told at the end, and no reason not to send the rest
	if r.Sealed, bad = c.seal(ctx, m); ctx.Err() != nil {
		return r, fmt.Errorf("sync: %w", bad)
	}
	unsent, err := c.Outbox.Unsent(ctx)
	if err == nil && len(unsent) == 0 {
		if err = c.heartbeat(ctx, m); err == nil {
			unsent, err = c.Outbox.Unsent(ctx)
		}
	}
	if err != nil {
		return r, fmt.Errorf("sync: %w", errors.Join(err, bad))
	}
	l := newLink(c.URL, m.root.TLS, &c.TLS, c.Dial, c.patience)
	if c.over != nil {
		l.client.Transport = c.over
	}
	defer l.close()
	v := &visit{Courier: c, link: l, m: m, unsent: unsent, result: &r}
	err = v.run(ctx)
	r.BytesSent, r.BytesReceived = l.sent.Load(), l.received.Load()
	if screening.CodeOf(err) == screening.CodeOffline && err != nil {
		c.patience = min(c.patience*3/2, maxPatience)
	} else {
		c.patience = minPatience
	}
	if err = errors.Join(err, bad); err != nil {
		return r, fmt.Errorf("sync: %w", err)
	}
	return r, nil
}

// heartbeat puts a batch that carries nothing into the outbox.
func (c *Courier) heartbeat(ctx context.Context, m membership) error {
	c.sealing.Lock()
	defer c.sealing.Unlock()
	return c.enqueue(ctx, m, []batch.Record{batch.Heartbeat()}, nil)
}

// visit is one conversation with the office.
type visit struct {
	*Courier
	link   *link
	m      membership
	unsent []screening.Batch
	result *Result
	log    screening.Checkpoint // the office's log as it was last seen
	held   int64                // bytes that the office has of the first batch to send
	newest uint64               // bulletin that the office spoke of
}

func (v *visit) run(ctx context.Context) (err error) {
	if v.log, err = v.Outbox.Checkpoint(ctx); err != nil {
		return err
	}
	known, first, err := v.greet(ctx)
	if screening.CodeOf(err) == screening.CodeBadReceipt && err != nil && v.catchUp(ctx) {
		known, first, err = v.greet(ctx)
	}
	if err != nil {
		return v.lastWord(ctx, err)
	}
	var news *pending
	if err := v.gossip(ctx, func() (err error) {
		news, err = v.hear(ctx, v.newest)
		return errors.Join(err, v.tell(ctx))
	}); err != nil {
		return err
	}
	if err := v.sendAll(ctx, known, &first); err != nil {
		return err
	}
	if news != nil { // after the interviews: documents may be large
		if err := v.gossip(ctx, func() error { return v.fetch(ctx, news) }); err != nil {
			return err
		}
	}
	if first == nil {
		v.audit(ctx)
	}
	return first
}

// sendAll sends every batch that the office does not know. first is the first error that is about one batch only; an
// error that ends the visit comes back.
func (v *visit) sendAll(ctx context.Context, known map[screening.BatchID]bool, first *error) error {
	for _, b := range v.unsent {
		if known[b.ID] {
			continue
		}
		err := v.send(ctx, b)
		if err == nil {
			continue
		}
		v.Log.Warn("send batch", "batch", b.ID.Short(), "code", screening.CodeOf(err), "err", err)
		if *first == nil {
			*first = err
		}
		no, refused := errors.AsType[*Refused](err)
		switch code := screening.CodeOf(err); {
		case refused && !no.final(), code == screening.CodeBadReceipt, code == screening.CodeDamaged:
			continue // about this batch only: the others have their own way
		}
		return *first
	}
	return nil
}

// greet asks about everything that is not known to be opened and returns the batches that need not be
// sent. bad tells of a receipt that is not worth anything: its batch is where it was, the others go on.
func (v *visit) greet(ctx context.Context) (known map[screening.BatchID]bool, bad, err error) {
	old, err := v.Outbox.Unopened(ctx)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]screening.BatchID, 0, len(v.unsent)+len(old))
	for _, b := range v.unsent {
		ids = append(ids, b.ID)
	}
	ids = append(ids, old[max(0, len(old)-maxAsked):]...)
	seq, head, generation, err := v.stand(ctx)
	if err != nil {
		return nil, nil, err
	}
	heard, err := v.heard(ctx)
	if err != nil {
		return nil, nil, err
	}
	known = make(map[screening.BatchID]bool, len(ids))
	for part := range slices.Chunk(ids, batch.MaxReceipts) {
		hello := batch.Hello{
			Device: v.m.Device, Epoch: v.m.Epoch, Seq: seq, Head: head, RootVersion: v.m.root.Version,
			Nonce: batch.NewNonce(), Pending: part, LogSize: v.log.Size, Bulletin: heard, Generation: generation,
		}
		if len(v.unsent) > 0 {
			hello.Upload = sha256.Sum256(v.unsent[0].File)
		}
		body, err := hello.Encode()
		if err != nil {
			return nil, nil, err
		}
		answer, err := v.link.ask(ctx, "POST", "/v1/hello", body)
		if err != nil {
			return nil, nil, err
		}
		receipts, err := v.verify(ctx, answer, hello.Nonce, part)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range receipts {
			switch err := v.acknowledge(ctx, r); {
			case err == nil:
				known[r.Batch] = true
			case screening.CodeOf(err) != screening.CodeBadReceipt:
				return nil, nil, err
			case bad == nil:
				bad = err
			}
		}
	}
	return known, bad, nil
}

// verify reads a receipts file and checks that every word of it is about what was asked, and that the office's
// log continues the one that was seen before. The log is remembered before anything is built on it: a later one
// that lacks what is acknowledged here is found out.
func (v *visit) verify(ctx context.Context, file []byte, nonce [16]byte, asked []screening.BatchID) ([]screening.Receipt, error) {
	r, err := v.ours(file, nonce)
	if err != nil {
		return nil, err
	}
	for _, one := range r.Receipts {
		if !slices.Contains(asked, one.Batch) {
			return nil, screening.Fail(screening.CodeBadReceipt, errStrange)
		}
	}
	v.held, v.newest = int64(r.Held), max(v.newest, r.Bulletin)
	if r.Nonce != [16]byte{} {
		v.result.Missing = v.missing(r.Missing)
	}
	if err := v.follow(ctx, r); err != nil {
		return nil, err
	}
	if v.Witness != nil {
		v.Witness(v.m.document, file)
	}
	v.hears(r.At)
	return r.Receipts, v.drop(ctx, r.Kept)
}

// hears notes the office's own time.
func (v *visit) hears(at time.Time) {
	if at.After(v.result.Heard) {
		v.result.Heard, v.result.HeardHere = at, v.Now()
	}
}

// drop lets go of what the office keeps twice by now.
func (v *visit) drop(ctx context.Context, kept uint64) error {
	if kept == 0 {
		return nil
	}
	n, err := v.Outbox.Drop(ctx, min(kept, v.log.Size))
	if n > 0 {
		v.Log.Info("dropped sealed batches", "batches", n)
	}
	return err
}

// missing is what the office lacks and this visit is not about to send: a batch that somebody lost.
func (v *visit) missing(spans []screening.Span) (lost []screening.Span) {
	for _, s := range spans {
		for n := s.From; n <= s.To && len(lost) < batch.MaxMissing; n++ {
			if !slices.ContainsFunc(v.unsent, func(b screening.Batch) bool { return b.Seq == n }) {
				lost = append(lost, screening.Span{From: n, To: n})
			}
		}
	}
	return lost
}

// follow remembers the log that an answer shows, if it continues the one that was seen before.
func (v *visit) follow(ctx context.Context, r batch.Receipts) error {
	if err := r.Follows(v.log); err != nil {
		v.Log.Error("the office shows another log", "known", v.log.Size, "shown", r.Log.Size)
		return err
	}
	if r.Log.Size > v.log.Size {
		if err := v.Outbox.Remember(ctx, r.Log); err != nil {
			return err
		}
		v.log = r.Log
	}
	return nil
}

// ours reads a receipts file for this device.
func (v *visit) ours(file []byte, nonce [16]byte) (batch.Receipts, error) {
	r, err := batch.VerifyReceipts(file, v.m.root)
	if err != nil {
		return batch.Receipts{}, err
	}
	if r.Device != v.m.Device || r.Epoch != v.m.Epoch || r.Nonce != nonce {
		return batch.Receipts{}, screening.Fail(screening.CodeBadReceipt, errStrange)
	}
	return r, nil
}

// acknowledge climbs the ladder as far as a receipt reaches. The proof is compared here as well as in the
// outbox: on it hangs whether an interview may be erased.
func (v *visit) acknowledge(ctx context.Context, r screening.Receipt) error {
	for _, b := range v.unsent {
		if b.ID == r.Batch && r.Level == screening.LevelOpened && subtle.ConstantTimeCompare(b.Proof[:], r.Proof[:]) != 1 {
			return screening.Fail(screening.CodeBadReceipt, errProof)
		}
	}
	if err := v.Outbox.Acknowledge(ctx, r, v.Now()); err != nil {
		return err
	}
	switch r.Level {
	case screening.LevelStored:
		v.result.Stored++
	case screening.LevelOpened:
		v.result.Opened++
	case screening.LevelQuarantined:
		v.result.Quarantined++
	}
	v.Log.Info("receipt", "batch", r.Batch.Short(), "level", uint64(r.Level), "code", r.Code)
	return nil
}

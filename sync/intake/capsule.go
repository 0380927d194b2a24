package intake

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

var errNoCapsules = errors.New("no place for capsules")

// ReceiveCapsule takes a recovery copy that was handed in from a device (sync/batch/FORMAT.md, Capsules): it verifies,
// records once, and opens. What an interview says by a capsule stands until it comes by batch; a withdrawal beats it,
// whichever comes first. Errors carry codes of the wire, as those of Receive.
func (i *Intake) ReceiveCapsule(ctx context.Context, file []byte) (casework.Recovery, error) {
	capsule, err := batch.ParseCapsule(file)
	if err == nil && i.Capsules == nil {
		err = screening.Fail(screening.EInternal, errNoCapsules)
	}
	if err != nil {
		return casework.Recovery{}, err
	}
	h := capsule.Header()
	device, err := i.Ledger.Device(ctx, h.Device, h.Epoch)
	if err != nil {
		return casework.Recovery{}, fmt.Errorf("receive capsule: %w", err)
	}
	v, err := capsule.Verify(device.SignKey)
	if err != nil {
		return casework.Recovery{}, err
	}
	ctx = context.WithoutCancel(ctx)
	header, sig, payload := capsule.Parts()
	c := casework.Capsule{
		ID: capsule.ID(), Device: h.Device, Epoch: h.Epoch, Made: h.MadeAt(), Header: header, Sig: sig, Payload: payload,
		Entry: batch.CapsuleEntry(capsule.ID()),
	}
	if !device.Revoked.IsZero() {
		c.Hold = screening.ERevoked
	} else if c.Opened, err = i.readCapsule(c.ID, v, len(i.sealedTo(capsule.Header()))); err != nil {
		return casework.Recovery{}, err
	}
	done, err := i.Capsules.TakeCapsule(ctx, c)
	if err != nil {
		return casework.Recovery{}, fmt.Errorf("record capsule %s: %w", c.ID.Short(), err)
	}
	if done.Redact {
		if err := i.Resume(ctx); err != nil {
			i.Log.Error("do what a capsule made due", "capsule", c.ID.Short(), "err", err)
		}
	}
	return done, nil
}

// readCapsule opens a capsule and reads what it holds; nil while there is no key.
func (i *Intake) readCapsule(id casework.CapsuleID, v batch.VerifiedCapsule, recipients int) (*casework.OpenedCapsule, error) {
	key := i.payloadKey()
	if key == nil {
		return nil, nil
	}
	found, err := v.Open(key, recipients)
	if err != nil && screening.CodeOf(err) != screening.EOpen {
		return nil, err
	}
	if err != nil {
		i.Log.Warn("capsule does not open", "capsule", id.Short(), "code", screening.CodeOf(err), "err", err)
		return &casework.OpenedCapsule{Code: screening.EOpen}, nil
	}
	o := &casework.OpenedCapsule{Erasure: batch.ErasureEntry(screening.BatchID(id), [][32]byte{found.Leaf})}
	if found.Err == nil && found.Kind == batch.KindDraft {
		o.Record = casework.OpenedRecord{
			Kind: casework.KindDraft, Interview: found.ID, Version: found.Version, Leaf: found.Leaf, Body: found.Body,
		}
		iv, err := found.Draft()
		i.readInterview(iv, err, &o.Record)
	} else {
		o.Record = i.examine(0, found)
	}
	o.Code = o.Record.Code
	return o, nil
}

// resumeCapsules opens capsules that were recorded and not opened.
func (i *Intake) resumeCapsules(ctx context.Context) error {
	const some = 16
	var failed []casework.CapsuleID
	for ctx.Err() == nil && i.Capsules != nil && i.payloadKey() != nil {
		due, err := i.Capsules.DueCapsules(ctx, some, failed)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, c := range due {
			if err := i.doCapsule(ctx, c); err != nil {
				failed = append(failed, c.ID)
				i.Log.Error("work on capsule", "capsule", c.ID.Short(), "code", screening.CodeOf(err), "err", err)
			}
		}
	}
	return ctx.Err()
}

func (i *Intake) doCapsule(ctx context.Context, c casework.Capsule) error {
	device, err := i.Ledger.Device(ctx, c.Device, c.Epoch)
	if err != nil {
		return err
	}
	capsule, err := batch.RestoreCapsule(c.Header, c.Sig, c.Payload)
	if err != nil {
		return err
	}
	v, err := capsule.Verify(device.SignKey)
	if err != nil {
		return err
	}
	if c.Opened, err = i.readCapsule(c.ID, v, len(i.sealedTo(capsule.Header()))); err == nil && c.Opened == nil {
		err = errLocked
	}
	if err != nil {
		return err
	}
	done, err := i.Capsules.TakeCapsule(ctx, c)
	if done.Redact {
		i.again.Store(true)
	}
	return err
}

// unpackHandIn opens a hand-in file: what its pools and its outbox hold. Errors carry E_OPEN, or E_BUSY while the key is locked.
func (i *Intake) unpackHandIn(file []byte) (items [][]byte, err error) {
	key := i.payloadKey()
	if key == nil {
		return nil, screening.Fail(screening.EBusy, errLocked)
	}
	h, damaged, err := vault.OpenHandIn(file, key, len(i.root.Payload))
	if err != nil {
		return nil, screening.Fail(screening.EOpen, fmt.Errorf("take hand-in: %w", err))
	}
	if items = h.Outbox; damaged {
		items = append(items, nil) // refused, so that somebody hears of it
	}
	var entries []batch.PoolEntry
	for _, b := range h.Capsules {
		e, err := batch.ParsePoolEntry(b)
		if err != nil {
			items = append(items, b) // it is counted as refused
			continue
		}
		entries = append(entries, e)
	}
	items = append(items, batch.JoinPool(entries)...)
	i.Log.Info("hand-in", "device", h.Device.String(), "items", len(items))
	return items, nil
}

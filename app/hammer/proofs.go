package main

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// proofs verifies, apart from the devices, every receipts file that one of them believed: the office's signatures, the
// place of each batch and outcome in its log, and that the log continues the one that the device saw before. What no
// device can see alone, it compares too: logs of the same length are the same log.
type proofs struct {
	mu       sync.Mutex
	document []byte // of root
	root     batch.Root
	last     map[int]screening.Checkpoint // that a device saw
	reborn   map[int]bool                 // devices that may have seen one more before they were killed
	logs     map[uint64][32]byte          // by size
	opened   map[screening.BatchID]bool
	files    int
	follows  int
	bad      []error
}

func newProofs() *proofs {
	return &proofs{
		last: map[int]screening.Checkpoint{}, reborn: map[int]bool{}, logs: map[uint64][32]byte{}, opened: map[screening.BatchID]bool{},
	}
}

// see verifies one file that a device believed.
func (p *proofs) see(n int, document, file []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.verify(n, document, file); err != nil && len(p.bad) < 10 {
		p.bad = append(p.bad, fmt.Errorf("receipts of device %03d: %w", n, err))
	}
}

var errTwoLogs = errors.New("two devices were shown logs of the same length that differ")

func (p *proofs) verify(n int, document, file []byte) (err error) {
	if p.document == nil {
		if p.root, err = batch.VerifyRoot(document); err != nil {
			return err
		}
		p.document = document
	}
	if !bytes.Equal(p.document, document) {
		return errors.New("two devices know different roots of one office")
	}
	r, err := batch.VerifyReceipts(file, p.root)
	if err != nil {
		return err
	}
	if last, known := p.last[n]; known {
		err := r.Follows(last)
		switch {
		case errors.Is(err, batch.ErrOld) && p.reborn[n]:
		case err != nil:
			return err
		default:
			p.follows++
		}
	}
	if root, known := p.logs[r.Log.Size]; known && root != r.Log.Root {
		return errTwoLogs
	}
	p.logs[r.Log.Size], p.reborn[n] = r.Log.Root, false
	if r.Log.Size >= p.last[n].Size {
		p.last[n] = r.Log
	}
	p.files++
	for _, one := range r.Receipts {
		if one.Level == screening.LevelOpened {
			p.opened[one.Batch] = true
		}
	}
	return nil
}

// again is told when a device starts after a kill.
func (p *proofs) again(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reborn[n] = true
}

// tell adds what was verified to t; the error names what was not.
func (p *proofs) tell(t *tally) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.Batches, t.Receipts, t.Follows = len(p.opened), p.files, p.follows
	return errors.Join(p.bad...)
}

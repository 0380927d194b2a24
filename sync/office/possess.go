package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

const (
	entriesAtOnce = 4096 // of the log, while it is read
	chunksTried   = 200  // batches of which doctor tries a chunk: it finds one loss in fifty 98 times in a hundred
	lostNamed     = 5    // batches that doctor names
)

// checkSealed says whether the office still holds the sealed bytes of what its log says that it stored.
func (o *office) checkSealed(ctx context.Context) check {
	stored, lost, err := o.audit(ctx, chunksTried)
	switch {
	case err != nil:
		return sick("sealed", err)
	case len(lost) == 0:
		return check{"sealed", stateOK, fmt.Sprintf("%d batches that the log names, and a chunk of up to %d of them", stored, chunksTried), ""}
	}
	named := lost[:min(len(lost), lostNamed)]
	return check{
		"sealed", stateBad, fmt.Sprintf("of %d batches %d are lost or changed: %s", stored, len(lost), strings.Join(named, ", ")),
		"stop, copy the folder, and compare with the last backup",
	}
}

// logged is what the log says of batches, as far as it was read.
type logged struct {
	at     uint64 // how far that is
	stored map[screening.BatchID]uint64
	erased map[screening.BatchID]bool
}

func (l *logged) readOn(ctx context.Context, o *office) error {
	for {
		entries, err := o.records.Entries(ctx, l.at, entriesAtOnce)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			switch id, stored, erased := batch.NamedBatch(entry); {
			case stored:
				l.stored[id] = l.at + uint64(i)
			case erased:
				l.erased[id] = true
			}
		}
		if l.at += uint64(len(entries)); len(entries) < entriesAtOnce {
			return nil
		}
	}
}

// audit goes along the log and names each batch that it says was stored, and whose sealed bytes are not here; of some
// that are here, chosen at random, it asks itself for a chunk, as a device may (sync/batch/FORMAT.md, Possession).
func (o *office) audit(ctx context.Context, some int) (stored int, lost []string, err error) {
	log := logged{stored: map[screening.BatchID]uint64{}, erased: map[screening.BatchID]bool{}}
	if err := log.readOn(ctx, o); err != nil { // first: what it names by now was committed with it
		return 0, nil, err
	}
	held := map[uint64]bool{}
	if err := o.records.HeldEntries(ctx, func(entry uint64) { held[entry] = true }); err != nil {
		return 0, nil, err
	}
	stored = len(log.stored)
	for id, at := range log.stored { // in no order: some of them are at random
		switch {
		case !held[at]:
			lost = append(lost, id.String())
			continue
		case some == 0:
			continue
		}
		some--
		good, err := o.holds(ctx, id, &log)
		if err != nil {
			return 0, nil, err
		}
		if !good {
			lost = append(lost, id.String())
		}
	}
	slices.Sort(lost)
	return stored, lost, nil
}

// holds tries one chunk of a batch, chosen at random. Where records were erased from it, the log has to say so.
func (o *office) holds(ctx context.Context, id screening.BatchID, log *logged) (bool, error) {
	a, err := o.records.Stored(ctx, id)
	if errors.Is(err, casework.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	envelope, err := batch.Restore(a.Header, a.Sig, a.Payload, a.Redacted)
	if err != nil {
		return false, nil // not even its length is right
	}
	at := rand.Uint64N(envelope.Header().Chunks())
	answer, err := batch.ProveChunk(a.Header, a.Payload, a.Redacted, at)
	if err != nil {
		return false, nil
	}
	erased, err := batch.CheckChunk(answer, id, at)
	if err != nil || !erased || log.erased[id] {
		return err == nil, nil
	}
	err = log.readOn(ctx, o) // it may have been erased since
	return log.erased[id], err
}

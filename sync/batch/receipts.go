package batch

import (
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	receiptsMagic                    = "LWSR1\n"
	receiptsNamespace seal.Namespace = "leeward/receipts/v1"

	// MaxReceipts is how many batches one receipts file, and one hello, speaks of.
	MaxReceipts = 32
	// MaxMissing is how many runs of missing numbers one receipts file names; there may be more.
	MaxMissing = 64

	maxCode  = 32
	maxProof = 64      // nodes of one proof; 2^64 entries have no longer one
	maxNodes = 1 << 11 // of all proofs of one file
)

// Receipts is what an office says of one device's batches, under one signature, with the log that proves it.
type Receipts struct {
	Device   screening.DeviceID
	Epoch    uint64
	At       time.Time        // office time, milliseconds
	Nonce    [16]byte         // of the hello that it answers; zero in the answer to an upload
	Next     uint64           // the sequence number that the office expects next
	Missing  []screening.Span // numbers below the last one that the device spoke of and that are not here, in order
	Held     uint64           // bytes that are here of the upload that the hello named
	Kept     uint64           // entries of the log that a backup off the machine is known to have, with their data
	Bulletin uint64           // the newest bulletin; zero if there is none
	Log      screening.Checkpoint
	From     uint64     // size of the log as the device said it knows it
	Since    [][32]byte // that Log continues it; nil where From is 0 or not below Log.Size
	Receipts []screening.Receipt
	Paths    []Paths // of each receipt, in the same order
}

// Paths are the places of one receipt in the log.
type Paths struct {
	Entry   [][32]byte
	Outcome [][32]byte // nil with LevelStored
}

type receiptsWire struct {
	V        uint64             `cbor:"1,keyasint"`
	Device   screening.DeviceID `cbor:"2,keyasint"`
	Epoch    uint64             `cbor:"3,keyasint"`
	At       int64              `cbor:"4,keyasint"`
	Nonce    [16]byte           `cbor:"5,keyasint"`
	Next     uint64             `cbor:"6,keyasint"`
	Receipts []receiptWire      `cbor:"7,keyasint"`
	Missing  [][2]uint64        `cbor:"8,keyasint"`
	Log      []byte             `cbor:"9,keyasint"`
	Since    []byte             `cbor:"10,keyasint"` // nodes of 32 bytes
	Nodes    []byte             `cbor:"11,keyasint"` // each once; receipts name them by place
	Held     uint64             `cbor:"12,keyasint"`
	Kept     uint64             `cbor:"13,keyasint"`
	Bulletin uint64             `cbor:"14,keyasint"`
	From     uint64             `cbor:"15,keyasint"`
}

type receiptWire struct {
	Batch       screening.BatchID `cbor:"1,keyasint"`
	Level       uint64            `cbor:"2,keyasint"`
	Code        string            `cbor:"3,keyasint,omitempty"`
	Proof       []byte            `cbor:"4,keyasint,omitempty"`
	Entry       uint64            `cbor:"5,keyasint"`
	Path        []uint16          `cbor:"6,keyasint"`
	Outcome     uint64            `cbor:"7,keyasint,omitempty"`
	OutcomePath []uint16          `cbor:"8,keyasint,omitempty"`
}

// nodeTable keeps the nodes of many paths once: near the root they share most.
type nodeTable struct {
	flat  []byte
	place map[[32]byte]uint16
}

func (t *nodeTable) add(path [][32]byte) []uint16 {
	out := make([]uint16, len(path))
	for i, h := range path {
		at, ok := t.place[h]
		if !ok {
			at = uint16(len(t.flat) / 32)
			t.place[h] = at
			t.flat = append(t.flat, h[:]...)
		}
		out[i] = at
	}
	return out
}

// SignReceipts makes a receipts file ("LWSR1"). Sign only what is committed.
func SignReceipts(r Receipts, online seal.Signer) ([]byte, error) {
	w := receiptsWire{
		V: formatV1, Device: r.Device, Epoch: r.Epoch, At: millis(r.At), Nonce: r.Nonce, Next: r.Next, Log: r.Log.Note,
		From: r.From, Since: joined(r.Since), Held: r.Held, Kept: r.Kept, Bulletin: r.Bulletin,
		Receipts: make([]receiptWire, len(r.Receipts)), Missing: make([][2]uint64, len(r.Missing)),
	}
	for i, s := range r.Missing {
		w.Missing[i] = [2]uint64{s.From, s.To}
	}
	if len(r.Paths) != len(r.Receipts) {
		return nil, fmt.Errorf("sign receipts: %w", errLength)
	}
	table := nodeTable{flat: []byte{}, place: make(map[[32]byte]uint16)}
	for i, one := range r.Receipts {
		w.Receipts[i] = receiptWire{
			Batch: one.Batch, Level: uint64(one.Level), Code: string(one.Code), Entry: one.Entry, Path: table.add(r.Paths[i].Entry),
		}
		if one.Level != screening.LevelStored {
			w.Receipts[i].Outcome, w.Receipts[i].OutcomePath = one.Outcome, table.add(r.Paths[i].Outcome)
		}
		if one.Level == screening.LevelOpened {
			w.Receipts[i].Proof = one.Proof[:]
		}
	}
	w.Nodes = table.flat
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign receipts: %w", err)
	}
	file, err := signStatement(receiptsMagic, receiptsNamespace, w, online)
	if err != nil {
		return nil, fmt.Errorf("sign receipts: %w", err)
	}
	return file, nil
}

// joined puts hashes one after the other.
func joined(hashes [][32]byte) []byte {
	out := make([]byte, 0, 32*len(hashes))
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out
}

// VerifyReceipts reads a receipts file with the office's root: its signature, the signature of its checkpoint,
// and that the log has an entry for each batch and each outcome that it speaks of. The caller compares device,
// epoch, nonce, batch ids and proofs with its own, and the checkpoint with the last one ([Follows]). Every
// error carries CodeBadReceipt.
func VerifyReceipts(file []byte, root Root) (Receipts, error) {
	var w receiptsWire
	err := verifyStatement(receiptsMagic, receiptsNamespace, root.Online, file, &w)
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return Receipts{}, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("verify receipts: %w", err))
	}
	log, err := VerifyCheckpoint(w.Log, root.Origin(), root.Online)
	if err != nil {
		return Receipts{}, fmt.Errorf("verify receipts: %w", err)
	}
	r := Receipts{
		Device: w.Device, Epoch: w.Epoch, At: instant(w.At), Nonce: w.Nonce, Next: w.Next, Log: log, Held: w.Held, Kept: w.Kept,
		Bulletin: w.Bulletin, From: w.From, Receipts: make([]screening.Receipt, len(w.Receipts)), Paths: make([]Paths, len(w.Receipts)),
	}
	for _, s := range w.Missing {
		r.Missing = append(r.Missing, screening.Span{From: s[0], To: s[1]})
	}
	for chunk := range slices.Chunk(w.Since, 32) {
		r.Since = append(r.Since, [32]byte(chunk))
	}
	for i, one := range w.Receipts {
		if r.Receipts[i], r.Paths[i], err = w.receipt(one, log); err != nil {
			return Receipts{}, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("verify receipt %d: %w", i, err))
		}
	}
	return r, nil
}

// receipt reads one receipt and finds it in the log.
func (w receiptsWire) receipt(one receiptWire, log screening.Checkpoint) (screening.Receipt, Paths, error) {
	r := screening.Receipt{
		Batch: one.Batch, Level: screening.Level(one.Level), Code: screening.Code(one.Code), Next: w.Next,
		Entry: one.Entry, Outcome: one.Outcome,
	}
	copy(r.Proof[:], one.Proof)
	p := Paths{Entry: w.path(one.Path)}
	if !included(BatchEntry(r.Batch), r.Entry, hashesOf(p.Entry), log) {
		return r, p, fmt.Errorf("batch %s: %w", r.Batch.Short(), errEntry)
	}
	if r.Level == screening.LevelStored {
		return r, p, nil
	}
	p.Outcome = w.path(one.OutcomePath)
	if !included(OutcomeEntry(r.Batch, r.Level, r.Code), r.Outcome, hashesOf(p.Outcome), log) {
		return r, p, fmt.Errorf("outcome of batch %s: %w", r.Batch.Short(), errEntry)
	}
	return r, p, nil
}

func (w receiptsWire) path(places []uint16) [][32]byte {
	out := make([][32]byte, len(places))
	for i, at := range places {
		out[i] = tlog.Hash(w.Nodes[int(at)*32 : int(at)*32+32])
	}
	return out
}

func (w receiptsWire) check() error {
	if w.V != formatV1 || w.Epoch < 1 || w.Epoch >= maxUint || w.Next >= maxUint || !areTimes(w.At) {
		return errField
	}
	if w.Held >= maxUint || w.Kept >= maxUint || w.Bulletin >= maxUint || w.From >= maxUint || len(w.Log) < 1 || len(w.Log) > maxCheckpoint {
		return errField
	}
	if w.Receipts == nil || len(w.Receipts) > MaxReceipts || w.Missing == nil || len(w.Missing) > MaxMissing {
		return errLength
	}
	if w.Since == nil || len(w.Since)%32 != 0 || len(w.Since) > 2*maxProof*32 || w.Nodes == nil || len(w.Nodes)%32 != 0 || len(w.Nodes) > maxNodes*32 {
		return errLength
	}
	last := uint64(0)
	for _, s := range w.Missing {
		if s[0] <= last || s[1] < s[0] || s[1] >= maxUint {
			return errField
		}
		last = s[1]
	}
	for _, r := range w.Receipts {
		if err := w.checkReceipt(r); err != nil {
			return err
		}
	}
	return nil
}

func (w receiptsWire) checkReceipt(r receiptWire) error {
	level := screening.Level(r.Level)
	switch {
	case level < screening.LevelStored || level > screening.LevelQuarantined:
		return errField
	case (level == screening.LevelOpened) != (len(r.Proof) == 32), level != screening.LevelOpened && r.Proof != nil:
		return errField
	case (level == screening.LevelQuarantined) != (r.Code != ""), !isText(r.Code, maxCode):
		return errField
	case r.Entry >= maxUint || r.Outcome >= maxUint || r.Path == nil || len(r.Path) > maxProof || len(r.OutcomePath) > maxProof:
		return errField
	case level == screening.LevelStored && (r.Outcome != 0 || r.OutcomePath != nil):
		return errField
	}
	for _, at := range slices.Concat(r.Path, r.OutcomePath) {
		if int(at) >= len(w.Nodes)/32 {
			return errField
		}
	}
	return nil
}

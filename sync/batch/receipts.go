package batch

import (
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	receiptsMagic                    = "LWSR1\n"
	receiptsNamespace seal.Namespace = "leeward/receipts/v1"

	// MaxReceipts is how many batches one receipts file, and one hello, speaks of.
	MaxReceipts = 32
	maxCode     = 32
)

// Receipts is what an office says of one device's batches, under one signature.
type Receipts struct {
	Device   screening.DeviceID
	Epoch    uint64
	At       time.Time // office time, milliseconds
	Nonce    [16]byte  // of the hello that it answers; zero in the answer to an upload
	Next     uint64    // the sequence number that the office expects next
	Receipts []screening.Receipt
}

type receiptsWire struct {
	V        uint64             `cbor:"1,keyasint"`
	Device   screening.DeviceID `cbor:"2,keyasint"`
	Epoch    uint64             `cbor:"3,keyasint"`
	At       int64              `cbor:"4,keyasint"`
	Nonce    [16]byte           `cbor:"5,keyasint"`
	Next     uint64             `cbor:"6,keyasint"`
	Receipts []receiptWire      `cbor:"7,keyasint"`
}

type receiptWire struct {
	Batch screening.BatchID `cbor:"1,keyasint"`
	Level uint64            `cbor:"2,keyasint"`
	Code  string            `cbor:"3,keyasint,omitempty"`
	Proof []byte            `cbor:"4,keyasint,omitempty"`
}

// SignReceipts makes a receipts file ("LWSR1"). Sign only what is committed.
func SignReceipts(r Receipts, online seal.Signer) ([]byte, error) {
	w := receiptsWire{
		V: formatV1, Device: r.Device, Epoch: r.Epoch, At: millis(r.At), Nonce: r.Nonce, Next: r.Next,
		Receipts: make([]receiptWire, len(r.Receipts)),
	}
	for i, one := range r.Receipts {
		w.Receipts[i] = receiptWire{Batch: one.Batch, Level: uint64(one.Level), Code: string(one.Code)}
		if one.Level == screening.LevelOpened {
			w.Receipts[i].Proof = one.Proof[:]
		}
	}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign receipts: %w", err)
	}
	file, err := signStatement(receiptsMagic, receiptsNamespace, w, online)
	if err != nil {
		return nil, fmt.Errorf("sign receipts: %w", err)
	}
	return file, nil
}

// VerifyReceipts reads a receipts file with the office's online key. The caller compares device, epoch,
// nonce, batch ids and proofs with its own. Every error carries CodeBadReceipt.
func VerifyReceipts(file []byte, online seal.PublicKey) (Receipts, error) {
	var w receiptsWire
	err := verifyStatement(receiptsMagic, receiptsNamespace, online, file, &w)
	if err == nil {
		err = w.check()
	}
	if err != nil {
		return Receipts{}, screening.Fail(screening.CodeBadReceipt, fmt.Errorf("verify receipts: %w", err))
	}
	r := Receipts{
		Device: w.Device, Epoch: w.Epoch, At: instant(w.At), Nonce: w.Nonce, Next: w.Next,
		Receipts: make([]screening.Receipt, len(w.Receipts)),
	}
	for i, one := range w.Receipts {
		r.Receipts[i] = screening.Receipt{
			Batch: one.Batch, Level: screening.Level(one.Level), Code: screening.Code(one.Code), Next: w.Next,
		}
		copy(r.Receipts[i].Proof[:], one.Proof)
	}
	return r, nil
}

func (w receiptsWire) check() error {
	if w.V != formatV1 || w.Epoch < 1 || w.Epoch >= maxUint || w.Next >= maxUint || !areTimes(w.At) {
		return errField
	}
	if w.Receipts == nil || len(w.Receipts) > MaxReceipts {
		return errLength
	}
	for _, r := range w.Receipts {
		level := screening.Level(r.Level)
		switch {
		case level < screening.LevelStored || level > screening.LevelQuarantined:
			return errField
		case (level == screening.LevelOpened) != (len(r.Proof) == 32), level != screening.LevelOpened && r.Proof != nil:
			return errField
		case (level == screening.LevelQuarantined) != (r.Code != ""), !isText(r.Code, maxCode):
			return errField
		}
	}
	return nil
}

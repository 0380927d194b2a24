package bulletin

import (
	"bytes"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

const (
	reportMagic                    = "LWSA1\n"
	reportNamespace seal.Namespace = "leeward/obeyed/v1"

	// MaxReport is the longest report in bytes.
	MaxReport = 512
)

// Outcome is what a device did with an order.
type Outcome uint64

// The outcomes.
const (
	Done    Outcome = 1 // carried out
	Begun   Outcome = 2 // is being carried out: after a wipe there is no key to say so with
	Refused Outcome = 3 // not an order for this device now
)

// Report is a device's word about an order, signed with its signing key.
type Report struct {
	Device  screening.DeviceID
	Epoch   uint64
	Order   [16]byte
	Outcome Outcome
	At      time.Time // device time
}

type reportWire struct {
	V       uint64             `cbor:"1,keyasint"`
	Device  screening.DeviceID `cbor:"2,keyasint"`
	Epoch   uint64             `cbor:"3,keyasint"`
	Order   [16]byte           `cbor:"4,keyasint"`
	Outcome Outcome            `cbor:"5,keyasint"`
	At      int64              `cbor:"6,keyasint"`
}

func (w reportWire) check() error {
	if w.V != 1 || w.Device == (screening.DeviceID{}) || w.Epoch < 1 || w.Epoch >= maxNumber || w.Outcome < Done || w.Outcome > Refused ||
		w.At < 0 || w.At >= maxNumber {
		return ErrForm
	}
	return nil
}

// SignReport makes a report.
func SignReport(r Report, signer seal.Signer) ([]byte, error) {
	w := reportWire{1, r.Device, r.Epoch, r.Order, r.Outcome, r.At.UnixMilli()}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign report: %w", err)
	}
	file, err := batch.SignStatement(reportMagic, reportNamespace, w, signer)
	if err != nil {
		return nil, fmt.Errorf("sign report: %w", err)
	}
	return file, nil
}

// IsReport says whether a file begins as a report does.
func IsReport(file []byte) bool { return bytes.HasPrefix(file, []byte(reportMagic)) }

// ParseReport reads a report; verify says whether the device that it names has signed it. Errors carry E_FORMAT, those
// of verify E_SIG.
func ParseReport(file []byte) (r Report, verify func(seal.PublicKey) error, err error) {
	var w reportWire
	if verify, err = batch.Peek("report", reportMagic, reportNamespace, file, &w); err != nil {
		return Report{}, nil, err
	}
	if err := w.check(); err != nil {
		return Report{}, nil, screening.Fail(screening.EFormat, fmt.Errorf("parse report: %w", err))
	}
	return Report{w.Device, w.Epoch, w.Order, w.Outcome, moment(w.At)}, verify, nil
}

package batch

import (
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	revocationMagic                    = "LWSV1\n"
	revocationNamespace seal.Namespace = "leeward/revocation/v1"
)

// Revocation is the registrar's word that a device is not trusted any more, in any epoch so far. It counts from a
// place in the log, not from a time, for clocks lie: what the device had told of before that place stays its word.
type Revocation struct {
	Device screening.DeviceID
	Epoch  uint64 // the last one that is revoked
	Log    screening.Checkpoint
	At     time.Time // office time
}

type revocationWire struct {
	V      uint64             `cbor:"1,keyasint"`
	Device screening.DeviceID `cbor:"2,keyasint"`
	Epoch  uint64             `cbor:"3,keyasint"`
	Size   uint64             `cbor:"4,keyasint"`
	Root   [32]byte           `cbor:"5,keyasint"`
	At     int64              `cbor:"6,keyasint"`
}

func (w revocationWire) check() error {
	if w.V != formatV1 || w.Device == (screening.DeviceID{}) || w.Epoch < 1 || w.Epoch >= maxUint || w.Size >= maxUint || !areTimes(w.At) {
		return errField
	}
	return nil
}

// SignRevocation makes a revocation ("LWSV1"), signed by the registrar key.
func SignRevocation(r Revocation, registrar seal.Signer) ([]byte, error) {
	w := revocationWire{formatV1, r.Device, r.Epoch, r.Log.Size, r.Log.Root, millis(r.At)}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign revocation: %w", err)
	}
	file, err := signStatement(revocationMagic, revocationNamespace, w, registrar)
	if err != nil {
		return nil, fmt.Errorf("sign revocation: %w", err)
	}
	return file, nil
}

// VerifyRevocation reads a revocation with the registrar key of the root. Errors carry E_FORMAT or E_SIG.
func VerifyRevocation(file []byte, registrar seal.PublicKey) (Revocation, error) {
	doc, sig, err := unframe(revocationMagic, file, sigSize)
	if err != nil {
		return Revocation{}, malformed("revocation", err)
	}
	if err := seal.Verify(registrar, revocationNamespace, doc, seal.Signature(sig)); err != nil {
		return Revocation{}, screening.Fail(screening.ESig, fmt.Errorf("verify revocation: %w", err))
	}
	var w revocationWire
	if err := decode(doc, &w); err != nil {
		return Revocation{}, malformed("revocation", err)
	}
	if err := w.check(); err != nil {
		return Revocation{}, malformed("revocation", err)
	}
	return Revocation{w.Device, w.Epoch, screening.Checkpoint{Size: w.Size, Root: w.Root}, instant(w.At)}, nil
}

package batch

import (
	"bytes"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	unshownMagic                    = "LWSP1\n"
	unshownNamespace seal.Namespace = "leeward/unshown/v1"

	// MaxUnshown is the longest word about a batch that was not shown in bytes.
	MaxUnshown = 512
)

// Unshown is a device's signed word that its office gave a receipt for a batch, and could not show a chunk of it when it
// was asked (FORMAT.md, Possession). It accuses nobody of more than that.
type Unshown struct {
	Device screening.DeviceID
	Epoch  uint64
	Batch  screening.BatchID
	Draw   uint64    // that chose the chunk
	At     time.Time // device time
}

type unshownWire struct {
	V      uint64             `cbor:"1,keyasint"`
	Device screening.DeviceID `cbor:"2,keyasint"`
	Epoch  uint64             `cbor:"3,keyasint"`
	Batch  screening.BatchID  `cbor:"4,keyasint"`
	Draw   uint64             `cbor:"5,keyasint"`
	At     int64              `cbor:"6,keyasint"`
}

func (w unshownWire) check() error {
	if w.V != formatV1 || w.Device == (screening.DeviceID{}) || w.Epoch < 1 || w.Epoch >= maxUint || w.Batch == (screening.BatchID{}) ||
		w.Draw >= maxUint || !areTimes(w.At) {
		return errField
	}
	return nil
}

// SignUnshown makes the word ("LWSP1"), signed by the signing key of the device.
func SignUnshown(u Unshown, signer seal.Signer) ([]byte, error) {
	w := unshownWire{formatV1, u.Device, u.Epoch, u.Batch, u.Draw, millis(u.At)}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign word of a batch that was not shown: %w", err)
	}
	return signStatement(unshownMagic, unshownNamespace, w, signer)
}

// IsUnshown says whether a file begins as such a word does.
func IsUnshown(file []byte) bool { return bytes.HasPrefix(file, []byte(unshownMagic)) }

// ParseUnshown reads such a word; verify says whether the device that it names has signed it. Errors carry E_FORMAT,
// those of verify E_SIG.
func ParseUnshown(file []byte) (u Unshown, verify func(seal.PublicKey) error, err error) {
	var w unshownWire
	if verify, err = Peek("word of a batch", unshownMagic, unshownNamespace, file, &w); err != nil {
		return Unshown{}, nil, err
	}
	if err := w.check(); err != nil {
		return Unshown{}, nil, malformed("word of a batch", err)
	}
	return Unshown{w.Device, w.Epoch, w.Batch, w.Draw, instant(w.At)}, verify, nil
}

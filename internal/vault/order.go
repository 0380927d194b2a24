package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	orderMagic                    = "LWORD1\n"
	orderNamespace seal.Namespace = "leeward/order/v1"
	maxSigners                    = 8
)

// OrderSigners is how many people have to sign an order, whatever an office's own rules say.
const OrderSigners = 2

// Act is what an order says to do.
type Act uint64

// The orders that can destroy something (FORMAT.md, Orders).
const (
	ActWipe      Act = 1 // destroy the keys of the device
	ActLimit     Act = 2 // Value wrong tries in a row destroy a slot; 0 for never
	ActFrontEnds Act = 3 // opening a front destroys the other half: Value 1, or 0 for not
	ActFront     Act = 4 // people may make a front: Value 1, or 0 for not, and what is there goes
)

// Order is an office's order to one device in one epoch. What can destroy is ordered by two people, until a day that
// it names, once.
type Order struct {
	Act    Act
	Value  uint64
	Device screening.DeviceID
	Epoch  uint64
	Until  time.Time // whole seconds
	ID     [16]byte  // random; an order is carried out once
}

// ErrOrder is for what is no order, or none for this device now.
var ErrOrder = errors.New("not an order that holds here")

type orderWire struct {
	V      uint64   `cbor:"1,keyasint"`
	Act    Act      `cbor:"2,keyasint"`
	Value  uint64   `cbor:"3,keyasint"`
	Device [16]byte `cbor:"4,keyasint"`
	Epoch  uint64   `cbor:"5,keyasint"`
	Until  int64    `cbor:"6,keyasint"`
	ID     [16]byte `cbor:"7,keyasint"`
}

func (o Order) check() error {
	switch {
	case o.Act == ActWipe && o.Value == 0, o.Act == ActLimit && o.Value <= 255 && isLimit(int(o.Value)), (o.Act == ActFrontEnds || o.Act == ActFront) && o.Value <= 1:
		return nil
	}
	return ErrOrder
}

// SignOrder makes an order that devices carry out, signed by at least [OrderSigners] different keys.
func SignOrder(o Order, signers ...seal.Signer) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("sign order: %w", err)
	}
	doc, err := encoder.Marshal(orderWire{1, o.Act, o.Value, o.Device, o.Epoch, o.Until.Unix(), o.ID})
	if err != nil {
		return nil, fmt.Errorf("sign order: %w", ErrOrder)
	}
	file := binary.BigEndian.AppendUint16([]byte(orderMagic), uint16(len(doc)))
	file = append(file, doc...)
	slices.SortFunc(signers, func(a, b seal.Signer) int { x, y := a.Public(), b.Public(); return bytes.Compare(x[:], y[:]) })
	signers = slices.CompactFunc(signers, func(a, b seal.Signer) bool { return a.Public() == b.Public() })
	if len(signers) < OrderSigners || len(signers) > maxSigners {
		return nil, fmt.Errorf("sign order: %d signers: %w", len(signers), ErrOrder)
	}
	for _, s := range signers {
		sig, err := s.Sign(orderNamespace, doc)
		if err != nil {
			return nil, fmt.Errorf("sign order: %w", err)
		}
		key := s.Public()
		file = append(append(file, key[:]...), sig[:]...)
	}
	return file, nil
}

// IsOrder says whether a file begins as an order does.
func IsOrder(file []byte) bool { return bytes.HasPrefix(file, []byte(orderMagic)) }

// VerifyOrder reads an order and checks that at least [OrderSigners] of the given keys signed it, each once, and nobody
// else. Whether it is for this device, and still holds, is Order.Holds. Errors: ErrOrder, seal.ErrSignature.
func VerifyOrder(file []byte, keys []seal.PublicKey) (Order, error) {
	rest, ok := bytes.CutPrefix(file, []byte(orderMagic))
	if !ok || len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
		return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
	}
	doc, sigs := rest[2:][:binary.BigEndian.Uint16(rest)], rest[2+binary.BigEndian.Uint16(rest):]
	const each = len(seal.PublicKey{}) + len(seal.Signature{})
	if len(sigs)%each != 0 || len(sigs) < OrderSigners*each || len(sigs) > maxSigners*each {
		return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
	}
	var last seal.PublicKey
	for ; len(sigs) > 0; sigs = sigs[each:] {
		key := seal.PublicKey(sigs[:len(last)])
		if bytes.Compare(key[:], last[:]) <= 0 || !slices.Contains(keys, key) {
			return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
		}
		if err := seal.Verify(key, orderNamespace, doc, seal.Signature(sigs[len(last):each])); err != nil {
			return Order{}, fmt.Errorf("verify order: %w", err)
		}
		last = key
	}
	return parseOrder(doc)
}

func parseOrder(doc []byte) (Order, error) {
	var w orderWire
	if err := decoder.Unmarshal(doc, &w); err != nil || w.V != 1 {
		return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
	}
	if again, err := encoder.Marshal(w); err != nil || !bytes.Equal(again, doc) {
		return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
	}
	o := Order{w.Act, w.Value, w.Device, w.Epoch, time.Unix(w.Until, 0).UTC(), w.ID}
	return o, o.check()
}

// Holds says why an order is none for a device in an epoch at a time: ErrOrder, or nil.
func (o Order) Holds(device screening.DeviceID, epoch uint64, now time.Time) error {
	if o.Device != device || o.Epoch != epoch || now.After(o.Until) {
		return ErrOrder
	}
	return nil
}

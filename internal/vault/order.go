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
	ActLease     Act = 5 // Value days without the office end readable copies of what it has; 0 for never
)

// MinLease and MaxLease bound the days of an ActLease: nobody can have copies erased because a device was in the hills for
// a week.
const MinLease, MaxLease = 14, 365

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
	case o.Act == ActWipe && o.Value == 0, o.Act == ActLimit && o.Value <= 255 && isLimit(int(o.Value)),
		(o.Act == ActFrontEnds || o.Act == ActFront) && o.Value <= 1,
		o.Act == ActLease && (o.Value == 0 || o.Value >= MinLease && o.Value <= MaxLease):
		return nil
	}
	return ErrOrder
}

// SignOrder makes an order that devices carry out, signed by at least [OrderSigners] different keys.
func SignOrder(o Order, signers ...seal.Signer) ([]byte, error) {
	file, err := DraftOrder(o)
	for _, s := range signers {
		if err == nil {
			file, err = CosignOrder(file, s)
		}
	}
	if err != nil {
		return nil, err
	}
	if _, by, err := ReadOrder(file); err != nil || len(by) < OrderSigners {
		return nil, fmt.Errorf("sign order: %d signers: %w", len(by), ErrOrder)
	}
	return file, nil
}

// DraftOrder makes an order that nobody has signed. No device obeys it.
func DraftOrder(o Order) ([]byte, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("draft order: %w", err)
	}
	doc, err := encoder.Marshal(orderWire{1, o.Act, o.Value, o.Device, o.Epoch, o.Until.Unix(), o.ID})
	if err != nil {
		return nil, fmt.Errorf("draft order: %w", ErrOrder)
	}
	return append(binary.BigEndian.AppendUint16([]byte(orderMagic), uint16(len(doc))), doc...), nil
}

// CosignOrder puts one more signature under an order: two people need not be in one place. Signing again changes
// nothing.
func CosignOrder(file []byte, s seal.Signer) ([]byte, error) {
	doc, by, err := orderParts(file)
	if err != nil {
		return nil, fmt.Errorf("sign order: %w", err)
	}
	key := s.Public()
	at, signed := slices.BinarySearchFunc(by, key, func(b signature, k seal.PublicKey) int { return bytes.Compare(b.key[:], k[:]) })
	if signed {
		return file, nil
	}
	sig, err := s.Sign(orderNamespace, doc)
	if err != nil || len(by) == maxSigners {
		return nil, fmt.Errorf("sign order: %w", errors.Join(err, ErrOrder))
	}
	out := binary.BigEndian.AppendUint16([]byte(orderMagic), uint16(len(doc)))
	out = append(out, doc...)
	for _, b := range slices.Insert(by, at, signature{key, sig}) {
		out = append(append(out, b.key[:]...), b.sig[:]...)
	}
	return out, nil
}

// ReadOrder says what an order says, and which keys stand under it, for somebody who is asked to sign it or to send it
// on. Nothing of it is verified.
func ReadOrder(file []byte) (Order, []seal.PublicKey, error) {
	doc, by, err := orderParts(file)
	if err != nil {
		return Order{}, nil, fmt.Errorf("read order: %w", err)
	}
	var keys []seal.PublicKey
	for _, b := range by {
		keys = append(keys, b.key)
	}
	o, err := parseOrder(doc)
	return o, keys, err
}

// IsOrder says whether a file begins as an order does.
func IsOrder(file []byte) bool { return bytes.HasPrefix(file, []byte(orderMagic)) }

// VerifyOrder reads an order and checks that at least [OrderSigners] of the given keys signed it, each once, and nobody
// else. Whether it is for this device, and still holds, is Order.Holds. Errors: ErrOrder, seal.ErrSignature.
func VerifyOrder(file []byte, keys []seal.PublicKey) (Order, error) {
	doc, by, err := orderParts(file)
	if err == nil && len(by) < OrderSigners {
		err = ErrOrder
	}
	if err != nil {
		return Order{}, fmt.Errorf("verify order: %w", err)
	}
	for _, b := range by {
		if !slices.Contains(keys, b.key) {
			return Order{}, fmt.Errorf("verify order: %w", ErrOrder)
		}
		if err := seal.Verify(b.key, orderNamespace, doc, b.sig); err != nil {
			return Order{}, fmt.Errorf("verify order: %w", err)
		}
	}
	return parseOrder(doc)
}

// signature is one that stands under an order.
type signature struct {
	key seal.PublicKey
	sig seal.Signature
}

// orderParts splits an order into what is signed and its signatures, which stand in the order of their keys, each once.
func orderParts(file []byte) (doc []byte, by []signature, err error) {
	rest, ok := bytes.CutPrefix(file, []byte(orderMagic))
	if !ok || len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
		return nil, nil, ErrOrder
	}
	doc, rest = rest[2:][:binary.BigEndian.Uint16(rest)], rest[2+binary.BigEndian.Uint16(rest):]
	const each = len(signature{}.key) + len(signature{}.sig)
	if len(rest)%each != 0 || len(rest) > maxSigners*each {
		return nil, nil, ErrOrder
	}
	var last seal.PublicKey
	for ; len(rest) > 0; rest = rest[each:] {
		b := signature{seal.PublicKey(rest[:len(last)]), seal.Signature(rest[len(last):each])}
		if bytes.Compare(b.key[:], last[:]) <= 0 {
			return nil, nil, ErrOrder
		}
		by, last = append(by, b), b.key
	}
	return doc, by, nil
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

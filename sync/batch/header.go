package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// Magic begins every batch file.
const Magic = "LWSB1\n"

// Bounds of a batch file.
const (
	maxHeader  = 1024
	MaxPayload = 64 << 20
	// MaxFile is the longest batch file in bytes; a reader may stop there.
	MaxFile = len(Magic) + 2 + maxHeader + sigSize + MaxPayload

	sigSize = 64
)

const (
	formatV1 = 1
	suiteV1  = 1 // Ed25519, SHA-256, age hybrid, zstd without dictionary: read for ever, written no more
	suiteV2  = 2 // the same with [Dictionary]

	sigNamespace seal.Namespace = "leeward/batch-sig/v1"
)

// namespaces are what headers are signed in, by the magic of their files.
var namespaces = map[string]seal.Namespace{Magic: sigNamespace, CapsuleMagic: "leeward/capsule-sig/v1"}

// Header is the clear part of a batch (FORMAT.md, Header). It names a device and a number and nothing
// about a person; the time is rounded down to the hour.
type Header struct {
	V           uint64             `cbor:"1,keyasint"`
	Suite       uint64             `cbor:"2,keyasint"`
	Device      screening.DeviceID `cbor:"3,keyasint"`
	Epoch       uint64             `cbor:"4,keyasint"`
	Seq         uint64             `cbor:"5,keyasint"` // from 1, without holes
	Prev        screening.BatchID  `cbor:"6,keyasint"` // the batch before; zero for the first of a device
	Made        uint64             `cbor:"7,keyasint"` // device time, seconds since 1970, whole hours
	PayloadLen  uint64             `cbor:"8,keyasint"`
	PayloadRoot [32]byte           `cbor:"9,keyasint"`
	RecordsRoot [32]byte           `cbor:"10,keyasint"`
	LogSize     uint64             `cbor:"11,keyasint"` // the last checkpoint of the office that the device verified
	LogRoot     [32]byte           `cbor:"12,keyasint"`
	Bulletin    uint64             `cbor:"13,keyasint"` // highest bulletin version seen
	Generation  Generation         `cbor:"14,keyasint"`
	RootVersion uint64             `cbor:"15,keyasint"` // the root whose recipients the payload is sealed to
}

// Generation is the state of the device's store: how often it was written, and a random id of this
// opening. A store that was rolled back shows an old number with a new id.
type Generation struct {
	_    struct{} `cbor:",toarray"`
	N    uint64
	Open [16]byte
}

// MadeAt returns the device's time of making, to the hour.
func (h Header) MadeAt() time.Time { return time.Unix(int64(h.Made), 0).UTC() }

// check refuses values that no device of this version writes. A number stands in the chain of batches where magic is
// that of a batch; a capsule stands outside it.
func (h Header) check(magic string) error {
	first := h.Seq == 1
	zeroPrev := h.Prev == screening.BatchID{}
	capsule := magic == CapsuleMagic
	switch {
	case h.Device == screening.DeviceID{}:
		return fmt.Errorf("device: %w", errField)
	case h.Epoch < 1 || h.Epoch >= maxUint || !capsule && h.Seq < 1 || h.Seq >= maxUint:
		return fmt.Errorf("epoch or sequence: %w", errField)
	case capsule && (h.Seq != 0 || !zeroPrev || h.Suite != suiteV2):
		return fmt.Errorf("place of a capsule: %w", errField)
	case !capsule && (!first && zeroPrev || first && h.Epoch == 1 && !zeroPrev):
		return fmt.Errorf("previous batch: %w", errField)
	case h.Made%3600 != 0 || h.Made >= maxUint:
		return fmt.Errorf("made: %w", errField)
	case h.PayloadLen < 1 || h.PayloadLen > MaxPayload:
		return fmt.Errorf("payload length: %w", errField)
	case h.LogSize >= maxUint || h.Bulletin >= maxUint || h.Generation.N >= maxUint:
		return fmt.Errorf("log size, bulletin or generation: %w", errField)
	case h.RootVersion < 1 || h.RootVersion >= maxUint:
		return fmt.Errorf("root version: %w", errField)
	}
	return nil
}

// parseHeader reads canonical header bytes. A version or suite that this program does not know is told
// apart from bytes that are wrong.
func parseHeader(b []byte, magic string) (Header, error) {
	var v versions
	if err := versionDecoder.Unmarshal(b, &v); err != nil {
		return Header{}, malformed("header", errDecode)
	}
	if v.V != formatV1 || v.Suite != suiteV1 && v.Suite != suiteV2 {
		return Header{}, screening.Fail(screening.EVersion, fmt.Errorf("parse header: version %d suite %d", v.V, v.Suite))
	}
	var h Header
	if err := decode(b, &h); err != nil {
		return Header{}, malformed("header", err)
	}
	if err := h.check(magic); err != nil {
		return Header{}, malformed("header", err)
	}
	return h, nil
}

// idOf names a header. The signature stands outside: one header, one id, for ever.
func idOf(header []byte) screening.BatchID {
	return sha256.Sum256(append([]byte("leeward/batch-id/v1\x00"), header...))
}

// bindOf ties a payload to its place: to this device, key, epoch, number and predecessor. It stands
// inside the sealed part, so whoever signs the payload again under another name is found out.
func bindOf(h Header, signer seal.PublicKey) [32]byte {
	key := sha256.Sum256(signer[:])
	b := append([]byte("leeward/bind/v1\x00"), h.Device[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Epoch)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	b = append(b, h.Prev[:]...)
	return sha256.Sum256(append(b, key[:]...))
}

// proofOf is what only somebody who opened the batch can compute, and the device beforehand.
func proofOf(id screening.BatchID, salt [32]byte) [32]byte {
	b := append([]byte("leeward/opened/v1\x00"), id[:]...)
	return sha256.Sum256(append(b, salt[:]...))
}

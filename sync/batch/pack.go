package batch

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// Parameters is where a new batch stands: which device, which number, after which batch.
type Parameters struct {
	Device      screening.DeviceID
	Epoch       uint64
	Seq         uint64
	Prev        screening.BatchID
	Made        time.Time // device time; Pack rounds it down to the hour
	LogSize     uint64    // the last checkpoint that was verified; zero if none
	LogRoot     [32]byte
	Bulletin    uint64
	Generation  Generation
	RootVersion uint64
}

// Packed is a finished batch: the bytes that travel, their name, and what a receipt of level OPENED will
// have to show. Keep all three in one transaction before a byte leaves; a number is never packed twice.
type Packed struct {
	ID    screening.BatchID
	File  []byte
	Proof [32]byte
}

// sealedForm is what stands inside a payload: with a salt and records as a device writes it, with kept
// entries after a redaction.
type sealedForm struct {
	Bind    [32]byte  `cbor:"1,keyasint"`
	Salt    []byte    `cbor:"2,keyasint,omitempty"`
	Records [][]byte  `cbor:"3,keyasint,omitempty"`
	Kept    []keptRow `cbor:"4,keyasint,omitempty"`
}

// keptRow is a record with its own salt, or the leaf of a record that was taken out.
type keptRow struct {
	Salt   []byte `cbor:"1,keyasint,omitempty"`
	Record []byte `cbor:"2,keyasint,omitempty"`
	Leaf   []byte `cbor:"3,keyasint,omitempty"`
}

// Pack seals records to every recipient, then signs. The records are compressed and padded, so the
// length says little. to is every payload recipient of the office's root, in its order.
func Pack(p Parameters, records []Record, signer seal.Signer, to []seal.Recipient) (Packed, error) {
	if len(records) < 1 || len(records) > MaxRecords {
		return Packed{}, fmt.Errorf("pack batch %d: %d records: %w", p.Seq, len(records), errLength)
	}
	var salt [32]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	raw, leaves := make([][]byte, len(records)), make([][32]byte, len(records))
	for i, r := range records {
		b, err := r.encode()
		if err != nil {
			return Packed{}, fmt.Errorf("pack batch %d: record %d: %w", p.Seq, i, err)
		}
		raw[i], leaves[i] = b, recordLeaf(recordSalt(salt, i), b)
	}
	h := Header{
		V: formatV1, Suite: suiteV2, Device: p.Device, Epoch: p.Epoch, Seq: p.Seq, Prev: p.Prev, Made: wholeHours(p.Made),
		RecordsRoot: recordsRoot(leaves), LogSize: p.LogSize, LogRoot: p.LogRoot, Bulletin: p.Bulletin,
		Generation: p.Generation, RootVersion: p.RootVersion,
	}
	payload, err := sealForm(sealedForm{Bind: bindOf(h, signer.Public()), Salt: salt[:], Records: raw}, h.Suite, to)
	if err != nil {
		return Packed{}, fmt.Errorf("pack batch %d: %w", p.Seq, err)
	}
	h.PayloadLen, h.PayloadRoot = uint64(len(payload)), payloadRoot(payload)
	header, sig, err := sign(h, Magic, signer)
	if err != nil {
		return Packed{}, fmt.Errorf("pack batch %d: %w", p.Seq, err)
	}
	id := idOf(header)
	return Packed{ID: id, File: Join(header, sig, payload), Proof: proofOf(id, salt)}, nil
}

// sealForm is the way from records to sealed bytes.
func sealForm(form sealedForm, suite uint64, to []seal.Recipient) ([]byte, error) {
	inner, err := encode(form)
	if err != nil {
		return nil, err
	}
	plain, err := squeeze(inner, suite)
	if err != nil {
		return nil, err
	}
	return seal.Seal(plain, to)
}

// sign signs a complete header, of a batch or a capsule.
func sign(h Header, magic string, signer seal.Signer) (header, sig []byte, err error) {
	if err := h.check(magic); err != nil {
		return nil, nil, err
	}
	if header, err = encode(h); err != nil {
		return nil, nil, err
	}
	s, err := signer.Sign(namespaces[magic], header)
	return header, s[:], err
}

// Join puts the parts of a batch file together again, as an office keeps them.
func Join(header, sig, payload []byte) []byte { return join(Magic, header, sig, payload) }

func join(magic string, header, sig, payload []byte) []byte {
	file := make([]byte, 0, len(magic)+2+len(header)+len(sig)+len(payload))
	file = append(file, magic...)
	file = binary.BigEndian.AppendUint16(file, uint16(len(header)))
	file = append(file, header...)
	file = append(file, sig...)
	return append(file, payload...)
}

// wholeHours rounds down, so that the header does not say when an interview ended. A clock before 1970
// gives 0.
func wholeHours(t time.Time) uint64 {
	s := t.Unix()
	if s < 0 {
		return 0
	}
	return uint64(s - s%3600)
}

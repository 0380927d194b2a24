package batch

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
)

// MaxChunk is the longest answer to a question for a chunk in bytes.
const MaxChunk = 8 << 10

var (
	errOtherBatch = errors.New("another batch's header")
	errNoChunk    = errors.New("no such chunk")
)

// chunkWire is an answer (FORMAT.md, Possession).
type chunkWire struct {
	V      uint64 `cbor:"1,keyasint"`
	Header []byte `cbor:"2,keyasint"`
	At     uint64 `cbor:"3,keyasint"`
	Bytes  []byte `cbor:"4,keyasint,omitempty"`
	Path   []byte `cbor:"5,keyasint,omitempty"`
	Erased bool   `cbor:"6,keyasint,omitempty"`
}

// Chunks is how many chunks the payload of a batch has, as its header says.
func (h Header) Chunks() uint64 { return max(1, (h.PayloadLen+chunkSize-1)/chunkSize) }

// ProveChunk answers the question for one chunk of a batch that an office holds, given as it keeps it: the chunk and its
// path to the root in the signed header, which cannot be made without the bytes. Of a payload from which records were
// erased the header's root says nothing: there the answer only says so.
func ProveChunk(header, payload []byte, redacted bool, at uint64) ([]byte, error) {
	h, err := parseHeader(header, Magic)
	if err != nil {
		return nil, err
	}
	if at >= h.Chunks() {
		return nil, screening.Fail(screening.EFormat, fmt.Errorf("chunk %d: %w", at, errNoChunk))
	}
	w := chunkWire{V: 1, Header: header, At: at, Erased: redacted}
	if !redacted {
		var leaves []tlog.Hash
		for n := 0; n < len(payload); n += chunkSize {
			part := payload[n:min(n+chunkSize, len(payload))]
			if uint64(len(leaves)) == at {
				w.Bytes = part
			}
			leaves = append(leaves, tlog.RecordHash(part))
		}
		if at >= uint64(len(leaves)) {
			return nil, screening.Fail(screening.ERoot, fmt.Errorf("chunk %d of %d: %w", at, len(leaves), errNoChunk))
		}
		for _, hash := range pathTo(leaves, int(at)) {
			w.Path = append(w.Path, hash[:]...)
		}
	}
	return encode(w)
}

// ProveDrawn is ProveChunk for the chunk that a number chooses, whoever asks with it: one who knows the id of a batch and not its
// length can ask so for any of its chunks.
func ProveDrawn(header, payload []byte, redacted bool, draw uint64) ([]byte, error) {
	h, err := parseHeader(header, Magic)
	if err != nil {
		return nil, err
	}
	return ProveChunk(header, payload, redacted, draw%h.Chunks())
}

// CheckDrawn is CheckChunk for the chunk that a number chose. Errors are those of CheckChunk.
func CheckDrawn(answer []byte, id screening.BatchID, draw uint64) (erased bool, err error) {
	var w chunkWire
	if err := decode(answer, &w); err != nil {
		return false, malformed("chunk", err)
	}
	h, err := parseHeader(w.Header, Magic)
	if err != nil {
		return false, err
	}
	return CheckChunk(answer, id, draw%h.Chunks())
}

// pathTo is the audit path of RFC 6962, section 2.1.1.
func pathTo(leaves []tlog.Hash, at int) []tlog.Hash {
	if len(leaves) == 1 {
		return nil
	}
	k := 1 << (bits.Len(uint(len(leaves)-1)) - 1)
	if at < k {
		return append(pathTo(leaves[:k], at), treeHash(leaves[k:]))
	}
	return append(pathTo(leaves[k:], at-k), treeHash(leaves[:k]))
}

// CheckChunk says whether an answer proves that chunk at of a batch is held, by nothing but the id of the batch. erased
// says that it proves nothing, because records were taken out: then the log has to name an erasure of the batch. Errors
// carry E_FORMAT, or E_ROOT where the bytes are not those that were signed.
func CheckChunk(answer []byte, id screening.BatchID, at uint64) (erased bool, err error) {
	var w chunkWire
	if err := decode(answer, &w); err != nil {
		return false, malformed("chunk", err)
	}
	if w.V != 1 || w.At != at || len(w.Bytes) > chunkSize || len(w.Path)%len(tlog.Hash{}) != 0 || w.Erased != (len(w.Bytes) == 0) {
		return false, malformed("chunk", errField)
	}
	h, err := parseHeader(w.Header, Magic)
	switch {
	case err != nil:
		return false, err
	case idOf(w.Header) != id:
		return false, screening.Fail(screening.ERoot, fmt.Errorf("chunk %d of batch %s: %w", at, id.Short(), errOtherBatch))
	case at >= h.Chunks():
		return false, malformed("chunk", errNoChunk)
	case w.Erased:
		return true, nil
	}
	var path tlog.RecordProof
	for b := w.Path; len(b) > 0; b = b[len(tlog.Hash{}):] {
		path = append(path, tlog.Hash(b[:len(tlog.Hash{})]))
	}
	if tlog.CheckRecord(path, int64(h.Chunks()), h.PayloadRoot, int64(at), tlog.RecordHash(w.Bytes)) != nil {
		return false, screening.Fail(screening.ERoot, fmt.Errorf("chunk %d of batch %s: %w", at, id.Short(), errPayload))
	}
	return false, nil
}

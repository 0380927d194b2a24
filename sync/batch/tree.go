package batch

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// chunkSize is the length of a leaf of the payload tree in bytes; the last leaf may be shorter.
const chunkSize = 4096

// treeHash is the Merkle tree hash of RFC 6962, section 2.1, over leaf hashes.
func treeHash(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1 << (bits.Len(uint(n-1)) - 1) // the largest power of two below n
		return tlog.NodeHash(treeHash(leaves[:k]), treeHash(leaves[k:]))
	}
}

// payloadRoot is the tree over the chunks of a payload, so that an auditor can ask for one chunk and its
// path instead of the whole.
func payloadRoot(payload []byte) [32]byte {
	leaves := make([]tlog.Hash, 0, len(payload)/chunkSize+1)
	for len(payload) > 0 {
		n := min(chunkSize, len(payload))
		leaves = append(leaves, tlog.RecordHash(payload[:n]))
		payload = payload[n:]
	}
	return treeHash(leaves)
}

// recordSalt is what makes the leaf of record i say nothing about the record.
func recordSalt(salt [32]byte, i int) [32]byte {
	b := append([]byte("leeward/rec-salt/v1\x00"), salt[:]...)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(i)))
}

// recordLeaf is the hash of one record in the records tree.
func recordLeaf(salt [32]byte, record []byte) [32]byte {
	return tlog.RecordHash(append(salt[:], record...))
}

// recordsRoot is the tree over the leaves of all records.
func recordsRoot(leaves [][32]byte) [32]byte {
	hashes := make([]tlog.Hash, len(leaves))
	for i, l := range leaves {
		hashes[i] = l
	}
	return treeHash(hashes)
}

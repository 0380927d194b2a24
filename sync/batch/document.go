package batch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// What other documents of the road are made of: sync/bulletin has the same statements and the same list of items.

// SignStatement makes a statement: v in canonical CBOR under a magic of six bytes, with one signature in a name space
// of its own (FORMAT.md, Statements). v has to be a struct with integer keys.
func SignStatement(magic string, ns seal.Namespace, v any, signer seal.Signer) ([]byte, error) {
	return signStatement(magic, ns, v, signer)
}

// ReadStatement checks the one signature of a statement and then decodes it into v, canonical bytes only. what names
// the document in errors, which carry E_FORMAT or E_SIG.
func ReadStatement(what, magic string, ns seal.Namespace, pub seal.PublicKey, file []byte, v any) error {
	doc, sig, err := unframe(magic, file, sigSize)
	if err != nil {
		return malformed(what, err)
	}
	if err := seal.Verify(pub, ns, doc, seal.Signature(sig)); err != nil {
		return screening.Fail(screening.ESig, fmt.Errorf("verify %s: %w", what, err))
	}
	if err := decode(doc, v); err != nil {
		return malformed(what, err)
	}
	return nil
}

// Peek decodes a statement whose signer is known only after it is read; check then verifies. Errors of Peek carry
// E_FORMAT, those of check E_SIG.
func Peek(what, magic string, ns seal.Namespace, file []byte, v any) (check func(seal.PublicKey) error, err error) {
	doc, sig, err := unframe(magic, file, sigSize)
	if err == nil {
		err = decode(doc, v)
	}
	if err != nil {
		return nil, malformed(what, err)
	}
	return func(pub seal.PublicKey) error {
		if err := seal.Verify(pub, ns, doc, seal.Signature(sig)); err != nil {
			return screening.Fail(screening.ESig, fmt.Errorf("verify %s: %w", what, err))
		}
		return nil
	}, nil
}

// JoinItems puts files into one list, filled up with zeros to a power of two of at least least bytes
// (FORMAT.md, Carry files).
func JoinItems(items [][]byte, least int) ([]byte, error) {
	plain := []byte(carryMagic)
	for _, item := range items {
		if len(item) == 0 {
			return nil, fmt.Errorf("join items: %w", errLength)
		}
		plain = binary.BigEndian.AppendUint32(plain, uint32(len(item)))
		plain = append(plain, item...)
	}
	plain = binary.BigEndian.AppendUint32(plain, 0)
	if len(plain) > MaxCarry {
		return nil, fmt.Errorf("join items of %d bytes: %w", len(plain), errLength)
	}
	total := max(least, 1<<bits.Len(uint(len(plain)-1)))
	return append(plain, make([]byte, total-len(plain))...), nil
}

// SplitItems takes such a list apart. Errors carry E_FORMAT.
func SplitItems(plain []byte, least int) ([][]byte, error) {
	items, err := split(plain, least)
	if err != nil {
		return nil, malformed("list of items", err)
	}
	return items, nil
}

// IsRoot says whether an item is a root document.
func IsRoot(item []byte) bool { return bytes.HasPrefix(item, []byte(rootMagic)) }

// IsRevocation says whether an item is a revocation.
func IsRevocation(item []byte) bool { return bytes.HasPrefix(item, []byte(revocationMagic)) }

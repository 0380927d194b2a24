package batch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"

	"leeward/internal/seal"
)

// A statement is a short document that travels outside batches: a line that says what it is, the length
// of the document in two bytes, the document, its signatures, and zeros up to a power of two, so that its
// length says little (FORMAT.md, Statements).

const minStatement = 512

// statementLength is the padded length of a statement of n bytes.
func statementLength(n int) int {
	if n <= minStatement {
		return minStatement
	}
	return 1 << bits.Len(uint(n-1))
}

// frame puts a statement together.
func frame(magic string, doc, sigs []byte) ([]byte, error) {
	if len(doc) < 1 || len(doc) > 1<<16-1 {
		return nil, fmt.Errorf("statement of %d bytes: %w", len(doc), errLength)
	}
	out := binary.BigEndian.AppendUint16([]byte(magic), uint16(len(doc)))
	out = append(append(out, doc...), sigs...)
	return append(out, make([]byte, statementLength(len(out))-len(out))...), nil
}

// unframe takes a statement apart; sigs is how many bytes of signatures it has.
func unframe(magic string, file []byte, sigs int) (doc, sig []byte, err error) {
	rest, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok {
		return nil, nil, errMagic
	}
	if len(rest) < 2 {
		return nil, nil, errLength
	}
	n := int(binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	if n < 1 || len(rest) < n+sigs || len(file) != statementLength(len(magic)+2+n+sigs) {
		return nil, nil, errLength
	}
	for _, b := range rest[n+sigs:] {
		if b != 0 {
			return nil, nil, errPadding
		}
	}
	return rest[:n], rest[n : n+sigs], nil
}

// signStatement frames v with one signature over its canonical bytes.
func signStatement(magic string, ns seal.Namespace, v any, signer seal.Signer) ([]byte, error) {
	doc, err := encode(v)
	if err != nil {
		return nil, err
	}
	sig, err := signer.Sign(ns, doc)
	if err != nil {
		return nil, err
	}
	return frame(magic, doc, sig[:])
}

// verifyStatement checks the one signature of a statement and then decodes it into v.
func verifyStatement(magic string, ns seal.Namespace, pub seal.PublicKey, file []byte, v any) error {
	doc, sig, err := unframe(magic, file, sigSize)
	if err != nil {
		return err
	}
	if err := seal.Verify(pub, ns, doc, seal.Signature(sig)); err != nil {
		return err
	}
	return decode(doc, v)
}

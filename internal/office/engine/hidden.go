package engine

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// place names a column of a row: what is moved to another does not open there.
func place(column string, id []byte, version uint64) string {
	return fmt.Sprintf("%s|%s|%d", column, hex.EncodeToString(id), version)
}

// hide returns what a column of bytes holds for something about a person.
func hide(box *seal.Box, at string, plain []byte) []byte {
	if box == nil {
		return plain
	}
	return box.Seal(at, plain)
}

func reveal(box *seal.Box, at string, kept []byte) ([]byte, error) {
	if box == nil {
		return kept, nil
	}
	plain, err := box.Open(at, kept)
	if err != nil {
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("column %s: %w", at, err))
	}
	return plain, nil
}

// hideText is hide for a column of text. What says nothing ("", an empty list) stays as it is.
func hideText(box *seal.Box, at, plain string) string {
	if box == nil || plain == "" || plain == "[]" {
		return plain
	}
	return base64.RawStdEncoding.EncodeToString(box.Seal(at, []byte(plain)))
}

func revealText(box *seal.Box, at, kept string) (string, error) {
	if box == nil || kept == "" || kept == "[]" {
		return kept, nil
	}
	hidden, err := base64.RawStdEncoding.DecodeString(kept)
	if err != nil {
		return "", screening.Fail(screening.CodeDamaged, fmt.Errorf("column %s: %w", at, err))
	}
	plain, err := reveal(box, at, hidden)
	return string(plain), err
}

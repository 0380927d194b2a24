package screening

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/google/uuid"
)

// InterviewID names an interview: a UUIDv7, so it shows when it was made; it never leaves a sealed body.
type InterviewID uuid.UUID

// DeviceID names a device through all its epochs: 16 random bytes given by the office at enrolment.
type DeviceID [16]byte

// BatchID is the SHA-256 of a batch's header (sync/batch/FORMAT.md): one header, one id, for ever.
type BatchID [32]byte

// NewInterviewID makes an id for an interview.
func NewInterviewID() InterviewID { return InterviewID(uuid.Must(uuid.NewV7())) }

// ParseInterviewID reads the 36-character form.
func ParseInterviewID(s string) (InterviewID, error) {
	id, err := uuid.Parse(s)
	if err != nil {
		return InterviewID{}, fmt.Errorf("parse interview id: %w", errBadID)
	}
	return InterviewID(id), nil
}

// String returns the 36-character form.
func (id InterviewID) String() string { return uuid.UUID(id).String() }

// Seed returns the seed of random() and of shuffled choices for this interview (schema.Env), the same on
// the device and at the office: the last eight bytes of the id, without the sign.
func (id InterviewID) Seed() int64 { return int64(binary.BigEndian.Uint64(id[8:]) >> 1) }

// NewDeviceID makes an id for a device; only an office does.
func NewDeviceID() (id DeviceID) {
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	return id
}

// String returns 32 hexadecimal digits.
func (id DeviceID) String() string { return hex.EncodeToString(id[:]) }

// String returns 64 hexadecimal digits.
func (id BatchID) String() string { return hex.EncodeToString(id[:]) }

// Short returns the first 8 hexadecimal digits, for logs and lists.
func (id BatchID) Short() string { return hex.EncodeToString(id[:4]) }

var errBadID = fmt.Errorf("not an id")

// codeAlphabet has no vowels (no words by accident) and no characters that are read for one another.
const codeAlphabet = "2346789BCDFGHJKMNPQRTVWXYZ"

// RespondentCode is what stands for a person's name: random, short, readable, never derived from
// anything about the person.
type RespondentCode string

// NewRespondentCode makes a code of two groups of four, 37 bits: "7K2F-QX9B".
func NewRespondentCode() RespondentCode {
	code := make([]byte, 0, 9)
	for len(code) < 9 {
		if len(code) == 4 {
			code = append(code, '-')
		}
		var b [1]byte
		_, _ = rand.Read(b[:])
		if n := int(b[0]); n < 256/len(codeAlphabet)*len(codeAlphabet) { // no bias towards the first letters
			code = append(code, codeAlphabet[n%len(codeAlphabet)])
		}
	}
	return RespondentCode(code)
}

// ParseBatchID reads the 64-character form that String writes.
func ParseBatchID(s string) (id BatchID, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, errBadID
	}
	return BatchID(b), nil
}

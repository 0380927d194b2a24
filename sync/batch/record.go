package batch

import (
	"fmt"
	"log/slog"

	"leeward/internal/screening"
)

// Kind says what a record is (FORMAT.md, Records).
type Kind uint64

// The kinds of records of version 1. A reader quarantines the kinds that it does not handle.
const (
	KindInterview  Kind = 1 // a finished interview
	KindDraft      Kind = 3 // an interview that goes on; in capsules only
	KindHeartbeat  Kind = 6 // nothing happened; makes quiet days look like others
	KindWithdrawal Kind = 7 // consent was taken back
)

// MaxBody is the longest body of a record in bytes.
const MaxBody = 4 << 20

// MaxRecords is how many records one batch may hold.
const MaxRecords = 4096

// Record is one thing in a batch. ID is the interview that it belongs to, or zero for a heartbeat. Body
// is personal data: a Record prints without it.
type Record struct {
	Kind    Kind
	ID      [16]byte
	Version uint64
	Body    []byte
}

// Format prints a record without anything about a person, whatever the verb.
func (r Record) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[record kind %d]", uint64(r.Kind)) }

// LogValue keeps the person out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// recordWire is a record's canonical form.
type recordWire struct {
	Kind    uint64   `cbor:"1,keyasint"`
	ID      [16]byte `cbor:"2,keyasint"`
	Version uint64   `cbor:"3,keyasint"`
	Body    []byte   `cbor:"4,keyasint"`
}

func (r Record) encode() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return encode(recordWire{uint64(r.Kind), r.ID, r.Version, r.Body})
}

func (r Record) check() error {
	heartbeat := r.Kind == KindHeartbeat
	switch {
	case r.Kind < 1 || r.Kind >= maxUint || r.Version >= maxUint:
		return fmt.Errorf("record kind or version: %w", errField)
	case !heartbeat && (r.ID == [16]byte{} || r.Version < 1):
		return fmt.Errorf("record id or version: %w", errField)
	case heartbeat && (r.ID != [16]byte{} || r.Version != 0):
		return fmt.Errorf("heartbeat: %w", errField)
	case len(r.Body) < 1 || len(r.Body) > MaxBody:
		return fmt.Errorf("record body: %w", errLength)
	}
	return nil
}

func decodeRecord(b []byte) (Record, error) {
	var w recordWire
	if err := decode(b, &w); err != nil {
		return Record{}, err
	}
	r := Record{Kind: Kind(w.Kind), ID: w.ID, Version: w.Version, Body: w.Body}
	return r, r.check()
}

// Heartbeat returns the record of a batch that carries nothing.
func Heartbeat() Record { return Record{Kind: KindHeartbeat, Body: []byte{0xa0}} } // an empty map

// FromInterview makes the record of a finished interview.
func FromInterview(iv screening.Interview) (Record, error) {
	body, err := EncodeInterview(iv)
	if err != nil {
		return Record{}, err
	}
	return Record{Kind: KindInterview, ID: iv.ID, Version: iv.Version, Body: body}, nil
}

// FromWithdrawal makes the record of a withdrawal.
func FromWithdrawal(w screening.Withdrawal) (Record, error) {
	body, err := encodeWithdrawal(w)
	if err != nil {
		return Record{}, err
	}
	return Record{Kind: KindWithdrawal, ID: w.Interview, Version: w.Version, Body: body}, nil
}

// Interview reads a record of KindInterview.
func (r Record) Interview() (screening.Interview, error) {
	if r.Kind != KindInterview {
		return screening.Interview{}, malformed("interview", errField)
	}
	return DecodeInterview(r.ID, r.Version, r.Body)
}

// Withdrawal reads a record of KindWithdrawal.
func (r Record) Withdrawal() (screening.Withdrawal, error) {
	if r.Kind != KindWithdrawal {
		return screening.Withdrawal{}, malformed("withdrawal", errField)
	}
	return decodeWithdrawal(r)
}

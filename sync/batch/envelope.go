package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

var (
	errBind    = errors.New("bound to another place")
	errRecords = errors.New("records do not match the header")
	errPayload = errors.New("payload does not match the header")
)

// Envelope is a batch that parsed: its header is canonical and within bounds. Nothing says yet who made it.
type Envelope struct {
	header   Header
	raw      []byte
	sig      seal.Signature
	payload  []byte
	redacted bool
	magic    string
}

// Parse reads a batch file without any key. Errors carry E_FORMAT or E_VERSION.
func Parse(file []byte) (*Envelope, error) { return parse(file, Magic) }

func parse(file []byte, magic string) (*Envelope, error) {
	rest, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok {
		return nil, malformed("batch", errMagic)
	}
	if len(rest) < 2 || len(file) > MaxFile {
		return nil, malformed("batch", errLength)
	}
	n := int(binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	if n < 1 || n > maxHeader || len(rest) < n+sigSize {
		return nil, malformed("batch", errLength)
	}
	h, err := parseHeader(rest[:n], magic)
	if err != nil {
		return nil, err
	}
	e := &Envelope{header: h, raw: rest[:n], sig: seal.Signature(rest[n : n+sigSize]), payload: rest[n+sigSize:], magic: magic}
	if h.PayloadLen != uint64(len(e.payload)) {
		return nil, malformed("batch", errLength)
	}
	return e, nil
}

// Header returns what the batch says of itself.
func (e *Envelope) Header() Header { return e.header }

// ID names the batch.
func (e *Envelope) ID() screening.BatchID { return idOf(e.raw) }

// Parts returns the bytes of header, signature and payload, as [Join] takes them. They are not copies.
func (e *Envelope) Parts() (header, sig, payload []byte) { return e.raw, e.sig[:], e.payload }

// Verified is a batch whose signature and payload root verified.
type Verified struct {
	Envelope
	signer seal.PublicKey
}

// Verify checks the signature with the key that was granted to the header's device and epoch, and then
// the payload root; no secret is needed. Errors carry E_SIG or E_ROOT. A redacted payload has no root of
// the device's: there the records root, checked on opening, tells what is still the device's word.
func (e *Envelope) Verify(pub seal.PublicKey) (*Verified, error) {
	if err := seal.Verify(pub, namespaces[e.magic], e.raw, e.sig); err != nil {
		return nil, screening.Fail(screening.ESig, fmt.Errorf("verify batch %s: %w", e.ID().Short(), err))
	}
	if !e.redacted && payloadRoot(e.payload) != e.header.PayloadRoot {
		return nil, screening.Fail(screening.ERoot, fmt.Errorf("verify batch %s: %w", e.ID().Short(), errPayload))
	}
	return &Verified{Envelope: *e, signer: pub}, nil
}

// Restore reads a batch from the parts that an office keeps; redacted says that the payload is a
// redacted one, whose length and root are not the header's.
func Restore(header, sig, payload []byte, redacted bool) (*Envelope, error) {
	if !redacted {
		return Parse(Join(header, sig, payload))
	}
	h, err := parseHeader(header, Magic)
	if err != nil {
		return nil, err
	}
	if len(sig) != sigSize {
		return nil, malformed("batch", errLength)
	}
	return &Envelope{header: h, raw: header, sig: seal.Signature(sig), payload: payload, redacted: true, magic: Magic}, nil
}

// Found is one record of an opened batch.
type Found struct {
	Record
	Leaf [32]byte // its hash in the records tree
	Gone bool     // it was redacted: Record is empty
	Err  error    // it does not decode; Raw is all there is
	Raw  []byte   // the record's bytes
	salt [32]byte
}

// Format prints no part of a record, whatever the verb.
func (f Found) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "[record %x]", f.Leaf[:4]) }

// LogValue keeps the person out of logs.
func (f Found) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }

// Contents is an opened batch. It holds personal data.
type Contents struct {
	Records []Found
	Proof   [32]byte // for the receipt; zero if the batch was redacted, for the salt is gone
	bind    [32]byte
	suite   uint64
}

// Format prints a count, whatever the verb.
func (c Contents) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "[contents: %d records]", len(c.Records))
}

// LogValue keeps people out of logs.
func (c Contents) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Open decrypts the payload, which has to be sealed to exactly the given number of recipients, and checks
// that it belongs to this header and this signer. A single record that does not decode is marked and
// keeps no other back. Errors about the batch carry E_OPEN. An error of the opener itself, such as a
// vault that is locked, says nothing about the batch and comes back as it is.
func (v *Verified) Open(o seal.Opener, recipients int) (*Contents, error) {
	plain, err := o.Open(v.payload, recipients)
	if err != nil && !aboutSealed(err) {
		return nil, fmt.Errorf("open batch %s: %w", v.ID().Short(), err)
	}
	var c *Contents
	if err == nil {
		c, err = v.read(plain)
	}
	if err != nil {
		return nil, screening.Fail(screening.EOpen, fmt.Errorf("open batch %s: %w", v.ID().Short(), err))
	}
	return c, nil
}

// aboutSealed tells an opener's words about the bytes from those about itself.
func aboutSealed(err error) bool {
	return errors.Is(err, seal.ErrHeader) || errors.Is(err, seal.ErrNotForUs) || errors.Is(err, seal.ErrDamaged) || errors.Is(err, seal.ErrTooLarge)
}

func (v *Verified) read(plain []byte) (*Contents, error) {
	inner, err := expand(plain, v.header.Suite)
	if err != nil {
		return nil, err
	}
	var form sealedForm
	if err := decode(inner, &form); err != nil {
		return nil, err
	}
	if form.Bind != bindOf(v.header, v.signer) {
		return nil, errBind
	}
	found, err := form.rows()
	if err != nil {
		return nil, err
	}
	leaves := make([][32]byte, len(found))
	for i := range found {
		leaves[i] = found[i].Leaf
	}
	if recordsRoot(leaves) != v.header.RecordsRoot {
		return nil, errRecords
	}
	c := &Contents{Records: found, bind: form.Bind, suite: v.header.Suite}
	if form.Salt != nil {
		c.Proof = proofOf(v.ID(), [32]byte(form.Salt))
	}
	return c, nil
}

// rows reads both forms of a payload into records with their leaves.
func (f sealedForm) rows() ([]Found, error) {
	if f.Salt != nil {
		if len(f.Salt) != 32 || f.Kept != nil || len(f.Records) < 1 || len(f.Records) > MaxRecords {
			return nil, errField
		}
		found := make([]Found, len(f.Records))
		for i, raw := range f.Records {
			if len(raw) == 0 {
				return nil, errField
			}
			found[i] = read(raw, recordSalt([32]byte(f.Salt), i))
		}
		return found, nil
	}
	if f.Records != nil || len(f.Kept) < 1 || len(f.Kept) > MaxRecords {
		return nil, errField
	}
	found := make([]Found, len(f.Kept))
	for i, row := range f.Kept {
		switch {
		case len(row.Leaf) == 32 && row.Salt == nil && row.Record == nil:
			found[i] = Found{Leaf: [32]byte(row.Leaf), Gone: true}
		case len(row.Salt) == 32 && len(row.Record) > 0 && row.Leaf == nil:
			found[i] = read(row.Record, [32]byte(row.Salt))
		default:
			return nil, errField
		}
	}
	return found, nil
}

func read(raw []byte, salt [32]byte) Found {
	r, err := decodeRecord(raw)
	if err != nil {
		return Found{Leaf: recordLeaf(salt, raw), Err: malformed("record", err), Raw: raw, salt: salt}
	}
	return Found{Record: r, Leaf: recordLeaf(salt, raw), Raw: raw, salt: salt}
}

// Redact returns a payload in which the records at the given places are only their hashes, sealed to the
// same recipients as before. The signed records root still covers it; the batch salt, from which the
// hash of a short record could be guessed, gives way to one salt for each record that stays.
func (c *Contents) Redact(places []int, to []seal.Recipient) ([]byte, error) {
	out := make(map[int]bool, len(places))
	for _, p := range places {
		if p < 0 || p >= len(c.Records) {
			return nil, fmt.Errorf("redact record %d: %w", p, errField)
		}
		out[p] = true
	}
	form := sealedForm{Bind: c.bind, Kept: make([]keptRow, len(c.Records))}
	for i, r := range c.Records {
		if r.Gone || out[i] {
			form.Kept[i].Leaf = r.Leaf[:]
			continue
		}
		form.Kept[i].Salt, form.Kept[i].Record = r.salt[:], r.Raw
	}
	payload, err := sealForm(form, c.suite, to)
	if err != nil {
		return nil, fmt.Errorf("redact: %w", err)
	}
	return payload, nil
}

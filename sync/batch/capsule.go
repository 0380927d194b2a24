package batch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// CapsuleMagic begins every capsule: the recovery copy of one interview, or of its withdrawal, outside the chain of
// batches (FORMAT.md, Capsules).
const CapsuleMagic = "LWSC1\n"

var errOneRecord = errors.New("not one record of a capsule")

// FromDraft makes the record of an interview that goes on. edition is higher in each later capsule of the interview.
func FromDraft(iv screening.Interview, edition uint64) (Record, error) {
	body, err := EncodeInterview(iv)
	if err != nil {
		return Record{}, err
	}
	return Record{Kind: KindDraft, ID: iv.ID, Version: edition, Body: body}, nil
}

// Draft reads a record of KindDraft.
func (r Record) Draft() (screening.Interview, error) {
	if r.Kind != KindDraft {
		return screening.Interview{}, malformed("draft", errField)
	}
	iv, err := DecodeInterview(r.ID, r.Version, r.Body)
	iv.Status = screening.Draft
	return iv, err
}

// PackCapsule seals one record to every recipient, then signs. Of p, the place in the chain and the log say nothing here.
func PackCapsule(p Parameters, r Record, signer seal.Signer, to []seal.Recipient) ([]byte, error) {
	if !inCapsule(r.Kind) {
		return nil, fmt.Errorf("pack capsule: %w", errField)
	}
	raw, err := r.encode()
	if err != nil {
		return nil, fmt.Errorf("pack capsule: %w", err)
	}
	var salt [32]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	h := Header{
		V: formatV1, Suite: suiteV2, Device: p.Device, Epoch: p.Epoch, Made: wholeHours(p.Made), Generation: p.Generation, RootVersion: p.RootVersion,
		RecordsRoot: recordsRoot([][32]byte{recordLeaf(recordSalt(salt, 0), raw)}),
	}
	payload, err := sealForm(sealedForm{Bind: bindOf(h, signer.Public()), Salt: salt[:], Records: [][]byte{raw}}, h.Suite, to)
	if err != nil {
		return nil, fmt.Errorf("pack capsule: %w", err)
	}
	h.PayloadLen, h.PayloadRoot = uint64(len(payload)), payloadRoot(payload)
	header, sig, err := sign(h, CapsuleMagic, signer)
	if err != nil {
		return nil, fmt.Errorf("pack capsule: %w", err)
	}
	return join(CapsuleMagic, header, sig, payload), nil
}

func inCapsule(k Kind) bool { return k == KindInterview || k == KindDraft || k == KindWithdrawal }

// Capsule is a capsule that parsed. Nothing says yet who made it.
type Capsule struct{ e *Envelope }

// ParseCapsule reads a capsule without any key. Errors carry E_FORMAT or E_VERSION.
func ParseCapsule(file []byte) (*Capsule, error) {
	e, err := parse(file, CapsuleMagic)
	if err != nil {
		return nil, err
	}
	return &Capsule{e}, nil
}

// Header returns what the capsule says of itself.
func (c *Capsule) Header() Header { return c.e.header }

// ID names the capsule. It is no id of a batch: what is hashed begins with other words.
func (c *Capsule) ID() [32]byte {
	return sha256.Sum256(append([]byte("leeward/capsule-id/v1\x00"), c.e.raw...))
}

// VerifiedCapsule is a capsule that its device signed.
type VerifiedCapsule struct{ v *Verified }

// Verify checks signature and payload root with the key that was granted to the header's device and epoch. Errors carry
// E_SIG or E_ROOT.
func (c *Capsule) Verify(pub seal.PublicKey) (VerifiedCapsule, error) {
	v, err := c.e.Verify(pub)
	return VerifiedCapsule{v}, err
}

// Parts returns the bytes that an office keeps, as [RestoreCapsule] takes them.
func (c *Capsule) Parts() (header, sig, payload []byte) { return c.e.Parts() }

// RestoreCapsule puts a capsule together from kept parts. Errors are those of ParseCapsule.
func RestoreCapsule(header, sig, payload []byte) (*Capsule, error) {
	return ParseCapsule(join(CapsuleMagic, header, sig, payload))
}

// Open decrypts, and checks that the payload belongs where the header says and holds one record of a kind that capsules
// have. What is wrong inside the record is told in Found.Err, as for batches. Errors about the capsule carry E_OPEN; one of
// the opener itself comes back as it is.
func (v VerifiedCapsule) Open(o seal.Opener, recipients int) (Found, error) {
	contents, err := v.v.Open(o, recipients)
	if err != nil {
		return Found{}, err
	}
	if len(contents.Records) != 1 || contents.Records[0].Gone || contents.Records[0].Err == nil && !inCapsule(contents.Records[0].Kind) {
		return Found{}, screening.Fail(screening.EOpen, fmt.Errorf("open capsule: %w", errOneRecord))
	}
	return contents.Records[0], nil
}

// IsCapsule says whether bytes begin as a capsule does.
func IsCapsule(item []byte) bool { return bytes.HasPrefix(item, []byte(CapsuleMagic)) }

// An entry of a pool is a capsule, or a part of one that is too long for a file of the pool, with what the device needs to
// find it again: whose it is, and of what state.
const poolHead = 16 + 16 + 2

// PoolEntry is one file's worth of a pool.
type PoolEntry struct {
	Interview screening.InterviewID
	State     [16]byte // the same bytes say that nothing changed
	Part, Of  int      // from 0
	Bytes     []byte   // of the capsule
}

// SplitPool cuts a capsule into entries of at most size bytes each.
func SplitPool(id screening.InterviewID, state [16]byte, capsule []byte, size int) [][]byte {
	var entries [][]byte
	room := size - poolHead
	of := (len(capsule) + room - 1) / room
	for part := range of {
		entry := append(append(append(make([]byte, 0, size), id[:]...), state[:]...), byte(part), byte(of))
		entries = append(entries, append(entry, capsule[part*room:min(len(capsule), (part+1)*room)]...))
	}
	return entries
}

// ParsePoolEntry reads what SplitPool made. Errors carry E_FORMAT.
func ParsePoolEntry(b []byte) (PoolEntry, error) {
	if len(b) < poolHead || b[33] == 0 || b[32] >= b[33] {
		return PoolEntry{}, malformed("entry of a pool", errLength)
	}
	return PoolEntry{
		Interview: screening.InterviewID(b[:16]), State: [16]byte(b[16:32]), Part: int(b[32]), Of: int(b[33]), Bytes: bytes.Clone(b[poolHead:]),
	}, nil
}

// JoinPool puts capsules together from the entries of a pool, in any order. What lacks a part is left out.
func JoinPool(entries []PoolEntry) (capsules [][]byte) {
	type state struct {
		id screening.InterviewID
		of [16]byte
	}
	parts := map[state]map[int]PoolEntry{}
	for _, e := range entries {
		s := state{e.Interview, e.State}
		if parts[s] == nil {
			parts[s] = map[int]PoolEntry{}
		}
		parts[s][e.Part] = e
	}
	for _, those := range parts {
		var capsule []byte
		whole := true
		for part := range those[0].Of {
			e, there := those[part]
			whole = whole && there && e.Of == those[0].Of
			capsule = append(capsule, e.Bytes...)
		}
		if whole && len(capsule) > 0 {
			capsules = append(capsules, capsule)
		}
	}
	return capsules
}

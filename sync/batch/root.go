package batch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	rootMagic                    = "LWSO1\n"
	rootNamespace seal.Namespace = "leeward/root/v1"

	maxRootKeys   = 8
	maxRecipients = 4
	maxOffice     = 200 // bytes of the office's name
)

// Root is what a device trusts of an office: its keys by role, signed by several root keys that are kept
// apart. A device that is enrolled knows one root and its fingerprint.
type Root struct {
	Version   uint64
	Prev      [32]byte // fingerprint of the root before; zero for version 1
	Office    string   // its name, as people know it
	Demo      bool     // an office for trying out: screens say so, and one root key is enough
	TLS       seal.PublicKey
	Online    seal.PublicKey   // signs receipts
	Registrar seal.PublicKey   // signs grants
	Intake    seal.Recipient   // requests for enrolment are sealed to it
	Payload   []seal.Recipient // batches are sealed to all of these: the vault first, then escrow
	Threshold int
	Keys      []seal.PublicKey
	Log       [8]byte              // names the office's log; random, and the same in every version
	Branch    screening.Checkpoint // of a later root: the office was restored, and its log goes on from here; without a note, zero for none
}

type rootWire struct {
	V         uint64           `cbor:"1,keyasint"`
	Version   uint64           `cbor:"2,keyasint"`
	Prev      [32]byte         `cbor:"3,keyasint"`
	Office    string           `cbor:"4,keyasint"`
	Demo      bool             `cbor:"5,keyasint,omitempty"`
	TLS       seal.PublicKey   `cbor:"6,keyasint"`
	Online    seal.PublicKey   `cbor:"7,keyasint"`
	Registrar seal.PublicKey   `cbor:"8,keyasint"`
	Intake    string           `cbor:"9,keyasint"`
	Payload   []string         `cbor:"10,keyasint"`
	Threshold uint64           `cbor:"11,keyasint"`
	Keys      []seal.PublicKey `cbor:"12,keyasint"`
	Log       [8]byte          `cbor:"13,keyasint"`
	Branch    *branchWire      `cbor:"14,keyasint,omitempty"`
}

type branchWire struct {
	Size uint64   `cbor:"1,keyasint"`
	Root [32]byte `cbor:"2,keyasint"`
}

// NewLog makes the name of an office's log.
func NewLog() (id [8]byte) {
	_, _ = rand.Read(id[:]) // never fails (crypto/rand)
	return id
}

// Fingerprint names a root: an enrolment code carries that of the office's root.
func Fingerprint(root []byte) ([32]byte, error) {
	doc, _, err := rootParts(root)
	if err != nil {
		return [32]byte{}, malformed("root", err)
	}
	return sha256.Sum256(doc), nil
}

// SignRoot makes a root document ("LWSO1") with the signatures of the given root keys, which have to be
// among r.Keys and at least r.Threshold.
func SignRoot(r Root, signers ...seal.Signer) ([]byte, error) {
	file, err := DraftRoot(r)
	if err != nil {
		return nil, err
	}
	for _, s := range signers {
		if file, err = CosignRoot(file, s); err != nil {
			return nil, err
		}
	}
	if _, by, err := ReadRootDraft(file); err != nil || len(by) < r.Threshold {
		return nil, fmt.Errorf("sign root: %d of %d signatures: %w", len(by), r.Threshold, errField)
	}
	return file, nil
}

// document is the canonical bytes that root keys sign.
func (r Root) document() ([]byte, error) {
	w := rootWire{
		V: formatV1, Version: r.Version, Prev: r.Prev, Office: r.Office, Demo: r.Demo, TLS: r.TLS, Online: r.Online,
		Registrar: r.Registrar, Intake: r.Intake.String(), Threshold: uint64(max(r.Threshold, 0)), Keys: r.Keys,
		Log: r.Log,
	}
	if r.Branch.Size > 0 {
		w.Branch = &branchWire{r.Branch.Size, r.Branch.Root}
	}
	for _, p := range r.Payload {
		w.Payload = append(w.Payload, p.String())
	}
	if _, err := w.root(); err != nil {
		return nil, err
	}
	return encode(w)
}

// joinRoot puts a root document together. The signatures are in the order of the keys, so that there is one spelling.
func joinRoot(doc []byte, byKey map[int]seal.Signature) []byte {
	sigs := []byte{byte(len(byKey))}
	for at := range maxRootKeys {
		if sig, ok := byKey[at]; ok {
			sigs = append(append(sigs, byte(at)), sig[:]...)
		}
	}
	return slices.Concat([]byte(rootMagic), binary.BigEndian.AppendUint16(nil, uint16(len(doc))), doc, sigs)
}

// rootParts splits a root document into the signed bytes and the signatures after them.
func rootParts(file []byte) (doc, sigs []byte, err error) {
	rest, ok := bytes.CutPrefix(file, []byte(rootMagic))
	if !ok {
		return nil, nil, errMagic
	}
	if len(rest) < 3 {
		return nil, nil, errLength
	}
	n := int(binary.BigEndian.Uint16(rest))
	rest = rest[2:]
	if n < 1 || len(rest) < n+1 {
		return nil, nil, errLength
	}
	doc, sigs = rest[:n], rest[n:]
	if count := int(sigs[0]); count > maxRootKeys || len(sigs) != 1+count*(1+sigSize) {
		return nil, nil, errLength
	}
	return doc, sigs[1:], nil
}

// VerifyRoot reads a root document and checks that it keeps its own rules: outside demo mode at least two
// root keys that differ and a threshold of at least two, and as many signatures as the threshold says.
// That it is the right office's, the caller has to check by its fingerprint. Errors carry E_FORMAT or E_SIG.
func VerifyRoot(file []byte) (Root, error) {
	doc, sigs, err := rootParts(file)
	if err != nil {
		return Root{}, malformed("root", err)
	}
	r, err := readRoot(doc)
	if err != nil {
		return Root{}, err
	}
	by, err := r.signed(doc, sigs)
	if err != nil {
		return Root{}, err
	}
	if len(by) < r.Threshold {
		return Root{}, screening.Fail(screening.ESig, fmt.Errorf("verify root: %d of %d signatures", len(by), r.Threshold))
	}
	return r, nil
}

func readRoot(doc []byte) (Root, error) {
	var w rootWire
	if err := decode(doc, &w); err != nil {
		return Root{}, malformed("root", err)
	}
	r, err := w.root()
	if err != nil {
		return Root{}, malformed("root", err)
	}
	return r, nil
}

// signed verifies every signature of a root document and returns them by the place of their key.
func (r Root) signed(doc, sigs []byte) (map[int]seal.Signature, error) {
	by, last := map[int]seal.Signature{}, -1
	for ; len(sigs) > 0; sigs = sigs[1+sigSize:] {
		at, sig := int(sigs[0]), seal.Signature(sigs[1:1+sigSize])
		if at <= last || at >= len(r.Keys) {
			return nil, malformed("root", errField)
		}
		last = at
		if err := seal.Verify(r.Keys[at], rootNamespace, doc, sig); err != nil {
			return nil, screening.Fail(screening.ESig, fmt.Errorf("verify root: key %d: %w", at, err))
		}
		by[at] = sig
	}
	return by, nil
}

// root checks a decoded root and gives it its types.
func (w rootWire) root() (Root, error) {
	r := Root{
		Version: w.Version, Prev: w.Prev, Office: w.Office, Demo: w.Demo, TLS: w.TLS, Online: w.Online,
		Registrar: w.Registrar, Threshold: int(min(w.Threshold, maxRootKeys+1)), Keys: w.Keys,
		Log: w.Log,
	}
	least := 2
	if w.Demo {
		least = 1
	}
	switch {
	case w.V != formatV1 || w.Version < 1 || w.Version >= maxUint || (w.Version == 1) != (w.Prev == [32]byte{}):
		return Root{}, fmt.Errorf("version: %w", errField)
	case strings.TrimSpace(w.Office) == "" || !isText(w.Office, maxOffice):
		return Root{}, fmt.Errorf("office: %w", errField)
	case len(w.Keys) < least || len(w.Keys) > maxRootKeys || r.Threshold < least || r.Threshold > len(w.Keys):
		return Root{}, fmt.Errorf("root keys: %w", errField)
	case w.Log == [8]byte{}:
		return Root{}, fmt.Errorf("log: %w", errField)
	case w.Branch != nil && (w.Version < 2 || w.Branch.Size < 1 || w.Branch.Size >= maxUint):
		return Root{}, fmt.Errorf("branch: %w", errField)
	case len(w.Payload) < 1 || len(w.Payload) > maxRecipients:
		return Root{}, fmt.Errorf("recipients: %w", errField)
	}
	if w.Branch != nil {
		r.Branch = screening.Checkpoint{Size: w.Branch.Size, Root: w.Branch.Root}
	}
	seen := make(map[seal.PublicKey]bool)
	for _, k := range append([]seal.PublicKey{w.TLS, w.Online, w.Registrar}, w.Keys...) {
		if seen[k] || seal.CheckPublicKey(k) != nil {
			return Root{}, fmt.Errorf("keys: %w", errField) // a key that serves twice is one secret less
		}
		seen[k] = true
	}
	var err error
	if r.Intake, err = seal.ParseRecipient(w.Intake); err != nil {
		return Root{}, err
	}
	names := map[string]bool{w.Intake: true}
	for _, p := range w.Payload {
		to, err := seal.ParseRecipient(p)
		if err != nil {
			return Root{}, err
		}
		if names[p] {
			return Root{}, fmt.Errorf("recipients: %w", errField)
		}
		names[p] = true
		r.Payload = append(r.Payload, to)
	}
	return r, nil
}

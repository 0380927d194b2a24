package batch

import (
	"fmt"
	"slices"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// FollowRoot checks the root that comes after the one that a device trusts: it keeps the rules of [VerifyRoot], names
// the one before it by its fingerprint, and at least as many keys as the root before demanded, of those that both
// have, signed it. So no more keys change from one version to the next than the threshold leaves. The name and the log
// of an office stay. Errors carry E_FORMAT or E_SIG.
func FollowRoot(before, next []byte) (Root, error) {
	old, err := VerifyRoot(before)
	if err != nil {
		return Root{}, err
	}
	print, err := Fingerprint(before)
	if err != nil {
		return Root{}, err
	}
	r, err := VerifyRoot(next)
	if err != nil {
		return Root{}, err
	}
	if r.Version != old.Version+1 || r.Prev != print || r.Log != old.Log || r.Demo != old.Demo {
		return Root{}, malformed("root", fmt.Errorf("it does not come after version %d: %w", old.Version, errField))
	}
	_, sigs, err := rootParts(next)
	if err != nil {
		return Root{}, malformed("root", err)
	}
	both := 0
	for ; len(sigs) > 0; sigs = sigs[1+sigSize:] { // VerifyRoot has checked places and signatures
		if slices.Contains(old.Keys, seal.PublicKey(r.Keys[sigs[0]])) {
			both++
		}
	}
	if both < old.Threshold {
		return Root{}, screening.Fail(screening.ESig, fmt.Errorf("verify root: %d of %d signatures of the root before", both, old.Threshold))
	}
	return r, nil
}

// DraftRoot makes a root document that nobody has signed yet: its holders sign it one after the other, each where the key
// is. A device takes no draft.
func DraftRoot(r Root) ([]byte, error) {
	doc, err := r.document()
	if err != nil {
		return nil, fmt.Errorf("draft root: %w", err)
	}
	return joinRoot(doc, nil), nil
}

// CosignRoot puts one more signature under a root document, by a key that it names. The same key again changes nothing.
func CosignRoot(file []byte, s seal.Signer) ([]byte, error) {
	doc, sigs, err := rootParts(file)
	if err != nil {
		return nil, malformed("root", err)
	}
	r, _, err := ReadRootDraft(file)
	if err != nil {
		return nil, err
	}
	by, err := r.signed(doc, sigs)
	if err != nil {
		return nil, err
	}
	at := slices.Index(r.Keys, s.Public())
	if at < 0 {
		return nil, fmt.Errorf("sign root: not one of its keys: %w", errField)
	}
	if by[at], err = s.Sign(rootNamespace, doc); err != nil {
		return nil, fmt.Errorf("sign root: %w", err)
	}
	return joinRoot(doc, by), nil
}

// ReadRootDraft reads a root document for who is asked to sign it, and says which of its keys have: it is checked like any
// other, but for their number. Errors carry E_FORMAT or E_SIG.
func ReadRootDraft(file []byte) (Root, []seal.PublicKey, error) {
	doc, sigs, err := rootParts(file)
	if err != nil {
		return Root{}, nil, malformed("root", err)
	}
	r, err := readRoot(doc)
	if err != nil {
		return Root{}, nil, err
	}
	by, err := r.signed(doc, sigs)
	var keys []seal.PublicKey
	for at, key := range r.Keys {
		if _, ok := by[at]; ok {
			keys = append(keys, key)
		}
	}
	return r, keys, err
}

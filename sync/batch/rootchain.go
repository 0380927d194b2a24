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

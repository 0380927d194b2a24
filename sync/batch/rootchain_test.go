package batch

import (
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// TestFollowRoot: a root comes after another only by the will of both.
func TestFollowRoot(t *testing.T) {
	first := testRoot()
	sign := func(r Root, keys ...byte) []byte {
		t.Helper()
		var by []seal.Signer
		for _, k := range keys {
			by = append(by, signer(k))
		}
		file, err := SignRoot(r, by...)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	before := sign(first, 30, 31)
	print, err := Fingerprint(before)
	if err != nil {
		t.Fatal(err)
	}
	next := first
	next.Version, next.Prev, next.Online = 2, print, signer(41).Public()
	next.Keys = []seal.PublicKey{signer(30).Public(), signer(31).Public(), signer(33).Public()}
	got, err := FollowRoot(before, sign(next, 30, 31))
	if err != nil || got.Online != next.Online {
		t.Fatalf("the next root: %v", err)
	}
	branch := screening.Checkpoint{Size: 9, Root: [32]byte{5}}
	restored := next
	restored.Branch = branch
	if got, err := FollowRoot(before, sign(restored, 30, 31)); err != nil || got.Branch.Size != 9 || got.Branch.Root != branch.Root {
		t.Errorf("a root of an office that was restored: %+v (%v)", got.Branch, err)
	}
	if _, err := FollowRoot(before, sign(restored, 31, 33)); screening.CodeOf(err) != screening.ESig {
		t.Errorf("one holder says that the office was restored: got %v", err)
	}
	for name, do := range map[string]func(*Root){
		"the first root": func(r *Root) { r.Version, r.Prev = 1, [32]byte{} },
		"an absurd log":  func(r *Root) { r.Branch.Size = maxUint },
	} {
		r := restored
		do(&r)
		if _, err := SignRoot(r, signer(30), signer(31)); err == nil {
			t.Errorf("%s may say that the office was restored", name)
		}
	}
	edit := func(do func(*Root)) Root { r := next; do(&r); return r }
	strangers := []seal.PublicKey{signer(30).Public(), signer(51).Public(), signer(52).Public()}
	for name, c := range map[string]struct {
		file []byte
		code screening.Code
	}{
		"one holder and a new key":       {sign(next, 31, 33), screening.ESig},
		"two keys changed at once":       {sign(edit(func(r *Root) { r.Keys = strangers }), 30, 51), screening.ESig},
		"one version left out":           {sign(edit(func(r *Root) { r.Version = 3 }), 30, 31), screening.EFormat},
		"of another root":                {sign(edit(func(r *Root) { r.Prev[0] ^= 1 }), 30, 31), screening.EFormat},
		"another log":                    {sign(edit(func(r *Root) { r.Log[0] ^= 1 }), 30, 31), screening.EFormat},
		"a demonstration all of sudden":  {sign(edit(func(r *Root) { r.Demo = true }), 30, 31), screening.EFormat},
		"the same root again (rollback)": {before, screening.EFormat},
	} {
		if _, err := FollowRoot(before, c.file); screening.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

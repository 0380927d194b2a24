package bulletin

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

func identity(t testing.TB) (seal.Opener, seal.Recipient) {
	t.Helper()
	secret, to, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	o, err := seal.OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	return o, to
}

// TestQuestion: only its device opens it, only its office asks it, and its length says little.
func TestQuestion(t *testing.T) {
	here, to := identity(t)
	elsewhere, _ := identity(t)
	q := Question{
		ID: [16]byte{9}, Device: screening.DeviceID{7}, Epoch: 2, Interview: screening.NewInterviewID(), Code: "ABCD-EF12",
		At: madeAt.Truncate(1e6), Text: "Which quay?",
	}
	item, err := SealQuestion(q, online, to)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenQuestion(item, here, online.Public()); err != nil || got != q {
		t.Errorf("came back as %+v, %v", got.ID, err)
	}
	long := q
	long.Text = strings.Repeat("w", maxQuestion)
	other, err := SealQuestion(long, online, to)
	if err != nil || len(other) != len(item) {
		t.Errorf("a long question has %d bytes, a short one %d; %v", len(other), len(item), err)
	}
	damaged := bytes.Clone(item)
	damaged[len(damaged)-1] ^= 1
	for name, c := range map[string]struct {
		item []byte
		by   seal.Opener
		key  seal.PublicKey
		code screening.Code
	}{
		"another device":    {item, elsewhere, online.Public(), screening.EOpen},
		"another office":    {item, here, registrar.Public(), screening.ESig},
		"damaged":           {damaged, here, online.Public(), screening.EOpen},
		"cut":               {item[:40], here, online.Public(), screening.EOpen},
		"not one":           {[]byte("LWSN1\nxxxx"), here, online.Public(), screening.EFormat},
		"longer than it is": {append(bytes.Clone(item), make([]byte, maxSealedQuestion)...), here, online.Public(), screening.EFormat},
	} {
		if _, err := OpenQuestion(c.item, c.by, c.key); err == nil || screening.CodeOf(err) != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
	for _, text := range []string{"", strings.Repeat("w", maxQuestion+1), "\xff"} {
		q.Text = text
		if _, err := SealQuestion(q, online, to); err == nil {
			t.Errorf("a question of %d bytes was sealed", len(text))
		}
	}
	if said := fmt.Sprintf("%v %+v %#v", long, long, long); strings.Contains(said, "www") {
		t.Error("it prints what is asked")
	}
}

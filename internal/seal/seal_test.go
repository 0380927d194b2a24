package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// pair makes an identity and its recipient.
func pair(t testing.TB) (*Identity, Recipient) {
	t.Helper()
	secret, r, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	id, err := OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	return id, r
}

// TestVectors opens files that were sealed once and must open for ever.
func TestVectors(t *testing.T) {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	secret := strings.TrimSpace(string(read("identity.txt")))
	id, err := OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := id.Recipient().String(), strings.TrimSpace(string(read("recipient.txt"))); got != want {
		t.Errorf("recipient: got %s, want %s", got, want)
	}
	for _, tc := range []struct {
		file       string
		recipients int
		want       string
		err        error
	}{
		{"one.age", 1, "a sealed message\n", nil},
		{"two.age", 2, "sealed to two\n", nil},
		{"empty.age", 1, "", nil},
		{"two.age", 1, "", ErrHeader},
		{"one.age", 2, "", ErrHeader},
		{"classical.age", 1, "", ErrHeader},
		{"others.age", 1, "", ErrNotForUs},
	} {
		got, err := id.Open(read(tc.file), tc.recipients)
		if !errors.Is(err, tc.err) || string(got) != tc.want {
			t.Errorf("open %s for %d: got %q, %v, want %q, %v", tc.file, tc.recipients, got, err, tc.want, tc.err)
		}
	}
}

// TestStockAge opens a sealed file with the library alone, as its own program does: what is sealed here
// can be recovered without this one.
func TestStockAge(t *testing.T) {
	secret, to, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := Seal([]byte("plain"), []Recipient{to})
	if err != nil {
		t.Fatal(err)
	}
	ids, err := age.ParseIdentities(strings.NewReader(secret + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "plain" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSealAndOpen(t *testing.T) {
	a, toA := pair(t)
	b, toB := pair(t)
	stranger, _ := pair(t)
	for _, size := range []int{0, 1, 1000, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize} {
		plain := bytes.Repeat([]byte{0x5a}, size)
		sealed, err := Seal(plain, []Recipient{toA, toB})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := len(sealed), size+Overhead(size, 2); got != want {
			t.Errorf("%d bytes: sealed length got %d, want %d", size, got, want)
		}
		for name, id := range map[string]*Identity{"first": a, "second": b} {
			got, err := id.Open(sealed, 2)
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes, %s: got %d bytes, %v", size, name, len(got), err)
			}
		}
		if _, err := stranger.Open(sealed, 2); !errors.Is(err, ErrNotForUs) {
			t.Errorf("stranger: got %v, want %v", err, ErrNotForUs)
		}
	}
}

// TestDamage flips every byte of a sealed file and cuts it at every length.
func TestDamage(t *testing.T) {
	id, to := pair(t)
	sealed, err := Seal([]byte("short"), []Recipient{to})
	if err != nil {
		t.Fatal(err)
	}
	refused := func(err error) bool {
		return errors.Is(err, ErrHeader) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNotForUs)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1 << (i % 8)
		if got, err := id.Open(bad, 1); !refused(err) || got != nil {
			t.Fatalf("byte %d, bit %d: got %q, %v", i, i%8, got, err)
		}
		if got, err := id.Open(sealed[:i], 1); !refused(err) || got != nil {
			t.Fatalf("cut at %d: got %q, %v", i, got, err)
		}
	}
	if _, err := id.Open(append(bytes.Clone(sealed), 0), 1); !refused(err) {
		t.Errorf("one byte more: got %v", err)
	}
}

// TestClassicalRefused shows that the library alone opens what was sealed to a classical key, and that
// this package does not, whatever stands beside it.
func TestClassicalRefused(t *testing.T) {
	classical, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRecipient(classical.Recipient().String()); !errors.Is(err, ErrRecipient) {
		t.Errorf("classical recipient: got %v, want %v", err, ErrRecipient)
	}

	id, to := pair(t)
	encrypt := func(recipients ...age.Recipient) []byte {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, recipients...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	mixed := encrypt(unlabelled{to.key}, unlabelled{classical.Recipient()})
	if _, err := age.Decrypt(bytes.NewReader(mixed), id.key); err != nil {
		t.Fatalf("the library refuses a mixed list by itself: %v", err)
	}
	for name, sealed := range map[string][]byte{
		"mixed, hybrid first": mixed,
		"mixed, hybrid last":  encrypt(unlabelled{classical.Recipient()}, unlabelled{to.key}),
		"all classical":       encrypt(classical.Recipient(), classical.Recipient()),
	} {
		for n := range 4 {
			if _, err := id.Open(sealed, n); !errors.Is(err, ErrHeader) {
				t.Errorf("%s for %d: got %v, want %v", name, n, err, ErrHeader)
			}
		}
	}
}

// unlabelled hides the label by which age refuses to mix hybrid and classical recipients.
type unlabelled struct{ r age.Recipient }

func (u unlabelled) Wrap(fileKey []byte) ([]*age.Stanza, error) { return u.r.Wrap(fileKey) }

func TestParseRecipient(t *testing.T) {
	_, r := pair(t)
	again, err := ParseRecipient(r.String())
	if err != nil || !again.Equal(r) {
		t.Errorf("parse of String: got %v, equal %t", err, again.Equal(r))
	}
	s := r.String()
	flipped := s[:len(s)-1] + map[bool]string{true: "p", false: "q"}[s[len(s)-1] == 'q']
	for name, bad := range map[string]string{
		"empty": "", "upper case": strings.ToUpper(s), "space": s + " ", "line end": s + "\n",
		"cut": s[:len(s)-1], "checksum": flipped, "plugin": "age1yubikey1qqqq", "ssh": "ssh-ed25519 AAAA",
	} {
		if _, err := ParseRecipient(bad); !errors.Is(err, ErrRecipient) {
			t.Errorf("%s: got %v, want %v", name, err, ErrRecipient)
		} else if strings.Contains(err.Error(), "age1") {
			t.Errorf("%s: the error quotes the input: %v", name, err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	_, r := pair(t)
	for name, to := range map[string][]Recipient{
		"nobody": nil, "zero": {{}}, "twice": {r, r}, "too many": make([]Recipient, MaxRecipients+1),
	} {
		if _, err := Seal(nil, to); !errors.Is(err, ErrRecipient) {
			t.Errorf("%s: got %v, want %v", name, err, ErrRecipient)
		}
	}
	if _, err := Seal(make([]byte, MaxPlain+1), []Recipient{r}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: got %v, want %v", err, ErrTooLarge)
	}
}

func TestOpenerForRefuses(t *testing.T) {
	classical, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"empty": "", "classical": classical.String(), "noise": "AGE-SECRET-KEY-PQ-1QQ"} {
		if _, err := OpenerFor(secret); !errors.Is(err, ErrIdentity) {
			t.Errorf("%s: got %v, want %v", name, err, ErrIdentity)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	_, first := pair(b)
	_, second := pair(b)
	to, plain := []Recipient{first, second}, make([]byte, 4096)
	for b.Loop() {
		if _, err := Seal(plain, to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	_, first := pair(b)
	id, second := pair(b)
	sealed, err := Seal(make([]byte, 4096), []Recipient{first, second})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := id.Open(sealed, 2); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRecipient(b *testing.B) {
	_, r := pair(b)
	for b.Loop() {
		if _, err := ParseRecipient(r.String()); err != nil {
			b.Fatal(err)
		}
	}
}

package vault

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/seal"
)

var (
	right = []byte("lantern harbour invented")
	wrong = []byte("lantern harbour forgotten")

	everything = Spec{
		Sign: []string{"batch", "online"}, TLS: []string{"device"}, Web: []string{"browser"},
		Hosts: []string{"office.example", "192.0.2.7"}, Seal: []string{"inbox"}, Data: true,
	}
)

// TestMain gives the vaults that tests make with the least parameters a function in the place of Argon2id that is as
// strange and takes no time; those that are made with others, and those of [genuine], have the real one.
func TestMain(m *testing.M) {
	argon2id = func(passphrase, salt []byte, time, memory uint32, threads uint8, size uint32) []byte {
		if (KDF{time, memory, threads}) == FloorKDF {
			time, memory = 1, 8
		}
		return argon2.IDKey(passphrase, salt, time, memory, threads, size)
	}
	os.Exit(m.Run())
}

// genuine gives a test the function that is in released files.
func genuine(t testing.TB) {
	t.Helper()
	quick := argon2id
	argon2id = argon2.IDKey
	t.Cleanup(func() { argon2id = quick })
}

// clock is a device's clock that a test sets.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)} }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) forward(d time.Duration) { c.t = c.t.Add(d) }

func (c *clock) options() Options { return Options{Now: c.now, KDF: FloorKDF, Weak: true} }

// made creates a vault with every kind of key.
func made(t testing.TB, o Options) (path string, v *Vault) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "vault")
	v, err := Create(t.Context(), path, right, everything, o)
	if err != nil {
		t.Fatal(err)
	}
	return path, v
}

func wantCode(t testing.TB, doing string, err error, want screening.Code) {
	t.Helper()
	if got := screening.CodeOf(err); err == nil || got != want {
		t.Errorf("%s: got %v (code %s), want code %s", doing, err, got, want)
	}
}

func TestCreateAndUnlock(t *testing.T) {
	o := newClock().options()
	path, first := made(t, o)
	second, err := Unlock(t.Context(), path, Passphrase(right), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"batch", "online"} {
		if first.Signer(name).Public() != second.Signer(name).Public() {
			t.Errorf("signer %s: another key after unlocking", name)
		}
		sig, err := second.Signer(name).Sign("leeward/test/v1", []byte("m"))
		if err != nil {
			t.Fatal(err)
		}
		if err := seal.Verify(first.Signer(name).Public(), "leeward/test/v1", []byte("m"), sig); err != nil {
			t.Errorf("signer %s: %v", name, err)
		}
	}
	if first.Signer("batch").Public() == first.Signer("online").Public() {
		t.Error("two names share a key")
	}
	sealed, err := seal.Seal([]byte("for the inbox"), []seal.Recipient{first.Recipient("inbox")})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := second.Opener("inbox").Open(sealed, 1); err != nil || string(got) != "for the inbox" {
		t.Errorf("open: got %q, %v", got, err)
	}
	if !bytes.Equal(first.TLS("device").Certificate[0], second.TLS("device").Certificate[0]) ||
		!bytes.Equal(first.Web("browser").Certificate[0], second.Web("browser").Certificate[0]) {
		t.Error("another certificate after unlocking")
	}
	var a, b encvfs.Key
	err = errors.Join(
		first.LendDataKey(func(k encvfs.Key) error { a = k; return nil }),
		second.LendDataKey(func(k encvfs.Key) error { b = k; return nil }))
	if err != nil || a != b || a == (encvfs.Key{}) {
		t.Errorf("data keys: equal %t, zero %t, %v", a == b, a == encvfs.Key{}, err)
	}
}

func TestUnlockRefuses(t *testing.T) {
	c := newClock()
	o := c.options()
	path, _ := made(t, o)
	_, err := Unlock(t.Context(), path, Passphrase(wrong), o)
	wantCode(t, "wrong passphrase", err, screening.CodeWrongPassphrase)
	_, err = Unlock(t.Context(), filepath.Join(t.TempDir(), "none"), Passphrase(right), o)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: got %v, want %v", err, fs.ErrNotExist)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Create(t.Context(), path, right, everything, o); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create over a vault: got %v, want %v", err, fs.ErrExist)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("create over a vault changed it (%v)", err)
	}
}

func TestCreateRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	for name, spec := range map[string]Spec{
		"twice": {Sign: []string{"a", "a"}}, "empty": {TLS: []string{""}}, "space": {Seal: []string{"a b"}},
		"too many": {Sign: strings.Split(strings.Repeat("a,", 70), ",")},
	} {
		if _, err := Create(t.Context(), path, right, spec, Options{KDF: FloorKDF, Weak: true}); !errors.Is(err, ErrSpec) {
			t.Errorf("%s: got %v, want %v", name, err, ErrSpec)
		}
	}
	for _, k := range []KDF{{1, 19 << 10, 1}, {2, 19<<10 - 1, 1}, {2, 256<<10 + 1, 1}, {17, 19 << 10, 1}, {2, 19 << 10, 5}, {2, 19 << 10, 0}} {
		if _, err := Create(t.Context(), path, right, Spec{}, Options{KDF: k, Weak: true}); !errors.Is(err, ErrKDF) {
			t.Errorf("%+v: got %v, want %v", k, err, ErrKDF)
		}
	}
	_, err := Create(t.Context(), path, []byte("password1"), Spec{}, Options{KDF: FloorKDF})
	wantCode(t, "weak passphrase", err, screening.CodeWeakPassphrase)
	_, err = Create(t.Context(), path, []byte(" \t\u00a0"), Spec{}, Options{KDF: FloorKDF, Weak: true})
	wantCode(t, "empty passphrase", err, screening.CodeWeakPassphrase)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused vault left a file: %v", err)
	}
}

func TestLock(t *testing.T) {
	path, v := made(t, newClock().options())
	signer, opener, pub := v.Signer("batch"), v.Opener("inbox"), v.Signer("batch").Public()
	private := v.TLS("device").PrivateKey.(*connector)
	sealed, err := seal.Seal(nil, []seal.Recipient{v.Recipient("inbox")})
	if err != nil {
		t.Fatal(err)
	}
	var lent encvfs.Key
	if err := v.LendDataKey(func(k encvfs.Key) error { lent = k; v.Lock(); return nil }); err != nil || lent == (encvfs.Key{}) {
		t.Fatalf("lock while the data key is lent: %v", err)
	}
	v.Lock() // twice does no harm

	_, errSign := signer.Sign("leeward/test/v1", nil)
	_, errOpen := opener.Open(sealed, 1)
	_, errTLS := private.Sign(nil, make([]byte, 32), crypto.Hash(0))
	_, errLate := v.Signer("batch").Sign("leeward/test/v1", nil)
	_, errAdd := v.AddPassphrase(t.Context(), Passphrase(right), wrong)
	_, errConfirm := v.Confirm(t.Context(), Passphrase(right))
	_, errSeal := v.SealRecovery(screening.DeviceID{}, 1, nil)
	for name, got := range map[string]error{
		"sign": errSign, "open": errOpen, "tls": errTLS, "signer after lock": errLate,
		"lend":   v.LendDataKey(func(encvfs.Key) error { t.Error("lent after Lock"); return nil }),
		"change": v.ChangePassphrase(t.Context(), Passphrase(right), wrong),
		"add":    errAdd, "confirm": errConfirm, "recovery": errSeal,
		"front": v.SetFront(t.Context(), Passphrase(right), wrong, nil), "no front": v.DropFront(t.Context()),
		"limit": v.SetLimit(t.Context(), MinLimit), "ends": v.SetFrontEnds(t.Context(), true), "rekey": v.Rekey(t.Context(), Passphrase(right)),
	} {
		if !errors.Is(got, ErrLocked) {
			t.Errorf("%s: got %v, want %v", name, got, ErrLocked)
		}
	}
	if signer.Public() != pub || v.Recipient("inbox").String() == "" {
		t.Error("public halves are gone after Lock")
	}
	if _, err := Unlock(t.Context(), path, Passphrase(right), newClock().options()); err != nil {
		t.Errorf("unlock again: %v", err)
	}
}

func TestNoSuchKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault")
	v, err := Create(t.Context(), path, right, Spec{}, newClock().options())
	if err != nil {
		t.Fatal(err)
	}
	_, errSign := v.Signer("batch").Sign("leeward/test/v1", nil)
	_, errOpen := v.Opener("inbox").Open(nil, 1)
	for name, got := range map[string]error{
		"sign": errSign, "open": errOpen, "lend": v.LendDataKey(func(encvfs.Key) error { return nil }),
	} {
		if !errors.Is(got, ErrNoKey) {
			t.Errorf("%s: got %v, want %v", name, got, ErrNoKey)
		}
	}
	if v.Signer("batch").Public() != (seal.PublicKey{}) || v.Recipient("inbox").String() != "" || v.TLS("device").Certificate != nil {
		t.Error("something public of a key that is not there")
	}
}

// TestTLS shakes hands in both directions, as device and office do, and as a browser does.
func TestTLS(t *testing.T) {
	_, v := made(t, newClock().options())
	for _, tc := range []struct {
		name  string
		serve tls.Certificate
		with  tls.Certificate
	}{{"device", v.TLS("device"), v.TLS("device")}, {"browser", v.Web("browser"), tls.Certificate{}}} {
		if err := shake(tc.serve, tc.with); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	web := v.Web("browser").Leaf
	for _, host := range []string{"office.example", "192.0.2.7"} {
		if err := web.VerifyHostname(host); err != nil {
			t.Errorf("host %s: %v", host, err)
		}
	}
	for _, leaf := range []tls.Certificate{v.TLS("device"), v.Web("browser")} {
		if got, want := leaf.Leaf.Subject.String(), "CN=service"; got != want {
			t.Errorf("subject: got %s, want %s", got, want)
		}
	}
	serve, with := v.TLS("device"), v.TLS("device")
	v.Lock()
	if err := shake(serve, with); err == nil || !strings.Contains(err.Error(), ErrLocked.Error()) { // crypto/tls does not wrap
		t.Errorf("after Lock: got %v, want %v", err, ErrLocked)
	}
}

// shake makes one TLS 1.3 connection and returns the server's error.
func shake(serve, with tls.Certificate) error {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	server := tls.Server(a, &tls.Config{
		Certificates: []tls.Certificate{serve}, MinVersion: tls.VersionTLS13, ClientAuth: tls.RequestClientCert,
	})
	config := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}
	if with.Certificate != nil {
		config.Certificates = []tls.Certificate{with}
	}
	client := tls.Client(b, config)
	done := make(chan error, 1)
	go func() {
		err := server.Handshake()
		if err != nil {
			a.Close()
		}
		done <- err
	}()
	err := client.Handshake()
	if served := <-done; served != nil {
		return served
	}
	return err
}

// TestPrintsNothing looks for the keys in everything that prints.
func TestPrintsNothing(t *testing.T) {
	path, v := made(t, newClock().options())
	b := inside(t, path)
	var out bytes.Buffer
	things := []any{v, v.Signer("batch"), v.Opener("inbox"), v.TLS("device"), v.Web("browser"), []any{v}, struct{ V *Vault }{v}}
	for _, thing := range things {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
			fmt.Fprintf(&out, verb+"\n", thing)
		}
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "thing", thing)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "thing", thing)
	}
	if !strings.Contains(out.String(), "[vault]") {
		t.Fatal("nothing was printed")
	}
	for _, k := range b.Keys {
		for form, text := range forms(k.Secret) {
			if strings.Contains(out.String(), text) {
				t.Errorf("key %s is printed as %s", k.Name, form)
			}
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range append(secretsOf(b), right) {
		if bytes.Contains(whole, secret) {
			t.Errorf("the file holds a secret of %d bytes in plain form", len(secret))
		}
	}
	for _, plain := range []string{"batch", "browser", "AGE-SECRET", "office.example"} {
		if bytes.Contains(whole, []byte(plain)) {
			t.Errorf("the file holds %q in plain form", plain)
		}
	}
}

// forms are the ways in which %v, %x, %d and JSON would show bytes.
func forms(secret []byte) map[string]string {
	return map[string]string{
		"text": string(secret), "hex": fmt.Sprintf("%x", secret), "numbers": strings.Trim(fmt.Sprint(secret), "[]"),
		"go": strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", secret), "[]byte{"), "}"),
	}
}

func secretsOf(b *body) (all [][]byte) {
	for _, k := range b.Keys {
		all = append(all, k.Secret)
	}
	return all
}

// inside opens a vault as Unlock does, and gives what lies within.
func inside(t testing.TB, path string) *body {
	t.Helper()
	tried, err := try(context.Background(), path, entrance{Anyone, anyHalf}, Passphrase(right), newClock().options())
	if err != nil {
		t.Fatal(err)
	}
	return tried.body
}

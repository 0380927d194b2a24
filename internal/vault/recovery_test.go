package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

var newWords = []byte("a passphrase after that")

// office is who can give access back: a vault of its own, and an escrow that a recovery file is sealed to as well.
type office struct {
	vault *Vault
	to    []seal.Recipient
}

func newOffice(t *testing.T) office {
	t.Helper()
	_, v := made(t, newClock().options())
	_, escrow, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return office{v, []seal.Recipient{v.Recipient("inbox"), escrow}}
}

// answers is what the office gives back for the request of a vault that asks with a recovery file.
func (o office) answers(t *testing.T, path, file string, opts Options) []byte {
	t.Helper()
	request, err := AskRecovery(t.Context(), path, newWords, read(t, file), opts)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := ParseRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	kit, err := asked.Open(o.vault.Opener("inbox"), len(o.to))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := asked.Answer(kit)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// kept is a vault with its recovery file, and a pool with something in it.
func kept(t *testing.T, o office) (path, file string, v *Vault) {
	t.Helper()
	path, v = made(t, newClock().options())
	file = filepath.Join(filepath.Dir(path), "recovery")
	if err := v.KeepRecovery(file, screening.DeviceID{7}, 3, o.to); err != nil {
		t.Fatal(err)
	}
	return path, file, v
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRecovery gives access back to somebody who forgot their passphrase, with keys and colleagues as before.
func TestRecovery(t *testing.T) {
	office, opts := newOffice(t), newClock().options()
	path, file, v := kept(t, office)
	add(t, v, []byte("second screener"))
	if err := v.RemovePassphrase(t.Context(), Passphrase(right), 1); err != nil { // another master key does not need another file
		t.Fatal(err)
	}
	if got := len(read(t, file)); got != RecoveryFile {
		t.Errorf("the recovery file has %d bytes, want %d", got, RecoveryFile)
	}
	id, err := v.RecoveryID()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Recover(t.Context(), path, Anyone, newWords, nil, opts); !errors.Is(err, ErrNoRecovery) {
		t.Errorf("before asking: got %v, want %v", err, ErrNoRecovery)
	}
	request, err := AskRecovery(t.Context(), path, newWords, read(t, file), opts)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := ParseRequest(request)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(asked.Words(), " ")
	if len(asked.Words()) != 8 || !asked.SameWords("  "+strings.ToUpper(words)) || asked.SameWords(words+" x") || asked.SameWords("") {
		t.Errorf("words: %s", words)
	}
	kit, err := asked.Open(office.vault.Opener("inbox"), len(office.to))
	if err != nil || kit.Device != (screening.DeviceID{7}) || kit.Epoch != 3 {
		t.Fatalf("at the office: %v, %v", kit, err)
	}
	if s := fmt.Sprintf("%v %+v %#v", kit, kit, kit); strings.Contains(s, fmt.Sprint(kit.back)) || strings.Contains(s, fmt.Sprintf("%#v", kit.back)) {
		t.Error("a kit prints what it holds")
	}
	answer, err := asked.Answer(kit)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Recover(t.Context(), path, Anyone, []byte("not what was chosen"), answer, opts)
	wantCode(t, "another new passphrase", err, screening.CodeWrongPassphrase)
	_, err = Recover(t.Context(), path, Anyone, newWords, answer[:len(answer)-1], opts)
	wantCode(t, "a cut answer", err, screening.CodeBadAnswer)

	back, err := Recover(t.Context(), path, Anyone, newWords, answer, opts)
	if err != nil {
		t.Fatal(err)
	}
	if back.Signer("batch").Public() != v.Signer("batch").Public() || dataKey(t, back) != dataKey(t, v) {
		t.Error("other keys after the recovery")
	}
	if people, me := back.People(); len(people) != 2 || me != 1 {
		t.Errorf("people: %v, me %d", people, me)
	}
	for _, p := range [][]byte{right, newWords} { // whoever remembers theirs keeps it
		if _, err := Unlock(t.Context(), path, Passphrase(p), opts); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	if again, err := back.RecoveryID(); err != nil || again == id {
		t.Errorf("the office's key did not change: %v", err)
	}
	if _, err := Recover(t.Context(), path, Anyone, newWords, answer, opts); !errors.Is(err, ErrNoRecovery) {
		t.Errorf("the answer once more: got %v, want %v", err, ErrNoRecovery)
	}
	// The answer to a request made with the old file opens nothing any more.
	request, err = AskRecovery(t.Context(), path, newWords, read(t, file), opts)
	if err != nil {
		t.Fatal(err)
	}
	if asked, err = ParseRequest(request); err == nil {
		answer, err = asked.Answer(kit)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, err = Recover(t.Context(), path, Anyone, newWords, answer, opts)
	wantCode(t, "a key that was used", err, screening.CodeBadAnswer)
}

// TestRecoveryPlace takes a place that is given, and says when none is free.
func TestRecoveryPlace(t *testing.T) {
	office, opts := newOffice(t), newClock().options()
	path, file, v := kept(t, office)
	for i := 1; i < Places; i++ {
		add(t, v, fmt.Appendf(nil, "screener %d", i))
	}
	answer := office.answers(t, path, file, opts)
	if _, err := Recover(t.Context(), path, Anyone, newWords, answer, opts); !errors.Is(err, ErrFull) {
		t.Errorf("no place is free: got %v, want %v", err, ErrFull)
	}
	if _, err := Recover(t.Context(), path, Places, newWords, answer, opts); !errors.Is(err, ErrPlace) {
		t.Errorf("a place that is none: got %v, want %v", err, ErrPlace)
	}
	back, err := Recover(t.Context(), path, 3, newWords, answer, opts)
	if err != nil {
		t.Fatal(err)
	}
	if _, me := back.People(); me != 3 {
		t.Errorf("got place %d, want 3", me)
	}
	_, err = Unlock(t.Context(), path, Passphrase("screener 3"), opts)
	wantCode(t, "what was forgotten", err, screening.CodeWrongPassphrase)
}

// TestRecoveryRefuses refuses files of other devices and other requests, and everything that is damaged.
func TestRecoveryRefuses(t *testing.T) {
	office, opts := newOffice(t), newClock().options()
	path, file, _ := kept(t, office)
	other, otherFile, _ := kept(t, office)
	answerOf := func(path, file string) []byte { return office.answers(t, path, file, opts) }
	first := answerOf(path, file)
	stranger := answerOf(path, otherFile) // this device asks with another's file: the office would name that other device
	_, err := Recover(t.Context(), path, Anyone, newWords, first, opts)
	wantCode(t, "the answer to what was asked before", err, screening.CodeBadAnswer)
	_, err = Recover(t.Context(), path, Anyone, newWords, stranger, opts)
	wantCode(t, "another device's key", err, screening.CodeBadAnswer)
	_ = answerOf(other, otherFile)
	_, err = Recover(t.Context(), other, Anyone, newWords, stranger, opts)
	wantCode(t, "another device's answer", err, screening.CodeBadAnswer)

	for name, b := range map[string][]byte{"empty": nil, "short": read(t, file)[:100], "another file": bytes.Repeat([]byte{1}, RecoveryFile)} {
		_, err := AskRecovery(t.Context(), path, newWords, b, opts)
		wantCode(t, name, err, screening.CodeDamaged)
		_, err = OpenRecovery(b, office.vault.Opener("inbox"), len(office.to))
		wantCode(t, name, err, screening.CodeDamaged)
		_, err = ParseRequest(b)
		wantCode(t, name, err, screening.CodeBadAnswer)
	}
	_, err = OpenRecovery(flipped(read(t, file), 2000), office.vault.Opener("inbox"), len(office.to))
	wantCode(t, "a damaged recovery file", err, screening.CodeDamaged)
	_, err = AskRecovery(t.Context(), path, []byte("short"), read(t, file), Options{})
	wantCode(t, "a weak passphrase", err, screening.CodeWeakPassphrase)
}

// TestHandIn: the office reads the capsules and the outbox of a device that nobody can open any more, out of one file that
// tells nothing to others.
func TestHandIn(t *testing.T) {
	office := newOffice(t)
	path, _, v := kept(t, office)
	dir := filepath.Dir(path)
	for half := range handInPools {
		if err := MakePool(filepath.Join(dir, PoolName(half))); err != nil {
			t.Fatal(err)
		}
	}
	collect := func() []byte {
		t.Helper()
		files, err := CollectHandIn(dir)
		if err != nil || len(files) != 1 {
			t.Fatalf("got %d files, %v", len(files), err)
		}
		return files[0]
	}
	empty := collect()
	pool, outbox := filepath.Join(dir, PoolName(1)), filepath.Join(dir, OutboxName)
	p := v.Pool(pool)
	if err := errors.Join(p.Put(9, []byte("one")), p.Put(30, []byte("two")), p.Put(31, []byte("erased")), p.Erase(31),
		os.Rename(poolPath(pool, 9), poolPath(pool, 9)+poolNew), // a crash in the middle of Put
		os.Mkdir(outbox, 0o700), os.WriteFile(filepath.Join(outbox, "1.lwb"), []byte("LWSB1 sealed"), 0o600),
		os.WriteFile(filepath.Join(outbox, "2.lwb"), []byte("more"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := Destroy(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	file := collect()
	if len(empty) != len(file) || !IsHandIn(file) {
		t.Errorf("%d bytes, and %d of nothing", len(file), len(empty))
	}
	if e := entropy(file[RecoveryFile:]); e < 7.99 || bytes.Contains(file, []byte("LWSB1")) {
		t.Errorf("the pools and the outbox have %.4f bits a byte", e)
	}
	opener := office.vault.Opener("inbox")
	got, damaged, err := OpenHandIn(file, opener, len(office.to))
	if err != nil || damaged || len(got.Capsules) != 2 || string(got.Capsules[0]) != "one" || string(got.Capsules[1]) != "two" ||
		len(got.Outbox) != 2 || string(got.Outbox[0]) != "LWSB1 sealed" || string(got.Outbox[1]) != "more" {
		t.Errorf("%v: got %d capsules and %d files, damaged %t, %v", got.Kit, len(got.Capsules), len(got.Outbox), damaged, err)
	}
	if got, damaged, err := OpenHandIn(empty, opener, len(office.to)); err != nil || damaged || len(got.Capsules)+len(got.Outbox) != 0 {
		t.Errorf("of nothing: got %d capsules and %d files, damaged %t, %v", len(got.Capsules), len(got.Outbox), damaged, err)
	}
	for name, bad := range map[string][]byte{
		"empty": nil, "cut": file[:handInHead+100], "another beginning": flipped(file, 3), "damaged": flipped(file, 2000),
		"length": flipped(file, RecoveryFile-3), "another office": append([]byte(ageIntro), file[len(ageIntro)+5:]...),
	} {
		_, _, err := OpenHandIn(bad, opener, len(office.to))
		wantCode(t, name, err, screening.CodeDamaged)
	}
	slot := RecoveryFile + (PoolSlots+30)*poolFile + 99
	if got, damaged, err := OpenHandIn(flipped(file, slot), opener, len(office.to)); err != nil || damaged || len(got.Capsules) != 1 {
		t.Errorf("one slot damaged: got %d capsules, damaged %t, %v", len(got.Capsules), damaged, err)
	}
	if got, damaged, err := OpenHandIn(flipped(file, handInHead+99), opener, len(office.to)); err != nil || !damaged || len(got.Capsules) != 2 {
		t.Errorf("the outbox damaged: got %d capsules, damaged %t, %v", len(got.Capsules), damaged, err)
	}
}

// TestHandInAfterWipe: what a wipe left is handed in too, and a folder of no office says that there is nothing.
func TestHandInAfterWipe(t *testing.T) {
	office := newOffice(t)
	path, recovery, _ := kept(t, office)
	dir := filepath.Dir(path)
	left := filepath.Join(dir, "left-0123abcd")
	if err := errors.Join(os.Mkdir(left, 0o700), os.WriteFile(filepath.Join(left, RecoveryName), read(t, recovery), 0o600)); err != nil {
		t.Fatal(err)
	}
	if files, err := CollectHandIn(dir); err != nil || len(files) != 2 {
		t.Errorf("got %d files, %v, want 2", len(files), err)
	}
	if _, err := CollectHandIn(t.TempDir()); !errors.Is(err, ErrNothingKept) {
		t.Errorf("got %v, want ErrNothingKept", err)
	}
	if err := os.WriteFile(filepath.Join(left, RecoveryName), []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := CollectHandIn(dir)
	wantCode(t, "a recovery file that is none", err, screening.CodeDamaged)
}

func TestOrders(t *testing.T) {
	key := func(b byte) *seal.Key { return seal.NewSigner([32]byte{b}) }
	a, b, c := key(1), key(2), key(3)
	roots := []seal.PublicKey{a.Public(), b.Public(), c.Public()}
	now := newClock().t
	order := Order{Act: ActLimit, Value: 12, Device: screening.DeviceID{1}, Epoch: 2, Until: now, ID: [16]byte{9}}
	file, err := SignOrder(order, a, c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyOrder(file, roots)
	if err != nil || got != order {
		t.Fatalf("got %+v, %v; want %+v", got, err, order)
	}
	for name, err := range map[string]error{
		"this device":    got.Holds(order.Device, 2, now),
		"another device": got.Holds(screening.DeviceID{2}, 2, now),
		"another epoch":  got.Holds(order.Device, 3, now),
		"too late":       got.Holds(order.Device, 2, now.Add(1e9)),
	} {
		if (err == nil) != (name == "this device") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, signers := range map[string][]seal.Signer{"one": {a}, "one, twice": {a, key(1)}, "none": nil} {
		if _, err := SignOrder(order, signers...); !errors.Is(err, ErrOrder) {
			t.Errorf("signed by %s: got %v, want %v", name, err, ErrOrder)
		}
	}
	for name, bad := range map[string]Order{
		"a limit of nine": {Act: ActLimit, Value: 9}, "a limit of 256": {Act: ActLimit, Value: 256}, "a wipe with a value": {Act: ActWipe, Value: 1},
		"nothing": {}, "unknown": {Act: 9}, "front": {Act: ActFront, Value: 2},
		"a lease of a week": {Act: ActLease, Value: MinLease - 1}, "a lease of two years": {Act: ActLease, Value: 730},
	} {
		if _, err := SignOrder(bad, a, b); !errors.Is(err, ErrOrder) {
			t.Errorf("%s: got %v, want %v", name, err, ErrOrder)
		}
	}
	if _, err := VerifyOrder(file, roots[1:]); err == nil {
		t.Error("an order holds that a stranger signed")
	}
	const each = 32 + 64
	for name, bad := range map[string][]byte{
		"one signature": file[:len(file)-each], "one twice": append(bytes.Clone(file[:len(file)-each]), file[len(file)-2*each:len(file)-each]...),
		"empty": nil, "cut": file[:len(file)-1],
	} {
		if _, err := VerifyOrder(bad, roots); err == nil {
			t.Errorf("%s: it holds", name)
		}
	}
	for i := range file {
		if _, err := VerifyOrder(flipped(file, i), roots); err == nil {
			t.Fatalf("byte %d flipped: it holds", i)
		}
	}
}

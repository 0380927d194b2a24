package device_test

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

const front = "ordinary empty morning paper ladder stone"

// office is an invented office that a device belongs to.
type office struct {
	roots []seal.Signer
	open  *seal.Identity
	id    screening.DeviceID
}

// belong makes a device belong to an invented office, as an enrolment would.
func belong(t testing.TB, dir string, d *device.Device) office {
	t.Helper()
	key := func(b byte) *seal.Key { return seal.NewSigner([32]byte{b}) }
	identity := func() (string, seal.Recipient) {
		secret, to, err := seal.NewIdentity()
		if err != nil {
			t.Fatal(err)
		}
		return secret, to
	}
	secret, to := identity()
	opener, err := seal.OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	_, intake := identity()
	document, err := batch.SignRoot(batch.Root{
		Version: 1, Office: "Invented office", TLS: key(1).Public(), Online: key(2).Public(), Registrar: key(3).Public(),
		Intake: intake, Payload: []seal.Recipient{to}, Threshold: 2,
		Keys: []seal.PublicKey{key(4).Public(), key(5).Public()}, Log: batch.NewLog(),
	}, key(4), key(5))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := office{roots: []seal.Signer{key(4), key(5)}, open: opener, id: screening.DeviceID{7}}
	v, err := vault.Unlock(t.Context(), filepath.Join(dir, "vault"), vault.Passphrase(passphrase), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Lock()
	err = v.LendDataKey(func(k encvfs.Key) error {
		st, err := store.Open(t.Context(), device.StorePath(dir, v.Half()), k, store.Options{})
		if err != nil {
			return err
		}
		sign, to := v.Signer("device").Public(), v.Recipient("device").String()
		return errors.Join(
			st.SetEnrolment(t.Context(), screening.Enrolment{Device: o.id, Epoch: 1, SignKey: sign, SealTo: to, RootVersion: 1, At: time.Now()}, document),
			st.Close())
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	return o
}

// order is an order of the office to its device.
func (o office) order(t *testing.T, act vault.Act, value uint64, change func(*vault.Order)) []byte {
	t.Helper()
	order := vault.Order{Act: act, Value: value, Device: o.id, Epoch: 1, Until: time.Now().Add(time.Hour), ID: [16]byte{byte(act), byte(value)}}
	if change != nil {
		change(&order)
	}
	file, err := vault.SignOrder(order, o.roots...)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// listing is what an examiner sees of the two halves of a device's folder: names without the number of the half, with
// size, mode and time of change.
func listing(t *testing.T, dir string, half string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err != nil || e.IsDir() || !strings.HasPrefix(name, "store"+half) && !strings.HasPrefix(name, "capsules"+half) {
			return err
		}
		info, err := e.Info()
		if err == nil {
			list = append(list, strings.Join([]string{
				strings.Replace(name, half, "", 1), info.Mode().String(), info.ModTime().UTC().Format(time.RFC3339Nano), size(info.Size()),
			}, " "))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func size(n int64) string { return time.Duration(n).String() }

// TestHalvesLookAlike: number, names, sizes, modes and times of the files of both halves are the same, before anything is
// kept, with interviews in one of them, and with or without a front.
func TestHalvesLookAlike(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	same := func(when string) {
		t.Helper()
		if err := d.Lock(ctx); err != nil {
			t.Fatal(err)
		}
		a, b := listing(t, dir, "0"), listing(t, dir, "1")
		if !slices.Equal(a, b) || len(a) < vault.PoolSlots+1 {
			t.Errorf("%s: one half has\n%s\nthe other\n%s", when, strings.Join(a[max(0, len(a)-3):], "\n"), strings.Join(b[max(0, len(b)-3):], "\n"))
		}
		if err := d.Unlock(ctx, passphrase); err != nil {
			t.Fatal(err)
		}
	}
	same("a fresh device")
	for range 5 {
		keepDraft(t, d)
	}
	same("with five drafts")
	drafts, err := d.Drafts(ctx)
	if err != nil || len(drafts) != 5 {
		t.Fatal(len(drafts), err)
	}
	if _, err := d.Withdraw(ctx, drafts[0].ID); err != nil { // which builds the file anew
		t.Fatal(err)
	}
	same("after something was erased")
	o := belong(t, dir, d)
	if err := d.Obey(ctx, o.order(t, vault.ActFront, 1, nil)); err != nil {
		t.Fatal(err)
	}
	if err := d.SetFront(ctx, vault.Passphrase(passphrase), front); err != nil {
		t.Fatal(err)
	}
	same("with a front")
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, front); err != nil {
		t.Fatal(err)
	}
	keepDraft(t, d)
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	same("after the front was used")
}

// TestFront: the office allows it, it opens an ordinary empty device, and destroys nothing until that is ordered.
func TestFront(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	kept := keep(t, d)
	if err := d.SetFront(ctx, vault.Passphrase(passphrase), front); !errors.Is(err, device.ErrNoFront) {
		t.Errorf("without the office: got %v, want %v", err, device.ErrNoFront)
	}
	o := belong(t, dir, d)
	if err := d.Obey(ctx, o.order(t, vault.ActFront, 1, nil)); err != nil {
		t.Fatal(err)
	}
	if err := d.SetFront(ctx, vault.Passphrase(passphrase), front); err != nil {
		t.Fatal(err)
	}
	if f, err := d.Front(ctx); err != nil || !f.Allowed || !f.Made {
		t.Errorf("front: %+v, %v", f, err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, front); err != nil {
		t.Fatal(err)
	}
	if of, err := d.Office(ctx); err != nil || of.Enrolled || of.Demo || d.Practice() {
		t.Errorf("the front belongs to %+v, %v", of, err)
	}
	if f, err := d.Front(ctx); err != nil || f.Allowed || f.Made {
		t.Errorf("the front knows of a front: %+v, %v", f, err)
	}
	if drafts, err := d.Drafts(ctx); err != nil || len(drafts) != 0 {
		t.Errorf("the front shows %d drafts, %v", len(drafts), err)
	}
	keepDraft(t, d)
	again := func(want int) {
		t.Helper()
		if err := d.Lock(ctx); err != nil {
			t.Fatal(err)
		}
		if err := d.Unlock(ctx, passphrase); err != nil {
			t.Fatal(err)
		}
		if drafts, err := d.Drafts(ctx); err != nil || len(drafts) != want {
			t.Errorf("beside the front: %d drafts, %v; want %d", len(drafts), err, want)
		}
	}
	again(kept)
	if err := d.Obey(ctx, o.order(t, vault.ActFrontEnds, 1, nil)); err != nil {
		t.Fatal(err)
	}
	again(kept)
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, front); err != nil {
		t.Fatal(err)
	}
	if drafts, err := d.Drafts(ctx); err != nil || len(drafts) != 1 {
		t.Errorf("the front shows %d drafts, %v", len(drafts), err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, passphrase); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("after the front ended the other half: %v", err)
	}
}

// TestFrontCut ends the program between the writing of the vault and the moving of the store, and before the vault is
// written: the front opens, or there is none; the other half is as it was.
func TestFrontCut(t *testing.T) {
	for _, written := range []bool{false, true} {
		ctx, dir := t.Context(), t.TempDir()
		d := newDevice(t, dir)
		if err := d.Create(ctx, passphrase); err != nil {
			t.Fatal(err)
		}
		kept := keep(t, d)
		if err := d.Lock(ctx); err != nil {
			t.Fatal(err)
		}
		v, err := vault.Unlock(ctx, filepath.Join(dir, "vault"), vault.Passphrase(passphrase), vault.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = v.SetFront(ctx, vault.Passphrase(passphrase), []byte(front), func(half int, key encvfs.Key) error {
			st, err := store.Open(ctx, device.StorePath(dir, half)+".next", key, store.Options{})
			if err == nil {
				err = st.Close()
			}
			if err == nil && !written {
				err = fs.ErrClosed // the power goes here
			}
			return err
		})
		v.Lock()
		if written != (err == nil) {
			t.Fatal(err)
		}
		for _, p := range []string{front, passphrase} {
			want := screening.Code("")
			if p == front && !written {
				want = screening.CodeWrongPassphrase
			}
			err := d.Unlock(ctx, p)
			if got := screening.CodeOf(err); (err == nil) != (want == "") || err != nil && got != want {
				t.Errorf("written %t, %q: got %v, want %q", written, p, err, want)
			}
			if err := d.Lock(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.next*")); len(left) > 0 {
			t.Errorf("written %t: left %v", written, left)
		}
		if err := d.Unlock(ctx, passphrase); err != nil {
			t.Fatal(err)
		}
		if drafts, err := d.Drafts(ctx); err != nil || len(drafts) != kept {
			t.Errorf("written %t: %d drafts, %v", written, len(drafts), err)
		}
	}
}

// TestOrders: an order holds for this device, in this epoch, until its day, signed by two of its office's keys, once.
func TestOrders(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if err := d.Obey(ctx, []byte("anything")); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("without an office: %v", err)
	}
	o := belong(t, dir, d)
	strangers := o
	strangers.roots = []seal.Signer{o.roots[0], seal.NewSigner([32]byte{99})}
	for name, file := range map[string][]byte{
		"another device":       o.order(t, vault.ActLimit, 10, func(o *vault.Order) { o.Device[3]++ }),
		"another epoch":        o.order(t, vault.ActLimit, 10, func(o *vault.Order) { o.Epoch++ }),
		"past its day":         o.order(t, vault.ActLimit, 10, func(o *vault.Order) { o.Until = time.Now().Add(-time.Hour) }),
		"a stranger":           strangers.order(t, vault.ActLimit, 10, nil),
		"a wipe of a stranger": strangers.order(t, vault.ActWipe, 0, nil),
		"nothing":              nil,
	} {
		if err := d.Obey(ctx, file); screening.CodeOf(err) != screening.CodeBadOrder {
			t.Errorf("%s: got %v, want %s", name, err, screening.CodeBadOrder)
		}
	}
	limit := o.order(t, vault.ActLimit, 12, nil)
	never := o.order(t, vault.ActLimit, 0, nil)
	for i, step := range []struct {
		file []byte
		want int
	}{{limit, 12}, {limit, 12}, {never, 0}, {limit, 0}} { // the first once more does nothing
		if err := d.Obey(ctx, step.file); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Limit(ctx); err != nil || got != step.want {
			t.Errorf("step %d: limit %d, %v; want %d", i, got, err, step.want)
		}
	}
	if err := d.Obey(ctx, o.order(t, vault.ActLimit, 11, nil)); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, passphrase); !errors.Is(err, vault.ErrPlace) {
		t.Errorf("without a place: got %v, want %v", err, vault.ErrPlace)
	}
	if err := d.UnlockAt(ctx, 0, vault.Passphrase(passphrase)); err != nil {
		t.Fatal(err)
	}
	if err := d.Obey(ctx, o.order(t, vault.ActWipe, 0, nil)); err != nil || !d.Fresh() {
		t.Errorf("wipe: fresh %t, %v", d.Fresh(), err)
	}
}

package device_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema/instrument"
	"leeward/sync/batch"
)

const passphrase = "lantern harbour gentle window seven rivers"

// watch is a clock that a test moves while the device looks at it.
type watch struct {
	mu sync.Mutex
	at time.Time
}

func (w *watch) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *watch) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newDevice(t *testing.T, dir string) *device.Device {
	t.Helper()
	d := device.New(dir, device.Options{
		Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true},
	})
	t.Cleanup(func() { _ = d.Lock(context.Background()) })
	return d
}

func TestOpenAndLock(t *testing.T) {
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "device")
	d := newDevice(t, dir)
	if !d.Fresh() {
		t.Fatal("an empty folder is not taken for a fresh device")
	}
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if d.Fresh() {
		t.Error("a device with a passphrase is taken for a fresh one")
	}
	if err := d.Create(ctx, passphrase); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second passphrase gave %v, want %v", err, fs.ErrExist)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Errorf("locking twice: %v", err)
	}
	if _, err := d.Counts(ctx); !errors.Is(err, device.ErrLocked) {
		t.Errorf("a locked device answered with %v, want %v", err, device.ErrLocked)
	}
	if err := d.Unlock(ctx, "another one"); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("a wrong passphrase gave %v, want %s", err, screening.CodeWrongPassphrase)
	}
	if err := d.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Counts(ctx); err != nil {
		t.Error(err)
	}
}

func TestOneProgramOwnsADevice(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	first, second := newDevice(t, dir), newDevice(t, dir)
	if err := first.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if err := second.Unlock(ctx, passphrase); screening.CodeOf(err) != screening.CodeInUse {
		t.Errorf("a second program gave %v, want %s", err, screening.CodeInUse)
	}
	if err := first.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := second.Unlock(ctx, passphrase); err != nil {
		t.Errorf("after the first let go: %v", err)
	}
}

func TestWithoutOffice(t *testing.T) {
	ctx := t.Context()
	d := newDevice(t, t.TempDir())
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	office, err := d.Office(ctx)
	if err != nil || office.Enrolled {
		t.Errorf("office %+v, %v, want none", office, err)
	}
	if _, err := d.Sync(ctx); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("sync gave %v, want %s", err, screening.CodeNotEnrolled)
	}
	if err := d.Enrol(ctx, "LWE1:NOTACODE"); screening.CodeOf(err) != screening.CodeBadCode {
		t.Errorf("a mistyped code gave %v, want %s", err, screening.CodeBadCode)
	}
}

// TestResumeWithItsOwnQuestionnaire goes on with a draft after the program brought another version of the
// questionnaire: the draft is asked with the words it was begun with.
func TestResumeWithItsOwnQuestionnaire(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	old := newDevice(t, dir)
	if err := old.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	id := keepDraft(t, old)
	if err := old.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	later := device.New(dir, device.Options{Form: reworded(t), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}})
	if err := later.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = later.Lock(ctx) }()
	talk, err := later.Resume(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := talk.Form().Ref(), instrument.Form().Ref(); got != want {
		t.Errorf("resumed with questionnaire %s, want %s", got, want)
	}
	fresh, err := later.Start(ctx, screening.Setting{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fresh.Form().Ref(); got == instrument.Form().Ref() {
		t.Error("a new interview is asked with the old questionnaire")
	}
}

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "device")
	d := newDevice(t, dir)
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v: others can read it", filepath.Base(path), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLockCutsOffASlowOffice: a network that answers nothing keeps nobody from locking.
func TestLockCutsOffASlowOffice(t *testing.T) {
	asked := make(chan struct{})
	d := device.New(t.TempDir(), device.Options{
		Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true},
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			close(asked)
			<-ctx.Done()
			return nil, ctx.Err()
		},
	})
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	code, err := batch.EnrolCode{URL: "https://192.0.2.1:8443", Secret: batch.NewSecret()}.Text()
	if err != nil {
		t.Fatal(err)
	}
	enrolled := make(chan error, 1)
	go func() { enrolled <- d.Enrol(context.Background(), code) }()
	<-asked
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-enrolled; screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("enrolment gave %v, want %s", err, screening.CodeOffline)
	}
}

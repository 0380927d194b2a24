package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"leeward/internal/screening"
)

// Options are what a program may set. The zero value is right for programs.
type Options struct {
	Now  func() time.Time // time.Now if nil
	Log  *slog.Logger     // told of repairs, never of a name or a key; silent if nil
	KDF  KDF              // for Create; calibrated to this machine if zero
	Weak bool             // Create and changes take a passphrase under MinBits: tests and demonstrations only

	hook func(step) error // tests: end the process, or fail, before a step
}

// step is a place where tests can cut.
type step string

const (
	stepCount   step = "count"   // the counter is about to be written
	stepStretch step = "stretch" // the try is counted, Argon2id is about to run
	stepWrite   step = "write"   // the new file is about to be written
	stepRename  step = "rename"  // the new file is about to take the old one's place
)

func (o Options) at(s step) error {
	if o.hook == nil {
		return nil
	}
	return o.hook(s)
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}

// Errors of passphrases and parameters.
var (
	ErrWeak  = errors.New("passphrase too weak")
	ErrKDF   = errKDF
	ErrTaken = errors.New("another slot holds this passphrase")
	ErrFull  = errors.New("no free slot")

	errPassphrase = errors.New("no slot opens")
)

// WaitError is beneath the screening.Error of CodeWait: until when, on the device's clock, no passphrase is
// tried, and how long that is.
type WaitError struct {
	Until time.Time
	Left  time.Duration
}

// Error says how long to wait.
func (e *WaitError) Error() string { return fmt.Sprintf("wait %s", e.Left.Round(time.Second)) }

// accept refuses a passphrase that must not be set: CodeWeakPassphrase.
func (o Options) accept(passphrase []byte) error {
	normal := normalise(passphrase)
	defer clear(normal)
	if len(normal) == 0 {
		return screening.Fail(screening.CodeWeakPassphrase, ErrWeak)
	}
	if ok, _ := Strength(string(normal)); !ok && !o.Weak {
		return screening.Fail(screening.CodeWeakPassphrase, ErrWeak)
	}
	return nil
}

// Create makes a vault with fresh keys at path and returns it unlocked. A file that is there already stays
// as it is: fs.ErrExist. Further errors: CodeWeakPassphrase, CodeDiskFull, CodeDisk, CodeInUse, ErrSpec,
// ErrKDF. The file is durable when Create returns.
func Create(ctx context.Context, path string, passphrase []byte, spec Spec, o Options) (*Vault, error) {
	if o.KDF == (KDF{}) {
		o.KDF = calibrated(time.Since)
	}
	if !o.KDF.inBounds() {
		return nil, fmt.Errorf("create vault: %w", ErrKDF)
	}
	if err := o.accept(passphrase); err != nil {
		return nil, err
	}
	keys, err := spec.make()
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	b := &body{Keys: keys}
	defer b.forget()

	r := &record{kdf: o.KDF, id: [16]byte(random(16)), salt: [32]byte(random(32))}
	for i := range r.slots {
		if err := r.empty(i); err != nil {
			return nil, fmt.Errorf("create vault: %w", err)
		}
	}
	stretched, err := r.stretch(ctx, passphrase)
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	defer clear(stretched)
	master := masterKey(random(keySize))
	defer clear(master[:])
	if b.People[0], err = r.fill(0, stretched, &master); err == nil {
		err = r.sealBody(&master, b)
	}
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	ring, err := ringOf(b, 0, &master)
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	err = locked(ctx, path, func() error {
		if _, err := os.Lstat(path); err == nil {
			return diskError("create vault", fs.ErrExist)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return diskError("create vault", err)
		}
		f := &file{record: r, tries: tries{}.none(o.now())}
		return f.replace(path, o)
	})
	if err != nil {
		return nil, err
	}
	return newVault(path, ring, o), nil
}

// Unlock opens the vault at path. The try is counted durably before it is made. Errors carry
// CodeWrongPassphrase, CodeWait (with a [WaitError] beneath; nothing was tried or counted), CodeDamaged,
// CodeNewer, CodeDiskFull and CodeDisk (the try could not be counted, so it was not made) or CodeInUse; a
// missing file is fs.ErrNotExist. It runs for about a second and does not stop once it derives.
func Unlock(ctx context.Context, path string, passphrase []byte, o Options) (*Vault, error) {
	var r *ring
	err := locked(ctx, path, func() error {
		t, err := try(ctx, path, passphrase, o)
		if err != nil {
			return err
		}
		defer t.forget()
		if r, err = ringOf(t.body, t.slot, t.master); err != nil {
			return screening.Fail(screening.CodeDamaged, fmt.Errorf("read vault: %w", err))
		}
		if t.file.worn {
			o.log().Warn("a copy of the vault is damaged: writing it anew")
			if err := t.file.replace(path, o); err != nil {
				o.log().Error("the vault stays with one copy", "error", err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newVault(path, r, o), nil
}

// tried is a try that went well: what opened, and with what.
type tried struct {
	file      *file
	stretched []byte
	master    *masterKey
	slot      int
	body      *body
}

func (t *tried) forget() {
	clear(t.stretched)
	clear(t.master[:])
	t.body.forget()
}

// try makes one try at a passphrase, under the lock: read, wait, count, derive, find, open.
func try(ctx context.Context, path string, passphrase []byte, o Options) (*tried, error) {
	f, err := readFile(path, o.now())
	if err != nil {
		return nil, err
	}
	left, err := f.settle(path, o)
	if err != nil {
		return nil, err
	}
	if left > 0 {
		return nil, screening.Fail(screening.CodeWait, &WaitError{Until: o.now().Add(left), Left: left})
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("unlock vault: %w", err)
	}
	if err := f.writeTries(path, f.tries.another(o.now()), o); err != nil {
		return nil, err
	}
	if err := o.at(stepStretch); err != nil {
		return nil, err
	}
	stretched, err := f.record.stretch(ctx, passphrase)
	if err != nil {
		return nil, fmt.Errorf("unlock vault: %w", err)
	}
	master, at, err := f.record.find(stretched)
	if err != nil {
		return nil, fmt.Errorf("unlock vault: %w", err)
	}
	if master == nil {
		clear(stretched)
		return nil, screening.Fail(screening.CodeWrongPassphrase, errPassphrase)
	}
	if err := f.writeTries(path, f.tries.none(o.now()), o); err != nil {
		o.log().Error("the try counter was not set back", "error", err) // the passphrase was right: go on
	}
	b, err := f.record.openBody(master)
	if err != nil {
		clear(stretched)
		clear(master[:])
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("read vault: %w", err))
	}
	return &tried{file: f, stretched: stretched, master: master, slot: at, body: b}, nil
}

// settle returns how long a try has to wait, and writes what the counter learnt from damage or from a
// clock that went back.
func (f *file) settle(path string, o Options) (time.Duration, error) {
	now := o.now()
	t, changed := f.tries.settle(now)
	if changed || f.changed {
		if err := f.writeTries(path, t, o); err != nil {
			return 0, err
		}
	}
	return t.wait(now), nil
}

// Wait says how long the vault at path tries no passphrase; 0 if one may be tried now. Errors are those of
// [Unlock].
func Wait(ctx context.Context, path string, o Options) (left time.Duration, err error) {
	err = locked(ctx, path, func() error {
		f, err := readFile(path, o.now())
		if err != nil {
			return err
		}
		left, err = f.settle(path, o)
		return err
	})
	return left, err
}

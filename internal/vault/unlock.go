package vault

import (
	"context"
	"fmt"
	"time"

	"leeward/internal/screening"
)

// Unlock opens the vault at path for whoever has the secret, whatever place they have. Errors are those of
// [UnlockAt].
func Unlock(ctx context.Context, path string, s Secret, o Options) (*Vault, error) {
	return UnlockAt(ctx, path, Anyone, s, o)
}

// UnlockAt opens the vault at path. Where a limit of tries is set ([Limit]) it has to be told whose passphrase it is:
// the place from 0 to [Places] - 1, which any place may be, in use or not; else the place says nothing. The try is
// counted durably before it is made. A passphrase without its key file, or with another, is a wrong one. Errors carry CodeWrongPassphrase (with a [LimitError] beneath where a limit is
// set), CodeWait (with a [WaitError] beneath; nothing was tried or counted), CodeDamaged, CodeNewer, CodeDiskFull and
// CodeDisk (the try could not be counted, so it was not made) or CodeInUse; a missing file is fs.ErrNotExist, a place
// that is none ErrPlace. It runs for about a second and does not stop once it derives.
func UnlockAt(ctx context.Context, path string, place int, s Secret, o Options) (*Vault, error) {
	var r *ring
	err := locked(ctx, path, func() error {
		t, err := try(ctx, path, entrance{place: place, half: anyHalf}, s, o)
		if err != nil {
			return err
		}
		defer t.forget()
		changed, err := t.settle()
		if err != nil {
			return fmt.Errorf("unlock vault: %w", err)
		}
		if t.file.worn {
			o.log().Warn("a copy of the vault is damaged: writing it anew")
		}
		if changed || t.file.worn {
			if err := t.file.replace(path, o); err != nil && changed {
				return err
			} else if err != nil {
				o.log().Error("the vault stays with one copy", "error", err)
			}
		}
		if r, err = ringOf(t.body, t.at, t.master); err != nil {
			return screening.Fail(screening.CodeDamaged, fmt.Errorf("read vault: %w", err))
		}
		r.file = s.KeyFile != nil
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newVault(path, r, o), nil
}

// settle carries out what the file has waiting for whoever opens this half: people whose slot was destroyed are taken
// off its body, and a front that ends the other half does. It says whether the file has to be written.
func (t *tried) settle() (changed bool, err error) {
	r := t.file.record
	if gone := r.gone[t.at.half]; gone != 0 {
		for i := range Places {
			if gone&(1<<i) != 0 && i != t.at.slot {
				t.body.People[i] = nil
			}
		}
		r.gone[t.at.half], changed = 0, true
	}
	if t.body.Ends {
		if err := r.vacate(1 - t.at.half); err != nil {
			return false, err
		}
		t.body.Ends, changed = false, true
	}
	if !changed {
		return false, nil
	}
	return true, r.write(t.at.half, t.master, t.body)
}

// tried is a try that went well: what opened, and with what.
type tried struct {
	file      *file
	stretched []byte
	master    *masterKey
	at        spot
	body      *body
}

func (t *tried) forget() {
	clear(t.stretched)
	clear(t.master[:])
	t.body.forget()
}

// entrance is where a secret may open something.
type entrance struct {
	place int // or Anyone
	half  int // or anyHalf
}

const anyHalf = -1

func (e entrance) admits(at spot) bool {
	return at.slot != officeSlot && (e.place == Anyone || e.place == at.slot) && (e.half == anyHalf || e.half == at.half)
}

// try makes one try with a secret, under the lock: read, wait, count, derive, find, open.
func try(ctx context.Context, path string, e entrance, s Secret, o Options) (*tried, error) {
	f, err := readFile(path, o.now())
	if err != nil {
		return nil, err
	}
	if f.record.limit == 0 {
		e.place = Anyone
	} else if e.place < 0 || e.place >= Places {
		return nil, fmt.Errorf("unlock vault: %w", ErrPlace)
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
	if f.over(e.place) { // a crash came between the last try and what follows from it
		if err := f.destroy(path, e.place, o); err != nil {
			return nil, err
		}
	}
	if err := f.writeTries(path, f.tries.another(o.now(), e.place), o); err != nil {
		return nil, err
	}
	if err := o.at(stepStretch); err != nil {
		return nil, err
	}
	stretched, err := f.record.stretch(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("unlock vault: %w", err)
	}
	master, at, err := f.record.find(stretched, e.admits)
	if err != nil {
		return nil, fmt.Errorf("unlock vault: %w", err)
	}
	if err := o.at(stepTried); err != nil {
		return nil, err
	}
	if master == nil {
		clear(stretched)
		return nil, f.wrong(path, e.place, o)
	}
	if err := f.writeTries(path, f.tries.none(o.now(), e.place), o); err != nil {
		o.log().Error("the try counter was not set back", "error", err) // the passphrase was right: go on
	}
	b, err := f.record.openBody(at.half, master)
	if err != nil {
		clear(stretched)
		clear(master[:])
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("read vault: %w", err))
	}
	return &tried{file: f, stretched: stretched, master: master, at: at, body: b}, nil
}

// wrong is what follows from a wrong try at a place.
func (f *file) wrong(path string, place int, o Options) error {
	if place == Anyone {
		return screening.Fail(screening.CodeWrongPassphrase, errPassphrase)
	}
	left := int(f.record.limit) - int(f.tries.places[place])
	if f.over(place) {
		if err := f.destroy(path, place, o); err != nil {
			return err
		}
	}
	return screening.Fail(screening.CodeWrongPassphrase, &LimitError{Left: max(0, left)})
}

// over reports whether a place had as many wrong tries in a row as it may have.
func (f *file) over(place int) bool {
	return place != Anyone && f.record.limit > 0 && f.tries.places[place] >= f.record.limit
}

// destroy fills the slots of a place, of both halves, with what nobody has the key of. Which half is whose, and whether
// anybody had the place, nobody can tell before or after.
func (f *file) destroy(path string, place int, o Options) error {
	r := f.record
	for h := range halfCount {
		if err := r.empty(spot{h, place}); err != nil {
			return fmt.Errorf("destroy slot: %w", err)
		}
		r.gone[h] |= 1 << place
	}
	f.tries.places[place] = 0
	f.tries.seq++
	return f.replace(path, o)
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

// Limit says after how many wrong tries in a row the slot of a place is destroyed; 0 for never. Where it is not 0,
// [UnlockAt] has to be told the place. Errors are those of [Wait].
func Limit(ctx context.Context, path string, o Options) (limit int, err error) {
	err = locked(ctx, path, func() error {
		f, err := readFile(path, o.now())
		if err != nil {
			return err
		}
		limit = int(f.record.limit)
		return nil
	})
	return limit, err
}

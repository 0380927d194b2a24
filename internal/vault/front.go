package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"leeward/internal/encvfs"
)

// ErrNoFront is for what needs a front where none was made from this half.
var ErrNoFront = errors.New("no front was made here")

// Half says which of the file's two halves is open, 0 or 1. What a program keeps beside the vault for one half must not
// show which of them is in use.
func (v *Vault) Half() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.keys == nil {
		return 0
	}
	return v.keys.half
}

// HasFront reports whether a front was made from this half. The front itself does not know that it is one.
func (v *Vault) HasFront() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys != nil && v.keys.front
}

// SetFront makes fresh, alone, the passphrase with which whoever has current opens the other half: an ordinary vault with keys of
// its own, which does not know of this one. The first of these makes that half anew; second then gets the key of its
// store before the vault is written, and makes the store so that it waits beside the old one. Errors are those of
// [Vault.ChangePassphrase], and of second.
func (v *Vault) SetFront(ctx context.Context, current Secret, fresh []byte, second func(half int, key encvfs.Key) error) error {
	if v.isLocked() {
		return ErrLocked
	}
	if err := v.o.accept(fresh); err != nil {
		return err
	}
	return v.trying(ctx, current, func(t *tried) error {
		if err := t.setFront(ctx, Secret{Passphrase: fresh}, second); err != nil {
			return fmt.Errorf("make a front: %w", err)
		}
		if err := t.file.replace(v.path, v.o); err != nil {
			return err
		}
		return v.renew(t)
	})
}

func (t *tried) setFront(ctx context.Context, fresh Secret, second func(int, encvfs.Key) error) error {
	r, half, at := t.file.record, 1-t.at.half, spot{1 - t.at.half, t.at.slot}
	if len(t.body.Front) > 0 {
		return t.inFront(func(master *masterKey, b *body) error { return t.put(ctx, at, fresh, master, b) })
	}
	keys, err := again(t.body.Keys)
	if err != nil {
		return err
	}
	b := &body{Keys: keys}
	defer b.forget()
	if back := b.key(kindBack); back != nil {
		if b.People[officeSlot], err = r.public(back.Secret, spot{half, officeSlot}); err != nil {
			return err
		}
	}
	master := masterKey(random(keySize))
	defer clear(master[:])
	r.gone[half] = 0
	if err := t.put(ctx, at, fresh, &master, b); err != nil {
		return err
	}
	t.body.Front = slices.Clone(master[:])
	if data := b.key(kindData); data != nil {
		if err := second(half, encvfs.Key(data.Secret)); err != nil {
			return err
		}
	}
	return r.write(t.at.half, t.master, t.body)
}

// again makes fresh keys of the same kinds and names.
func again(keys []stored) ([]stored, error) {
	var fresh []stored
	for _, k := range keys {
		switch k.Kind {
		case kindLast:
			continue
		case kindData, kindPool, kindBack:
			fresh = append(fresh, stored{Kind: k.Kind, Secret: random(keySize)})
			continue
		}
		made, err := makeKey(k.Kind, k.Name, nil)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, made)
	}
	return fresh, nil
}

// inFront runs do with the front's body, which do writes.
func (t *tried) inFront(do func(master *masterKey, b *body) error) error {
	master := masterKey(t.body.Front)
	defer clear(master[:])
	b, err := t.file.record.openBody(1-t.at.half, &master)
	if err != nil {
		return err
	}
	defer b.forget()
	return do(&master, b)
}

// dropFront takes the front's slot of a place away. A front that cannot be read is left as it is: it protects nothing.
func (t *tried) dropFront(place int) error {
	err := t.inFront(func(master *masterKey, b *body) error {
		b.People[place] = nil
		return t.file.record.write(1-t.at.half, master, b)
	})
	if errors.Is(err, errBody) {
		return nil
	}
	return err
}

// DropFront makes the other half one that nobody has the key of, for everybody who had a front. Errors: ErrLocked,
// ErrNoFront, and those of writing the vault.
func (v *Vault) DropFront(ctx context.Context) error {
	err := v.edit(ctx, func(f *file, half int, master *masterKey, b *body) error {
		if len(b.Front) == 0 {
			return ErrNoFront
		}
		clear(b.Front)
		b.Front = nil
		if err := f.record.vacate(1 - half); err != nil {
			return err
		}
		return f.record.write(half, master, b)
	})
	if err != nil {
		return fmt.Errorf("drop front: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil {
		v.keys.front = false
	}
	return nil
}

// LendFrontKey calls do with the key of the front's store, so that a store that waits for its place can be told from
// one that was never used. do must not keep it. Errors are those of do, ErrLocked and ErrNoFront.
func (v *Vault) LendFrontKey(ctx context.Context, do func(encvfs.Key) error) error {
	var lent encvfs.Key
	defer clear(lent[:])
	err := v.read(ctx, func(f *file, half int, _ *masterKey, b *body) error {
		if len(b.Front) == 0 {
			return ErrNoFront
		}
		t := &tried{file: f, at: spot{half: half}, body: b}
		return t.inFront(func(_ *masterKey, there *body) error {
			data := there.key(kindData)
			if data == nil {
				return ErrNoKey
			}
			lent = encvfs.Key(data.Secret)
			return nil
		})
	})
	if err != nil {
		return err
	}
	return do(lent)
}

// SetFrontEnds says whether opening the front destroys this half: its slots, the office's too, and its keys. Programs
// do this only on an order with two signatures. Errors: ErrLocked, ErrNoFront, and those of writing the vault.
func (v *Vault) SetFrontEnds(ctx context.Context, ends bool) error {
	return v.edit(ctx, func(f *file, half int, _ *masterKey, b *body) error {
		if len(b.Front) == 0 {
			return ErrNoFront
		}
		t := &tried{file: f, at: spot{half: half}, body: b}
		return t.inFront(func(front *masterKey, there *body) error {
			there.Ends = ends
			return f.record.write(1-half, front, there)
		})
	})
}

// SetLimit says after how many wrong tries in a row the slot of a place is destroyed: at least [MinLimit], or 0 for
// never. Programs do this only on an order with two signatures. Errors: ErrLocked, ErrLimit, and those of writing.
func (v *Vault) SetLimit(ctx context.Context, limit int) error {
	if !isLimit(limit) {
		return fmt.Errorf("set limit of tries: %w", ErrLimit)
	}
	return v.edit(ctx, func(f *file, _ int, _ *masterKey, _ *body) error {
		f.record.limit = uint8(limit)
		f.tries.places = [Places]uint8{}
		return nil
	})
}

// Destroy overwrites the vault at path where it lies, flushes that, and removes it: nobody opens it again, whatever
// they know. It asks for nothing and counts nothing; what was sealed elsewhere stays. A vault that is not there is no
// error, so that a cut is repeated. Errors: CodeDisk, CodeInUse.
func Destroy(ctx context.Context, path string) error {
	return locked(ctx, path, func() error { return remove(path) })
}

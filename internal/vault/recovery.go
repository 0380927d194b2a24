package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// What passes between a device whose passphrase is forgotten and its office (FORMAT.md, Recovery).
const (
	recoveryMagic = "LWVRC\n" // the file on the device, sealed to the office long before
	requestMagic  = "LWVRQ\n" // what the device asks with
	answerMagic   = "LWVRA\n" // what the office answers
	waitingMagic  = "LWVRW\n" // what the device keeps while it waits

	RecoveryFile = 12 << 10 // bytes, always
	maxAsk       = 64 << 10
	waiting      = ".ask"
)

// Errors of recovery.
var (
	ErrNoRecovery = errors.New("no recovery was asked for")
	errRecovery   = errors.New("recovery")
)

// recoveryWire is what the office can open: who it is, what opens the office's slot, and the keys of a hand-in.
type recoveryWire struct {
	Device [16]byte `cbor:"1,keyasint"`
	Epoch  uint64   `cbor:"2,keyasint"`
	Back   []byte   `cbor:"3,keyasint"`
	Pool   []byte   `cbor:"4,keyasint"`
	Carry  []byte   `cbor:"5,keyasint"` // what the outbox in a hand-in is sealed with
}

// KeepRecovery writes the recovery file of an enrolled device to path: [RecoveryFile] bytes that only the office opens.
// It is made anew when [Vault.RecoveryID] changes, or who it is sealed to. Errors: ErrLocked, ErrNoKey, those of
// sealing; CodeDiskFull, CodeDisk.
func (v *Vault) KeepRecovery(path string, device screening.DeviceID, epoch uint64, to []seal.Recipient) error {
	file, err := v.SealRecovery(device, epoch, to)
	if err != nil {
		return err
	}
	return keep(path, file)
}

// SealRecovery makes what KeepRecovery writes.
func (v *Vault) SealRecovery(device screening.DeviceID, epoch uint64, to []seal.Recipient) ([]byte, error) {
	w := recoveryWire{Device: device, Epoch: epoch, Carry: random(keySize)}
	defer func() { clear(w.Back); clear(w.Pool) }()
	err := use(v, func(r *ring) (*ring, bool) { return r, r.back != nil && r.pool != nil }, func(r *ring) error {
		w.Back, w.Pool = slices.Clone(r.back[:]), slices.Clone(r.pool[:])
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("seal recovery: %w", err)
	}
	plain, err := encoder.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("seal recovery: %w", errRecovery)
	}
	defer clear(plain)
	sealed, err := seal.Seal(plain, to)
	if err != nil {
		return nil, fmt.Errorf("seal recovery: %w", err)
	}
	file := binary.BigEndian.AppendUint32([]byte(recoveryMagic), uint32(len(sealed)))
	file = append(file, sealed...)
	if len(file) > RecoveryFile-keySize {
		return nil, fmt.Errorf("seal recovery: %w", errRecovery)
	}
	return slices.Concat(file, random(RecoveryFile-keySize-len(file)), w.Carry), nil
}

// RecoveryID names what the recovery file holds, without saying anything of it. It changes with every recovery.
func (v *Vault) RecoveryID() (id [sha256.Size]byte, err error) {
	err = use(v, func(r *ring) (*ring, bool) { return r, r.back != nil && r.pool != nil }, func(r *ring) error {
		id = sha256.Sum256(slices.Concat([]byte("leeward/vault/recovery/v1\x00"), r.back[:], r.pool[:]))
		return nil
	})
	return id, err
}

type requestWire struct {
	To     string `cbor:"1,keyasint"` // age recipient, fresh
	Sealed []byte `cbor:"2,keyasint"` // from the recovery file
}

// waitingWire is what the device keeps, sealed under the new passphrase, until the answer comes.
type waitingWire struct {
	Secret  string            `cbor:"1,keyasint"` // of the fresh recipient
	Request [sha256.Size]byte `cbor:"2,keyasint"`
}

// AskRecovery begins a recovery for somebody who forgot their passphrase: it makes a fresh key, keeps it beside the vault
// at path under the passphrase that will hold from then on, and returns what to carry to the office. Asking again
// forgets what was asked before. recovery is the recovery file. Errors are those of [Create], and CodeDamaged for a
// recovery file that is none.
func AskRecovery(ctx context.Context, path string, fresh, recovery []byte, o Options) (request []byte, err error) {
	if err := o.accept(fresh); err != nil {
		return nil, err
	}
	asked, err := sealedPart(recovery)
	if err != nil {
		return nil, screening.Fail(screening.CodeDamaged, err)
	}
	f, err := readFile(path, o.now())
	if err != nil {
		return nil, err
	}
	secret, to, err := seal.NewIdentity()
	if err != nil {
		return nil, fmt.Errorf("ask for recovery: %w", err)
	}
	body, err := encoder.Marshal(requestWire{To: to.String(), Sealed: asked})
	if err != nil {
		return nil, fmt.Errorf("ask for recovery: %w", errRecovery)
	}
	request = append([]byte(requestMagic), body...)
	kept, err := encoder.Marshal(waitingWire{Secret: secret, Request: sha256.Sum256(request)})
	if err != nil {
		return nil, fmt.Errorf("ask for recovery: %w", errRecovery)
	}
	defer clear(kept)
	salt := random(32)
	key, err := (&record{kdf: f.record.kdf, salt: [32]byte(salt)}).stretch(ctx, Secret{Passphrase: fresh})
	if err != nil {
		return nil, fmt.Errorf("ask for recovery: %w", err)
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("ask for recovery: %w", err)
	}
	return request, keep(path+waiting, slices.Concat([]byte(waitingMagic), salt, sealed(aead, kept, nil)))
}

// Recover ends a recovery with the office's answer: fresh, the passphrase that was given to [AskRecovery], opens the
// vault from now on, alone, at place or, for Anyone, at the first that is free; whoever had the place has it no more. The
// office's slot gets another key, so an answer serves once. Errors: ErrNoRecovery if nothing was asked;
// CodeWrongPassphrase for another passphrase than was given then; CodeBadAnswer; ErrFull, ErrTaken, ErrPlace, and those
// of [Unlock] but for waiting.
func Recover(ctx context.Context, path string, place int, fresh, answer []byte, o Options) (*Vault, error) {
	if place < Anyone || place >= Places {
		return nil, fmt.Errorf("recover vault: %w", ErrPlace)
	}
	back, err := answered(ctx, path, fresh, answer, o)
	if err != nil {
		return nil, err
	}
	defer clear(back)
	var r *ring
	err = locked(ctx, path, func() error {
		f, err := readFile(path, o.now())
		if err != nil {
			return err
		}
		master, at, err := f.record.find(back, func(at spot) bool { return at.slot == officeSlot })
		if err != nil {
			return fmt.Errorf("recover vault: %w", err)
		}
		if master == nil {
			return screening.Fail(screening.CodeBadAnswer, fmt.Errorf("recover vault: %w", errPassphrase))
		}
		t := &tried{file: f, master: master, at: at}
		if t.body, err = f.record.openBody(at.half, master); err != nil {
			clear(master[:])
			return screening.Fail(screening.CodeDamaged, fmt.Errorf("recover vault: %w", err))
		}
		defer t.forget()
		if err := t.recover(ctx, place, fresh, o); err != nil {
			return fmt.Errorf("recover vault: %w", err)
		}
		if err := f.replace(path, o); err != nil {
			return err
		}
		r, err = ringOf(t.body, t.at, t.master)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path + waiting); err != nil {
		o.log().Warn("what was asked for stays beside the vault", "error", err) // it serves nothing any more
	}
	return newVault(path, r, o), nil
}

// recover gives a place to whoever has the fresh passphrase, and the office's slot another key.
func (t *tried) recover(ctx context.Context, place int, fresh []byte, o Options) error {
	if _, err := t.settle(); err != nil {
		return err
	}
	if place == Anyone {
		if place = t.body.free(); place < 0 {
			return ErrFull
		}
	}
	back := t.body.key(kindBack)
	if back == nil {
		return ErrNoKey
	}
	var err error
	back.Secret = random(keySize)
	if t.body.People[officeSlot], err = t.file.record.public(back.Secret, spot{t.at.half, officeSlot}); err != nil {
		return err
	}
	t.at.slot = place
	t.file.tries = t.file.tries.none(o.now(), place)
	return t.put(ctx, t.at, Secret{Passphrase: fresh}, t.master, t.body)
}

// answered opens what was kept with the fresh passphrase, and with that the answer.
func answered(ctx context.Context, path string, fresh, answer []byte, o Options) (back []byte, err error) {
	kept, err := readWaiting(path + waiting)
	if err != nil {
		return nil, err
	}
	f, err := readFile(path, o.now())
	if err != nil {
		return nil, err
	}
	salt, sealed := kept[:32], kept[32:]
	key, err := (&record{kdf: f.record.kdf, salt: [32]byte(salt)}).stretch(ctx, Secret{Passphrase: fresh})
	if err != nil {
		return nil, fmt.Errorf("recover vault: %w", err)
	}
	defer clear(key)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("recover vault: %w", err)
	}
	plain, err := aead.Open(nil, sealed[:nonceSize], sealed[nonceSize:], nil)
	if err != nil {
		return nil, screening.Fail(screening.CodeWrongPassphrase, errPassphrase)
	}
	defer clear(plain)
	var w waitingWire
	if err := decoder.Unmarshal(plain, &w); err != nil {
		return nil, screening.Fail(screening.CodeDamaged, errRecovery)
	}
	back, err = openAnswer(answer, w)
	if err != nil {
		return nil, screening.Fail(screening.CodeBadAnswer, err)
	}
	return back, nil
}

func readWaiting(path string) ([]byte, error) {
	file, err := readBounded(path)
	if isMissing(err) {
		return nil, ErrNoRecovery
	}
	if err != nil {
		return nil, diskError("recover vault", err)
	}
	kept, ok := bytes.CutPrefix(file, []byte(waitingMagic))
	if !ok || len(kept) < 32+nonceSize+tagSize {
		return nil, screening.Fail(screening.CodeDamaged, errRecovery)
	}
	return kept, nil
}

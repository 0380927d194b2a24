package device

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

const settingRecovery = "recovery_of" // what the recovery file was made of, and for whom

func (d *Device) recoveryPath() string { return filepath.Join(d.dir, vault.RecoveryName) }

// enrolledIn is who this device is to its office, and the office's keys as the store knows them now.
func enrolledIn(ctx context.Context, s *store.Store) (screening.Enrolment, batch.Root, error) {
	enrolment, document, err := s.Enrolment(ctx)
	if err != nil {
		return enrolment, batch.Root{}, err
	}
	root, err := batch.VerifyRoot(document)
	if err != nil {
		return enrolment, batch.Root{}, screening.Fail(screening.CodeNotEnrolled, err)
	}
	return enrolment, root, nil
}

// keepRecovery writes the recovery file of an enrolled device, if it is not there or not of today's keys.
func (d *Device) keepRecovery(ctx context.Context, o *opened) error {
	enrolment, root, err := enrolledIn(ctx, o.store)
	if err != nil {
		return err
	}
	id, err := o.vault.RecoveryID()
	if err != nil {
		return err
	}
	of := fmt.Sprintf("%s %d %d %s", enrolment.Device, enrolment.Epoch, root.Version, hex.EncodeToString(id[:]))
	had, err := o.store.Setting(ctx, settingRecovery)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(d.recoveryPath()); err == nil && had == of {
		return nil
	}
	if err := o.vault.KeepRecovery(d.recoveryPath(), enrolment.Device, enrolment.Epoch, root.Payload); err != nil {
		return err
	}
	return o.store.SetSetting(ctx, settingRecovery, of)
}

// Recoverable reports whether there is a recovery file, so that the office can give access back.
func (d *Device) Recoverable() bool {
	_, err := os.Lstat(d.recoveryPath())
	return err == nil
}

// AskRecovery begins to give access back to somebody who forgot their passphrase: it returns what to carry to the
// office, and the words by which both sides see that it arrived as it left. fresh is the passphrase that will hold.
// Errors are those of vault.AskRecovery; fs.ErrNotExist where there is no recovery file.
func (d *Device) AskRecovery(ctx context.Context, fresh string) (request []byte, words []string, err error) {
	file, err := readSmall(d.recoveryPath())
	if err != nil {
		return nil, nil, err
	}
	request, err = vault.AskRecovery(ctx, d.vaultPath(), []byte(fresh), file, d.o.Vault)
	if err != nil {
		return nil, nil, err
	}
	asked, err := vault.ParseRequest(request)
	if err != nil {
		return nil, nil, err
	}
	return request, asked.Words(), nil
}

// Recover opens the device with the office's answer and the passphrase that was chosen when asking, which holds from
// then on. It says which place that person has now. Errors are those of vault.Recover and of the store's opening.
func (d *Device) Recover(ctx context.Context, fresh string, answer []byte) (place int, err error) {
	v, err := vault.Recover(ctx, d.vaultPath(), vault.Anyone, []byte(fresh), answer, d.o.Vault)
	if err != nil {
		return -1, err
	}
	_, place = v.People()
	return place, d.start(ctx, v)
}

// HandIn writes everything that the office may not have yet into dir, a folder of a stick: sealed batches and recovery
// copies, so that only the office can read it, and nobody whose it is. It needs no passphrase. It returns how many
// files. Errors: CodeNotEnrolled for a device that never belonged to an office; CodeDiskFull, CodeDisk.
func (d *Device) HandIn(dir string) (int, error) {
	files, err := vault.CollectHandIn(d.dir)
	if errors.Is(err, vault.ErrNothingKept) {
		err = screening.Fail(screening.CodeNotEnrolled, err)
	}
	if err != nil {
		return 0, err
	}
	for n, file := range files {
		if _, err := courier.Drop(dir, file); err != nil {
			return n, fmt.Errorf("hand in: %w", err)
		}
	}
	return len(files), nil
}

// maxSmall is the most that is read of a file that somebody brings.
const maxSmall = 64 << 10

func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSmall))
}

// syncDir makes the names in a folder durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

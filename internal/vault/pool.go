package vault

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// A pool is a folder of files of one size, as many as there ever will be, all random to whoever has no key: it does
// not show how many capsules (recovery copies of interviews) lie in it, nor when one was put there (FORMAT.md, Pool).
const (
	PoolSlots  = 64
	poolFile   = 24 << 10
	MaxCapsule = poolFile - nonceSize - tagSize - 4 // bytes
)

// Errors of pools.
var (
	ErrPoolSlot = errors.New("no such slot in the pool")
	ErrCapsule  = errors.New("too large for a slot of the pool")
)

// poolTime is when every file of every pool was last changed, so that none tells when it was.
var poolTime = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// MakePool fills a folder with the files of a pool that nothing is in. Files that are there already stay, whoever
// put them there. Errors: CodeDiskFull, CodeDisk.
func MakePool(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return diskError("make pool", err)
	}
	made := false
	for slot := range PoolSlots {
		path := poolPath(dir, slot)
		if _, err := os.Lstat(path); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return diskError("make pool", err)
		}
		made = true
		err := errors.Join(os.WriteFile(path, random(poolFile), 0o600), os.Chtimes(path, poolTime, poolTime))
		if err != nil { // not flushed: what a power cut takes away is made again
			return diskError("make pool", err)
		}
	}
	if !made {
		return nil
	}
	return diskError("make pool", settlePool(dir))
}

// Pool is a folder that [MakePool] made, opened with the key of a vault. Calls for one slot are the caller's to order.
type Pool struct {
	hidden
	dir string
}

// Pool gives the pool in dir. Whatever it puts there opens only with this vault's key, which the office gets with the
// recovery file. After Lock it refuses with [ErrLocked]; a vault without a key for pools with [ErrNoKey].
func (v *Vault) Pool(dir string) *Pool { return &Pool{hidden{v, "pool"}, dir} }

// Put keeps a capsule of at most [MaxCapsule] bytes in a slot from 0 to [PoolSlots] - 1, instead of what was there,
// which is overwritten. A crash leaves the one or the other. It is durable when Put returns. Errors: ErrPoolSlot,
// ErrCapsule, ErrLocked, ErrNoKey; CodeDiskFull, CodeDisk.
func (p *Pool) Put(slot int, capsule []byte) error {
	if slot < 0 || slot >= PoolSlots {
		return fmt.Errorf("put capsule: %w", ErrPoolSlot)
	}
	if len(capsule) > MaxCapsule {
		return fmt.Errorf("put capsule: %w", ErrCapsule)
	}
	var file []byte
	err := p.use(func(aead cipher.AEAD) error {
		plain := make([]byte, poolFile-nonceSize-tagSize)
		binary.BigEndian.PutUint32(plain, uint32(len(capsule)))
		copy(plain[4:], capsule)
		file = sealed(aead, plain, nil)
		return nil
	})
	if err != nil {
		return fmt.Errorf("put capsule: %w", err)
	}
	path := poolPath(p.dir, slot)
	if err := writePool(path+poolNew, file); err != nil {
		return diskError("put capsule", errors.Join(err, os.Remove(path+poolNew)))
	}
	err = errors.Join(writePool(path, random(poolFile)), os.Rename(path+poolNew, path), settlePool(p.dir))
	return diskError("put capsule", err)
}

// Erase puts random bytes in the place of what a slot holds. It is durable when Erase returns, and may be repeated.
// It works on a locked vault too. Errors: ErrPoolSlot; CodeDiskFull, CodeDisk.
func (p *Pool) Erase(slot int) error {
	if slot < 0 || slot >= PoolSlots {
		return fmt.Errorf("erase capsule: %w", ErrPoolSlot)
	}
	path := poolPath(p.dir, slot)
	err := writePool(path, random(poolFile))
	if _, there := os.Lstat(path + poolNew); there == nil { // a crash in Put: nothing that it left may come back
		err = errors.Join(err, writePool(path+poolNew, random(poolFile)), os.Remove(path+poolNew))
	}
	return diskError("erase capsule", errors.Join(err, settlePool(p.dir)))
}

// Read returns what a slot holds, and whether it holds anything: random bytes, damage and a missing file are nothing.
// Errors: ErrPoolSlot, ErrLocked, ErrNoKey; CodeDisk.
func (p *Pool) Read(slot int) (capsule []byte, held bool, err error) {
	if slot < 0 || slot >= PoolSlots {
		return nil, false, fmt.Errorf("read capsule: %w", ErrPoolSlot)
	}
	path := poolPath(p.dir, slot)
	for _, path := range []string{path, path + poolNew} { // the second only after a crash in Put
		file, err := readPool(path)
		if err != nil {
			return nil, false, diskError("read capsule", err)
		}
		if file == nil {
			continue
		}
		err = p.use(func(aead cipher.AEAD) error {
			capsule, held = openPool(aead, file)
			return nil
		})
		if held || err != nil {
			return capsule, held, err
		}
	}
	return nil, false, nil
}

func (p *Pool) use(do func(cipher.AEAD) error) error {
	return use(p.v, func(r *ring) (*[keySize]byte, bool) { return r.pool, r.pool != nil },
		func(k *[keySize]byte) error {
			aead, err := chacha20poly1305.NewX(k[:])
			if err != nil {
				return err
			}
			return do(aead)
		})
}

// openPool returns the capsule of a file, if it opens.
func openPool(aead cipher.AEAD, file []byte) (capsule []byte, held bool) {
	if len(file) != poolFile {
		return nil, false
	}
	plain, err := aead.Open(nil, file[:nonceSize], file[nonceSize:], nil)
	if err != nil {
		return nil, false
	}
	n := binary.BigEndian.Uint32(plain)
	if n > MaxCapsule || !allZero(plain[4+n:]) {
		return nil, false
	}
	return plain[4 : 4+n], true
}

const poolNew = ".new"

// settlePool makes the names in a pool durable, and its folder as old as its files.
func settlePool(dir string) error {
	return errors.Join(syncFolder(dir), os.Chtimes(dir, poolTime, poolTime))
}

func poolPath(dir string, slot int) string { return filepath.Join(dir, fmt.Sprintf("%02d", slot)) }

// readPool returns the bytes of one file; nil where there is none.
func readPool(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, poolFile+1))
}

// writePool writes one file where it lies, so that its old bytes are overwritten as far as the medium does that.
func writePool(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Truncate(int64(len(b))), f.Sync(), f.Close())
	return errors.Join(err, os.Chtimes(path, poolTime, poolTime))
}

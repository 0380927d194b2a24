package courier

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// Carried is what Carry wrote.
type Carried struct {
	Files   []string // names in the folder; they say nothing
	Batches int
	Bytes   int64
}

// Collected is what Collect found.
type Collected struct {
	Result
	Files int // answers of the office to this device
	Old   int // of them older than what the device knows already; nothing was taken from those
}

var errNothing = errors.New("no answer of the office to this device in the folder")

// maxLooked bounds how many files of a folder Collect opens: a stick holds one for each device of an office.
const maxLooked = 4096

// Carry seals what waits and writes every batch that the office has not proved to have opened into carry files
// in dir: a folder of a stick, or any other. A batch that goes both ways, or twice, counts once. It needs no
// network. Nothing that is there is touched; a file is there whole or not at all.
//
// Errors carry CodeNotEnrolled, CodeDiskFull or CodeDisk; the outbox stays as it is whatever happens.
func (c *Courier) Carry(ctx context.Context, dir string) (Carried, error) {
	m, err := c.member(ctx)
	if err != nil {
		return Carried{}, fmt.Errorf("carry: %w", err)
	}
	_, bad := c.seal(ctx, m)
	unsent, err := c.Outbox.Unsent(ctx)
	if err == nil && len(unsent) == 0 { // the stick looks the same on a quiet day
		if err = c.heartbeat(ctx, m); err == nil {
			unsent, err = c.Outbox.Unsent(ctx)
		}
	}
	if err != nil {
		return Carried{}, fmt.Errorf("carry: %w", errors.Join(err, bad))
	}
	head, err := c.words(ctx, m)
	if err != nil {
		return Carried{}, fmt.Errorf("carry: %w", err)
	}
	var done Carried
	for len(unsent) > 0 {
		items, size := slices.Clone(head), batch.CarrySize(16)
		for _, item := range head {
			size += batch.CarrySize(len(item))
		}
		for _, b := range unsent {
			if size += batch.CarrySize(len(b.File)); len(items) > len(head) && size > batch.MaxCarry {
				break
			}
			items = append(items, b.File)
		}
		count := len(items) - len(head)
		name, n, err := writeCarry(dir, items, m.root)
		if err != nil {
			return done, fmt.Errorf("carry: %w", errors.Join(err, bad))
		}
		done.Files, done.Batches, done.Bytes = append(done.Files, name), done.Batches+count, done.Bytes+n
		for _, b := range unsent[:count] {
			if err := c.Outbox.Advance(ctx, b.ID, screening.RungSent); err != nil {
				return done, fmt.Errorf("carry: %w", err)
			}
		}
		unsent = unsent[count:]
	}
	c.Log.Info("carried", "batches", done.Batches, "files", len(done.Files), "bytes", done.Bytes)
	if bad != nil {
		return done, fmt.Errorf("carry: %w", bad)
	}
	return done, nil
}

// words is what the device says on the stick beside its batches: the manifest, and what it did with orders.
func (c *Courier) words(ctx context.Context, m membership) ([][]byte, error) {
	manifest, err := c.manifest(ctx, m)
	if err != nil || c.News == nil {
		return [][]byte{manifest}, err
	}
	reports, err := c.News.Reports(ctx)
	return append([][]byte{manifest}, reports...), err
}

// manifest says on the stick where this device stands, and which log of the office it knows.
func (c *Courier) manifest(ctx context.Context, m membership) ([]byte, error) {
	seq, head, generation, err := c.stand(ctx)
	if err != nil {
		return nil, err
	}
	log, err := c.Outbox.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	heard, err := c.heard(ctx)
	if err != nil {
		return nil, err
	}
	return batch.Hello{
		Device: m.Device, Epoch: m.Epoch, Seq: seq, Head: head, RootVersion: m.root.Version, Nonce: batch.NewNonce(), LogSize: log.Size, Bulletin: heard,
		Generation: generation,
	}.Manifest(c.Sign)
}

func writeCarry(dir string, items [][]byte, root batch.Root) (name string, n int64, err error) {
	file, err := batch.PackCarry(items, root.Intake)
	if err != nil {
		return "", 0, err
	}
	name, err = Drop(dir, file)
	return name, int64(len(file)), err
}

// Drop writes a file into a folder of a stick under a name that says nothing. It is there whole or not at all. Errors:
// CodeDiskFull, CodeDisk.
func Drop(dir string, file []byte) (name string, err error) {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	name = hex.EncodeToString(b[:])
	return name, writeFile(filepath.Join(dir, name), file)
}

// writeFile puts a file in its place when it is whole and durable.
func writeFile(path string, b []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "")
	if err != nil {
		return diskError(err)
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return diskError(errors.Join(err, os.Remove(f.Name())))
	}
	if runtime.GOOS == "windows" { // has no such call
		return nil
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return diskError(err)
	}
	return diskError(errors.Join(ignoreUnsupported(d.Sync()), d.Close()))
}

// ignoreUnsupported passes over file systems of sticks on which a folder cannot be flushed.
func ignoreUnsupported(err error) error {
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

func diskError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return screening.Fail(screening.CodeDiskFull, errors.New("write to the folder"))
	}
	return screening.Fail(screening.CodeDisk, errors.New("write to the folder"))
}

// Collect looks in dir for what the office answered to this device, and takes it: receipts climb the ladder as
// those from the network do. Files of other devices, and anything else in the folder, are passed over; nothing
// is removed. An answer that is older than what the device knows already is counted and not taken.
//
// Errors carry CodeNotEnrolled, CodeDisk, CodeOffline where the folder holds no answer to this device, or
// CodeBadReceipt.
func (c *Courier) Collect(ctx context.Context, dir string) (Collected, error) {
	c.syncing.Lock()
	defer c.syncing.Unlock()
	var done Collected
	m, err := c.member(ctx)
	if err != nil {
		return done, fmt.Errorf("collect: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return done, fmt.Errorf("collect: %w", screening.Fail(screening.CodeDisk, errors.New("read the folder")))
	}
	v := &visit{Courier: c, m: m, result: &done.Result}
	if v.unsent, err = c.Outbox.Unsent(ctx); err == nil {
		v.log, err = c.Outbox.Checkpoint(ctx)
	}
	if err != nil {
		return done, fmt.Errorf("collect: %w", err)
	}
	var bad error
	for _, e := range entries[:min(len(entries), maxLooked)] {
		items, err := c.answer(filepath.Join(dir, e.Name()), e)
		if err != nil { // of a stick that wears out another file may still be read
			bad = errors.Join(bad, err)
			continue
		}
		if items == nil {
			continue
		}
		done.Files++
		_ = v.gossip(ctx, func() error { return v.rootsOnStick(ctx, items) }) // first: receipts may be signed under a later one
		if err := v.take(ctx, items, &done); err != nil {
			bad = errors.Join(bad, err)
		}
		_ = v.gossip(ctx, func() error { return v.newsOnStick(ctx, items) }) // what is wrong with news stands in the result
	}
	switch {
	case bad != nil:
		return done, fmt.Errorf("collect: %w", bad)
	case done.Files == 0:
		return done, fmt.Errorf("collect: %w", screening.Fail(screening.CodeOffline, errNothing))
	}
	return done, nil
}

// answer opens one file of a folder, or returns nil if it is none of the office's to this device.
func (c *Courier) answer(path string, e fs.DirEntry) ([][]byte, error) {
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() > batch.MaxCarryFile || c.Open == nil {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil // not ours to read: nor is what it says
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, batch.MaxCarryFile))
	if err != nil {
		return nil, screening.Fail(screening.CodeDisk, errors.New("read a file of the folder"))
	}
	items, err := batch.OpenCarry(file, c.Open)
	switch screening.CodeOf(err) {
	case screening.EOpen, screening.EFormat:
		return nil, nil
	}
	return items, err
}

// take carries the items of one answer into the outbox.
func (v *visit) take(ctx context.Context, items [][]byte, done *Collected) (bad error) {
	for _, item := range items {
		if !batch.IsReceipts(item) {
			continue // of a later program
		}
		r, err := v.ours(item, [16]byte{})
		if err != nil {
			bad = errors.Join(bad, err)
			continue
		}
		switch err := v.follow(ctx, r); {
		case errors.Is(err, batch.ErrOld):
			done.Old++
			continue
		case err != nil:
			return errors.Join(bad, err)
		}
		v.hears(r.At)
		if err := v.drop(ctx, r.Kept); err != nil {
			return errors.Join(bad, err)
		}
		for _, one := range r.Receipts {
			switch err := v.acknowledge(ctx, one); {
			case errors.Is(err, screening.ErrNotFound): // dropped long ago, or of a device put back to an older day
			case err != nil:
				bad = errors.Join(bad, err)
			}
		}
	}
	return bad
}

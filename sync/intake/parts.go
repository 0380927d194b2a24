package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"leeward/internal/screening"
)

// Bounds of what devices may leave half sent.
const (
	partsEach = 4                  // of one device
	partBytes = 96 << 20           // of one device, together
	partAge   = 7 * 24 * time.Hour // after the last byte
)

var errQuota = errors.New("too many uploads of this device at one time")

// parts keeps what arrived of uploads that were cut: sealed bytes, in one file for each device and name. One request
// writes to an upload at a time; a newer one ends the older, which may hang on a connection that is dead.
type parts struct {
	dir string
	now func() time.Time

	mu      sync.Mutex
	writers map[string]*writer
}

type writer struct {
	stop  context.CancelFunc
	ended chan struct{}
	whole int64 // bytes of a file that is all here, in memory or on disk, and being recorded
}

// key names a part. A folder listing shows neither devices nor what belongs together.
func partKey(device screening.DeviceID, name [sha256.Size]byte) string {
	sum := sha256.Sum256(append(append([]byte("leeward/part/v1\x00"), device[:]...), name[:]...))
	return hex.EncodeToString(device[:4]) + hex.EncodeToString(sum[:12])
}

// owner is the part of a key that all uploads of one device share.
func owner(key string) string { return key[:min(8, len(key))] }

// claim makes the caller the only writer of a part: whoever was before is stopped and waited for. The context
// ends when a newer writer comes.
func (p *parts) claim(ctx context.Context, key string) (context.Context, func()) {
	ctx, stop := context.WithCancel(ctx)
	mine := &writer{stop: stop, ended: make(chan struct{})}
	for {
		p.mu.Lock()
		older := p.writers[key]
		if older == nil {
			if p.writers == nil {
				p.writers = make(map[string]*writer)
			}
			p.writers[key] = mine
			p.mu.Unlock()
			break
		}
		p.mu.Unlock()
		older.stop()
		<-older.ended
	}
	return ctx, func() {
		stop()
		p.mu.Lock()
		delete(p.writers, key)
		p.mu.Unlock()
		close(mine.ended)
	}
}

func (p *parts) path(key string) string { return filepath.Join(p.dir, key) }

// recording notes that the caller, who claimed an upload, has all of it.
func (p *parts) recording(key string, length int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writers[key].whole = int64(length)
}

// here is how many bytes of an upload need not be sent again: a device that gave up on a busy office asks while its first
// request is still being answered.
func (p *parts) here(key string) int64 {
	p.mu.Lock()
	var whole int64
	if w := p.writers[key]; w != nil {
		whole = w.whole
	}
	p.mu.Unlock()
	return max(whole, p.held(key))
}

// held is how many bytes of an upload are on disk.
func (p *parts) held(key string) int64 {
	info, err := os.Stat(p.path(key))
	if err != nil {
		return 0
	}
	return info.Size()
}

// room makes place for a further upload of a device. What is too old goes, and of what the device left half sent what it
// touched last the longest ago: it is resumed hardly ever, since a request that was cut can arrive after the one that
// ended the upload, and a device that was cut often would else be shut out for days by its own leavings. Refused is only
// who writes to too many at one time.
func (p *parts) room(key string, length int64) error {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return disk(err)
	}
	p.mu.Lock() // nobody begins to write to what is removed here
	defer p.mu.Unlock()
	count, bytes := 0, length
	for name := range p.writers {
		if name != key && owner(name) == owner(key) {
			count++
		}
	}
	var left []fs.FileInfo // of this device, nobody writes to them
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil: // gone meanwhile
		case p.now().Sub(info.ModTime()) > partAge && p.writers[e.Name()] == nil:
			_ = os.Remove(p.path(e.Name())) // the next one who looks tries again
		case e.Name() != key && owner(e.Name()) == owner(key):
			bytes += info.Size()
			if p.writers[e.Name()] == nil {
				count, left = count+1, append(left, info)
			}
		}
	}
	slices.SortFunc(left, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for count >= partsEach || bytes > partBytes {
		if len(left) == 0 {
			return screening.Fail(screening.EQuota, errQuota)
		}
		if err := p.drop(left[0].Name()); err != nil {
			return err
		}
		count, bytes, left = count-1, bytes-left[0].Size(), left[1:]
	}
	return nil
}

// open opens a part for writing at its place.
func (p *parts) open(key string) (*os.File, error) {
	f, err := os.OpenFile(p.path(key), os.O_RDWR|os.O_CREATE, 0o600)
	return f, disk(err)
}

// whole reads a part of n bytes.
func (p *parts) whole(key string, n int64) ([]byte, error) {
	f, err := os.Open(p.path(key))
	if err != nil {
		return nil, disk(err)
	}
	defer f.Close()
	b := make([]byte, n)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, disk(err)
	}
	return b, nil
}

// drop forgets a part.
func (p *parts) drop(key string) error {
	if err := os.Remove(p.path(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return disk(err)
	}
	return nil
}

// disk gives an error of the disk the code that a device is told.
func disk(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return screening.Fail(screening.EFull, fmt.Errorf("keep part of an upload: %w", err))
	}
	return screening.Fail(screening.EInternal, fmt.Errorf("keep part of an upload: %w", err))
}

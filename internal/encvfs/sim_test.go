package encvfs

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
)

// sim is a filesystem in memory whose power can be cut: what was written and not synced may then be there, be
// gone, or be there in part, sector by sector and in any order.
type sim struct {
	mu    sync.Mutex
	names map[string]*simFile // as programs see it
	dir   map[string]*simFile // as it would be after a power cut, if nothing more reached the disk
	onOp  func()              // called before every change, with mu held
	fail  func(op, name string) error
}

type simFile struct {
	name    string
	now     []byte
	durable []byte
	pending []simWrite
	locked  bool
}

type simWrite struct {
	off  int64
	data []byte
	cut  int64 // -1, or the size that the file was cut to
}

func newSim() *sim {
	return &sim{names: map[string]*simFile{}, dir: map[string]*simFile{}}
}

// simDisk is one open descriptor.
type simDisk struct {
	fs   *sim
	file *simFile
	lock bool
}

func (s *sim) step(op, name string) error {
	if s.onOp != nil {
		s.onOp()
	}
	if s.fail != nil {
		return s.fail(op, name)
	}
	return nil
}

func (s *sim) open(name string, flag int) (disk, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.names[name]
	if f != nil && flag&os.O_TRUNC != 0 {
		f = nil
	}
	switch {
	case f == nil && flag&os.O_CREATE == 0:
		return nil, fs.ErrNotExist
	case f != nil && flag&os.O_EXCL != 0:
		return nil, fs.ErrExist
	case f == nil:
		if err := s.step("open", name); err != nil {
			return nil, err
		}
		f = &simFile{name: name}
		s.names[name] = f
	}
	return &simDisk{fs: s, file: f}, nil
}

func (s *sim) size(name string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.names[name]; f != nil {
		return int64(len(f.now)), nil
	}
	return 0, fs.ErrNotExist
}

func (s *sim) remove(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.step("remove", name); err != nil {
		return err
	}
	delete(s.names, name)
	return nil
}

func (s *sim) install(draft, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.step("install", name); err != nil {
		return err
	}
	s.names[name] = s.names[draft]
	s.names[name].name = name
	delete(s.names, draft)
	return nil
}

func (s *sim) syncDir(string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dir = maps.Clone(s.names)
	return nil
}

func (s *sim) temp(string) (disk, error) { return nil, errors.New("no temporary files here") }

func (d *simDisk) ReadAt(p []byte, off int64) (int, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.fs.fail != nil {
		if err := d.fs.fail("read", d.file.name); err != nil {
			return 0, err
		}
	}
	if off >= int64(len(d.file.now)) {
		return 0, io.EOF
	}
	n := copy(p, d.file.now[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (d *simDisk) WriteAt(p []byte, off int64) (int, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if err := d.fs.step("write", d.file.name); err != nil {
		return 0, err
	}
	w := simWrite{off: off, data: slices.Clone(p), cut: -1}
	d.file.now = w.apply(d.file.now)
	d.file.pending = append(d.file.pending, w)
	return len(p), nil
}

func (d *simDisk) Truncate(size int64) error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if err := d.fs.step("truncate", d.file.name); err != nil {
		return err
	}
	w := simWrite{cut: size}
	d.file.now = w.apply(d.file.now)
	d.file.pending = append(d.file.pending, w)
	return nil
}

func (d *simDisk) Sync() error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if err := d.fs.step("sync", d.file.name); err != nil {
		return err
	}
	d.file.durable, d.file.pending = slices.Clone(d.file.now), nil
	return nil
}

func (d *simDisk) Size() (int64, error) {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	return int64(len(d.file.now)), nil
}

func (d *simDisk) Lock() error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.file.locked {
		return ErrInUse
	}
	d.file.locked, d.lock = true, true
	return nil
}

func (d *simDisk) Close() error {
	d.fs.mu.Lock()
	defer d.fs.mu.Unlock()
	if d.lock {
		d.file.locked = false
	}
	return nil
}

func (w simWrite) apply(b []byte) []byte {
	if w.cut >= 0 {
		if w.cut < int64(len(b)) {
			return b[:w.cut:w.cut]
		}
		return append(b, make([]byte, w.cut-int64(len(b)))...)
	}
	if grow := w.off + int64(len(w.data)) - int64(len(b)); grow > 0 {
		b = append(b, make([]byte, grow)...)
	}
	copy(b[w.off:], w.data)
	return b
}

// cut returns what is on the disk after a power cut now. The caller holds mu.
func (s *sim) cut(r *rand.Rand) *sim {
	after := newSim()
	for _, names := range []map[string]*simFile{s.dir, s.names} {
		for name, f := range names {
			if s.dir[name] != s.names[name] && r.IntN(2) == 0 {
				continue // a name that was not made durable is a matter of luck
			}
			after.names[name] = &simFile{name: name, now: f.survivor(r)}
		}
	}
	for _, f := range after.names {
		f.durable = slices.Clone(f.now)
	}
	after.dir = maps.Clone(after.names)
	return after
}

// survivor is the content after a cut: pending changes in full up to some point, or any of them in any part.
func (f *simFile) survivor(r *rand.Rand) []byte {
	b := slices.Clone(f.durable)
	keep, loose := r.IntN(len(f.pending)+1), r.IntN(2) == 0
	for i, w := range f.pending {
		switch {
		case !loose && i < keep, loose && r.IntN(3) == 0, w.cut >= 0 && i < keep:
			b = w.apply(b)
		case w.cut >= 0:
		case loose || i == keep:
			for at := int64(0); at < int64(len(w.data)); {
				n := min(512-(w.off+at)%512, int64(len(w.data))-at)
				if r.IntN(2) == 0 {
					b = simWrite{off: w.off + at, data: w.data[at : at+n], cut: -1}.apply(b)
				}
				at += n
			}
		}
	}
	return b
}

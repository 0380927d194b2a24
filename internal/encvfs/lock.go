package encvfs

import (
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// locks arbitrates between the connections of this process: the file itself belongs to the process as a whole.
// Semantics as in https://sqlite.org/lockingv3.html and https://sqlite.org/walformat.html#locks.
type locks struct {
	mu        sync.Mutex
	shared    int // connections with a SHARED lock or more
	reserved  *pageFile
	pending   *pageFile
	exclusive *pageFile

	regions   []uintptr // wal-index, in C memory
	mapped    int       // connections that have it
	shmShared [sqlite3.SQLITE_SHM_NLOCK]int
	shmOwner  [sqlite3.SQLITE_SHM_NLOCK]*pageFile
}

// connLocks is what one connection holds.
type connLocks struct {
	level     int32
	shmShared uint16
	shmOwned  uint16
	mapped    bool
}

func other(owner, p *pageFile) bool { return owner != nil && owner != p }

func xLock(_ *libc.TLS, file uintptr, want int32) int32 {
	p, ok := handleOf(file).(*pageFile)
	if !ok {
		return sqlite3.SQLITE_OK
	}
	return p.lockTo(want)
}

func (p *pageFile) lockTo(want int32) int32 {
	if p.locks.level >= want {
		return sqlite3.SQLITE_OK
	}
	s := &p.File.locks
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case want == sqlite3.SQLITE_LOCK_SHARED:
		if s.exclusive != nil || s.pending != nil {
			return sqlite3.SQLITE_BUSY
		}
		s.shared++
	case other(s.reserved, p) || other(s.pending, p) || other(s.exclusive, p):
		return sqlite3.SQLITE_BUSY
	case want == sqlite3.SQLITE_LOCK_RESERVED:
		s.reserved = p
	default: // PENDING, EXCLUSIVE
		if p.locks.level == sqlite3.SQLITE_LOCK_NONE {
			s.shared++
		}
		s.pending = p
		if s.shared > 1 {
			p.locks.level = sqlite3.SQLITE_LOCK_PENDING
			return sqlite3.SQLITE_BUSY
		}
		s.exclusive = p
	}
	p.locks.level = want
	return sqlite3.SQLITE_OK
}

func xUnlock(_ *libc.TLS, file uintptr, want int32) int32 {
	if p, ok := handleOf(file).(*pageFile); ok {
		p.unlockTo(want)
	}
	return sqlite3.SQLITE_OK
}

func (p *pageFile) unlockTo(want int32) {
	if p.locks.level <= want {
		return
	}
	s := &p.File.locks
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, owner := range []**pageFile{&s.reserved, &s.pending, &s.exclusive} {
		if *owner == p {
			*owner = nil
		}
	}
	if want == sqlite3.SQLITE_LOCK_NONE {
		s.shared--
	}
	p.locks.level = want
}

func xCheckReservedLock(_ *libc.TLS, file, out uintptr) int32 {
	*at[int32](out) = 0
	if p, ok := handleOf(file).(*pageFile); ok {
		s := &p.File.locks
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.reserved != nil || s.pending != nil || s.exclusive != nil {
			*at[int32](out) = 1
		}
	}
	return sqlite3.SQLITE_OK
}

package encvfs

import (
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// The wal-index lies in this process's memory: it names pages and would tell which parts of the database are
// in use, and no other process may take part anyway.

func xShmMap(tls *libc.TLS, file uintptr, region, size, extend int32, out uintptr) int32 {
	*at[uintptr](out) = 0
	p, ok := handleOf(file).(*pageFile)
	if !ok {
		return sqlite3.SQLITE_IOERR_SHMMAP
	}
	s := &p.File.locks
	s.mu.Lock()
	defer s.mu.Unlock()
	if !p.locks.mapped {
		p.locks.mapped = true
		s.mapped++
	}
	for int(region) >= len(s.regions) {
		if extend == 0 {
			return sqlite3.SQLITE_OK
		}
		m := libc.Xcalloc(tls, 1, libc.Tsize_t(size))
		if m == 0 {
			return sqlite3.SQLITE_NOMEM
		}
		s.regions = append(s.regions, m)
	}
	*at[uintptr](out) = s.regions[region]
	return sqlite3.SQLITE_OK
}

func xShmLock(_ *libc.TLS, file uintptr, first, n, flags int32) int32 {
	p, ok := handleOf(file).(*pageFile)
	if !ok {
		return sqlite3.SQLITE_IOERR_SHMLOCK
	}
	rc := p.flush() // before others may take the pages for written
	s := &p.File.locks
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case flags&sqlite3.SQLITE_SHM_UNLOCK != 0: // in any case: SQLite does not ask twice
		s.shmRelease(p, first, n)
		return rc
	case rc != sqlite3.SQLITE_OK:
		return rc
	case flags&sqlite3.SQLITE_SHM_SHARED != 0:
		return s.shmShare(p, first, n)
	}
	return s.shmOwn(p, first, n)
}

func (s *locks) shmRelease(p *pageFile, first, n int32) {
	for i := first; i < first+n; i++ {
		bit := uint16(1) << i
		switch {
		case p.locks.shmOwned&bit != 0:
			s.shmOwner[i] = nil
		case p.locks.shmShared&bit != 0:
			s.shmShared[i]--
		}
		p.locks.shmOwned &^= bit
		p.locks.shmShared &^= bit
	}
}

func (s *locks) shmShare(p *pageFile, first, n int32) int32 {
	for i := first; i < first+n; i++ {
		if s.shmOwner[i] != nil && s.shmOwner[i] != p {
			return sqlite3.SQLITE_BUSY
		}
	}
	for i := first; i < first+n; i++ {
		if bit := uint16(1) << i; p.locks.shmShared&bit == 0 {
			s.shmShared[i]++
			p.locks.shmShared |= bit
		}
	}
	return sqlite3.SQLITE_OK
}

func (s *locks) shmOwn(p *pageFile, first, n int32) int32 {
	for i := first; i < first+n; i++ {
		mine := int(p.locks.shmShared >> i & 1)
		if other(s.shmOwner[i], p) || s.shmShared[i] > mine {
			return sqlite3.SQLITE_BUSY
		}
	}
	for i := first; i < first+n; i++ {
		s.shmOwner[i] = p
		p.locks.shmOwned |= uint16(1) << i
	}
	return sqlite3.SQLITE_OK
}

// xShmBarrier orders memory between connections: taking the mutex does.
func xShmBarrier(_ *libc.TLS, file uintptr) {
	if p, ok := handleOf(file).(*pageFile); ok {
		p.File.locks.mu.Lock()
		defer p.File.locks.mu.Unlock()
	}
}

func xShmUnmap(_ *libc.TLS, file uintptr, _ int32) int32 {
	if p, ok := handleOf(file).(*pageFile); ok {
		p.shmUnmap()
	}
	return sqlite3.SQLITE_OK
}

// shmUnmap gives up the wal-index; the last connection's leaving frees it.
func (p *pageFile) shmUnmap() {
	s := &p.File.locks
	s.mu.Lock()
	defer s.mu.Unlock()
	if !p.locks.mapped {
		return
	}
	p.locks.mapped = false
	s.shmRelease(p, 0, sqlite3.SQLITE_SHM_NLOCK)
	if s.mapped--; s.mapped > 0 {
		return
	}
	tls := libc.NewTLS()
	defer tls.Close()
	for _, m := range s.regions {
		libc.Xfree(tls, m)
	}
	s.regions = nil
}

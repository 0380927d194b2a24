package encvfs

import (
	"errors"
	"strings"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// vfsName is the name of the VFS in a connection string.
const vfsName = "leeward"

// sqliteFile is what SQLite holds as a sqlite3_file of ours.
type sqliteFile struct {
	methods uintptr
	handle  uintptr
}

// handle is an open SQLite file: the main file, the log or a temporary file. Methods return a result code.
type handle interface {
	read(b []byte, off int64) int32
	write(b []byte, off int64) int32
	truncate(size int64) int32
	sync() int32
	size() (int64, int32)
	close() int32
}

var (
	registry struct {
		mu      sync.RWMutex
		files   map[string]*File // by the name that SQLite knows
		handles map[uintptr]handle
		next    uintptr
		tempDir string // of the file opened last
	}
	ioMethods uintptr
)

// register installs the VFS, once per process and not as the default.
var register = sync.OnceValue(func() error {
	registry.files, registry.handles = map[string]*File{}, map[uintptr]handle{}
	tls := libc.NewTLS() // kept: SQLite holds what is allocated here for ever
	base := sqlite3.Xsqlite3_vfs_find(tls, 0)
	vfs := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	methods := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	name, err := libc.CString(vfsName)
	if base == 0 || vfs == 0 || methods == 0 || err != nil {
		return errors.New("register VFS: SQLite offers none to build on, or no memory")
	}
	v := at[sqlite3.Tsqlite3_vfs](vfs)
	*v = *at[sqlite3.Tsqlite3_vfs](base) // randomness, sleep and clocks stay the system's
	v.FiVersion = 2
	v.FpNext = 0
	v.FzName = name
	v.FszOsFile = int32(unsafe.Sizeof(sqliteFile{}))
	v.FxOpen = pointerTo(openFunc(xOpen))
	v.FxDelete = pointerTo(deleteFunc(xDelete))
	v.FxAccess = pointerTo(nameFunc(xAccess))
	v.FxFullPathname = pointerTo(nameFunc(xFullPathname))
	*at[sqlite3.Tsqlite3_io_methods](methods) = fileMethods()
	ioMethods = methods
	if rc := sqlite3.Xsqlite3_vfs_register(tls, vfs, 0); rc != sqlite3.SQLITE_OK {
		return errors.New("register VFS: SQLite refused")
	}
	return nil
})

// enroll makes f known to SQLite under a name that no other file ever has.
func enroll(f *File) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.files[f.name] = f
	registry.tempDir = f.dir()
}

func withdraw(f *File) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	delete(registry.files, f.name)
}

// lookUp finds the file that SQLite's name belongs to, and the suffix.
func lookUp(name string) (*File, string) {
	suffix := ""
	for _, s := range []string{walSuffix, journalSuffix} {
		if strings.HasSuffix(name, s) {
			name, suffix = strings.TrimSuffix(name, s), s
		}
	}
	registry.mu.RLock()
	defer registry.mu.RUnlock()
	return registry.files[name], suffix
}

func addHandle(h handle) uintptr {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.next++
	registry.handles[registry.next] = h
	return registry.next
}

func handleOf(file uintptr) handle {
	registry.mu.RLock()
	defer registry.mu.RUnlock()
	return registry.handles[at[sqliteFile](file).handle]
}

func removeHandle(file uintptr) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	delete(registry.handles, at[sqliteFile](file).handle)
}

func xOpen(_ *libc.TLS, _, zName, file uintptr, flags int32, outFlags uintptr) int32 {
	at[sqliteFile](file).methods = 0
	name := ""
	if zName != 0 {
		name = libc.GoString(zName)
	}
	h, rc := openHandle(name, flags)
	if rc != sqlite3.SQLITE_OK {
		return rc
	}
	if outFlags != 0 {
		*at[int32](outFlags) = flags
	}
	*at[sqliteFile](file) = sqliteFile{methods: ioMethods, handle: addHandle(h)}
	return sqlite3.SQLITE_OK
}

const (
	journalFlags = sqlite3.SQLITE_OPEN_MAIN_JOURNAL | sqlite3.SQLITE_OPEN_SUPER_JOURNAL
	tempFlags    = sqlite3.SQLITE_OPEN_TEMP_DB | sqlite3.SQLITE_OPEN_TRANSIENT_DB |
		sqlite3.SQLITE_OPEN_TEMP_JOURNAL | sqlite3.SQLITE_OPEN_SUBJOURNAL
)

// openHandle opens what the flags say. Rollback journals and super-journals are refused: a file in write-ahead
// mode needs none, and one that lies there was planted.
func openHandle(name string, flags int32) (handle, int32) {
	if flags&tempFlags != 0 {
		return openTemp()
	}
	f, _ := lookUp(name)
	if f == nil {
		return nil, sqlite3.SQLITE_CANTOPEN // a name from ATTACH or VACUUM INTO: nothing is made beside our back
	}
	switch {
	case flags&journalFlags != 0:
		f.refused("rollback journal")
		return nil, sqlite3.SQLITE_CANTOPEN
	case flags&sqlite3.SQLITE_OPEN_MAIN_DB != 0:
		if !f.hold() {
			return nil, sqlite3.SQLITE_CANTOPEN
		}
		return newPageFile(f), sqlite3.SQLITE_OK
	case flags&sqlite3.SQLITE_OPEN_WAL != 0:
		l, rc := f.openLog()
		if rc != sqlite3.SQLITE_OK {
			return nil, rc
		}
		return l, sqlite3.SQLITE_OK
	}
	return nil, sqlite3.SQLITE_CANTOPEN
}

func xDelete(_ *libc.TLS, _, zName uintptr, _ int32) int32 {
	f, suffix := lookUp(libc.GoString(zName))
	if f == nil || suffix != walSuffix {
		return sqlite3.SQLITE_OK // there is no journal to delete, and a planted one is evidence
	}
	return f.removeLog()
}

// xAccess answers only for the log. SQLite must not see a journal even if one lies there: it would replay it.
func xAccess(_ *libc.TLS, _, zName uintptr, _ int32, out uintptr) int32 {
	*at[int32](out) = 0
	f, suffix := lookUp(libc.GoString(zName))
	if f == nil || suffix != walSuffix {
		return sqlite3.SQLITE_OK
	}
	if n, err := f.fs.size(f.path + walSuffix); err == nil && n > 0 {
		*at[int32](out) = 1
	}
	return sqlite3.SQLITE_OK
}

// xFullPathname keeps the name: it is a key of the registry and no path.
func xFullPathname(_ *libc.TLS, _, zName uintptr, n int32, out uintptr) int32 {
	name := libc.GoString(zName)
	if len(name)+1 > int(n) {
		return sqlite3.SQLITE_CANTOPEN
	}
	b := bytesAt(out, len(name)+1)
	copy(b, name)
	b[len(name)] = 0
	return sqlite3.SQLITE_OK
}

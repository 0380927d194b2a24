package encvfs

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

// tempFile is a temporary file of SQLite: blocks sealed under a key that never leaves memory. With
// temp_store=MEMORY, as DB sets it, SQLite makes none; a caller who changes that still leaks nothing.
type tempFile struct {
	disk   disk
	sealer *sealer
	id     fileID
	length int64 // logical
	block  []byte
}

const tempBlock = 4096

func openTemp() (handle, int32) {
	registry.mu.RLock()
	dir := registry.tempDir
	registry.mu.RUnlock()
	d, err := system{}.temp(dir)
	if err != nil {
		return nil, diskError(filepath.Base(dir), "open", err).code(sqlite3.SQLITE_CANTOPEN)
	}
	t := &tempFile{disk: d, block: make([]byte, tempBlock+overhead)}
	var key Key
	_, _ = rand.Read(key[:])
	_, _ = rand.Read(t.id[:])
	t.sealer = newSealer(key, t.id, "temporary file")
	clear(key[:])
	return t, sqlite3.SQLITE_OK
}

func (t *tempFile) aad(i int64) []byte {
	return append(binary.BigEndian.AppendUint64([]byte{'T'}, uint64(i)), t.id[:]...)
}

// load puts block i into t.block; a block that was never written is zeros.
func (t *tempFile) load(i int64) int32 {
	n, err := t.disk.ReadAt(t.block, i*int64(len(t.block)))
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		clear(t.block)
	case err != nil:
		return sqlite3.SQLITE_IOERR_READ
	case zero(t.block): // a hole of the file
	case !t.sealer.open(t.block, t.aad(i)):
		return sqlite3.SQLITE_IOERR_READ // the statement fails; nothing that was saved is concerned
	}
	return sqlite3.SQLITE_OK
}

func (t *tempFile) store(i int64) int32 {
	t.sealer.seal(t.block, t.block[:tempBlock], t.aad(i))
	if _, err := t.disk.WriteAt(t.block, i*int64(len(t.block))); err != nil {
		return diskError("temporary file", "write", err).code(sqlite3.SQLITE_IOERR_WRITE)
	}
	return sqlite3.SQLITE_OK
}

func (t *tempFile) read(b []byte, off int64) int32 {
	short := off+int64(len(b)) > t.length
	if short {
		keep := max(0, t.length-off)
		clear(b[keep:])
		b = b[:keep]
	}
	for len(b) > 0 {
		if rc := t.load(off / tempBlock); rc != sqlite3.SQLITE_OK {
			clear(b)
			return rc
		}
		n := copy(b, t.block[off%tempBlock:tempBlock])
		b, off = b[n:], off+int64(n)
	}
	if short {
		return sqlite3.SQLITE_IOERR_SHORT_READ
	}
	return sqlite3.SQLITE_OK
}

func (t *tempFile) write(b []byte, off int64) int32 {
	for len(b) > 0 {
		i, in := off/tempBlock, off%tempBlock
		if in != 0 || len(b) < tempBlock {
			if rc := t.load(i); rc != sqlite3.SQLITE_OK {
				return rc
			}
		}
		n := copy(t.block[in:tempBlock], b)
		if rc := t.store(i); rc != sqlite3.SQLITE_OK {
			return rc
		}
		b, off = b[n:], off+int64(n)
		t.length = max(t.length, off)
	}
	return sqlite3.SQLITE_OK
}

// truncate shortens the file. What lies behind the new end in its last block is zeroed, since the file may grow
// over it again.
func (t *tempFile) truncate(size int64) int32 {
	if size >= t.length {
		return sqlite3.SQLITE_OK
	}
	blocks := (size + tempBlock - 1) / tempBlock
	if err := t.disk.Truncate(blocks * int64(len(t.block))); err != nil {
		return sqlite3.SQLITE_IOERR_TRUNCATE
	}
	t.length = size
	if size%tempBlock == 0 {
		return sqlite3.SQLITE_OK
	}
	if rc := t.load(blocks - 1); rc != sqlite3.SQLITE_OK {
		return rc
	}
	clear(t.block[size%tempBlock : tempBlock])
	return t.store(blocks - 1)
}

func (t *tempFile) sync() int32 { return sqlite3.SQLITE_OK } // nothing outlives the process

func (t *tempFile) size() (int64, int32) { return t.length, sqlite3.SQLITE_OK }

func (t *tempFile) close() int32 {
	t.sealer.forget()
	clear(t.block)
	if err := t.disk.Close(); err != nil {
		return sqlite3.SQLITE_IOERR_CLOSE
	}
	return sqlite3.SQLITE_OK
}

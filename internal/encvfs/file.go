package encvfs

import (
	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// fileMethods is the method table of our files. Version 2: without xFetch, since memory-mapped pages would be
// ciphertext.
func fileMethods() sqlite3.Tsqlite3_io_methods {
	return sqlite3.Tsqlite3_io_methods{
		FiVersion:               2,
		FxClose:                 pointerTo(plainFunc(xClose)),
		FxRead:                  pointerTo(transferFunc(xRead)),
		FxWrite:                 pointerTo(transferFunc(xWrite)),
		FxTruncate:              pointerTo(lengthFunc(xTruncate)),
		FxSync:                  pointerTo(flagFunc(xSync)),
		FxFileSize:              pointerTo(outFunc(xFileSize)),
		FxLock:                  pointerTo(flagFunc(xLock)),
		FxUnlock:                pointerTo(flagFunc(xUnlock)),
		FxCheckReservedLock:     pointerTo(outFunc(xCheckReservedLock)),
		FxFileControl:           pointerTo(controlFunc(xFileControl)),
		FxSectorSize:            pointerTo(plainFunc(xSectorSize)),
		FxDeviceCharacteristics: pointerTo(plainFunc(xDeviceCharacteristics)),
		FxShmMap:                pointerTo(mapFunc(xShmMap)),
		FxShmLock:               pointerTo(shmLockFunc(xShmLock)),
		FxShmBarrier:            pointerTo(barrierFunc(xShmBarrier)),
		FxShmUnmap:              pointerTo(flagFunc(xShmUnmap)),
	}
}

func xClose(_ *libc.TLS, file uintptr) int32 {
	h := handleOf(file)
	removeHandle(file)
	return h.close()
}

func xRead(_ *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
	return handleOf(file).read(bytesAt(buf, int(n)), off)
}

func xWrite(_ *libc.TLS, file, buf uintptr, n int32, off int64) int32 {
	return handleOf(file).write(bytesAt(buf, int(n)), off)
}

func xTruncate(_ *libc.TLS, file uintptr, size int64) int32 { return handleOf(file).truncate(size) }

func xSync(_ *libc.TLS, file uintptr, _ int32) int32 { return handleOf(file).sync() }

func xFileSize(_ *libc.TLS, file, out uintptr) int32 {
	n, rc := handleOf(file).size()
	*at[int64](out) = n
	return rc
}

// xFileControl knows two requests; the answer to every other is that we do not know it, which SQLite takes as
// "do as usual".
func xFileControl(_ *libc.TLS, file uintptr, op int32, arg uintptr) int32 {
	switch op {
	case sqlite3.SQLITE_FCNTL_SIZE_HINT:
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FCNTL_LOCKSTATE:
		if p, ok := handleOf(file).(*pageFile); ok {
			*at[int32](arg) = p.locks.level
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_NOTFOUND
}

func xSectorSize(*libc.TLS, uintptr) int32 { return pageSize }

// xDeviceCharacteristics: units are written whole and share no byte, so the powersafe overwrite that SQLite
// assumes of every file system carries over. Nothing else does.
func xDeviceCharacteristics(*libc.TLS, uintptr) int32 {
	return sqlite3.SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

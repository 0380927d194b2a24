package encvfs

import (
	"unsafe"

	"modernc.org/libc"
)

// SQLite is C translated to Go: its structures lie in memory of modernc.org/libc, and a function pointer is the
// address of a Go funcval. These few functions are all that knows so.

// Signatures of the methods of a VFS and of its files.
type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	nameFunc     = func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32
	transferFunc = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	lengthFunc   = func(*libc.TLS, uintptr, int64) int32
	flagFunc     = func(*libc.TLS, uintptr, int32) int32
	outFunc      = func(*libc.TLS, uintptr, uintptr) int32
	controlFunc  = func(*libc.TLS, uintptr, int32, uintptr) int32
	plainFunc    = func(*libc.TLS, uintptr) int32
	mapFunc      = func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32
	shmLockFunc  = func(*libc.TLS, uintptr, int32, int32, int32) int32
	barrierFunc  = func(*libc.TLS, uintptr)
)

// pointerTo gives a function as SQLite calls it. f must be a top-level function: a closure would be collected.
func pointerTo[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// at views C memory as a T.
func at[T any](p uintptr) *T { return (*T)(unsafe.Add(unsafe.Pointer(nil), p)) }

// bytesAt views n bytes of C memory. It is not inlined: inlined into a fixed-size copy it ends the Go 1.26.8
// compiler with "disjointTypes: one of arguments is not a pointer" (golang/go#81532).
//
//go:noinline
func bytesAt(p uintptr, n int) []byte { return unsafe.Slice(at[byte](p), n) }

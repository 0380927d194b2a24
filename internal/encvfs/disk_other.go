//go:build !linux

package encvfs

import "os"

// syncData makes content and size durable (F_FULLFSYNC on Apple systems, FlushFileBuffers on Windows).
func syncData(f *os.File) error { return f.Sync() }

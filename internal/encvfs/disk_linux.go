package encvfs

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncData makes content and size durable. A mark is rewritten in place at every commit: without the times of
// the inode, which fsync would write too, that costs no journal commit of the file system.
func syncData(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var syncErr error
	err = raw.Control(func(fd uintptr) {
		for {
			syncErr = unix.Fdatasync(int(fd))
			if syncErr != unix.EINTR {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return syncErr
}

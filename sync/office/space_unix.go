//go:build linux || darwin

package main

import "golang.org/x/sys/unix"

// freeSpace returns how many bytes a program may still write where dir stands.
func freeSpace(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}

//go:build unix

package vault

import "golang.org/x/sys/unix"

func fullError() error { return unix.ENOSPC }

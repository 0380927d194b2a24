//go:build unix && !linux && !darwin

package vault

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Harden keeps the memory of this process off the disk, so far as the system can: no core dumps. Programs
// call it first.
func Harden() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}

package vault

import "golang.org/x/sys/windows"

// Harden keeps the memory of this process off the disk, so far as the system can: a crash ends the process
// without a report. Programs call it first.
func Harden() error {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX)
	return nil
}

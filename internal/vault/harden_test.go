//go:build linux

package vault

import (
	"os"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

// TestHarden hardens a process of its own and asks the system.
func TestHarden(t *testing.T) {
	if os.Getenv("LEEWARD_TEST_HARDEN") == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestHarden$")
		cmd.Env = append(os.Environ(), "LEEWARD_TEST_HARDEN=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	if err := Harden(); err != nil {
		t.Fatal(err)
	}
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil || core != (unix.Rlimit{}) {
		t.Errorf("core dumps: got %+v, %v, want none", core, err)
	}
	if got, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0); err != nil || got != 0 {
		t.Errorf("dumpable: got %d, %v, want 0", got, err)
	}
}

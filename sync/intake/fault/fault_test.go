//go:build linux

package fault

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"leeward/internal/screening"
)

var (
	faults = flag.Int("faults", 2, "at how many system calls of each kind TestCrashAtAnySystemCall fails")
	kills  = flag.Int("kills", 5, "how often TestKilledOffice kills the office")
)

// TestCrashAtAnySystemCall lets the n-th write, sync or other call of the office's program fail, once or from there on,
// or be its last one. What a device was told is there afterwards, and everything arrives, once.
func TestCrashAtAnySystemCall(t *testing.T) {
	if err := exec.Command("strace", "-f", "-qq", "-e", "inject=fsync:error=EIO:when=9", "true").Run(); err != nil {
		t.Skipf("strace is not installed or may not trace here: %v", err)
	}
	base := newPlace(t)
	struck, told := 0, 0
	for _, c := range []struct{ call, fault string }{
		{"pwrite64", "error=EIO:when=%d"},
		{"pwrite64", "error=ENOSPC:when=%d+"},
		{"pwrite64", "signal=SIGKILL:when=%d"},
		{"fsync,fdatasync", "error=EIO:when=%d"},
		{"fsync,fdatasync", "error=EIO:when=%d+"},
		{"fsync,fdatasync", "signal=SIGKILL:when=%d"},
		{"ftruncate,unlinkat,openat", "signal=SIGKILL:when=%d"},
		{"pread64", "error=EIO:when=%d"},
	} {
		for i := range *faults {
			n := 3 + 4*i // strace counts for each thread
			if *faults > 10 {
				n = 1 + i
			}
			fault := fmt.Sprintf(c.fault, n)
			t.Run(c.call+" "+fault, func(t *testing.T) {
				p := base.again(t)
				words := []string{"strace", "-f", "-qq", "-o", os.DevNull, "-e", "inject=" + c.call + ":" + fault}
				if c.call == "pread64" || strings.Contains(c.call, "openat") { // the program itself is to be loaded
					for _, name := range []string{"office.db", "office.db-wal", "office.db-tags", "parts"} {
						words = append(words, "-P", filepath.Join(p.dir, "disk", name))
					}
				}
				if p.failing(words...) {
					struck++
				}
				told += p.holds("after the fault")
				p.arrives()
			})
		}
	}
	t.Logf("%d offices failed; %d batches had been acknowledged", struck, told)
	if struck < *faults || *faults > 10 && told == 0 {
		t.Error("hardly anything failed, or nothing went well: this test shows nothing")
	}
}

// failing hands interviews to an office that runs under another program, and says whether anything failed.
func (p *place) failing(under ...string) (failed bool) {
	p.t.Helper()
	o := p.serve(under...)
	if o == nil {
		return true
	}
	for _, size := range []int{200, 60 << 10, 200} {
		p.finish(size)
		failed = p.sync() != nil || failed
	}
	select {
	case <-o.ended:
		failed = true
	default:
		o.stop()
	}
	return failed
}

// TestKilledOffice kills the office at any moment of what it does for a device, again and again.
func TestKilledOffice(t *testing.T) {
	p := newPlace(t)
	dice := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	told := 0
	for range *kills {
		o := p.serve()
		wait := time.Duration(dice.Int64N(int64(150 * time.Millisecond)))
		done := time.AfterFunc(wait, func() { _ = o.c.Process.Kill() })
		for _, size := range []int{300, 50 << 10, 300, 50 << 10} {
			p.finish(size)
			_ = p.sync()
		}
		done.Stop()
		o.kill()
		told = p.holds("after a kill")
	}
	t.Logf("%d kills; %d of %d batches were acknowledged before the calm", *kills, told, len(p.box.Batches))
	p.arrives()
}

// TestFullDisk: an office whose disk is full says so, keeps what it acknowledged, and takes the rest when there is room.
func TestFullDisk(t *testing.T) {
	base := newPlace(t)
	p := base.again(t)
	disk := filepath.Join(p.dir, "disk")
	if err := unix.Mount("leeward-test", disk, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small disk needs root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(disk, unix.MNT_DETACH) })
	ok(t, os.CopyFS(disk, os.DirFS(filepath.Join(base.dir, "disk"))))
	ballast := filepath.Join(disk, "ballast")
	ok(t, os.WriteFile(ballast, make([]byte, 2<<20), 0o600))
	o := p.serve()
	full := 0
	for range 60 {
		p.finish(60 << 10)
		err := p.sync()
		if code := refusal(err); code == screening.EFull {
			if full++; full == 5 {
				break
			}
		} else if err != nil {
			t.Logf("the disk is nearly full: %v", err)
		}
	}
	if full == 0 {
		t.Error("the office never said that its disk is full")
	}
	o.kill() // a full disk and then no power
	if db, err := records(p.dir); err == nil {
		ok(t, db.Close())
	} else if screening.CodeOf(err) != screening.EFull {
		t.Errorf("open on a full disk: got %v, want E_FULL", err)
	}
	ok(t, os.Remove(ballast))
	told := p.holds("with room again")
	t.Logf("%d batches were acknowledged before the disk was full", told)
	p.arrives()
}

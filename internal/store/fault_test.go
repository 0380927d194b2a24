//go:build linux

package store

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"leeward/internal/screening"
)

var faults = flag.Int("faults", 4, "at how many system calls of each kind TestFailingSystemCalls fails")

// TestFailingSystemCalls lets the n-th read, write, sync or rename of a program fail, for each n, once or from there on: what was
// acknowledged is there afterwards, nothing is there in part, and the program was told by a code what happened.
func TestFailingSystemCalls(t *testing.T) {
	if err := exec.Command("strace", "-f", "-qq", "-e", "inject=fsync:error=EIO:when=9", "true").Run(); err != nil {
		t.Skipf("strace is not installed or may not trace here: %v", err)
	}
	failed := 0
	for _, c := range []struct {
		call, error, when string
		code              screening.Code
	}{
		{"pwrite64", "ENOSPC", "%d", screening.CodeDiskFull},
		{"pwrite64", "EIO", "%d+", screening.CodeDisk},
		{"fdatasync", "EIO", "%d", screening.CodeDisk},
		{"fdatasync", "EIO", "%d+", screening.CodeDisk},
		{"fsync", "EIO", "%d", screening.CodeDisk},
		{"pread64", "EIO", "%d", screening.CodeDisk},
		{"pread64", "EIO", "%d+", screening.CodeDisk},
		{"rename,renameat,renameat2", "EIO", "%d", screening.CodeDisk},
		{"rename,renameat,renameat2", "ENOSPC", "%d", screening.CodeDiskFull},
		{"openat", "EROFS", "%d+", screening.CodeDisk},
	} {
		for i := range *faults {
			n := 1 + i*i // close together while the file is made, further apart later
			name := fmt.Sprintf("%s %s at "+c.when, c.call, c.error, n)
			t.Run(name, func(t *testing.T) {
				failed += failingAt(t, c.call+":error="+c.error+":when="+fmt.Sprintf(c.when, n), c.code)
			})
		}
	}
	t.Logf("%d operations failed", failed)
	if failed < *faults {
		t.Error("hardly anything failed: this test cannot fail")
	}
}

// failingAt runs saveWhatGoes under strace and looks at what it left. It returns how many operations failed.
func failingAt(t *testing.T, inject string, code screening.Code) (failed int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "device.lwd")
	args := []string{"-f", "-qq", "-o", os.DevNull, "-e", "inject=" + inject}
	if strings.HasPrefix(inject, "pread64") || strings.HasPrefix(inject, "openat") { // the program itself is to be loaded
		for _, suffix := range []string{"", "-wal", "-tags", "-new"} {
			args = append(args, "-P", path+suffix)
		}
	}
	cmd := exec.CommandContext(t.Context(), "strace", append(args, os.Args[0], "-test.run=^$")...)
	cmd.Env = append(os.Environ(), killMe+"="+path, killMe+"_AT=faults")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var id screening.InterviewID
	acked := 0
	for line := range strings.Lines(string(out)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch n, err := strconv.Atoi(rest); {
		case word == "saved" && err == nil:
			acked = n
		case word == "saved":
			id, err = screening.ParseInterviewID(rest)
			ok(t, err)
		case word == "failed" && strings.Contains(rest, " "+string(code)+" "):
			failed++
		default:
			t.Errorf("got %q, want an error of code %s", line, code)
		}
	}
	s, err := Open(t.Context(), path, testKey, Options{})
	if err != nil {
		t.Fatalf("open on a disk that works again: %v, after\n%s", err, out)
	}
	defer func() { ok(t, s.Close()) }()
	var verdict string
	ok(t, s.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("integrity: %s", verdict)
	}
	if id == (screening.InterviewID{}) {
		return failed
	}
	got, err := s.Interview(t.Context(), id)
	ok(t, err)
	if n := len(got.Answers); n < acked || n > acked+1 {
		t.Errorf("%d answers are there, %d were acknowledged:\n%s", n, acked, out)
	}
	for i, r := range got.Answers {
		if r != said(uint64(i+1), "/data/q1", strconv.Itoa(i+1)) {
			t.Errorf("answer %d is not what was saved", i+1)
		}
	}
	return failed
}

// TestAFullDisk fills a small disk with answers. What was acknowledged is there, with the disk full and after there
// is room again; the answer that did not fit is saved then.
func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("leeward-test", dir, "tmpfs", 0, "size=1200k"); err != nil {
		t.Skipf("a small disk needs root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	ballast := filepath.Join(dir, "ballast")
	ok(t, os.WriteFile(ballast, make([]byte, 300<<10), 0o600))
	path := filepath.Join(dir, "device.lwd")
	s := openAt(t, path)
	iv := begun(t, s, 0)
	long := strings.Repeat("long ", 800)
	save := func(seq int) error {
		return s.SaveAnswer(t.Context(), iv.ID, said(uint64(seq), "/data/q1", long+strconv.Itoa(seq)))
	}
	acked := 0
	var full error
	for full == nil && acked < 2000 {
		if full = save(acked + 1); full == nil {
			acked++
		}
	}
	wantCode(t, full, screening.CodeDiskFull)
	check := func(when string) {
		t.Helper()
		got, err := s.Interview(t.Context(), iv.ID)
		ok(t, err)
		if n := len(got.Answers); n != acked {
			t.Fatalf("%s: %d answers are there, %d were acknowledged", when, n, acked)
		}
		for i, r := range got.Answers {
			if r != said(uint64(i+1), "/data/q1", long+strconv.Itoa(i+1)) {
				t.Fatalf("%s: answer %d is not what was saved", when, i+1)
			}
		}
	}
	check("full")
	wantCode(t, save(acked+1), screening.CodeDiskFull) // again, and still nothing half-written
	check("full, tried again")
	if err := s.Close(); err != nil { // the log may find no room in the main file
		wantCode(t, err, screening.CodeDiskFull)
	}
	if again, err := Open(t.Context(), path, testKey, Options{}); err == nil {
		s = again
		check("opened while full")
		if err := s.Close(); err != nil {
			wantCode(t, err, screening.CodeDiskFull)
		}
	} else if code := screening.CodeOf(err); code != screening.CodeDiskFull {
		t.Errorf("open while full: got %v, want disk_full", err)
	}
	ok(t, os.Remove(ballast))
	s = openAt(t, path)
	check("after room was made")
	ok(t, save(acked+1))
	acked++
	check("and the answer that did not fit")
}

// TestAReadOnlyDisk opens a store on a disk that takes no writes: the device is told so by a code, nothing changes, and
// everything is there when the disk takes writes again.
func TestAReadOnlyDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("leeward-test", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("a disk of its own needs root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	path := filepath.Join(dir, "device.lwd")
	s := openAt(t, path)
	iv := begun(t, s, 7)
	ok(t, s.Close())
	ok(t, unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, "size=8m"))
	_, err := Open(t.Context(), path, testKey, Options{})
	wantCode(t, err, screening.CodeDisk)
	_, err = Open(t.Context(), filepath.Join(dir, "another.lwd"), testKey, Options{})
	wantCode(t, err, screening.CodeDisk)
	ok(t, unix.Mount("", dir, "", unix.MS_REMOUNT, "size=8m"))
	s = openAt(t, path)
	if got, err := s.Interview(t.Context(), iv.ID); err != nil || len(got.Answers) != 7 || len(s.Warnings()) > 0 {
		t.Errorf("got %d answers, %v, warnings %v; want 7 and none", len(got.Answers), err, s.Warnings())
	}
}

// TestAnEraseWithoutRoom: somebody withdraws while the disk is full. What cannot be seen through now keeps nobody from
// the other interviews, and is seen through when there is room.
func TestAnEraseWithoutRoom(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("leeward-test", dir, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("a small disk needs root: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	path, ballast := filepath.Join(dir, "device.lwd"), filepath.Join(dir, "ballast")
	s := openAt(t, path)
	stays := begun(t, s, 0)
	for seq := range 120 {
		r := said(uint64(seq+1), "/data/q1", "")
		r.Answer.Value = strings.Repeat("stays ", 800)
		ok(t, s.SaveAnswer(t.Context(), stays.ID, r))
	}
	goes := begun(t, s, 30)
	ok(t, s.emptyLog(t.Context()))
	var disk unix.Statfs_t
	ok(t, unix.Statfs(dir, &disk))
	ok(t, os.WriteFile(ballast, make([]byte, int64(disk.Bavail)*int64(disk.Bsize)-400<<10), 0o600))
	_, err := s.Withdraw(t.Context(), goes.ID, noon)
	wantCode(t, err, screening.CodeDiskFull)
	if owed, err := s.unclean(t.Context()); !owed || err != nil {
		t.Fatalf("the withdrawal itself did not go through: owed %t, %v", owed, err)
	}
	_ = s.Close()
	s = openAt(t, path)
	if got, err := s.Interview(t.Context(), stays.ID); err != nil || len(got.Answers) != 120 {
		t.Errorf("opened without room: got %d answers, %v; want 120", len(got.Answers), err)
	}
	if _, err := s.Interview(t.Context(), goes.ID); err == nil {
		t.Error("who withdrew is back")
	}
	ok(t, os.Remove(ballast))
	s = reopen(t, s, path)
	if owed, err := s.unclean(t.Context()); owed || err != nil {
		t.Errorf("with room again, an erase is owed: %t, %v", owed, err)
	}
	if file := decrypted(t, s); shows(file) || bytes.Contains(file, []byte(goes.Code)) {
		t.Error("what was withdrawn is still in the file")
	}
}

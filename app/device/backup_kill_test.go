package device_test

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKilledBackup kills a program that backs a device up, wherever it is: what is left is no backup, and shows no vault
// that would open to less than there was, or it is a whole one. The device is as it was, and the next backup is made.
func TestKilledBackup(t *testing.T) {
	if dir := os.Getenv("LEEWARD_TEST_BACKUP_OF"); dir != "" {
		fmt.Println("begun")
		if _, _, err := newDevice(t, dir).Backup(context.Background(), os.Getenv("LEEWARD_TEST_BACKUP_TO")); err != nil {
			t.Fatal(err)
		}
		return
	}
	ctx, dir, to := t.Context(), t.TempDir(), filepath.Join(t.TempDir(), "copy")
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	belong(t, dir, d)
	kept := keep(t, d)
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	before := allFiles(t, dir)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 3))
	for i := range *kills {
		at := r.IntN(len(before) + 2) // files, of the copy; beyond all of them it may be done
		if i == 0 {
			at = len(before)
		}
		killBackup(t, dir, to, at)
		if _, err := os.Stat(to); err == nil {
			opensWith(t, to, kept)
			if err := os.RemoveAll(to); err != nil {
				t.Fatal(err)
			}
		} else if left := allFiles(t, to+".part"); left["vault"] != "" && !maps.Equal(left, before) {
			t.Errorf("kill %d at file %d: a vault stands beside %d files of %d", i, at, len(left)-1, len(before)-1)
		}
		if after := allFiles(t, dir); !maps.Equal(after, before) {
			t.Fatalf("kill %d at file %d: the device has changed", i, at)
		}
	}
	if _, _, err := d.Backup(ctx, to); err != nil { // over what the last kill left
		t.Fatal(err)
	}
	if got := allFiles(t, to); !maps.Equal(got, before) {
		t.Errorf("the backup afterwards has %d files, want %d, or they differ", len(got), len(before))
	}
	if _, err := os.Stat(to + ".part"); err == nil {
		t.Error("what a kill left is still there")
	}
	opensWith(t, dir, kept)
}

// allFiles reads a folder, but for locks; an empty map if it is not there.
func allFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) == ".lock" {
			return err
		}
		name, err1 := filepath.Rel(dir, path)
		b, err2 := os.ReadFile(path)
		if err1 == nil {
			files[name] = string(b)
		}
		return err2
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

// opensWith opens a device, which has to have so many drafts.
func opensWith(t *testing.T, dir string, drafts int) {
	t.Helper()
	d := newDevice(t, dir)
	if err := d.Unlock(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Drafts(t.Context()); err != nil || len(got) != drafts {
		t.Errorf("%d drafts, %v; want %d", len(got), err, drafts)
	}
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// killBackup begins a backup and kills it once so many files are there, if it is not done before.
func killBackup(t *testing.T, dir, to string, files int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKilledBackup$")
	cmd.Env = append(os.Environ(), "LEEWARD_TEST_BACKUP_OF="+dir, "LEEWARD_TEST_BACKUP_TO="+to)
	if err := os.RemoveAll(to + ".part"); err != nil { // so that what is counted is of this one
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("a backup that nobody killed: %v", err)
			}
			return
		default:
		}
		if count(to+".part") >= files {
			_ = cmd.Process.Kill()
			<-ended
			return
		}
		time.Sleep(100 * time.Microsecond) // the program that is watched wants the processor
	}
}

func count(dir string) (n int) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return nil
	})
	return n
}

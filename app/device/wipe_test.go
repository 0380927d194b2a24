package device_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

var kills = flag.Int("kills", 6, "how often a change of people or a wipe is killed")

// TestWipe names what would be lost, asks for the passphrase, and leaves what needs none.
func TestWipe(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	keep(t, d)
	if l, err := d.Loss(ctx); err != nil || l != (device.Loss{Drafts: 1}) {
		t.Errorf("loss: got %+v, %v", l, err)
	}
	outbox := filepath.Join(dir, "outbox", "invented.lwb")
	if err := os.WriteFile(outbox, []byte("sealed"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Wipe(ctx, vault.Passphrase("another one")); screening.CodeOf(err) != screening.CodeWrongPassphrase || d.Fresh() {
		t.Errorf("a wrong passphrase: fresh %t, %v", d.Fresh(), err)
	}
	if err := d.Wipe(ctx, vault.Passphrase(passphrase)); err != nil || !d.Fresh() {
		t.Fatalf("wipe: fresh %t, %v", d.Fresh(), err)
	}
	wiped(t, dir)
	if _, err := d.Counts(ctx); err == nil {
		t.Error("a wiped device answers")
	}
	if err := d.Create(ctx, colleague); err != nil {
		t.Fatalf("a new beginning: %v", err)
	}
	if got := keep(t, d); got != 1 {
		t.Errorf("after the new beginning: %d drafts", got)
	}
	if err := d.Wipe(ctx, vault.Passphrase(colleague)); err != nil { // what the first one left stays
		t.Fatal(err)
	}
	wiped(t, dir)
}

// wiped checks that nothing is left but what needs no passphrase.
func wiped(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"vault", "vault.new", "wipe", "store?.db*", "recovery", "outbox", "capsules?", "practice*"} {
		if left, _ := filepath.Glob(filepath.Join(dir, name)); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	}
	if sealed, _ := filepath.Glob(filepath.Join(dir, "left-*", "outbox", "invented.lwb")); len(sealed) != 1 {
		t.Errorf("sealed batches that stay: %v", sealed)
	}
	if pool, _ := filepath.Glob(filepath.Join(dir, "left-*", "capsules?", "*")); len(pool) < 2*vault.PoolSlots {
		t.Errorf("recovery copies that stay: %d", len(pool))
	}
}

// TestKilled kills a program of its own in the middle of removing a person, and in the middle of a wipe, again and
// again: what was kept is there, for everybody who stays; or it is gone, and the device is fresh.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("LEEWARD_TEST_DEVICE"); dir != "" {
		d := newDevice(t, dir)
		if err := d.Unlock(t.Context(), passphrase); err != nil {
			t.Fatal(err)
		}
		fmt.Println("begun")
		if os.Getenv("LEEWARD_TEST_WHAT") == "wipe" {
			if err := d.Wipe(t.Context(), vault.Passphrase(passphrase)); err != nil {
				t.Fatal(err)
			}
		} else if err := d.RemovePerson(t.Context(), vault.Passphrase(passphrase), 1); err != nil {
			t.Fatal(err)
		} else {
			rekeyed(t, d)
		}
		return
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range *kills {
		what := []string{"remove", "wipe"}[i%2]
		dir := t.TempDir()
		d := newDevice(t, dir)
		if err := d.Create(t.Context(), passphrase); err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddPerson(t.Context(), vault.Passphrase(passphrase), leaving); err != nil {
			t.Fatal(err)
		}
		kept := keep(t, d)
		if err := os.WriteFile(filepath.Join(dir, "outbox", "invented.lwb"), []byte("sealed"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := d.Lock(t.Context()); err != nil {
			t.Fatal(err)
		}
		killed := killWithin(t, dir, what, r)
		if what == "wipe" && d.Fresh() {
			wiped(t, dir)
			continue
		}
		if err := d.Unlock(t.Context(), passphrase); err != nil {
			t.Fatalf("kill %d (%s after %s): %v", i, what, killed, err)
		}
		rekeyed(t, d)
		drafts, err := d.Drafts(t.Context())
		if err != nil || len(drafts) != kept {
			t.Errorf("kill %d (%s after %s): %d drafts, %v", i, what, killed, len(drafts), err)
		}
		places, err := d.People(t.Context())
		if err != nil || len(places) < 1 {
			t.Errorf("kill %d: people %v, %v", i, places, err)
		}
		if err := d.Lock(t.Context()); err != nil {
			t.Fatal(err)
		}
		err = d.Unlock(t.Context(), leaving)
		if in := err == nil; in != (len(places) == 2) {
			t.Errorf("kill %d (%s after %s): who left gets in: %t, %v", i, what, killed, in, err)
		}
	}
}

// killWithin runs the program and kills it at some time in what it does; sometimes it was done before.
func killWithin(t *testing.T, dir, what string, r *rand.Rand) time.Duration {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKilled$")
	cmd.Env = append(os.Environ(), "LEEWARD_TEST_DEVICE="+dir, "LEEWARD_TEST_WHAT="+what)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	after := time.Duration(r.Int64N(int64(250 * time.Millisecond)))
	time.Sleep(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return after
}

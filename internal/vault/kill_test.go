package vault

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/seal"
)

var (
	kills    = flag.Int("kills", 16, "how often a program that changes a vault is killed")
	killSeed = flag.Uint64("kill-seed", 0, "of the times of the kills; drawn if 0")
)

// Passphrases of the vault that is killed: the first person changes between two, and between key files and none.
var (
	killedFirst  = [][]byte{right, []byte("the other of two")}
	killedSecond = []byte("second screener")
	killedThird  = []byte("third screener")
)

// sticks are where the first person keeps key files, of a vault that is killed.
func sticks(path string) []string { return []string{path + "-stick-a", path + "-stick-b"} }

// opensFirst opens the vault for the first person, whichever of their passphrases holds, alone or with which key file of
// theirs. That is found out without a try, for they are many.
func opensFirst(ctx context.Context, path string, o Options) (v *Vault, held Secret, err error) {
	f, err := readFile(path, o.now())
	if err != nil {
		return nil, held, err
	}
	files := []*KeyFile{nil}
	for _, stick := range sticks(path) {
		if k, err := LoadKeyFile(stick); err == nil {
			files = append(files, k)
		}
	}
	for _, words := range killedFirst {
		for _, k := range files {
			held = Secret{words, k}
			stretched, err := f.record.stretch(ctx, held)
			if err != nil {
				return nil, held, err
			}
			if master, _, err := f.record.find(stretched, entrance{0, anyHalf}.admits); master == nil || err != nil {
				continue
			}
			v, err = UnlockAt(ctx, path, 0, held, o)
			return v, held, err
		}
	}
	return nil, held, errPassphrase
}

// anotherKeyFile puts a new key file beside the passphrase of the first person, on the stick that does not have the one
// that holds.
func anotherKeyFile(ctx context.Context, path string, v *Vault, held *Secret) error {
	for _, stick := range sticks(path) {
		if k, err := LoadKeyFile(stick); err == nil && held.KeyFile != nil && *k == *held.KeyFile {
			continue
		}
		err := v.MakeKeyFile(ctx, *held, func(file []byte) ([]byte, error) {
			if err := keep(stick, file); err != nil {
				return nil, err
			}
			return os.ReadFile(stick)
		})
		if err != nil {
			return err
		}
		held.KeyFile, err = LoadKeyFile(stick)
		return err
	}
	return errors.New("both sticks have the key file that holds")
}

// changeUntilKilled does everything that can be done to a vault, again and again.
func changeUntilKilled(path string, o Options, r *rand.Rand) error {
	ctx := context.Background()
	v, held, err := opensFirst(ctx, path, o)
	if err != nil {
		return err
	}
	fmt.Println("begun")
	for {
		switch r.IntN(9) {
		case 0:
			fresh := killedFirst[0]
			if string(held.Passphrase) == string(fresh) {
				fresh = killedFirst[1]
			}
			if err = v.ChangePassphrase(ctx, held, fresh); err == nil {
				held.Passphrase = fresh
			}
		case 1:
			if _, err = v.AddPassphrase(ctx, held, killedThird); errors.Is(err, ErrTaken) {
				err = nil
			}
		case 2:
			if err = v.RemovePassphrase(ctx, held, 2); errors.Is(err, ErrNobody) || errors.Is(err, ErrPending) {
				err = nil
			}
		case 3:
			if v.Rekeying() {
				err = v.EndRekeying(ctx)
			}
		case 4:
			err = v.SetFront(ctx, held, front, func(int, encvfs.Key) error { return nil })
		case 5:
			if err = v.DropFront(ctx); errors.Is(err, ErrNoFront) {
				err = nil
			}
		case 6:
			err = v.SetLimit(ctx, []int{0, MinLimit}[r.IntN(2)])
		case 7:
			err = anotherKeyFile(ctx, path, v, &held)
		case 8:
			if err = v.DropKeyFile(ctx, held); err == nil {
				held.KeyFile = nil
			}
		}
		if err != nil {
			return err
		}
	}
}

// TestKill kills a program in the middle of whatever it does to a vault: afterwards the first person gets in with one
// of two passphrases, alone or with a key file that is on one of two sticks, the second with theirs, both to the same keys, and no copy of the record is damaged.
func TestKill(t *testing.T) {
	if path := os.Getenv("LEEWARD_TEST_CHANGED"); path != "" {
		now, err := time.Parse(time.RFC3339, os.Getenv("LEEWARD_TEST_NOW"))
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Weak: true, Now: func() time.Time { return now }}
		t.Fatal(changeUntilKilled(path, o, rand.New(rand.NewPCG(uint64(now.Unix()), 1))))
	}
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	c := newClock()
	o := c.options()
	path, v := made(t, o)
	add(t, v, killedSecond)
	batch := v.Signer("batch").Public()
	for i := range *kills {
		c.forward(time.Hour) // past all waiting
		killChanging(t, path, c, time.Duration(r.Int64N(int64(100*time.Millisecond))))
		c.forward(time.Hour)
		f, err := readFile(path, c.t)
		if err != nil || f.worn {
			t.Fatalf("kill %d: worn %t, %v", i, f != nil && f.worn, err)
		}
		mustOpen(t, i, batch, func() (*Vault, error) { v, _, err := opensFirst(t.Context(), path, o); return v, err }, 0)
		mustOpen(t, i, batch, func() (*Vault, error) { return UnlockAt(t.Context(), path, 1, Passphrase(killedSecond), o) }, 1)
	}
}

// mustOpen opens the vault, and checks keys and people.
func mustOpen(t *testing.T, i int, batch seal.PublicKey, open func() (*Vault, error), place int) {
	t.Helper()
	v, err := open()
	if err != nil {
		t.Fatalf("kill %d: place %d: %v", i, place, err)
	}
	people, me := v.People()
	if v.Signer("batch").Public() != batch || me != place || !slices.Contains(people, 1-place) {
		t.Fatalf("kill %d: place %d: opened at %d, people %v, or other keys", i, place, me, people)
	}
	v.Lock()
}

func killChanging(t *testing.T, path string, c *clock, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestKill$")
	cmd.Env = append(os.Environ(), "LEEWARD_TEST_CHANGED="+path, "LEEWARD_TEST_NOW="+c.t.Format(time.RFC3339))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 512)
	n, err := out.Read(said)
	if err != nil || string(said[:n]) != "begun\n" {
		t.Fatalf("the program that was to be killed said %q, %v", said[:n], err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// TestRandomFlips writes over random bytes of a whole file, slots and counters included, up to eight at once: the vault
// opens with the right keys, or says why not; never with others, and never with a passphrase that is none.
func TestRandomFlips(t *testing.T) {
	c := newClock()
	path, v := made(t, c.options())
	batch := v.Signer("batch").Public()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stretched, err := recordOf(t, path).stretch(t.Context(), Passphrase(right))
	if err != nil {
		t.Fatal(err)
	}
	strange, err := recordOf(t, path).stretch(t.Context(), Passphrase(wrong))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	opened, refused := 0, 0
	for n := range 1000 {
		bad := slices.Clone(whole)
		for range 1 + r.IntN(8) {
			bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
		}
		resumSome(bad, r)
		f, err := parseFile(bad, c.t)
		if err != nil {
			refused++
			continue
		}
		all := entrance{Anyone, anyHalf}.admits
		if n%4 == 0 {
			if master, _, err := f.record.find(strange, all); err != nil || master != nil {
				t.Fatalf("a passphrase that is none opens: %v", err)
			}
		}
		master, at, err := f.record.find(stretched, all)
		if err != nil {
			t.Fatal(err)
		}
		if master == nil {
			refused++
			continue
		}
		b, err := f.record.openBody(at.half, master)
		if err != nil {
			refused++
			continue
		}
		ring, err := ringOf(b, at, master)
		if err != nil || ring.sign["batch"].Public() != batch {
			t.Fatalf("other keys: %v", err)
		}
		opened++
	}
	if opened < 100 || refused < 100 {
		t.Errorf("%d opened, %d refused: the test looks at one side only", opened, refused)
	}
}

// resumSome makes checksums right again, now and then, as somebody could who writes to the file.
func resumSome(b []byte, r *rand.Rand) {
	if r.IntN(2) == 0 {
		resum(b)
	}
}

// FuzzFiles reads anything as what people bring from outside: no panic, and nothing of it holds.
func FuzzFiles(f *testing.F) {
	_, v := made(f, newClock().options())
	file, err := v.SealRecovery([16]byte{7}, 1, []seal.Recipient{v.Recipient("inbox")})
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(f.TempDir(), "asks")
	if _, err := Create(f.Context(), path, right, everything, newClock().options()); err != nil {
		f.Fatal(err)
	}
	request, err := AskRecovery(f.Context(), path, []byte("fresh one"), file, newClock().options())
	if err != nil {
		f.Fatal(err)
	}
	key := seal.NewSigner([32]byte{1})
	order, err := SignOrder(Order{Act: ActWipe}, key, seal.NewSigner([32]byte{2}))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{file, request, order} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if asked, err := ParseRequest(b); err == nil && len(asked.Words()) != requestWords {
			t.Error("a request without its words")
		}
		if o, err := VerifyOrder(b, []seal.PublicKey{key.Public()}); err == nil {
			t.Errorf("one key signed an order alone: %+v", o)
		}
		if part, err := sealedPart(b); err == nil && len(part) > len(b) {
			t.Error("more is sealed than there is")
		}
		if _, err := openAnswer(b, waitingWire{}); err == nil {
			t.Error("an answer opens without its key")
		}
	})
}

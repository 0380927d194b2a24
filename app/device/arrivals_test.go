package device_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
)

func TestArrivals(t *testing.T) {
	clock := &watch{at: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)}
	dir := filepath.Join(t.TempDir(), "device")
	d := device.New(dir, device.Options{
		Form: instrument.Form(), Now: clock.now, Vault: vault.Options{KDF: vault.FloorKDF, Weak: true},
	})
	t.Cleanup(func() { _ = d.Lock(t.Context()) })
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	const word = "MARKERarrival"
	for n := 1; n <= 20; n++ {
		one := device.Arrival{Answers: schema.Answers{"/data/needs/c1": {Value: word}, "/data/needs/c2": {Missing: schema.Declined}}}
		if got, err := d.SaveArrival(t.Context(), one); err != nil || got != n {
			t.Fatalf("person %d got number %d, %v", n, got, err)
		}
		clock.pass(time.Minute)
	}
	if err := d.EraseArrival(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	if got, err := d.SaveArrival(t.Context(), device.Arrival{}); err != nil || got != 21 {
		t.Errorf("after an erasure the next number is %d, %v; want one that nobody had", got, err)
	}
	if _, err := d.SaveArrival(t.Context(), device.Arrival{Number: 3, Answers: schema.Answers{"/data/needs/c9": {Value: "none"}}}); err != nil {
		t.Fatal(err)
	}
	list, err := d.Arrivals(t.Context())
	if err != nil || len(list) != 20 || list[2].Answers["/data/needs/c9"].Value != "none" || len(list[2].Answers) != 1 {
		t.Fatalf("%d people, %v: want 20, the third changed", len(list), err)
	}
	if said := fmt.Sprintf("%v %+v %#v", list, list[0], list[0]); strings.Contains(said, word) {
		t.Errorf("an arrival prints what was said: %s", said)
	}
	clock.pass(device.ArrivalsFor - 15*time.Minute)
	list, err = d.Arrivals(t.Context())
	if err != nil || !slices.ContainsFunc(list, func(a device.Arrival) bool { return a.Number == 21 }) || list[0].Number != 6 {
		t.Fatalf("after the days of a list %d people are there, the first %v, %v", len(list), list[0], err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, err := os.ReadFile(filepath.Join(dir, f.Name())); err == nil && strings.Contains(string(b), word) {
			t.Errorf("%s shows what was said", f.Name())
		}
	}
}

// Two devices give the numbers of one group between them, each every other one; a number that is taken over is kept,
// and given to nobody else.
func TestAGroupIsSplitByNumbers(t *testing.T) {
	given := map[int]int{}
	for n := 1; n <= 2; n++ {
		d := newDevice(t, filepath.Join(t.TempDir(), "device"))
		if err := d.Create(t.Context(), passphrase); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []device.Share{{Device: 3, Of: 2}, {Device: 0, Of: 2}, {Device: 1, Of: device.MaxShares + 1}, {Device: -1, Of: 2}} {
			if err := d.SetSharing(t.Context(), bad); err == nil {
				t.Errorf("device %d of %d is taken", bad.Device, bad.Of)
			}
		}
		if err := d.SetSharing(t.Context(), device.Share{Device: n, Of: 2}); err != nil {
			t.Fatal(err)
		}
		if got, err := d.SaveArrival(t.Context(), device.Arrival{Number: n + 4}); err != nil || got != n+4 {
			t.Fatalf("number %d was taken over as %d, %v", n+4, got, err)
		}
		given[n+4]++
		for range 5 {
			number, err := d.SaveArrival(t.Context(), device.Arrival{})
			if err != nil || number%2 != n%2 {
				t.Fatalf("device %d gives number %d, %v", n, number, err)
			}
			given[number]++
		}
		if err := d.Lock(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.Unlock(t.Context(), passphrase); err != nil {
			t.Fatal(err)
		}
		if s, err := d.Sharing(t.Context()); err != nil || s != (device.Share{Device: n, Of: 2}) {
			t.Errorf("after a lock the device gives part %v, %v", s, err)
		}
	}
	for number, times := range given {
		if times != 1 || number > 12 {
			t.Errorf("number %d was given %d times", number, times)
		}
	}
	if len(given) != 12 {
		t.Errorf("%d numbers, want 12", len(given))
	}
}

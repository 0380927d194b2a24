package device_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"leeward/app/device"
)

// Numbers that people wrote down are there after a lock, for the needs that they are for.
func TestNumbersStay(t *testing.T) {
	d := newDevice(t, filepath.Join(t.TempDir(), "device"))
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	clinic := device.Number{Needs: []string{"medical"}, Name: " Quay Clinic ", Phone: "+999 2", Hours: "8 to 22"}
	leader := device.Number{Name: "Shift leader", Phone: "12"}
	for _, n := range []device.Number{clinic, leader} {
		if err := d.AddNumber(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []device.Number{{Name: "x"}, {Phone: "1"}, {Name: " ", Phone: "1"}, {Name: strings.Repeat("x", 201), Phone: "1"}} {
		if err := d.AddNumber(t.Context(), bad); !errors.Is(err, device.ErrNumber) {
			t.Errorf("%q %q: %v", bad.Name, bad.Phone, err)
		}
	}
	if err := errors.Join(d.Lock(t.Context()), d.Unlock(t.Context(), passphrase)); err != nil {
		t.Fatal(err)
	}
	all, err := d.Numbers(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "Quay Clinic" || !all[0].Ours {
		t.Fatalf("kept: %+v, %v", all, err)
	}
	if !all[0].For("medical") || all[0].For("safety") || !all[1].For("safety") {
		t.Error("a number is not for the needs that it was written down for")
	}
	if err := d.RemoveNumber(t.Context(), clinic); err != nil {
		t.Fatal(err)
	}
	if err := d.RemoveNumber(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	if all, err = d.Numbers(t.Context()); err != nil || len(all) != 1 || all[0].Phone != "12" {
		t.Errorf("left: %+v, %v", all, err)
	}
}

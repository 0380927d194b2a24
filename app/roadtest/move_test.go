package roadtest

import (
	"testing"

	"leeward/internal/screening"
	"leeward/internal/vault"
)

// TestADeviceMovesToAnotherOffice: what it holds was said to its office, and none of it goes to another. It is wiped, and
// begins anew there as a device that nobody knows; what it had sealed can still be handed in where it belongs.
func TestADeviceMovesToAnotherOffice(t *testing.T) {
	here, there := newOffice(t), newOffice(t)
	f := here.field(t)
	first := f.interview()
	f.sync()
	last := f.interview()
	wantCode(t, f.Enrol(background, there.code()), screening.CodeOtherOffice)
	office, err := f.Office(background)
	if err != nil || !office.Enrolled {
		t.Fatalf("a code of another office ended the enrolment: %+v, %v", office, err)
	}
	ok(t, f.Lock(background)) // seals
	f.reopen()
	ok(t, f.Wipe(background, vault.Passphrase(passphrase)))
	left := t.TempDir()
	ok(t, copyFolder(f.dir, left))
	ok(t, f.Create(background, passphrase))
	ok(t, f.Enrol(background, there.code()))
	moved := f.interview()
	f.sync()
	there.recorded(moved)
	files, err := vault.CollectHandIn(left)
	ok(t, err)
	for _, file := range files {
		_, err := there.in.Take(background, file)
		wantCode(t, err, screening.EOpen)
	}
	there.recorded(moved)
	here.handIn(left)
	here.recorded(first, last)
}

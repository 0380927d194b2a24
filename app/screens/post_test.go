package screens

import (
	"strings"
	"testing"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
)

// TestEveryRefusalIsSaid: whatever code an office refuses with, the screen says what it means, and where it is only for
// now, that nothing is lost by it.
func TestEveryRefusalIsSaid(t *testing.T) {
	d := &fake{office: device.Office{Enrolled: true, Name: "Harbour"}}
	at := entered(t, d, plain)
	plainly := at.s.trouble(screening.Fail(screening.CodeRefused, &courier.Refused{Code: "E_OF_A_LATER_OFFICE"}))
	if !strings.HasPrefix(plainly, at.say("error.refused.text")) {
		t.Errorf("a code that nobody knows is said as %q", plainly)
	}
	for _, code := range fieldtest.WireCodes(t, "../..") {
		said := at.s.trouble(screening.Fail(screening.CodeRefused, &courier.Refused{Code: code}))
		switch code {
		case screening.EForm, screening.EOwner, screening.ELog, screening.EChain, screening.EBehind, screening.ELost, screening.EClock: // never an answer
			if said != plainly {
				t.Errorf("%s is said as %q", code, said)
			}
		default:
			if said == plainly || strings.Contains(said, "error.") {
				t.Errorf("%s is said as %q", code, said)
			}
		}
	}
}

// TestAWrongClockIsSaid at home, before the next interview, and where things are sent; and a good one is not.
func TestAWrongClockIsSaid(t *testing.T) {
	for clock, key := range map[device.Clock]string{device.ClockGood: "", device.ClockBehind: "clock.behind.text", device.ClockAhead: "clock.ahead.text"} {
		at := entered(t, &fake{clock: clock, office: device.Office{Enrolled: true}}, plain)
		for range 2 {
			for _, one := range []string{"clock.behind.text", "clock.ahead.text"} {
				if one == key {
					at.want(at.say(one))
				} else {
					at.wantNot(at.say(one))
				}
			}
			at.s.show(at.s.outbox(""))
		}
	}
}

// TestSendingByHand is a choice in the settings of a device that belongs to an office.
func TestSendingByHand(t *testing.T) {
	d := &fake{office: device.Office{Enrolled: true, Name: "Harbour"}}
	at := entered(t, d, plain)
	at.tap(at.say("home.settings.button"))
	at.tap(at.say("settings.sending_hand.label"))
	if !d.byHand {
		t.Error("the choice to send by hand was not kept")
	}
	at.tap(at.say("settings.sending_self.label"))
	if d.byHand {
		t.Error("the choice to send by itself was not kept")
	}
}

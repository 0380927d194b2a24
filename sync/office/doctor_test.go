package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestDoctorLooksAtTheField: devices that are behind, silent or put back are named, with what to do.
func TestDoctorLooksAtTheField(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	device := func(n byte, app string, seen time.Duration, news uint64) casework.Device {
		return casework.Device{ID: screening.DeviceID{n}, App: app, Enrolled: now.AddDate(-1, 0, 0), Seen: now.Add(-seen), News: news, Status: casework.DeviceActive}
	}
	fresh, old := device(1, "0.10.0", time.Hour, 7), device(2, "0.9.0", 15*24*time.Hour, 3)
	back := device(3, "0.10.0", time.Hour, 7)
	back.PutBack = true
	form := casework.Document{Kind: casework.NewsQuestionnaire, Name: "pain", Label: "2", Version: 5}
	news := casework.News{Version: 7, Documents: []casework.Document{form}}
	for name, c := range map[string]struct {
		got   []check
		state string
		found string
		names string
	}{
		"all alike":       {[]check{programsOf([]casework.Device{fresh, fresh})}, stateOK, "2 with 0.10.0", ""},
		"one behind":      {[]check{programsOf([]casework.Device{fresh, old})}, stateLook, "1 with 0.10.0, 1 with 0.9.0", "020000"},
		"no version":      {[]check{programsOf([]casework.Device{device(4, "test", 0, 0)})}, stateOK, "1 with test", ""},
		"heard of":        {[]check{heardOf([]casework.Device{fresh}, now)}, stateOK, "1 devices within", ""},
		"silent":          {[]check{heardOf([]casework.Device{fresh, old}, now)}, stateLook, "020000", "ask its screener"},
		"put back":        {[]check{heardOf([]casework.Device{fresh, back}, now)}, stateLook, "030000", "enrol it again"},
		"nothing out":     {newsOf([]casework.Device{fresh}, casework.News{}), stateOK, "ships with", ""},
		"on all":          {newsOf([]casework.Device{fresh, back}, news), stateOK, "pain 2 is on 2 of 2 devices", ""},
		"lacking on some": {newsOf([]casework.Device{fresh, old}, news), stateLook, "pain 2 is on 1 of 2 devices", "020000"},
	} {
		one := c.got[0]
		if one.State != c.state || !strings.Contains(one.Found, c.found) || !strings.Contains(one.Advice, c.names) || (one.State == stateOK) != (one.Advice == "") {
			t.Errorf("%s: %+v, want %s with %q and %q", name, one, c.state, c.found, c.names)
		}
	}
	other := []casework.Incident{{Kind: "E_LOG", Device: screening.DeviceID{2}}, {Kind: "E_LOG", Device: screening.DeviceID{2}}, {Kind: "E_OPEN"}}
	if c := historyOf(other); c.State != stateLook || !strings.HasSuffix(c.Found, ": 020000") || !strings.Contains(c.Advice, "reopen -log") {
		t.Errorf("a device that remembers another log: %+v", c)
	}
	if c := historyOf(other[2:]); c.State != stateOK {
		t.Errorf("an incident of another kind: %+v", c)
	}
	many := slices.Repeat([]string{"020000"}, 20)
	if got := some(many); !strings.HasSuffix(got, "and 12 more") {
		t.Errorf("of twenty devices: %q", got)
	}
}

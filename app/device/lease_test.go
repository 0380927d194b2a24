package device

import (
	"testing"
	"time"
)

// TestSilence: a device counts the days without its office by whatever clock shows that they passed, and by none that is
// known to be wrong.
func TestSilence(t *testing.T) {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	said := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		now       time.Duration // the device's clock, from what the office said last
		off, open time.Duration
		want      time.Duration
	}{
		"forty days by a good clock":             {now: 40 * day, want: 40 * day},
		"set back, and open for forty days":      {now: -year, open: 40 * day, want: 40 * day},
		"set back, and open for a day":           {now: -year, open: day, want: day},
		"ten years ahead then and now":           {now: 10*year + 40*day, off: -10 * year, want: 40 * day},
		"ten years ahead then, and right since":  {now: 40 * day, off: -10 * year, want: 0},
		"ten years behind then, and right since": {now: 40 * day, off: 10 * year, want: 40 * day},
		"nobody said anything yet":               {now: 90 * year, open: day, want: day},
	} {
		d := &Device{o: Options{Now: func() time.Time { return said.Add(c.now) }}}
		o := &opened{since: time.Now(), told: told{Office: said.UnixMilli(), Off: c.off.Milliseconds(), Open: c.open.Milliseconds()}}
		if name == "nobody said anything yet" {
			o.told.Office = 0
		}
		if got := d.silence(o).Truncate(time.Hour); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

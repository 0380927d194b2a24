package device

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// settingLease is for how many days a device may be without its office before readable copies of what the office has go;
// empty or 0 for ever. It comes by an order of two people (vault.ActLease), because it erases.
const settingLease = "lease"

// forever is after everything that ever was opened.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// leaseOver says whether the office was not heard of for longer than its lease lasts. Nobody is kept from an interview by
// that, nothing that the office has not proved to have opened goes, and the next answer of the office begins it anew.
func (d *Device) leaseOver(ctx context.Context, o *opened) (bool, error) {
	text, err := o.store.Setting(ctx, settingLease)
	if err != nil || text == "" {
		return false, err
	}
	days, err := strconv.Atoi(text)
	if err != nil {
		return false, fmt.Errorf("read lease: %w", err)
	}
	return days > 0 && d.silence(o) > time.Duration(days)*24*time.Hour, nil
}

// silence is for how long the office was not heard of. A clock that is set back does not shorten it below the time that
// the device lay open since, by a clock that nobody can set; one that is wrong by a known measure, or was and is right
// now, does not lengthen it.
func (d *Device) silence(o *opened) time.Duration {
	o.mu.Lock()
	t, open := o.told, time.Since(o.since)
	o.mu.Unlock()
	now := d.o.Now().UnixMilli()
	away := min(now, now+t.Off) - t.Office
	if t.Office == 0 {
		away = 0
	}
	return max(time.Duration(away)*time.Millisecond, time.Duration(t.Open)*time.Millisecond+open)
}

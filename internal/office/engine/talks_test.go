package engine_test

import (
	"reflect"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// TestTalksOfADay: what began today counts for who led it, in the order of codes; what began before, or was taken back, does not.
func TestTalksOfADay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		from := b.now.Add(-6 * time.Hour)
		talk := func(screener string, began time.Time, needs ...casework.Need) casework.OpenedRecord {
			iv := interview(1)
			iv.Setting.Screener, iv.Started = screener, began
			r := held(iv)
			r.Needs = needs
			return r
		}
		red := casework.Need{Kind: "medical", Level: casework.Red}
		back := talk("s-1", b.now)
		b.take(arrival(d, 1, ""), talk("s-2", b.now), talk("s-1", b.now, red), talk("s-2", b.now), talk("s-2", b.now.Add(-time.Hour)), back,
			talk("s-3", from.Add(-time.Second)), talk("", b.now))
		b.take(arrival(d, 2, ""), withdrawal(back.Interview, 2))
		want := []casework.Talks{{Screener: "s-1", Led: 1, Urgent: 1}, {Screener: "s-2", Led: 3}}
		if got, err := b.Talks(t.Context(), from); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v (%v), want %+v", got, err, want)
		}
		if got, err := b.Talks(t.Context(), b.now.Add(time.Hour)); err != nil || len(got) != 0 {
			t.Errorf("of tomorrow: %+v (%v)", got, err)
		}
	})
}

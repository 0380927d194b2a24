package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"leeward/schema"
)

// ArrivalsFor is how long somebody stays on the list of a group without an interview.
const ArrivalsFor = 72 * time.Hour

// settingArrivals is the list of a group that arrived: numbers and what is urgent, no name and no story.
// It stands in the store before consent because bodily needs need none, and because somebody has to find
// them again tonight; it never travels.
const settingArrivals = "arrivals"

// Arrival is one person of a group: a number, and the answers to the sixty-second questions. It is personal
// data.
type Arrival struct {
	Number  int
	At      time.Time
	Answers schema.Answers
}

// Format prints the number alone.
func (a Arrival) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[arrival %d]", a.Number) }

// LogValue keeps the person out of logs.
func (a Arrival) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(a)) }

// MarshalJSON keeps the person out of logs in JSON.
func (a Arrival) MarshalJSON() ([]byte, error) { return json.Marshal(fmt.Sprint(a)) }

// arrivals is the list as it is kept.
type arrivals struct {
	Next   int             `json:"next"` // the last number that was given: none is given twice while somebody is listed
	People []arrivalRecord `json:"people"`
	Share
}

// Share is this device's part of a group that several devices question: device Device of Of gives every Of-th number,
// so that no two people of the group have the same one. The lists stay apart: nothing travels between the devices but
// a number that is said aloud. The zero Share gives every number.
type Share struct {
	Device int `json:"device,omitempty"` // from 1
	Of     int `json:"of,omitempty"`
}

// MaxShares is how many devices may question a group together.
const MaxShares = 4

// ours reports whether a number is of this device's part.
func (s Share) ours(number int) bool { return s.Of < 2 || number%s.Of == s.Device%s.Of }

// number gives the next number that nobody has.
func (a *arrivals) number() int {
	for a.Next++; !a.ours(a.Next) || slices.ContainsFunc(a.People, func(r arrivalRecord) bool { return r.Number == a.Next }); {
		a.Next++
	}
	return a.Next
}

type arrivalRecord struct {
	Number int                  `json:"number"`
	At     int64                `json:"at"` // milliseconds
	Said   map[string][2]string `json:"said"`
}

// Format keeps the list out of every fmt verb.
func (a arrivals) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[arrivals]") }

// Arrivals returns the group, by number. Whoever has been listed for too long is erased first.
func (d *Device) Arrivals(ctx context.Context) (list []Arrival, err error) {
	err = d.withArrivals(ctx, func(all *arrivals) (erased bool) {
		now := d.o.Now()
		oldest := now.Add(-ArrivalsFor).UnixMilli()
		n := len(all.People)
		for i, r := range all.People { // of a clock that was ahead then: their days count from now
			if r.At > now.Add(clockDoubt).UnixMilli() {
				all.People[i].At = now.UnixMilli()
			}
		}
		all.People = slices.DeleteFunc(all.People, func(r arrivalRecord) bool { return r.At < oldest })
		for _, r := range all.People {
			one := Arrival{Number: r.Number, At: time.UnixMilli(r.At), Answers: make(schema.Answers, len(r.Said))}
			for path, said := range r.Said {
				one.Answers[schema.Path(path)] = schema.Answer{Value: said[0], Missing: schema.Missing(said[1])}
			}
			list = append(list, one)
		}
		return len(all.People) < n
	})
	return list, err
}

// Sharing returns this device's part of the group.
func (d *Device) Sharing(ctx context.Context) (s Share, err error) {
	err = d.withArrivals(ctx, func(all *arrivals) bool {
		s = all.Share
		return false
	})
	return s, err
}

// SetSharing takes over a part of the group; one of one is the whole. Numbers that were given stay.
func (d *Device) SetSharing(ctx context.Context, s Share) error {
	if s.Of < 2 {
		s = Share{}
	}
	if s.Of > MaxShares || s.Device < 0 || s.Device > s.Of || s.Of > 0 && s.Device == 0 {
		return fmt.Errorf("device %d of %d", s.Device, s.Of)
	}
	return d.withArrivals(ctx, func(all *arrivals) bool {
		all.Share = s
		return false
	})
}

// SaveArrival keeps what one person of the group answered, and returns their number; number 0 asks for the
// next one, and a number that nobody on this list has is taken over from another device.
func (d *Device) SaveArrival(ctx context.Context, one Arrival) (number int, err error) {
	err = d.withArrivals(ctx, func(all *arrivals) bool {
		r := arrivalRecord{Number: one.Number, At: d.o.Now().UnixMilli(), Said: make(map[string][2]string, len(one.Answers))}
		for path, a := range one.Answers {
			r.Said[string(path)] = [2]string{a.Value, string(a.Missing)}
		}
		i := slices.IndexFunc(all.People, func(was arrivalRecord) bool { return was.Number == one.Number })
		switch {
		case i >= 0:
			r.At = all.People[i].At // the days count from the arrival
			all.People[i] = r
		case one.Number == 0:
			r.Number = all.number()
			fallthrough
		default:
			all.People = append(all.People, r)
		}
		number = r.Number
		return false
	})
	return number, err
}

// EraseArrival takes somebody off the list: the interview has begun to keep what they say, or they do not
// want to stand there. It is no error that nobody has that number.
func (d *Device) EraseArrival(ctx context.Context, number int) error {
	return d.withArrivals(ctx, func(all *arrivals) bool {
		n := len(all.People)
		all.People = slices.DeleteFunc(all.People, func(r arrivalRecord) bool { return r.Number == number })
		return len(all.People) < n
	})
}

// withArrivals changes the list, and where somebody was erased leaves no trace of the former one.
func (d *Device) withArrivals(ctx context.Context, change func(*arrivals) (erased bool)) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	o.mu.Lock()
	defer o.mu.Unlock()
	was, err := o.desk().Setting(ctx, settingArrivals)
	if err != nil {
		return err
	}
	var all arrivals
	if was != "" && json.Unmarshal([]byte(was), &all) != nil {
		return errors.New("the list of arrivals cannot be read")
	}
	erased := change(&all)
	now := ""
	if len(all.People) > 0 || all.Of > 0 {
		text, err := json.Marshal(all)
		if err != nil {
			return errors.New("the list of arrivals cannot be written")
		}
		now = string(text)
	}
	switch {
	case now == was:
		return nil
	case erased:
		return o.desk().EraseSetting(ctx, settingArrivals, now)
	}
	return o.desk().SetSetting(ctx, settingArrivals, now)
}

package bulletin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Rules are what an office sets on all its devices. Nothing in them can destroy what is not safe at the office: limits
// of wrong tries, fronts and wipes are orders of two people to one device, never a line of a policy.
type Rules struct {
	// LockMinutes is the longest time that a device lies open untouched; people may choose a shorter one. 0: theirs.
	LockMinutes int `json:"lock_minutes,omitempty"`
	// KeepHours is how long a readable copy stays after the office proved that it opened the interview. 0: a day.
	KeepHours int `json:"keep_hours,omitempty"`
	// Hide is what is seen when somebody hides the screen: "lock", "leaflet", or "" for what people choose.
	Hide string `json:"hide,omitempty"`
}

// Floors and ceilings that are compiled in: no office can go beyond them, nor anybody with its keys.
const (
	MinLock, MaxLock = 1, 30      // minutes
	MinKeep, MaxKeep = 1, 24 * 90 // hours
)

// ReadPolicy reads a policy in JSON: {"lock_minutes": 3, "keep_hours": 24, "hide": "leaflet"}, each of which may be
// left out. Its error says in words what is wrong.
func ReadPolicy(b []byte) (Rules, error) {
	var r Rules
	if err := strict(b, &r); err != nil {
		return Rules{}, err
	}
	switch {
	case r.LockMinutes != 0 && (r.LockMinutes < MinLock || r.LockMinutes > MaxLock):
		return Rules{}, fmt.Errorf("lock_minutes: %d is not %d to %d", r.LockMinutes, MinLock, MaxLock)
	case r.KeepHours != 0 && (r.KeepHours < MinKeep || r.KeepHours > MaxKeep):
		return Rules{}, fmt.Errorf("keep_hours: %d is not %d to %d", r.KeepHours, MinKeep, MaxKeep)
	case r.Hide != "" && r.Hide != "lock" && r.Hide != "leaflet":
		return Rules{}, errors.New(`hide: neither "lock" nor "leaflet"`)
	}
	return r, nil
}

// Keep is how long readable copies stay, or otherwise.
func (r Rules) Keep(otherwise time.Duration) time.Duration {
	if r.KeepHours == 0 {
		return otherwise
	}
	return time.Duration(r.KeepHours) * time.Hour
}

// Help is one place where somebody can be helped now, as the action card shows it under the needs that it is for.
type Help struct {
	Needs []string          `json:"needs"` // kinds of needs: "medical", …
	Name  map[string]string `json:"name"`  // by language; English, or any, where the reader's is missing
	Phone string            `json:"phone,omitempty"`
	Hours map[string]string `json:"hours,omitempty"` // when somebody answers, by language
}

// Guide is an office's directory for the action card, and what it says where the questionnaire leaves room for it.
type Guide struct {
	Help []Help                       `json:"help,omitempty"`
	Says map[string]map[string]string `json:"says,omitempty"` // by parameter of the questionnaire, then language
}

const (
	maxHelp = 500
	maxText = 500 // bytes
)

// ReadDirectory reads a directory in JSON:
// {"help": [{"needs": ["medical"], "name": {"en": "Quay Clinic"}, "phone": "+999 2", "hours": {"en": "8 to 22"}}], "says": {…}}.
// Its error says in words what is wrong.
func ReadDirectory(b []byte) (Guide, error) {
	var g Guide
	if err := strict(b, &g); err != nil {
		return Guide{}, err
	}
	if len(g.Help) > maxHelp || len(g.Says) > maxHelp {
		return Guide{}, fmt.Errorf("more than %d entries", maxHelp)
	}
	for n, h := range g.Help {
		if len(h.Needs) == 0 || len(h.Name) == 0 {
			return Guide{}, fmt.Errorf("help, entry %d: needs and a name have to be there", n+1)
		}
		for _, text := range []map[string]string{h.Name, h.Hours, {"": h.Phone}} {
			if err := texts(text); err != nil {
				return Guide{}, fmt.Errorf("help, entry %d: %w", n+1, err)
			}
		}
	}
	for name, text := range g.Says {
		if err := texts(text); err != nil {
			return Guide{}, fmt.Errorf("says, %.40q: %w", name, err)
		}
	}
	return g, nil
}

func texts(by map[string]string) error {
	for _, text := range by {
		if len(text) > maxText || !utf8.ValidString(text) {
			return fmt.Errorf("a text is longer than %d bytes, or not UTF-8", maxText)
		}
	}
	return nil
}

// For lists who helps with a kind of need, in the order of the directory.
func (g Guide) For(need string) (list []Help) {
	for _, h := range g.Help {
		for _, n := range h.Needs {
			if n == need {
				list = append(list, h)
				break
			}
		}
	}
	return list
}

// In returns a text in a language, else in English, else in the first language by its tag, and which language that is.
func In(by map[string]string, lang string) (text, tag string) {
	for _, l := range []string{lang, "en"} {
		if by[l] != "" {
			return by[l], l
		}
	}
	for l, t := range by {
		if t != "" && (tag == "" || l < tag) {
			text, tag = t, l
		}
	}
	return text, tag
}

// strict reads JSON of which every member is known.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("not readable: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind its end")
	}
	return nil
}

package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"leeward/internal/screening"
)

// Names of what the store keeps about beginning a shift. Those that end in _ are followed by the place of the person
// whose they are.
const (
	settingSite         = "site"          // the dangers of this place, and when they were written down
	settingSiteRead     = "site_read_"    // when somebody read them last
	settingUndertaking  = "undertaking_"  // on which day somebody promised confidentiality
	settingInterpreters = "interpreters_" // the same of interpreters, by their code
)

// maxSite is how long the note about a place may be, in bytes.
const maxSite = 4000

// ErrSite is for a note about a place that is too long.
var ErrSite = errors.New("the note about the place is too long")

// Site is what everybody should know about the dangers of the place where the device works (REQ-03). It is about a
// place, never about a person who was interviewed.
type Site struct {
	Note    string
	Written time.Time // zero where nothing is written down
	Read    time.Time // when whoever unlocked the device last read this note; zero for never
}

// Format prints nothing of the note.
func (s Site) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[note about a place, %d bytes]", len(s.Note))
}

// LogValue keeps the note out of logs.
func (s Site) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// Site returns the note about the place, and when it was read.
func (d *Device) Site(ctx context.Context) (Site, error) {
	o, leave, err := d.enter()
	if err != nil {
		return Site{}, err
	}
	defer leave()
	var s Site
	if err := o.remembered(ctx, settingSite, &s); err != nil {
		return Site{}, err
	}
	return s, o.remembered(ctx, o.ours(settingSiteRead), &s.Read)
}

// WriteSite puts another note in the place of the present one; empty takes it away. Nobody has read it then.
func (d *Device) WriteSite(ctx context.Context, note string) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	if note = strings.TrimSpace(note); len(note) > maxSite {
		return ErrSite
	}
	s := Site{Note: note, Written: d.o.Now().UTC()}
	if note == "" {
		s = Site{}
	}
	if err := o.remember(ctx, settingSite, s); err != nil {
		return err
	}
	places, _ := o.vault.People()
	for _, place := range places {
		if err := o.store.SetSetting(ctx, settingSiteRead+strconv.Itoa(place), ""); err != nil {
			return err
		}
	}
	return nil
}

// ReadSite notes that whoever unlocked the device read the note now.
func (d *Device) ReadSite(ctx context.Context) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.remember(ctx, o.ours(settingSiteRead), d.o.Now().UTC())
}

// Undertaking returns when confidentiality was promised last (REQ-14): by the interpreter of a code, or, where that is
// empty, by whoever unlocked the device. Zero for never. The signed paper is at the office; only its day is here.
func (d *Device) Undertaking(ctx context.Context, interpreter string) (day time.Time, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return time.Time{}, err
	}
	defer leave()
	if interpreter == "" {
		return day, o.remembered(ctx, o.ours(settingUndertaking), &day)
	}
	days := make(map[string]time.Time)
	err = o.remembered(ctx, settingInterpreters, &days)
	return days[interpreter], err
}

// Undertake notes that the promise was made today. Promises of interpreters that are older than two years are forgotten.
func (d *Device) Undertake(ctx context.Context, interpreter string) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	today := d.o.Now().UTC().Truncate(24 * time.Hour)
	if interpreter == "" {
		return o.remember(ctx, o.ours(settingUndertaking), today)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	days := make(map[string]time.Time)
	if err := o.remembered(ctx, settingInterpreters, &days); err != nil {
		return err
	}
	for code, day := range days {
		if day.Before(today.AddDate(-2, 0, 0)) {
			delete(days, code)
		}
	}
	days[interpreter] = today
	return o.remember(ctx, settingInterpreters, days)
}

// ours names a setting of whoever unlocked the device.
func (o *opened) ours(setting string) string {
	_, me := o.vault.People()
	return setting + strconv.Itoa(me)
}

// remember keeps a setting as JSON, encrypted like everything else.
func (o *opened) remember(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write setting %s: %w", name, err)
	}
	return o.store.SetSetting(ctx, name, string(text))
}

// remembered reads what remember kept into value, which stays as it is where nothing was.
func (o *opened) remembered(ctx context.Context, name string, value any) error {
	text, err := o.store.Setting(ctx, name)
	if err != nil || text == "" {
		return err
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return screening.Fail(screening.CodeDamaged, fmt.Errorf("setting %s: %w", name, err))
	}
	return nil
}

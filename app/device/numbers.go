package device

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"leeward/internal/screening"
)

// settingNumbers are the local numbers that people of this device wrote down.
const settingNumbers = "numbers"

// Number is somebody who can be called about a need, as the action card shows it. It is about a service, never about a
// person who was interviewed.
type Number struct {
	Needs []string `json:"needs,omitempty"` // kinds of needs: "medical", …; none for every kind
	Name  string   `json:"name"`
	Phone string   `json:"phone"`
	Hours string   `json:"hours,omitempty"` // when somebody answers
	Ours  bool     `json:"-"`               // written down on this device, not sent by the office
}

// For reports whether the number is for a kind of need.
func (n Number) For(need string) bool { return len(n.Needs) == 0 || slices.Contains(n.Needs, need) }

// Bounds of what people write down.
const (
	maxNumbers    = 100
	maxNumberText = 200 // bytes of each text
)

// ErrNumber is for a number without a name or a phone, or one too many.
var ErrNumber = errors.New("a number wants a name and a phone")

// Numbers lists who can be called, in the order in which they were written down.
func (d *Device) Numbers(ctx context.Context) ([]Number, error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	return o.numbers(ctx)
}

// AddNumber writes a number down for everybody on this device.
func (d *Device) AddNumber(ctx context.Context, n Number) error {
	n.Name, n.Phone, n.Hours = strings.TrimSpace(n.Name), strings.TrimSpace(n.Phone), strings.TrimSpace(n.Hours)
	if n.Name == "" || n.Phone == "" || max(len(n.Name), len(n.Phone), len(n.Hours)) > maxNumberText {
		return ErrNumber
	}
	return d.changeNumbers(ctx, func(all []Number) ([]Number, error) {
		if len(all) >= maxNumbers {
			return nil, ErrNumber
		}
		return append(all, n), nil
	})
}

// RemoveNumber takes one off that was written down here. It is no error that it is not there.
func (d *Device) RemoveNumber(ctx context.Context, n Number) error {
	return d.changeNumbers(ctx, func(all []Number) ([]Number, error) {
		return slices.DeleteFunc(all, func(m Number) bool { return m.Name == n.Name && m.Phone == n.Phone }), nil
	})
}

func (d *Device) changeNumbers(ctx context.Context, change func([]Number) ([]Number, error)) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.numbers(ctx)
	if err != nil {
		return err
	}
	if all, err = change(all); err != nil {
		return err
	}
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("write local numbers: %w", err)
	}
	return o.store.SetSetting(ctx, settingNumbers, string(text))
}

func (o *opened) numbers(ctx context.Context) (all []Number, err error) {
	text, err := o.store.Setting(ctx, settingNumbers)
	if err != nil || text == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, screening.Fail(screening.CodeDamaged, fmt.Errorf("local numbers: %w", err))
	}
	for i := range all {
		all[i].Ours = true
	}
	return all, nil
}

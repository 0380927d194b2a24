package device

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"leeward/internal/screening"
	"leeward/sync/bulletin"
)

const (
	settingAsked = "asked" // questions of the office, in JSON
	maxAsked     = 100     // kept; the oldest go first
)

// Asked is a question that a reviewer of the office has about an interview of this device. It may be about a person.
type Asked struct {
	ID        [16]byte                 `json:"id"`
	Interview screening.InterviewID    `json:"interview"`
	Code      screening.RespondentCode `json:"code"`
	At        time.Time                `json:"at"` // office time
	Text      string                   `json:"text"`
}

// Format prints nothing of what is asked.
func (a Asked) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[question about %s]", a.Interview) }

// LogValue keeps the question out of logs.
func (a Asked) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(a)) }

// Asked lists what the office asks, oldest first. None of it is about an interview that was taken back.
func (d *Device) Asked(ctx context.Context) ([]Asked, error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	return o.asked(ctx)
}

// SettleAsked lets a question go that somebody has seen to.
func (d *Device) SettleAsked(ctx context.Context, id [16]byte) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.dropAsked(ctx, func(a Asked) bool { return a.ID == id })
}

func (o *opened) asked(ctx context.Context) (list []Asked, err error) {
	text, err := o.store.Setting(ctx, settingAsked)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &list)
	}
	return list, err
}

func (o *opened) dropAsked(ctx context.Context, which func(Asked) bool) error {
	list, err := o.asked(ctx)
	if err != nil || !slices.ContainsFunc(list, which) {
		return err
	}
	return o.keepAsked(ctx, slices.DeleteFunc(list, which))
}

func (o *opened) keepAsked(ctx context.Context, list []Asked) error {
	if len(list) == 0 {
		return o.store.SetSetting(ctx, settingAsked, "")
	}
	text, err := json.Marshal(list[max(0, len(list)-maxAsked):])
	if err != nil {
		return fmt.Errorf("keep questions: %w", err)
	}
	return o.store.SetSetting(ctx, settingAsked, string(text))
}

// asked takes one question: it is kept before the office is told that it came, and told again where it was here already.
// One that this office did not sign, or that is for another device, is passed over.
func (r newsroom) asked(ctx context.Context, item []byte) error {
	e, root, err := enrolledIn(ctx, r.o.store)
	if err != nil {
		return err
	}
	q, err := bulletin.OpenQuestion(item, r.o.vault.Opener(r.o.keys(ctx)), root.Online)
	switch code := screening.CodeOf(err); {
	case err != nil && (code == screening.EOpen || code == screening.EFormat || code == screening.ESig):
		r.device.o.Log.Warn("question of the office", "code", code)
		return nil
	case err != nil:
		return err
	case q.Device != e.Device || q.Epoch != e.Epoch:
		return nil
	}
	list, err := r.o.asked(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(a Asked) bool { return a.ID == q.ID }) {
		if err := r.o.keepAsked(ctx, append(list, Asked{q.ID, q.Interview, q.Code, q.At, q.Text})); err != nil {
			return err
		}
	}
	return r.report(ctx, q.ID, bulletin.Done)
}

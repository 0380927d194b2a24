package device

import (
	"context"
	"encoding/json"

	"leeward/internal/screening"
)

// settingLack is what the office lacked after the last sync, as JSON of a Lack; empty for nothing.
const settingLack = "office_lacks"

// lack reads what noteLack kept.
func (o *opened) lack(ctx context.Context) (l Lack, err error) {
	text, err := o.store.Setting(ctx, settingLack)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &l)
	}
	return l, err
}

// noteLack keeps what a sync heard of numbers that the office lacks, with the day on which the first of them was heard of.
// A sync that did not reach the office says nothing about it.
func (d *Device) noteLack(ctx context.Context, o *opened, missing []screening.Span, failed error) {
	if failed != nil {
		return
	}
	before, err := o.lack(ctx)
	if err != nil {
		d.o.Log.Error("read what is missing", "code", screening.CodeOf(err))
	}
	text := []byte{}
	if len(missing) > 0 {
		now := Lack{Numbers: missing, Since: d.o.Now().UTC()}
		if len(before.Numbers) > 0 && before.Numbers[0].From == missing[0].From {
			now.Since = before.Since
		}
		if text, err = json.Marshal(now); err != nil {
			d.o.Log.Error("write what is missing", "code", screening.CodeOf(err))
			return
		}
	} else if len(before.Numbers) == 0 {
		return
	}
	if err := o.store.SetSetting(ctx, settingLack, string(text)); err != nil {
		d.o.Log.Error("note what is missing", "code", screening.CodeOf(err))
	}
}

package device

import (
	"context"
)

// settingByHand says, where it is not empty, that nothing is sent but when somebody says so.
const settingByHand = "by_hand"

// ByHand tells whether the device sends only when somebody says so. Otherwise it sends by itself: what is finished, and
// soon after a network appears. Nobody guesses what a network costs, or who listens to it: who knows says so here.
func (d *Device) ByHand(context.Context) (bool, error) {
	o, leave, err := d.enter()
	if err != nil {
		return false, err
	}
	defer leave()
	return o.byHand.Load(), nil
}

// SetByHand sets it. A sync under way goes on to its end.
func (d *Device) SetByHand(ctx context.Context, byHand bool) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	value := ""
	if byHand {
		value = "yes"
	}
	if err := o.store.SetSetting(ctx, settingByHand, value); err != nil {
		return err
	}
	o.byHand.Store(byHand)
	if c := o.carrier(); c != nil && d.o.Background && !byHand {
		c.Kick()
	}
	return nil
}

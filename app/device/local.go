package device

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"leeward/schema"
)

// Names of what the store keeps about the place where the device works.
const (
	settingStore    = "store_id"
	settingPlace    = "place"
	settingOffice   = "office_parameters"
	settingScreener = "screener_" // and the slot of the person whose code it is
)

// Local is what the device knows of where, and by whom, it is used.
type Local struct {
	Me     string                 // code of the screener who unlocked the device; empty until it was said once
	Place  string                 // country under which somebody is counted who asked to be counted only
	Office map[string]schema.Text // what the office says where the questionnaire leaves room for it
}

// Local returns what is known so far.
func (d *Device) Local(ctx context.Context) (Local, error) {
	o, leave, err := d.enter()
	if err != nil {
		return Local{}, err
	}
	defer leave()
	return o.local(ctx)
}

func (o *opened) local(ctx context.Context) (l Local, err error) {
	if l.Me, err = o.store.Setting(ctx, o.mine()); err != nil {
		return Local{}, err
	}
	if l.Place, err = o.store.Setting(ctx, settingPlace); err != nil {
		return Local{}, err
	}
	text, err := o.store.Setting(ctx, settingOffice)
	if err != nil || text == "" {
		return l, err
	}
	if err := json.Unmarshal([]byte(text), &l.Office); err != nil {
		return Local{}, fmt.Errorf("read what the office says: %w", err)
	}
	return l, nil
}

// SetLocal keeps it, encrypted like everything else.
func (d *Device) SetLocal(ctx context.Context, l Local) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	office, err := json.Marshal(l.Office)
	if err != nil {
		return fmt.Errorf("write what the office says: %w", err)
	}
	for name, value := range map[string]string{o.mine(): l.Me, settingPlace: l.Place, settingOffice: string(office)} {
		if err := o.store.SetSetting(ctx, name, value); err != nil {
			return err
		}
	}
	return nil
}

// mine names the setting with the code of whoever unlocked the device.
func (o *opened) mine() string { return o.ours(settingScreener) }

func screenerAt(place int) string { return settingScreener + strconv.Itoa(place) }

// Holder names this store and whoever unlocked it. What a screen keeps in memory over a lock is shown again
// only to the same holder: another passphrase may open another store.
func (d *Device) Holder(ctx context.Context) (string, error) {
	o, leave, err := d.enter()
	if err != nil {
		return "", err
	}
	defer leave()
	return o.id + "/" + o.mine(), nil
}

// identify gives the store a name of its own when it has none.
func (o *opened) identify(ctx context.Context) (err error) {
	if o.id, err = o.store.Setting(ctx, settingStore); err != nil || o.id != "" {
		return err
	}
	o.id = uuid.NewString()
	return o.store.SetSetting(ctx, settingStore, o.id)
}

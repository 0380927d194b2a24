package device

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// Names of what the store keeps of orders.
const (
	settingOrders = "orders" // ids of those that were carried out
	settingFront  = "policy_front"
)

// Obey carries out an office's order: one that two of its root keys signed, for this device in this epoch, not past
// its day, and once. A second time it is no error and does nothing. The device has to be unlocked, and is locked and
// fresh after a wipe. Errors: ErrLocked, bad_order, not_enrolled, and those of the disk.
func (d *Device) Obey(ctx context.Context, file []byte) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	order, fresh, err := d.admit(ctx, o, file)
	if err == nil && fresh && order.Act != vault.ActWipe {
		err = carryOut(ctx, o, order)
	}
	leave()
	if err != nil || !fresh || order.Act != vault.ActWipe {
		return err
	}
	return d.wipe(ctx)
}

// admit verifies an order, and says whether it was not carried out yet.
func (d *Device) admit(ctx context.Context, o *opened, file []byte) (order vault.Order, fresh bool, err error) {
	enrolment, root, err := enrolledIn(ctx, o.store)
	if err != nil {
		return vault.Order{}, false, err
	}
	order, err = vault.VerifyOrder(file, root.Keys)
	if err == nil {
		err = order.Holds(enrolment.Device, enrolment.Epoch, d.moment(o))
	}
	if err != nil {
		return order, false, screening.Fail(screening.CodeBadOrder, err) // with its id, if two people of the office signed it
	}
	done, err := o.store.Setting(ctx, settingOrders)
	return order, !slices.Contains(strings.Fields(done), hex.EncodeToString(order.ID[:])), err
}

// carryOut carries out what is no wipe, and notes it. An order that was carried out and not noted is carried out again,
// to the same end.
func carryOut(ctx context.Context, o *opened, order vault.Order) error {
	var err error
	switch order.Act {
	case vault.ActLimit:
		err = o.vault.SetLimit(ctx, int(order.Value))
	case vault.ActFrontEnds:
		err = o.vault.SetFrontEnds(ctx, order.Value == 1)
	case vault.ActFront:
		err = o.allowFront(ctx, order.Value == 1)
	case vault.ActLease:
		err = o.store.SetSetting(ctx, settingLease, strconv.FormatUint(order.Value, 10))
	}
	if err != nil {
		return err
	}
	done, err := o.store.Setting(ctx, settingOrders)
	if err != nil {
		return err
	}
	return o.store.SetSetting(ctx, settingOrders, strings.TrimSpace(done+" "+hex.EncodeToString(order.ID[:])))
}

// allowFront lets people make fronts; or not, and then what is there goes.
func (o *opened) allowFront(ctx context.Context, allow bool) error {
	value := ""
	if allow {
		value = "on"
	} else if err := o.vault.DropFront(ctx); err != nil && !errors.Is(err, vault.ErrNoFront) {
		return err
	}
	return o.store.SetSetting(ctx, settingFront, value)
}

// Front is what the office allows, and what is there: a passphrase that opens the other half.
type Front struct {
	Allowed bool
	Made    bool
}

// Front tells of the front of whoever unlocked the device. In the front itself there is none.
func (d *Device) Front(ctx context.Context) (Front, error) {
	o, leave, err := d.enter()
	if err != nil {
		return Front{}, err
	}
	defer leave()
	allowed, err := o.store.Setting(ctx, settingFront)
	return Front{Allowed: allowed == "on", Made: o.vault.HasFront()}, err
}

// ErrNoFront is for making a front where the office does not allow it.
var ErrNoFront = errors.New("the office allows no front")

// SetFront makes fresh the passphrase with which who has the secret mine opens an empty, ordinary store. Errors are those of
// vault.SetFront, and ErrNoFront.
func (d *Device) SetFront(ctx context.Context, mine vault.Secret, fresh string) error {
	front, err := d.Front(ctx)
	if err != nil {
		return err
	}
	if !front.Allowed {
		return ErrNoFront
	}
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	err = o.vault.SetFront(ctx, mine, []byte(fresh), func(half int, key encvfs.Key) error {
		return d.makeSecond(ctx, half, key)
	})
	if err != nil {
		return err
	}
	return d.settleSeconds(ctx, o.vault)
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

const (
	orderBytes = 4 << 10 // more than any order has
	keyRoot    = "root"  // in the vault of a holder
)

// order makes, signs, sends and lists orders. What can destroy something on a device, two holders of root keys order.
func (p *Program) order(ctx context.Context, args []string) error {
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	var o orderAsk
	f := flags("order", &o.where)
	if do == "sign" { // it needs no office
		f = flags("order sign", nil)
		f.StringVar(&o.key, "key", "", "")
		f.StringVar(&o.passphrase, "key-passphrase-file", "", "")
	} else {
		f.IntVar(&o.days, "days", 30, "")
		f.StringVar(&o.out, "o", "", "")
		f.BoolVar(&o.json, "json", false, "")
	}
	named, err := p.parseNamed(f, usageOrder, args)
	if err != nil {
		return err
	}
	switch do {
	case "new":
		return p.orderNew(ctx, o, named)
	case "sign":
		return p.orderSign(ctx, o, named)
	case "send":
		return p.orderSend(ctx, o, named)
	case "list":
		return p.orderList(ctx, o, named)
	}
	return usageError(msgOrderCommand)
}

type orderAsk struct {
	where
	days int
	out  string
	key  string
	json bool
}

// orderNew writes an order that nobody has signed yet.
func (p *Program) orderNew(ctx context.Context, o orderAsk, named []string) error {
	if o.out == "" || o.days < 1 || o.days > 365 {
		return usageError(msgOrderNew)
	}
	act, value, prefix, err := wantedOrder(named)
	if err != nil {
		return err
	}
	return p.withDesk(ctx, o.where, func(d desk) error {
		devices, err := d.Devices(ctx)
		if err != nil {
			return err
		}
		at, found, err := orderedDevice(devices, prefix)
		if err != nil {
			return err
		}
		order := vault.Order{Act: act, Value: value, Device: at, Epoch: found.Epoch, Until: p.Now().AddDate(0, 0, o.days).UTC().Truncate(time.Second)}
		_, _ = rand.Read(order.ID[:]) // never fails (crypto/rand)
		file, err := vault.DraftOrder(order)
		if err != nil {
			return usageError(msgOrderAct)
		}
		if err := writeDurable(o.out, file); err != nil {
			return &mishap{msgOrderWrite, err}
		}
		_, err = fmt.Fprintf(p.Stdout, orderDrafted, said(order), o.out)
		return err
	})
}

// wantedOrder reads "DEVICE wipe", "DEVICE tries 10", "DEVICE lease 45", "DEVICE front on".
func wantedOrder(named []string) (act vault.Act, value uint64, prefix string, err error) {
	if len(named) < 2 || len(named[0]) < leastDigits {
		return 0, 0, "", usageError(msgOrderAct)
	}
	onOff := map[string]uint64{"off": 0, "on": 1}
	what, rest := named[1], named[2:]
	switch {
	case what == "wipe" && len(rest) == 0:
		return vault.ActWipe, 0, named[0], nil
	case what == "tries" && len(rest) == 1:
		n, bad := strconv.ParseUint(rest[0], 10, 8)
		if bad == nil {
			return vault.ActLimit, n, named[0], nil
		}
	case what == "lease" && len(rest) == 1:
		n, bad := strconv.ParseUint(rest[0], 10, 16)
		if rest[0] == "off" {
			n, bad = 0, nil
		}
		if bad == nil {
			return vault.ActLease, n, named[0], nil
		}
	case (what == "front" || what == "front-destroys") && len(rest) == 1:
		if v, ok := onOff[rest[0]]; ok {
			return map[string]vault.Act{"front": vault.ActFront, "front-destroys": vault.ActFrontEnds}[what], v, named[0], nil
		}
	}
	return 0, 0, "", usageError(msgOrderAct)
}

// orderIn reads the order in a file, and the file.
func orderIn(name string) (file []byte, order vault.Order, err error) {
	if file, err = readWithin(name, orderBytes); err != nil {
		return nil, vault.Order{}, &mishap{msgNoFile, err}
	}
	if order, _, err = vault.ReadOrder(file); err != nil {
		return nil, vault.Order{}, &mishap{msgBadOrder, err}
	}
	return file, order, nil
}

// orderSign puts a holder's signature under an order, after it has said what the order does.
func (p *Program) orderSign(ctx context.Context, o orderAsk, named []string) error {
	if len(named) != 1 || o.key == "" {
		return usageError(msgOrderSign)
	}
	file, order, err := orderIn(named[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, orderShown, said(order))
	v, err := p.holderVault(ctx, o.where, o.key)
	if err != nil {
		return err
	}
	defer v.Lock()
	signed, err := vault.CosignOrder(file, v.Signer(keyRoot))
	if err != nil {
		return &mishap{msgHolderKey, err}
	}
	if err := replaceDurable(named[0], signed); err != nil {
		return &mishap{msgOrderWrite, err}
	}
	_, by, err := vault.ReadOrder(signed)
	if err != nil {
		return &mishap{msgBadOrder, err}
	}
	if len(by) < vault.OrderSigners {
		_, err = fmt.Fprintf(p.Stdout, orderHalf, named[0])
	} else {
		_, err = fmt.Fprintf(p.Stdout, orderWhole, named[0])
	}
	return err
}

func (p *Program) orderSend(ctx context.Context, o orderAsk, named []string) error {
	if len(named) != 1 {
		return usageError(msgOrderSend)
	}
	file, order, err := orderIn(named[0])
	if err != nil {
		return err
	}
	return p.withDesk(ctx, o.where, func(d desk) error {
		if err := d.Order(ctx, file); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.Stdout, orderSent, said(order))
		return err
	})
}

func (p *Program) orderList(ctx context.Context, o orderAsk, named []string) error {
	if len(named) > 0 {
		return usageError(msgOrderCommand)
	}
	return p.withDesk(ctx, o.where, func(d desk) error {
		list, err := d.Orders(ctx)
		if err != nil {
			return err
		}
		if o.json {
			return json.NewEncoder(p.Stdout).Encode(map[string]any{"orders": ordersSaid(list)})
		}
		t := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, orderHead)
		for _, one := range list {
			fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\n", one.Device.String()[:12], one.Epoch, what(vault.Act(one.Act), one.Value),
				one.Until.Format(time.DateOnly), orderStates[one.State])
		}
		return t.Flush()
	})
}

// orderSaid is an order as "order list -json" tells it.
type orderSaid struct {
	ID       string    `json:"id"`
	Device   string    `json:"device"`
	Epoch    uint64    `json:"epoch"`
	What     string    `json:"what"`
	Until    time.Time `json:"until"`
	State    string    `json:"state"`
	Reported time.Time `json:"reported,omitzero"`
}

func ordersSaid(list []casework.Order) []orderSaid {
	out := []orderSaid{}
	for _, o := range list {
		out = append(out, orderSaid{
			hex.EncodeToString(o.ID[:]), o.Device.String(), o.Epoch, what(vault.Act(o.Act), o.Value), o.Until, string(o.State), o.Reported,
		})
	}
	return out
}

// replaceDurable writes a file in the place of another, whole or not at all.
func replaceDurable(path string, b []byte) error {
	fresh := path + ".new"
	if err := writeDurable(fresh, b); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}

// orderedDevice is the newest epoch of the one device whose id begins so.
func orderedDevice(list []deviceShown, prefix string) (id screening.DeviceID, newest deviceShown, err error) {
	found := begins(list, prefix)
	if len(found) == 0 {
		return id, newest, &mishap{msgNoDevice, errNoDevice}
	}
	newest = slices.MaxFunc(found, func(a, b deviceShown) int { return int(a.Epoch) - int(b.Epoch) })
	for _, d := range found {
		if d.Device != newest.Device {
			return id, newest, usageError("more than one device begins so: give more digits of its id")
		}
	}
	raw, err := hex.DecodeString(newest.Device)
	if err != nil || len(raw) != len(id) {
		return id, newest, &mishap{msgNoDevice, errNoDevice}
	}
	copy(id[:], raw)
	return id, newest, nil
}

func (d *remoteDesk) Orders(ctx context.Context) ([]casework.Order, error) {
	return asking[[]casework.Order](ctx, d, "/orders", done{})
}

func (d *remoteDesk) Order(ctx context.Context, file []byte) error {
	_, err := asking[done](ctx, d, "/order", file)
	return err
}

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/vault"
)

// deviceShown is one epoch of a device as "device list" and "device show" tell it.
type deviceShown struct {
	Device     string    `json:"device"`
	Epoch      uint64    `json:"epoch"`
	State      string    `json:"state"`
	App        string    `json:"app"`
	Enrolled   time.Time `json:"enrolled"`
	Seen       time.Time `json:"seen,omitzero"`
	Words      string    `json:"words"` // eight, to be compared with those on the device's screen; empty for an old enrolment
	Batches    int       `json:"batches"`
	Interviews int       `json:"interviews"`
	News       uint64    `json:"news"`    // the newest bulletin that it said to have
	Missing    []string  `json:"missing"` // numbers of batches that the device made and that have not come
}

// Devices lists every epoch of every device, by id.
func (o *office) Devices(ctx context.Context) ([]deviceShown, error) {
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return nil, err
	}
	gaps, err := o.records.Gaps(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]deviceShown, 0, len(devices))
	for _, d := range devices {
		one := deviceShown{
			Device: d.ID.String(), Epoch: d.Epoch, State: string(d.Status), App: d.App, Enrolled: d.Enrolled, Seen: d.Seen,
			Batches: d.Batches, Interviews: d.Interviews, News: d.News, Missing: []string{},
		}
		if one.Words, err = o.spoken(ctx, d); err != nil {
			return nil, err
		}
		for _, g := range gaps {
			if g.Device == d.ID && g.Epoch == d.Epoch {
				one.Missing = append(one.Missing, numbers(g.Span))
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// spoken is what the screen of a device shows too, if nobody stood in between when it enrolled.
func (o *office) spoken(ctx context.Context, d casework.Device) (string, error) {
	granted, err := o.records.Device(ctx, d.ID, d.Epoch)
	if err != nil || granted.Check == [32]byte{} {
		return "", err
	}
	return strings.Join(vault.Spoken(granted.Check), " "), nil
}

func (p *Program) device(ctx context.Context, args []string) error {
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	switch {
	case do == "revoke" || do == "lost": // the lost-device procedure has a name of its own
		return p.revoke(ctx, args)
	case do == "waiting":
		return p.showWaiting(ctx, args)
	case do == "admit":
		return p.admit(ctx, args)
	case do == "refuse":
		return p.turnAway(ctx, args)
	case do == "release":
		return p.vouch(ctx, args)
	case do == "list" || do == "show" || len(args) > 0 && strings.HasSuffix(args[0], "-h"):
		return p.showDevices(ctx, do, args)
	}
	return usageError(msgDeviceCommand)
}

func (p *Program) showDevices(ctx context.Context, do string, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("device", &w)
	f.BoolVar(&asJSON, "json", false, "")
	named, err := p.parseNamed(f, usageDevice, args)
	if err != nil {
		return err
	}
	if do == "show" && (len(named) != 1 || len(named[0]) < leastDigits) {
		return usageError(msgDigits)
	}
	if do == "list" && len(named) > 0 {
		return usageError("device list takes flags only; \"device show DEVICE\" shows one")
	}
	return p.withDesk(ctx, w, func(d desk) error {
		list, err := d.Devices(ctx)
		if err != nil {
			return err
		}
		if do == "show" {
			if list = begins(list, named[0]); len(list) == 0 {
				return &mishap{msgNoDevice, errNoDevice}
			}
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(map[string][]deviceShown{"devices": list})
		}
		if do == "show" {
			return p.tellDevices(list)
		}
		return p.tellDeviceList(list)
	})
}

func begins(list []deviceShown, prefix string) (found []deviceShown) {
	for _, d := range list {
		if strings.HasPrefix(d.Device, strings.ToLower(prefix)) {
			found = append(found, d)
		}
	}
	return found
}

func (p *Program) tellDeviceList(list []deviceShown) error {
	t := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, deviceHead)
	for _, d := range list {
		missing := "-"
		if len(d.Missing) > 0 {
			missing = strings.Join(d.Missing, ", ")
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%d\t%d\t%s\n", d.Device[:12], d.Epoch, d.State, since(p.Now(), d.Seen), d.Batches, d.Interviews, missing)
	}
	return t.Flush()
}

func (p *Program) tellDevices(list []deviceShown) error {
	for _, d := range list {
		missing := "none"
		if len(d.Missing) > 0 {
			missing = strings.Join(d.Missing, ", ")
		}
		if _, err := fmt.Fprintf(p.Stdout, deviceText, d.Device, d.Epoch, d.State, d.App, d.Enrolled.Format(time.DateTime), cmp.Or(d.Words, "not kept by the program of that time"),
			since(p.Now(), d.Seen), d.Batches, d.Interviews, missing, deviceAdvice[casework.DeviceStatus(d.State)]); err != nil {
			return err
		}
	}
	return nil
}

// since says how long ago a device was heard of.
func since(now, then time.Time) string {
	switch d := now.Sub(then); {
	case then.IsZero():
		return "never"
	case d < time.Hour:
		return "within the hour"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours ago", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(d.Hours()/24))
	}
}

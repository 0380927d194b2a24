package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// vouchAsk names a revoked device whose held work is let go, by the first digits of its id. Without Sure it is only counted.
type vouchAsk struct {
	Device string `json:"device"`
	Sure   bool   `json:"sure"`
}

// vouchedFor is what waits of a revoked device, or waited until it was let go.
type vouchedFor struct {
	Device   string    `json:"device"`
	Batches  int       `json:"batches"`
	Copies   int       `json:"copies"`
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Released bool      `json:"released"`
}

// Vouch lets go, once somebody is sure, everything that is held of a revoked device, and has it opened.
func (o *office) Vouch(ctx context.Context, a vouchAsk) (v vouchedFor, err error) {
	if len(a.Device) < leastDigits {
		return v, usageError(msgDigits)
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return v, err
	}
	id, _, err := theDevice(devices, a.Device)
	if err != nil {
		return v, err
	}
	held, err := o.records.Held(ctx, id, 0)
	if err != nil {
		return v, err
	}
	v = vouchedFor{Device: id.String(), Batches: held.Batches, Copies: held.Copies, First: held.First, Last: held.Last}
	if !a.Sure || held.Batches+held.Copies == 0 {
		return v, nil
	}
	if err := o.records.ReleaseDevice(ctx, casework.Program, id, held); err != nil {
		return v, err
	}
	v.Released = true
	in, err := o.intake(ctx)
	if err == nil {
		err = in.Resume(ctx)
	}
	if err != nil { // it is let go all the same, and serve opens it
		o.program.Log.Error("open what was let go", "code", screening.CodeOf(err), "err", err)
	}
	return v, nil
}

func (p *Program) vouch(ctx context.Context, args []string) error {
	var (
		w      where
		a      vouchAsk
		asJSON bool
	)
	f := flags("device release", &w)
	f.BoolVar(&a.Sure, "sure", false, "")
	f.BoolVar(&asJSON, "json", false, "")
	named, err := p.parseNamed(f, usageDevice, args)
	if err != nil {
		return err
	}
	if len(named) != 1 || len(named[0]) < leastDigits {
		return usageError(msgDigits)
	}
	a.Device = named[0]
	return p.withDesk(ctx, w, func(d desk) error {
		v, err := d.Vouch(ctx, a)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(v)
		}
		say := heldAsk
		switch {
		case v.Batches+v.Copies == 0:
			_, err = fmt.Fprintf(p.Stdout, heldNone, v.Device)
			return err
		case v.Released:
			say = heldReleased
		}
		_, err = fmt.Fprintf(p.Stdout, say, v.Device, v.Batches, v.Copies, v.First.UTC().Format(time.DateTime), v.Last.UTC().Format(time.DateTime))
		return err
	})
}

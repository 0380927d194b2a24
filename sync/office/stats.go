package main

import (
	"context"
	"encoding/json"
	"fmt"
)

func (p *Program) stats(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("stats", &w)
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageStats, args); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		s, err := d.Stats(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(s)
		}
		_, err = fmt.Fprintf(p.Stdout, statsText, s.Devices, s.Batches, s.Interviews, s.Opened, s.Quarantined, s.Incidents)
		return err
	})
}

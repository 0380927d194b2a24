package main

import (
	"context"
	"encoding/hex"
	"fmt"

	"leeward/internal/screening"
	"leeward/schema"
)

// maxQuestionnaire bounds the canonical form of a questionnaire, in bytes.
const maxQuestionnaire = 16 << 20

// Know keeps a questionnaire: interviews with it can be opened from now on. It returns its reference.
func (o *office) Know(ctx context.Context, canonical []byte) (string, error) {
	q, err := schema.Parse(canonical)
	if err != nil {
		return "", screening.Fail(screening.EFormat, err)
	}
	form, err := schema.Compile(q)
	if err != nil {
		return "", screening.Fail(screening.EFormat, err)
	}
	ref := form.Ref()
	return hex.EncodeToString(ref[:]), o.records.PutQuestionnaire(ctx, ref, q.Canonical())
}

func (d *remoteDesk) Know(ctx context.Context, canonical []byte) (string, error) {
	return asking[string](ctx, d, "/know", raw(canonical))
}

// formKeep makes a questionnaire known to the office.
func (p *Program) formKeep(ctx context.Context, args []string) error {
	var w where
	f := flags("form keep", &w)
	im, err := p.oneSound(f, args)
	if err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		ref, err := d.Know(ctx, im.Questionnaire.Canonical())
		if err == nil {
			fmt.Fprintf(p.Stdout, msgFormKept, ref)
		}
		return err
	})
}

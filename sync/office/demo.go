package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/invented"
	"leeward/internal/screening"
	"leeward/schema/instrument"
)

const mostInvented = 5_000_000

func (p *Program) demo(ctx context.Context, args []string) error {
	var (
		w    where
		n    int
		seed uint64
	)
	f := flags("demo", &w)
	f.IntVar(&n, "cases", 1000, "")
	f.Uint64Var(&seed, "seed", 1, "")
	if err := p.parse(f, usageDemo, args); err != nil {
		return err
	}
	if n < 1 || n > mostInvented {
		return usageError(fmt.Sprintf("-cases must be 1 to %d", mostInvented))
	}
	return p.withDesk(ctx, w, func(d desk) error {
		if err := d.Invent(ctx, inventAsk{n, seed}); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.Stdout, "%d invented cases are in; nobody in them is real\n", n)
		return err
	})
}

// inventAsk is how many invented cases to add, and which.
type inventAsk struct {
	Cases int    `json:"cases"`
	Seed  uint64 `json:"seed"`
}

// Invent fills a demonstration. An office with real people refuses: what is invented must never stand among them.
func (o *office) Invent(ctx context.Context, a inventAsk) error {
	if !o.root.Demo {
		return usageError("this is not a demonstration: invented cases must not stand among real people")
	}
	n, seed := a.Cases, a.Seed
	people, err := o.records.People(ctx)
	if err != nil {
		return err
	}
	if err := o.directory(ctx); err != nil {
		return err
	}
	codes := rand.New(rand.NewPCG(seed, uint64(n)))
	return o.records.Invent(ctx, people[0].ID, invented.Cases(n, seed, o.now(), instrument.Form().Ref()),
		func() screening.RespondentCode { return invented.Code(codes) }, func(done int) {
			if n > 50_000 {
				fmt.Fprintf(o.program.Stderr, "%d of %d\n", done, n)
			}
		})
}

// directory fills an empty directory with services that do not exist.
func (o *office) directory(ctx context.Context) error {
	known, err := o.records.Services(ctx, true)
	if err != nil || len(known) > 0 {
		return err
	}
	for _, s := range []casework.Service{
		{Name: "Lantern House", Kinds: []string{"shelter", "food"}, Area: "Harbour", Details: casework.ServiceDetails{Serves: "Women and children", Hours: "Day and night", Languages: "English, Burmese", Phone: "+999 000 001", Safety: "Arrive by the back door", Owner: "Noor"}},
		{Name: "Quay Clinic", Kinds: []string{"emergency_health", "reproductive_health"}, Area: "Harbour", Details: casework.ServiceDetails{Serves: "Everybody", Hours: "8 to 22", Languages: "English, Arabic", Cost: "Free", Phone: "+999 000 002", Owner: "Sami"}},
		{Name: "Anchor Legal Aid", Kinds: []string{"legal", "labour_claim", "documents"}, Area: "Old town", Details: casework.ServiceDetails{Serves: "Adults", Hours: "Weekdays", Languages: "English", Phone: "+999 000 003", Owner: "Sami"}},
		{Name: "Child desk", Kinds: []string{"child_protection", "family_tracing"}, Area: "Old town", Details: casework.ServiceDetails{Serves: "Under 18", Hours: "Day and night", Phone: "+999 000 004", Owner: "Noor"}},
		{Name: "Harbour police, protection desk", Kinds: []string{"protection"}, Area: "Harbour", Authority: true, Details: casework.ServiceDetails{Body: casework.HereState, Safety: "Only when the person asks for it", Phone: "+999 000 005", Owner: "Noor"}},
	} {
		s.ID, s.Active, s.Reviewed = casework.NewServiceID(), true, time.Time{}
		if err := o.records.PutService(ctx, casework.Program, s); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
)

// reportAsk is which years to release; zero for both shows what was released.
type reportAsk struct{ From, To int }

// Reports releases a book of tables, or shows the register of those that were released, oldest first.
func (o *office) Reports(ctx context.Context, a reportAsk) ([]report.Book, error) {
	if a == (reportAsk{}) {
		return report.Released(ctx, o.records)
	}
	if err := o.records.PackFacts(ctx); err != nil {
		return nil, err
	}
	b, err := report.Release(ctx, o.records, casework.Program, a.From, a.To, o.now())
	switch {
	case errors.Is(err, report.ErrPeriod):
		return nil, usageError("-from and -to must be in order, and the years over: a year that goes on would be counted twice")
	case errors.Is(err, report.ErrOverlap):
		return nil, usageError("people of these years stand in a report that was released; a second count could be subtracted from it. \"leeward-office report\" without years shows what was released")
	}
	return []report.Book{b}, err
}

func (p *Program) reports(ctx context.Context, args []string) error {
	var (
		w               where
		a               reportAsk
		as, id, finding string
		asJSON          bool
	)
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		id, args = args[0], args[1:]
	}
	f := flags("report", &w)
	f.IntVar(&a.From, "from", 0, "")
	f.IntVar(&a.To, "to", 0, "")
	f.StringVar(&finding, "finding", "", "")
	f.StringVar(&as, "as", "text", "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageReport, args); err != nil {
		return err
	}
	if as != "text" && as != "csv" || finding != "" && !slices.Contains(report.Findings(), casework.Finding(finding)) {
		return usageError("-as is text or csv, -finding possible or actual")
	}
	return p.withDesk(ctx, w, func(d desk) error {
		books, err := reportsOf(ctx, d, id, a)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(books)
		}
		for _, b := range books {
			if err := p.tellBook(b, id, casework.Finding(finding), as == "csv"); err != nil {
				return err
			}
		}
		return nil
	})
}

// reportsOf releases the years that are asked for, when a table of them is not shown from the register.
func reportsOf(ctx context.Context, d desk, id string, a reportAsk) ([]report.Book, error) {
	books, err := d.Reports(ctx, reportAsk{})
	if err != nil {
		return nil, err
	}
	if a == (reportAsk{}) {
		return books, nil
	}
	for _, b := range books {
		if b.From == a.From && b.To == a.To && id != "" {
			return []report.Book{b}, nil
		}
	}
	return d.Reports(ctx, a)
}

// tellBook prints the tables of a book that are asked for.
func (p *Program) tellBook(b report.Book, id string, f casework.Finding, csv bool) error {
	found := false
	for _, t := range b.Tables {
		if id != "" && !strings.EqualFold(id, t.ID) || f != "" && t.Finding != f {
			continue
		}
		found = true
		write := b.WriteText
		if csv {
			write = b.WriteCSV
		}
		if err := write(p.Stdout, t); err != nil {
			return err
		}
	}
	if !found {
		return usageError(fmt.Sprintf(`there is no table "%.40s"; without a name all are shown`, id))
	}
	return nil
}

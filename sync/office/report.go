package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/office/export"
	"leeward/internal/office/report"
	"leeward/internal/paper"
)

// reportAsk is which years to release; zero for both shows what was released.
type reportAsk struct{ From, To int }

// Reports releases a book of tables, or shows the register of those that were released, oldest first.
func (o *office) Reports(ctx context.Context, a reportAsk) ([]report.Book, error) {
	if a == (reportAsk{}) {
		return report.Released(ctx, o.records)
	}
	if err := errors.Join(o.readable(ctx), o.records.PackFacts(ctx)); err != nil {
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
		id, finding, to string
		as              string
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
	f.StringVar(&to, "o", "", "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageReport, args); err != nil {
		return err
	}
	if _, known := leafWriters[as]; !known && as != "text" || finding != "" && !slices.Contains(report.Findings(), casework.Finding(finding)) {
		return usageError("-as is text, csv, xlsx or pdf, -finding possible or actual")
	}
	if (as == "xlsx" || as == "pdf") != (to != "") || to != "" && asJSON {
		return usageError("xlsx and pdf go into files of a new folder: -o FOLDER; text, csv and JSON are printed")
	}
	return p.withDesk(ctx, w, func(d desk) error {
		books, err := reportsOf(ctx, d, id, a)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(books)
		}
		if to != "" {
			return p.writeLeaves(books, id, casework.Finding(finding), as, to)
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

// leafWriters write one table of a book as it leaves the office.
var leafWriters = map[string]func(io.Writer, report.Leaf) error{
	"csv":  func(w io.Writer, l report.Leaf) error { return l.WriteCSV(w) },
	"xlsx": export.WriteLeaf,
	"pdf": func(w io.Writer, l report.Leaf) error {
		return paper.Table{Lang: l.Lang, Heading: l.Heading, Lines: l.Lines, Notes: l.Notes, Made: l.At}.PDF(w)
	},
}

// chosen are the tables of a book that are asked for.
func chosen(b report.Book, id string, f casework.Finding) (all []report.Table) {
	for _, t := range b.Tables {
		if (id == "" || strings.EqualFold(id, t.ID)) && (f == "" || t.Finding == f) {
			all = append(all, t)
		}
	}
	return all
}

func noTable(id string) error {
	return usageError(fmt.Sprintf(`there is no table "%.40s"; without a name all are shown`, id))
}

// writeLeaves writes each table that is asked for into a file of a new folder.
func (p *Program) writeLeaves(books []report.Book, id string, f casework.Finding, as, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return &mishap{msgReportFolder, err}
	}
	n := 0
	for _, b := range books {
		for _, t := range chosen(b, id, f) {
			var body bytes.Buffer
			if err := leafWriters[as](&body, b.Leaf(t)); err != nil {
				return fmt.Errorf("write %s: %w", t.ID, err)
			}
			name := fmt.Sprintf("%d-%d-%s", b.From, b.To, t.ID)
			if t.Finding != "" {
				name += "-" + string(t.Finding)
			}
			if err := writeNew(filepath.Join(to, name+"."+as), body.Bytes()); err != nil {
				return &mishap{msgReportFolder, err}
			}
			n++
		}
	}
	if n == 0 {
		return errors.Join(noTable(id), os.Remove(to))
	}
	_, err := fmt.Fprintf(p.Stdout, "%d tables in %s\n", n, to)
	return err
}

// tellBook prints the tables of a book that are asked for.
func (p *Program) tellBook(b report.Book, id string, f casework.Finding, csv bool) error {
	all := chosen(b, id, f)
	for _, t := range all {
		write := b.WriteText
		if csv {
			write = b.WriteCSV
		}
		if err := write(p.Stdout, t); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		return noTable(id)
	}
	return nil
}

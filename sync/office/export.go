package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/export"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
)

// exportAnswer is an export, and the file that leaves.
type exportAnswer struct {
	exportShown
	Left int    `json:"left"` // people who are not in it
	File []byte `json:"file"`
}

// exportShown is one line of the register of exports.
type exportShown struct {
	N       int64     `json:"n"`
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Shape   string    `json:"shape"`
	Scope   string    `json:"scope"`
	People  int       `json:"people"`
	Sealed  bool      `json:"sealed"`
	To      string    `json:"to"`
	Key     string    `json:"key,omitempty"`
	Purpose string    `json:"purpose"`
	Sum     string    `json:"sha256"`
	Entry   uint64    `json:"entry"` // of the office's log
}

func showExport(x casework.Exported) exportShown {
	return exportShown{
		N: x.N, At: x.At, Actor: x.Actor, Shape: x.Shape, Scope: x.Scope, People: x.People, Sealed: x.Sealed,
		To: x.To, Key: x.Key, Purpose: x.Purpose, Sum: fmt.Sprintf("%x", x.Sum), Entry: x.Entry,
	}
}

// Export makes an export and enters it into the register.
func (o *office) Export(ctx context.Context, a export.Ask) (exportAnswer, error) {
	m, err := o.export(ctx, casework.Program, a)
	if err != nil {
		return exportAnswer{}, exportRefusal(err)
	}
	return exportAnswer{showExport(m.Exported), m.Refuse, m.File}, nil
}

// export makes an export for somebody of the office.
func (o *office) export(ctx context.Context, actor string, a export.Ask) (export.Made, error) {
	if err := o.readable(ctx); err != nil {
		return export.Made{}, err
	}
	return export.Office{
		Store: o.records, Name: o.root.Office, Demo: o.root.Demo, Form: o.forms.find, Entry: batch.AuditEntry, Now: o.now,
	}.Make(ctx, actor, a)
}

// Exports shows the register of exports.
func (o *office) Exports(ctx context.Context) ([]exportShown, error) {
	all, err := o.records.Exports(ctx)
	shown := make([]exportShown, 0, len(all))
	for _, x := range all {
		shown = append(shown, showExport(x))
	}
	return shown, err
}

func (p *Program) export(ctx context.Context, args []string) error {
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	switch do {
	case "":
		return p.makeExport(ctx, args)
	case "list":
		return p.listExports(ctx, args)
	case "key":
		return p.exportKey(args)
	case "open":
		return p.openExport(args)
	}
	return usageError(`export takes flags, or one of list, key and open`)
}

func (p *Program) makeExport(ctx context.Context, args []string) error {
	var (
		w                                   where
		a                                   export.Ask
		shape, scope, code, finding, as, to string
		asJSON                              bool
	)
	f := flags("export", &w)
	f.StringVar(&shape, "as", "", "")
	f.StringVar(&scope, "scope", "", "")
	f.StringVar(&a.Purpose, "purpose", "", "")
	f.StringVar(&a.To, "to", "", "")
	f.StringVar(&a.Key, "key", "", "")
	f.BoolVar(&a.Clear, "clear", false, "")
	f.IntVar(&a.From, "from", 0, "")
	f.IntVar(&a.Until, "until", 0, "")
	f.StringVar(&code, "case", "", "")
	f.StringVar(&finding, "finding", string(casework.FindingActual), "")
	f.StringVar(&as, "lang", "en", "")
	f.StringVar(&to, "o", "", "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageExport, args); err != nil {
		return err
	}
	if to == "" {
		return usageError("-o FILE is needed: where to write the export")
	}
	a.Shape, a.Scope, a.Case = export.Shape(shape), export.Scope(scope), screening.RespondentCode(casework.NormalCode(code))
	a.Finding, a.Lang = casework.Finding(finding), schema.Lang(as)
	var err error
	if a.Key, err = exportKeyOf(a.Key); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		if _, err := os.Lstat(to); err == nil { // before anything is entered into the register
			return &mishap{msgExportFile, fmt.Errorf("%s is there already", to)}
		}
		done, err := d.Export(ctx, a)
		if err != nil {
			return err
		}
		if err := writeNew(to, done.File); err != nil {
			return &mishap{msgExportFile, err}
		}
		return p.tellExport(done, asJSON)
	})
}

func (p *Program) tellExport(done exportAnswer, asJSON bool) error {
	size := len(done.File)
	if asJSON {
		done.File = nil
		return json.NewEncoder(p.Stdout).Encode(done)
	}
	remark := ""
	if done.Left > 0 {
		remark = fmt.Sprintf(exportLeft, done.Left)
	}
	if !done.Sealed {
		remark += exportClear
	}
	_, err := fmt.Fprintf(p.Stdout, exportText, done.N, done.People, done.Shape, size, done.To, remark, done.Entry)
	return err
}

// exportKeyOf reads a public key from a file, or takes it as it is.
func exportKeyOf(given string) (string, error) {
	if given == "" || strings.HasPrefix(given, "age1") {
		return given, nil
	}
	b, err := os.ReadFile(given)
	if err != nil {
		return "", &mishap{msgExportKey, err}
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "# public key:")); strings.HasPrefix(line, "age1") {
			return line, nil
		}
	}
	return "", &mishap{msgExportKey, errors.New("there is no public key in it")}
}

// writeNew is writeDurable where nothing is left of a file that could not be written whole.
func writeNew(path string, body []byte) error {
	err := writeDurable(path, body)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func (p *Program) listExports(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("export list", &w)
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageExport, args); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		all, err := d.Exports(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(map[string][]exportShown{"exports": all})
		}
		t := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "n\twhen\tshape\tscope\tpeople\tfor\tsealed to\tpurpose")
		for _, x := range all {
			key := "in clear"
			if x.Sealed {
				key = x.Key
			}
			fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", x.N, x.At.Format(time.DateTime), x.Shape, x.Scope, x.People, x.To, key, x.Purpose)
		}
		return t.Flush()
	})
}

// exportKey makes a key on the machine of somebody who gets exports; no office is needed.
func (p *Program) exportKey(args []string) error {
	var to string
	f := flags("export key", nil)
	f.StringVar(&to, "o", "", "")
	if err := p.parse(f, usageExport, args); err != nil {
		return err
	}
	if to == "" {
		return usageError("-o FILE is needed: where to keep the key")
	}
	secret, public, err := seal.NewIdentity()
	if err != nil {
		return err
	}
	if err := writeNew(to, fmt.Appendf(nil, "# public key: %s\n%s\n", public, secret)); err != nil {
		return &mishap{msgExportKey, err}
	}
	_, err = fmt.Fprintf(p.Stdout, exportKeyText, to, public)
	return err
}

// openExport opens an export with the key of the person who got it; no office is needed.
func (p *Program) openExport(args []string) error {
	var key, to string
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		if len(args) == 0 || !strings.HasSuffix(args[0], "-h") {
			return usageError("export open takes the file first, then -key FILE and -o FILE.zip")
		}
		args = append([]string{""}, args...)
	}
	from := args[0]
	f := flags("export open", nil)
	f.StringVar(&key, "key", "", "")
	f.StringVar(&to, "o", "", "")
	if err := p.parse(f, usageExport, args[1:]); err != nil {
		return err
	}
	if key == "" || to == "" {
		return usageError("-key FILE and -o FILE.zip are needed")
	}
	id, err := identityIn(key)
	if err != nil {
		return &mishap{msgExportKey, err}
	}
	sealed, err := readWithin(from, seal.MaxPlain+seal.Overhead(seal.MaxPlain, 1))
	if err != nil {
		return &mishap{msgExportOpen, err}
	}
	plain, err := id.Open(sealed, 1)
	if errors.Is(err, seal.ErrNotForUs) {
		return &mishap{msgOtherKey, err}
	}
	if err != nil {
		return &mishap{msgExportOpen, err}
	}
	if err := writeNew(to, plain); err != nil {
		return &mishap{msgExportFile, err}
	}
	return nil
}

func identityIn(path string) (*seal.Identity, error) {
	b, err := readWithin(path, 1<<16)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "AGE-SECRET-KEY-") {
			return seal.OpenerFor(line)
		}
	}
	return nil, seal.ErrIdentity
}

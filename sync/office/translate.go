package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"leeward/schema"
	"leeward/schema/instrument"
	wording "leeward/schema/instrument/source"
)

// translate hands the texts of the screening interview to translators and takes them back. It needs no office.
func (p *Program) translate(ctx context.Context, args []string) error {
	for _, c := range translateCommands() {
		if len(args) > 0 && args[0] == c.name {
			return c.run(p, ctx, args[1:])
		}
	}
	if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
		fmt.Fprint(p.Stdout, usageTranslate)
		return flag.ErrHelp
	}
	return usageError(msgTranslateCommand)
}

func translateCommands() []command {
	return []command{
		{"export", "write a pack for a translator", (*Program).translateExport},
		{"import", "take a translated pack back", (*Program).translateImport},
		{"status", "say how far each language is", (*Program).translateStatus},
	}
}

// texts opens the texts in a folder, or those that this program was built with.
func texts(dir string) (*wording.Source, error) {
	var files fs.FS = instrument.Source()
	if dir != "" {
		files = os.DirFS(dir)
	}
	s, err := wording.Open(files)
	if err != nil {
		return nil, &mishap{msgTranslateSource, err}
	}
	return s, nil
}

// translateExport writes a pack, and beside it a page that shows each question as it stands.
func (p *Program) translateExport(_ context.Context, args []string) error {
	f := flags("translate export", nil)
	lang, out, dir := f.String("lang", "", ""), f.String("o", "", ""), f.String("dir", "", "")
	if _, err := p.parseForm(f, args, 0); err != nil {
		return err
	}
	if *lang == "" || *out == "" {
		return usageError(msgTranslateExport)
	}
	s, err := texts(*dir)
	if err != nil {
		return err
	}
	built, err := s.Build()
	if err != nil {
		return &mishap{msgTranslateSource, err}
	}
	page, err := renderPreview(only(built, s.Structure.Source, schema.Lang(*lang)))
	if err != nil {
		return err
	}
	preview := strings.TrimSuffix(*out, filepath.Ext(*out)) + "-preview.html"
	b, err := writePack(*out, *lang, s.Pack(schema.Lang(*lang)), filepath.Base(preview))
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{*out: b, preview: page} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return &mishap{msgFormWrite, err}
		}
	}
	fmt.Fprintf(p.Stdout, msgTranslateExported, *out, preview)
	return nil
}

// only puts the interview and the decision of the office into one questionnaire for the page, in two languages,
// so that it is not ten columns wide.
func only(built *wording.Built, langs ...schema.Lang) *schema.Questionnaire {
	out := *built.Interview
	if built.Office != nil {
		out.Items = slices.Concat(out.Items, built.Office.Items)
		for _, l := range built.Office.Choices {
			if !slices.ContainsFunc(built.Interview.Choices, func(have schema.ChoiceList) bool { return have.Name == l.Name }) {
				out.Choices = append(out.Choices[:len(out.Choices):len(out.Choices)], l)
			}
		}
	}
	out.Languages = nil
	for _, tag := range langs {
		l := schema.Language{Tag: tag}
		for _, have := range built.Interview.Languages {
			if have.Tag == tag {
				l = have
			}
		}
		out.Languages = append(out.Languages, l)
	}
	return &out
}

// translateImport takes a pack back. What is refused stays as it was, and the command fails.
func (p *Program) translateImport(_ context.Context, args []string) error {
	f := flags("translate import", nil)
	lang, dir, role := f.String("lang", "", ""), f.String("dir", "", ""), f.String("role", "translator", "")
	asJSON := f.Bool("json", false, "")
	files, err := p.parseForm(f, args, 1)
	if err != nil {
		return err
	}
	if *dir == "" || *lang == "" {
		return usageError(msgTranslateImport)
	}
	s, err := texts(*dir)
	if err != nil {
		return err
	}
	rows, err := readPack(files[0])
	if err != nil {
		return err
	}
	m, err := s.Merge(schema.Lang(*lang), rows, wording.By{Role: *role, Date: p.Now().UTC().Format(time.DateOnly)})
	if err != nil {
		return usageError(err.Error())
	}
	keys, _ := s.Keys()
	b, err := m.File.Encode(wording.Names(keys))
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(*dir, "text", *lang+".json"), b); err != nil {
		return &mishap{msgFormWrite, err}
	}
	if err := p.tellMerged(m, *asJSON); err != nil {
		return err
	}
	if len(m.Refused) > 0 {
		return errTextsRefused
	}
	return nil
}

// errTextsRefused says only that a report was written: the report says what was refused.
var errTextsRefused = errors.New("some texts were refused")

// replace writes a file beside the old one and puts it in its place, so that a crash leaves one of the two.
func replace(name string, b []byte) error {
	next := name + ".new"
	if err := os.WriteFile(next, b, 0o644); err != nil {
		return err
	}
	return os.Rename(next, name)
}

func (p *Program) tellMerged(m *wording.Merged, asJSON bool) error {
	if asJSON {
		return p.answerJSON(map[string]any{
			"new": m.New, "changed": m.Changed, "refused": list(m.Refused), "missing": list(m.Missing), "stale": list(m.Stale), "too_long": list(m.Long),
		})
	}
	for _, r := range m.Refused {
		fmt.Fprintf(p.Stdout, "refused   %s: %s\n", r.Key, r.Why)
	}
	for _, what := range []struct {
		word string
		keys []string
	}{{"missing", m.Missing}, {"stale", m.Stale}, {"too long", m.Long}} {
		for _, key := range what.keys {
			fmt.Fprintf(p.Stdout, "%-9s %s\n", what.word, key)
		}
	}
	fmt.Fprintf(p.Stdout, msgTranslateImported, m.New, m.Changed, len(m.Refused), len(m.Missing), len(m.Stale), len(m.Long))
	return nil
}

// translateStatus counts the texts of every language.
func (p *Program) translateStatus(_ context.Context, args []string) error {
	f := flags("translate status", nil)
	dir, asJSON := f.String("dir", "", ""), f.Bool("json", false, "")
	if _, err := p.parseForm(f, args, 0); err != nil {
		return err
	}
	s, err := texts(*dir)
	if err != nil {
		return err
	}
	survey := s.Survey()
	if *asJSON {
		return p.answerJSON(map[string]any{"languages": survey})
	}
	fmt.Fprintf(p.Stdout, "%-8s %8s %8s %8s %8s %8s %8s\n", "language", "strings", "missing", "stale", "draft", "reviewed", "approved")
	for _, lang := range s.Structure.Languages {
		if c, ok := survey[lang]; ok {
			fmt.Fprintf(p.Stdout, "%-8s %8d %8d %8d %8d %8d %8d\n", lang, c.Strings, c.Missing, c.Stale, c.Draft, c.Reviewed, c.Approved)
		}
	}
	return nil
}

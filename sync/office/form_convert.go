package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"leeward/schema"
	"leeward/schema/xlsform"
)

// formConvert writes a workbook as our JSON, or our JSON as a workbook.
func (p *Program) formConvert(_ context.Context, args []string) error {
	f := flags("form convert", nil)
	out := f.String("o", "", "")
	files, err := p.parseForm(f, args, 1)
	if err != nil {
		return err
	}
	im, err := p.sound(files[0])
	if err != nil {
		return err
	}
	var b []byte
	switch strings.ToLower(filepath.Ext(*out)) {
	case ".json":
		b = append(im.Questionnaire.Canonical(), '\n')
		if _, err := schema.Parse(b); err != nil {
			return fmt.Errorf("convert %s: %w", filepath.Base(files[0]), err)
		}
	case ".xlsx":
		if b, err = xlsform.Write(im.Questionnaire); err != nil {
			return err
		}
	default:
		return usageError(msgFormOutput)
	}
	if err := os.WriteFile(*out, b, 0o644); err != nil {
		return &mishap{msgFormWrite, err}
	}
	return nil
}

// oneSound reads the flags of a command on one form, and the form.
func (p *Program) oneSound(f *flag.FlagSet, args []string) (*xlsform.Import, error) {
	files, err := p.parseForm(f, args, 1)
	if err != nil {
		return nil, err
	}
	return p.sound(files[0])
}

// sound loads a questionnaire and tells what is wrong where it does not import.
func (p *Program) sound(name string) (*xlsform.Import, error) {
	im, err := load(name)
	if err != nil {
		return nil, err
	}
	if len(im.Errors) > 0 {
		if err := p.tellLint(im); err != nil {
			return nil, err
		}
		return nil, errNotImported
	}
	return im, nil
}

// formDiff compares two versions.
func (p *Program) formDiff(_ context.Context, args []string) error {
	f := flags("form diff", nil)
	asJSON := f.Bool("json", false, "")
	files, err := p.parseForm(f, args, 2)
	if err != nil {
		return err
	}
	old, err := p.sound(files[0])
	if err != nil {
		return err
	}
	now, err := p.sound(files[1])
	if err != nil {
		return err
	}
	c := schema.Compare(old.Form, now.Form)
	if *asJSON {
		return p.answerJSON(c)
	}
	return p.tellDiff(c)
}

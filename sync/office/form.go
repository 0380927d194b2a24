package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"leeward/schema"
	"leeward/schema/xlsform"
)

// form runs one of the commands for people who write questionnaires. All but one need no office.
func (p *Program) form(ctx context.Context, args []string) error {
	for _, c := range formCommands() {
		if len(args) > 0 && args[0] == c.name {
			return c.run(p, ctx, args[1:])
		}
	}
	if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
		fmt.Fprint(p.Stdout, usageForm)
		return flag.ErrHelp
	}
	return usageError(msgFormCommand)
}

func formCommands() []command {
	return []command{
		{"lint", "list what is wrong with a workbook", (*Program).formLint},
		{"run", "run a script of answers against a questionnaire", (*Program).formRun},
		{"eval", "evaluate expressions", (*Program).formEval},
		{"convert", "turn a workbook into our JSON, or back", (*Program).formConvert},
		{"diff", "compare two versions of a questionnaire", (*Program).formDiff},
		{"preview", "write all questions as one page for a review", (*Program).formPreview},
		{"keep", "make a questionnaire known to the office", (*Program).formKeep},
	}
}

// errNotImported says only that a report was written: the report says what is wrong.
var errNotImported = errors.New("the questionnaire was not imported")

// parseForm reads flags that may stand before or after the files, and wants so many files.
func (p *Program) parseForm(f *flag.FlagSet, args []string, files int) ([]string, error) {
	var out []string
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				usage := usageForm
				if strings.HasPrefix(f.Name(), "translate") {
					usage = usageTranslate
				}
				fmt.Fprint(p.Stdout, usage)
				return nil, err
			}
			return nil, usageError(err.Error())
		}
		if args = f.Args(); len(args) == 0 {
			break
		}
		out, args = append(out, args[0]), args[1:]
	}
	if len(out) != files {
		return nil, usageError(fmt.Sprintf(msgFormFiles, f.Name(), files))
	}
	return out, nil
}

// maxFormFile bounds every file that these commands read.
const maxFormFile = 128 << 20

func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &mishap{msgFormFile, err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFormFile+1))
	if err == nil && len(b) > maxFormFile {
		err = fmt.Errorf("%s is larger than %d bytes", name, maxFormFile)
	}
	if err != nil {
		return nil, &mishap{msgFormFile, err}
	}
	return b, nil
}

// load reads a questionnaire: our JSON by its first character, else a workbook with the CSV files beside it.
func load(name string) (*xlsform.Import, error) {
	b, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	if s := strings.TrimSpace(string(b[:min(len(b), 64)])); strings.HasPrefix(s, "{") {
		return loadJSON(b), nil
	}
	dir := filepath.Dir(name)
	return xlsform.Read(b, xlsform.Options{
		Name: strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)),
		Files: func(file string) ([]byte, bool) {
			if file != filepath.Base(file) {
				return nil, false
			}
			b, err := readBounded(filepath.Join(dir, file))
			return b, err == nil
		},
	}), nil
}

func loadJSON(b []byte) *xlsform.Import {
	out := &xlsform.Import{Languages: map[schema.Lang]string{}}
	q, err := schema.Parse(b)
	var form *schema.Form
	if err == nil {
		form, err = schema.Compile(q)
	}
	if err != nil {
		out.Errors = append(out.Errors, xlsform.Problem{Code: "questionnaire", Message: err.Error()})
		return out
	}
	for _, l := range q.Languages {
		out.Languages[l.Tag] = string(l.Tag)
	}
	out.Questionnaire, out.Form = q, form
	return out
}

// answerJSON writes what a command answers to a program.
func (p *Program) answerJSON(v any) error {
	e := json.NewEncoder(p.Stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// formLint lists errors, warnings and missing translations.
func (p *Program) formLint(_ context.Context, args []string) error {
	f := flags("form lint", nil)
	asJSON := f.Bool("json", false, "")
	files, err := p.parseForm(f, args, 1)
	if err != nil {
		return err
	}
	im, err := load(files[0])
	if err != nil {
		return err
	}
	if *asJSON {
		err = p.answerJSON(map[string]any{"errors": list(im.Errors), "warnings": list(im.Warnings), "missing_translations": list(im.Missing)})
	} else {
		err = p.tellLint(im)
	}
	if err == nil && len(im.Errors) > 0 {
		return errNotImported
	}
	return err
}

// list makes a JSON list of a slice that may be nil.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

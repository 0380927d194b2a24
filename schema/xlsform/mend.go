package xlsform

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"leeward/schema"
)

// compile compiles the questionnaire. Operators and functions that are written in another case ("AND",
// "TRUE()") can mean one thing only: they are read as what they mean, with a warning.
func (im *importer) compile() (*schema.Form, error) {
	for {
		form, err := schema.Compile(im.q)
		var mistakes schema.CompileErrors
		if !errors.As(err, &mistakes) {
			return form, err
		}
		mended := false
		for _, m := range mistakes {
			mended = im.mend(m) || mended
		}
		if !mended {
			return form, err
		}
	}
}

// word is an operator or the name of a function.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z-]*`)

// mend puts the suggestion of a mistake in its place where it differs from what was written by case only.
func (im *importer) mend(m *schema.CompileError) bool {
	it := itemAt(im.q.Items, m.Path)
	if it == nil || m.Suggest == "" {
		return false
	}
	for column, source := range it.Logic() {
		runes := []rune(*source)
		if column != m.Member || m.Offset >= len(runes) {
			continue
		}
		wrote, meant := word.FindString(string(runes[m.Offset:])), strings.TrimSuffix(m.Suggest, "()")
		if wrote == meant || !strings.EqualFold(wrote, meant) {
			return false
		}
		at := im.rowOf[m.Path]
		im.warn(Problem{
			WarnCaseSlip, at.sheet(), at.row, im.columnOf(at, column),
			fmt.Sprintf("%s is read as %s (character %d)", wrote, meant, m.Offset+1), "write " + meant,
		})
		*source = string(runes[:m.Offset]) + meant + string(runes[m.Offset+len(wrote):])
		return true
	}
	return false
}

func itemAt(items []schema.Item, p schema.Path) *schema.Item {
	rest, ok := strings.CutPrefix(string(p), "/data/")
	if !ok {
		return nil
	}
	name, inner, deeper := strings.Cut(rest, "/")
	i := slices.IndexFunc(items, func(it schema.Item) bool { return it.Name == name })
	switch {
	case i < 0:
		return nil
	case !deeper:
		return &items[i]
	}
	return itemAt(items[i].Items, schema.Path("/data/"+inner))
}

var referenced = regexp.MustCompile(`\$\{\s*([^{}]*?)\s*\}`)

// unread checks the references in cells that become nothing: pyxform refuses an unknown name in any cell
// of the sheet survey, remarks of the author's own included.
func (im *importer) unread() {
	names := map[string]bool{"instanceID": true}
	for _, r := range im.survey.rows {
		names[im.survey.at(r, "name")] = true
	}
	walk(im.q.Items, func(it *schema.Item) { names[it.Name] = true })
	for _, p := range im.q.Parameters {
		names[officeParameter+p.Name] = true
	}
	for _, r := range im.survey.rows {
		for _, c := range im.survey.columns {
			cell := r.cell(c.index)
			if c.key == "type" || c.key == "name" || c.key == "trigger" || !strings.Contains(cell, "${") {
				continue
			}
			for _, m := range referenced.FindAllStringSubmatch(cell, -1) {
				name := strings.TrimPrefix(m[1], "last-saved#")
				seen := func(p Problem) bool { return p.Sheet == "survey" && p.Row == r.number && p.Column == c.header }
				if !names[name] && !slices.ContainsFunc(im.Errors, seen) {
					im.fail(Problem{CodeReference, "survey", r.number, c.header, fmt.Sprintf("there is no ${%s}", name), ""})
				}
			}
		}
	}
}

// triggers refuses what pyxform refuses: a question that nobody sees sets nothing off.
func (im *importer) triggers() {
	hidden := map[string]bool{}
	walk(im.q.Items, func(it *schema.Item) {
		hidden[it.Name] = it.Kind == schema.Calculate && len(it.Text) == 0 && len(it.Hint) == 0
	})
	for _, r := range im.survey.rows {
		for _, m := range referenced.FindAllStringSubmatch(im.survey.at(r, "trigger"), -1) {
			if hidden[m[1]] {
				im.failRow(r, CodeReference, "trigger", fmt.Sprintf("${%s} is not seen by anybody and can trigger nothing", m[1]), "a question that is asked")
			}
		}
	}
}

func walk(items []schema.Item, do func(*schema.Item)) {
	for i := range items {
		do(&items[i])
		walk(items[i].Items, do)
	}
}

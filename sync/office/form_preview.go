package main

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"os"
	"strings"

	"leeward/schema"
)

//go:embed preview.html
var previewPage string

var previewTemplate = template.Must(template.New("preview").Funcs(template.FuncMap{"pieces": pieces}).Parse(previewPage))

// piece is a stretch of a text, or a reference in it, which keeps its own direction.
type piece struct {
	Text      string
	Reference bool
}

func pieces(text string) []piece {
	var out []piece
	for text != "" {
		at := strings.Index(text, "${")
		end := strings.IndexByte(text[max(at, 0):], '}')
		if at < 0 || end < 0 {
			return append(out, piece{Text: text})
		}
		out = append(out, piece{Text: text[:at]}, piece{text[at : at+end+1], true})
		text = text[at+end+1:]
	}
	return out
}

// previewed is one item with its texts in all languages, in the order of the questionnaire.
type previewed struct {
	Depth    int
	Anchor   string
	Number   string
	Kind     string
	Group    bool
	Texts    []previewText
	Choices  []previewChoice
	Logic    [][2]string
	Absolute schema.Path
}

type previewText struct {
	Lang, Dir, Text, Hint string
	Missing               bool
	More                  [][2]string // what else the item says, and to whom: guidance, wording for a child
}

type previewChoice struct {
	Name  string
	Texts []previewText
}

// formPreview writes all questions in all languages, for people who meet to review them.
func (p *Program) formPreview(_ context.Context, args []string) error {
	f := flags("form preview", nil)
	out := f.String("o", "", "")
	im, err := p.oneSound(f, args)
	if err != nil {
		return err
	}
	b, err := renderPreview(im.Questionnaire)
	if err != nil {
		return err
	}
	if *out == "" {
		_, err = p.Stdout.Write(b)
		return err
	}
	if err := os.WriteFile(*out, b, 0o644); err != nil {
		return &mishap{msgFormWrite, err}
	}
	return nil
}

// renderPreview writes the page; each item can be reached as #name.
func renderPreview(q *schema.Questionnaire) ([]byte, error) {
	var items []previewed
	collectPreview(q, q.Items, "/data", 0, &items)
	var b bytes.Buffer
	err := previewTemplate.Execute(&b, map[string]any{
		"Title": q.Title[q.Source].Text, "ID": q.ID, "Version": q.Version, "Lang": string(q.Source), "Languages": q.Languages, "Items": items,
	})
	return b.Bytes(), err
}

func collectPreview(q *schema.Questionnaire, items []schema.Item, base schema.Path, depth int, out *[]previewed) {
	for i := range items {
		it := &items[i]
		at := base + schema.Path("/"+it.Name)
		one := previewed{
			Depth: depth, Anchor: it.Name, Number: it.Code, Kind: string(it.Kind), Absolute: at, Group: it.Kind == schema.Group || it.Kind == schema.Repeat,
			Texts: previewTexts(q, it.Text, it.Hint),
		}
		for n := range one.Texts {
			one.Texts[n].More = more(it, q.Languages[n].Tag)
		}
		for column, source := range it.Logic() {
			one.Logic = append(one.Logic, [2]string{column, *source})
		}
		for _, l := range q.Choices {
			if l.Name != it.List {
				continue
			}
			for _, c := range l.Choices {
				one.Choices = append(one.Choices, previewChoice{c.Name, previewTexts(q, c.Label, nil)})
			}
		}
		*out = append(*out, one)
		collectPreview(q, it.Items, at, depth+1, out)
	}
}

// previewTexts has an entry for each language; one that is missing is marked and not left blank.
func previewTexts(q *schema.Questionnaire, text, hint schema.Text) []previewText {
	if len(text) == 0 && len(hint) == 0 {
		return nil
	}
	var out []previewText
	for _, l := range q.Languages {
		dir := "ltr"
		if l.RTL {
			dir = "rtl"
		}
		w, ok := text[l.Tag]
		out = append(out, previewText{Lang: string(l.Tag), Dir: dir, Text: w.Text, Hint: hint[l.Tag].Text, Missing: !ok && len(text) > 0})
	}
	return out
}

// more lists what an item says besides its question, in one language.
func more(it *schema.Item, lang schema.Lang) (out [][2]string) {
	texts := []struct {
		to   string
		text schema.Text
	}{{"to a child", it.ChildText}, {"for the screener", it.Guidance}, {"when an answer cannot be", it.ConstText}, {"when it is required", it.RequiredText}}
	if it.Gate != nil {
		texts = append(texts, struct {
			to   string
			text schema.Text
		}{"remark", it.Gate.Text})
	}
	for _, t := range texts {
		if words := t.text[lang].Text; words != "" {
			out = append(out, [2]string{t.to, words})
		}
	}
	return out
}

// Package peer measures another engine on the same questionnaire as this one: run.sh does both, one after the other,
// and prints them side by side. What it needs of the other engine is installed for the run and is no part of this
// module.
package peer

import (
	"encoding/xml"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"leeward/schema"
)

// writer makes an XForm of a questionnaire: what the peer reads. It writes what can be measured and
// compared (values, logic, choices) in the source language only; appearances and media are left out.
type writer struct {
	q     *schema.Questionnaire
	b     strings.Builder
	where map[string]at // by name
	binds strings.Builder
	body  strings.Builder
	set   strings.Builder
}

// at is where an item stands: its path and the paths of the repeats around it, outermost first.
type at struct {
	path    string
	repeats []string
	kind    schema.Kind
}

// XForm returns the XML of a questionnaire.
func XForm(q *schema.Questionnaire) string {
	w := &writer{q: q, where: map[string]at{}}
	w.find(q.Items, "/data", nil)
	w.b.WriteString(`<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ev="http://www.w3.org/2001/xml-events" ` +
		`xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>peer</h:title><model odk:xforms-version="1.0.0"><instance><data id="peer">`)
	w.instance(q.Items, outside)
	w.b.WriteString("</data></instance>")
	for i := range q.Choices {
		w.list(&q.Choices[i])
	}
	w.items(q.Items, "/data", nil)
	w.b.WriteString(w.binds.String() + w.set.String() + "</model></h:head><h:body>" + w.body.String() + "</h:body></h:html>")
	return w.b.String()
}

func (w *writer) find(items []schema.Item, base string, repeats []string) {
	for i := range items {
		it := &items[i]
		path, around := base+"/"+it.Name, repeats
		if it.Kind == schema.Repeat {
			around = append(slices.Clone(repeats), path)
		}
		w.where[it.Name] = at{path, around, it.Kind}
		w.find(it.Items, path, around)
	}
}

// Where an item stands in the tree of values. As pyxform has it, an outermost repeat comes twice, as a
// template and as the instance to begin with; repeats inside are templates in the one and instances in
// the other.
type standing uint8

const (
	outside standing = iota
	inTemplate
	inInstance
)

// instance writes the tree of values.
func (w *writer) instance(items []schema.Item, how standing) {
	for i := range items {
		it := &items[i]
		switch it.Kind {
		case schema.Repeat:
			if how == outside {
				fmt.Fprintf(&w.b, `<%s jr:template="">`, it.Name)
				w.instance(it.Items, inTemplate)
				fmt.Fprintf(&w.b, "</%s>", it.Name)
			}
			if how == inTemplate {
				fmt.Fprintf(&w.b, `<%s jr:template="">`, it.Name)
				w.instance(it.Items, inTemplate)
			} else {
				fmt.Fprintf(&w.b, "<%s>", it.Name)
				w.instance(it.Items, inInstance)
			}
		case schema.Group:
			fmt.Fprintf(&w.b, "<%s>", it.Name)
			w.instance(it.Items, how)
		default:
			fmt.Fprintf(&w.b, "<%s>", it.Name)
			if !it.Dynamic() {
				w.b.WriteString(text(it.Default))
			}
		}
		fmt.Fprintf(&w.b, "</%s>", it.Name)
	}
}

func (w *writer) list(l *schema.ChoiceList) {
	fmt.Fprintf(&w.b, `<instance id="%s"><root>`, l.Name)
	for _, c := range l.Choices {
		fmt.Fprintf(&w.b, "<item><name>%s</name><label>%s</label>", text(c.Name), text(w.wording(c.Label)))
		for _, column := range slices.Sorted(maps.Keys(c.Columns)) {
			fmt.Fprintf(&w.b, "<%s>%s</%s>", column, text(c.Columns[column]), column)
		}
		w.b.WriteString("</item>")
	}
	w.b.WriteString("</root></instance>")
}

func (w *writer) wording(t schema.Text) string {
	if s := t[w.q.Source].Text; s != "" {
		return s
	}
	for _, l := range w.q.Languages {
		if s := t[l.Tag].Text; s != "" {
			return s
		}
	}
	return ""
}

// types are the XForms types; what is not listed is a text.
var types = map[schema.Kind]string{
	schema.Integer: "int", schema.Decimal: "decimal", schema.Date: "date", schema.Time: "time", schema.DateTime: "dateTime",
	schema.Geopoint: "geopoint", schema.Geotrace: "geotrace", schema.Geoshape: "geoshape", schema.Rank: "odk:rank", schema.Barcode: "barcode",
	schema.Image: "binary", schema.Audio: "binary", schema.Video: "binary", schema.File: "binary",
}

var preloads = map[schema.Kind][2]string{
	schema.Start: {"timestamp", "start"}, schema.End: {"timestamp", "end"}, schema.Today: {"date", "today"}, schema.DeviceID: {"property", "deviceid"},
	schema.Username: {"property", "username"}, schema.PhoneNumber: {"property", "phonenumber"}, schema.Email: {"property", "email"},
}

func (w *writer) items(items []schema.Item, base string, repeats []string) {
	for i := range items {
		it := &items[i]
		here := w.where[it.Name]
		if here.path != base+"/"+it.Name { // a name that several items have
			here = at{base + "/" + it.Name, repeats, it.Kind}
		}
		w.bind(it, here)
		w.control(it, here)
	}
}

func (w *writer) bind(it *schema.Item, here at) {
	kind := types[it.Kind]
	if it.Stored != "" {
		kind = types[it.Stored]
	}
	if it.Kind == schema.Range {
		if kind = "int"; strings.Contains(it.Parameters["start"]+it.Parameters["end"]+it.Parameters["step"], ".") {
			kind = "decimal"
		}
	}
	if kind == "" {
		kind = "string"
	}
	fmt.Fprintf(&w.binds, `<bind nodeset="%s"`, here.path)
	if it.Kind != schema.Group && it.Kind != schema.Repeat {
		fmt.Fprintf(&w.binds, ` type="%s"`, kind)
	}
	calculation := it.Calculation
	if it.Trigger != "" {
		calculation = ""
	}
	readOnly := it.ReadOnly
	if it.Kind == schema.Note && readOnly == "" {
		readOnly = "yes"
	}
	for _, a := range [][2]string{
		{"relevant", truth(it.Relevant)},
		{"required", truth(it.Required)},
		{"constraint", it.Constraint},
		{"calculate", calculation},
		{"readonly", truth(readOnly)},
	} {
		if a[1] != "" {
			fmt.Fprintf(&w.binds, ` %s="%s"`, a[0], text(w.resolve(a[1], here, false)))
		}
	}
	if p, ok := preloads[it.Kind]; ok {
		fmt.Fprintf(&w.binds, ` jr:preload="%s" jr:preloadParams="%s"`, p[0], p[1])
	}
	w.binds.WriteString("/>")
}

func truth(s string) string {
	switch strings.ToLower(s) {
	case "yes", "true":
		return "true()"
	case "no", "false":
		return "false()"
	}
	return s
}

var reference = regexp.MustCompile(`\$\{\s*([^}]+?)\s*\}`)

// resolve puts paths in place of references, as pyxform does: relative where both lie in one repeat, and
// from current() in a filter. The places of indexed-repeat() stay absolute.
func (w *writer) resolve(src string, here at, current bool) string {
	absolute := absolutes(src)
	n := -1
	return reference.ReplaceAllStringFunc(src, func(m string) string {
		n++
		to, ok := w.where[reference.FindStringSubmatch(m)[1]]
		if !ok {
			return m
		}
		shared := ""
		for i := range min(len(here.repeats), len(to.repeats)) {
			if here.repeats[i] == to.repeats[i] && !(to.kind == schema.Repeat && i == len(to.repeats)-1) {
				shared = here.repeats[i]
			}
		}
		if shared == "" || absolute[n] {
			return " " + to.path + " "
		}
		up := strings.Count(strings.TrimPrefix(here.path, shared), "/")
		path := strings.Repeat("../", up) + strings.TrimPrefix(strings.TrimPrefix(to.path, shared), "/")
		if current {
			path = "current()/" + path
		}
		return " " + strings.TrimSuffix(path, "/") + " "
	})
}

// absolutes tells which references are places of indexed-repeat(): its first, second, fourth and sixth.
func absolutes(src string) map[int]bool {
	out := map[int]bool{}
	n := 0
	type call struct {
		indexed bool
		arg     int
	}
	var open []call
	for i := 0; i < len(src); i++ {
		switch {
		case src[i] == '(':
			open = append(open, call{indexed: strings.HasSuffix(strings.TrimRight(src[:i], " "), "indexed-repeat")})
		case src[i] == ')' && len(open) > 0:
			open = open[:len(open)-1]
		case src[i] == ',' && len(open) > 0:
			open[len(open)-1].arg++
		case strings.HasPrefix(src[i:], "${"):
			if top := len(open) - 1; top >= 0 && open[top].indexed && (open[top].arg == 0 || open[top].arg%2 == 1) {
				out[n] = true
			}
			n++
		}
	}
	return out
}

func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}

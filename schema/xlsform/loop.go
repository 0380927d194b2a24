package xlsform

import (
	"fmt"
	"regexp"
	"strings"

	"leeward/schema"
)

// begin_loop asks the same questions once for each choice of a list: as in pyxform it becomes a group of
// groups, one for each choice but "none", with %(name)s and %(label)s put in.

var overList = regexp.MustCompile(`(?i)^begin[ _]*loop +(?:over +)?(\S+)$`)

// loopOver finds the list of a loop, "" where there is none that could be used.
func (im *importer) loopOver(r row, d declared) string {
	name := ""
	if m := overList.FindStringSubmatch(im.survey.at(r, "type")); m != nil {
		name = m[1]
	}
	switch l := im.lists[name]; {
	case d.edge == "end":
		return ""
	case name == "":
		im.failRow(r, CodeNoList, "type", "the loop names no choice list", "begin_loop over list")
		return ""
	case l == nil:
		im.failRow(r, CodeNoList, "type", fmt.Sprintf("there is no choice list %s", name), "")
		return ""
	default:
		for _, c := range l.Choices {
			if c.Name != "none" && !schema.ValidName(c.Name) {
				im.failRow(r, CodeBadName, "type", fmt.Sprintf("the choice %q cannot be the name of a group of this loop", c.Name), "letters, digits and _")
				return ""
			}
		}
	}
	return name
}

// unroll puts a group for each choice in place of what was asked once.
func (im *importer) unroll(f *frame) {
	once := f.item.Items
	f.item.Items = nil
	for _, c := range im.lists[f.loop].Choices {
		if c.Name == "none" {
			continue
		}
		path := f.path + schema.Path("/"+c.Name)
		im.rowOf[path] = origin{im.survey, f.row, false}
		g := schema.Item{Name: c.Name, Kind: schema.Group, Text: c.Label}
		for i := range once {
			g.Items = append(g.Items, im.putIn(once[i], c, f.path, path))
		}
		f.item.Items = append(f.item.Items, g)
	}
}

// putIn returns an item of a loop as it is asked for one choice.
func (im *importer) putIn(it schema.Item, c schema.Choice, from, to schema.Path) schema.Item {
	here := to + schema.Path("/"+it.Name)
	if at, ok := im.rowOf[from+schema.Path("/"+it.Name)]; ok {
		im.rowOf[here] = at
	}
	fill := func(s string, lang schema.Lang) string {
		if !strings.Contains(s, "%") {
			return s
		}
		label := c.Label[lang].Text
		if label == "" {
			label = c.Label[im.languages[0].tag].Text
		}
		return strings.NewReplacer("%(name)s", c.Name, "%(label)s", label, "%%", "%").Replace(s)
	}
	for _, source := range it.Logic() {
		*source = fill(*source, im.languages[0].tag)
	}
	for _, t := range []*schema.Text{&it.Text, &it.Hint, &it.Guidance, &it.RequiredText, &it.ConstText} {
		var out schema.Text
		for lang, w := range *t {
			if out == nil {
				out = schema.Text{}
			}
			w.Text = fill(w.Text, lang)
			out[lang] = w
		}
		*t = out
	}
	items := it.Items
	it.Items = nil
	for i := range items {
		it.Items = append(it.Items, im.putIn(items[i], c, from+schema.Path("/"+it.Name), here))
	}
	return it
}

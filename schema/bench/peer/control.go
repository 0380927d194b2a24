package peer

import (
	"fmt"
	"strings"

	"leeward/schema"
)

// control writes what a person sees of an item, and the actions that set its value.
func (w *writer) control(it *schema.Item, here at) {
	w.initial(it, here)
	label := "<label>" + w.label(it.Text, here) + "</label>"
	switch it.Kind {
	case schema.Group:
		fmt.Fprintf(&w.body, `<group ref="%s">%s`, here.path, label)
		w.items(it.Items, here.path, here.repeats)
		w.body.WriteString("</group>")
		return
	case schema.Repeat:
		fmt.Fprintf(&w.body, `<group ref="%s">%s<repeat nodeset="%s"`, here.path, label, here.path)
		if it.RepeatCount != "" {
			outer := at{path: here.path, repeats: here.repeats[:len(here.repeats)-1]}
			fmt.Fprintf(&w.body, ` jr:count="%s" jr:noAddRemove="true()"`, text(w.resolve(it.RepeatCount, outer, false)))
		}
		w.body.WriteString(">")
		w.items(it.Items, here.path, here.repeats)
		w.body.WriteString("</repeat></group>")
		return
	}
	tag, attributes := tagOf(it)
	if tag == "" {
		return
	}
	fmt.Fprintf(&w.body, `<%s ref="%s"%s>%s`, tag, here.path, attributes, label)
	if it.List != "" {
		w.itemset(it, here)
	}
	w.triggered(it.Name)
	fmt.Fprintf(&w.body, "</%s>", tag)
}

func tagOf(it *schema.Item) (tag, attributes string) {
	switch it.Kind {
	case schema.Calculate, schema.Hidden:
		return "", ""
	case schema.SelectOne:
		return "select1", ""
	case schema.SelectMultiple:
		return "select", ""
	case schema.Rank:
		return "odk:rank", ""
	case schema.Acknowledge:
		return "trigger", ""
	case schema.Image, schema.Audio, schema.Video, schema.File:
		return "upload", ` mediatype="` + string(it.Kind) + `/*"`
	case schema.Range:
		scale := map[string]string{"start": "1", "end": "10", "step": "1"}
		for name := range scale {
			if v := it.Parameters[name]; v != "" {
				scale[name] = v
			}
			attributes += fmt.Sprintf(` %s="%s"`, name, text(scale[name]))
		}
		return "range", attributes
	}
	if it.Kind.Metadata() {
		return "", ""
	}
	return "input", ""
}

// initial writes a default that is an expression.
func (w *writer) initial(it *schema.Item, here at) {
	if it.Default == "" || !it.Dynamic() {
		return
	}
	out, event := &w.set, "odk-instance-first-load"
	if len(here.repeats) > 0 {
		out, event = &w.body, "odk-instance-first-load odk-new-repeat"
	}
	fmt.Fprintf(out, `<setvalue event="%s" ref="%s" value="%s"/>`, event, here.path, text(w.resolve(it.Default, here, false)))
}

// triggered writes what is set when the question of that name is answered.
func (w *writer) triggered(name string) {
	var walk func(items []schema.Item)
	walk = func(items []schema.Item) {
		for i := range items {
			it := &items[i]
			for part := range strings.SplitSeq(it.Trigger, ",") {
				if strings.TrimSpace(part) == "${"+name+"}" {
					to := w.where[it.Name]
					fmt.Fprintf(&w.body, `<setvalue event="xforms-value-changed" ref="%s" value="%s"/>`,
						to.path, text(w.resolve(it.Calculation, to, false)))
				}
			}
			walk(it.Items)
		}
	}
	walk(w.q.Items)
}

// itemset writes the choices of a question, filtered and shuffled.
func (w *writer) itemset(it *schema.Item, here at) {
	set, name, label := "instance('"+it.List+"')/root/item", "name", "label"
	if from, ok := strings.CutPrefix(it.List, "${"); ok {
		source := w.where[strings.TrimSuffix(from, "}")]
		last := strings.LastIndex(source.path, "/")
		name = source.path[last+1:]
		set, label = source.path[:last]+"[./"+name+" != '']", name
	}
	if it.ChoiceFilter != "" {
		set += "[" + w.resolve(it.ChoiceFilter, here, true) + "]"
	}
	if it.Parameters["randomize"] == "true" {
		if set = "randomize(" + set; it.Parameters["seed"] != "" {
			set += ", " + w.resolve(it.Parameters["seed"], here, false)
		}
		set += ")"
	}
	fmt.Fprintf(&w.body, `<itemset nodeset="%s"><value ref="%s"/><label ref="%s"/></itemset>`, text(set), name, label)
}

// label writes a text with the values that are put in.
func (w *writer) label(t schema.Text, here at) string {
	src := w.wording(t)
	var b strings.Builder
	last := 0
	for _, m := range reference.FindAllStringSubmatchIndex(src, -1) {
		b.WriteString(text(src[last:m[0]]))
		fmt.Fprintf(&b, `<output value="%s"/>`, text(strings.TrimSpace(w.resolve(src[m[0]:m[1]], here, false))))
		last = m[1]
	}
	b.WriteString(text(src[last:]))
	return b.String()
}

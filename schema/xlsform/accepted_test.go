package xlsform

import (
	"strings"
	"testing"

	"leeward/schema"
)

// TestCaseSlips reads operators and functions in another case as what they mean, and says so.
func TestCaseSlips(t *testing.T) {
	im := imported(t, "survey\ntype|name|label|relevant|required\ntext|a|A\ntext|b|B|${a} = 1 AND Not(${a} = 2) OR ${a} = 'AND'|TRUE()")
	it := item(t, im, "/data/b")
	if want := "${a} = 1 and not(${a} = 2) or ${a} = 'AND'"; it.Relevant != want || it.Required != "true()" {
		t.Errorf("got relevant %q, required %q, want %q and true()", it.Relevant, it.Required, want)
	}
	want := "read_as survey 3 relevant\nread_as survey 3 required\nread_as survey 3 relevant\nread_as survey 3 relevant"
	if got := brief(im.Warnings); got != want {
		t.Errorf("got warnings\n%s\nwant\n%s", got, want)
	}
	if w := im.Warnings[0].String(); !strings.Contains(w, "AND is read as and (character 10)") {
		t.Errorf("got %q, want the words and the character", w)
	}
}

func TestLoop(t *testing.T) {
	im := imported(t, `survey
type|name|label|relevant
begin_loop over tool|l|Tools
integer|n|How many %(label)s? 100%%
text|why|Why no %(label)s?|../n = 0
end_loop`, "choices\nlist_name|name|label\ntool|axe|axes\ntool|saw|saws\ntool|none|none")
	if got := item(t, im, "/data/l/saw/n").Text["und"].Text; got != "How many saws? 100%" {
		t.Errorf("got label %q, want the choice put in", got)
	}
	if _, ok := im.Form.Item("/data/l/none/n"); ok {
		t.Error("the loop goes over the choice none")
	}
	s := im.Form.Evaluate(schema.Answers{"/data/l/axe/n": {Value: "0"}}, schema.Env{})
	if !s.Relevant("/data/l/axe/why") || s.Relevant("/data/l/saw/why") {
		t.Error("the groups of a loop are not apart")
	}
}

func TestDuplicateChoices(t *testing.T) {
	im := imported(t, "survey\ntype|name|label|choice_filter\ntext|state|S\nselect_one town|t|T|state = ${state}",
		"choices\nlist_name|name|label|state\ntown|x|First|a\ntown|y|Other|a\ntown|x|Second|b", "settings\nallow_choice_duplicates\nyes")
	s := im.Form.Evaluate(schema.Answers{"/data/state": {Value: "b"}, "/data/t": {Value: "x"}}, schema.Env{Language: "und"})
	if got := s.Node("/data/t").Choices; len(got) != 1 || s.ChoiceLabel("/data/t", "x", "und").Text != "Second" || s.Value("/data/t") != "x" {
		t.Errorf("got %d choices, label %q, value %q, want the row of the state alone", len(got), s.ChoiceLabel("/data/t", "x", "und").Text, s.Value("/data/t"))
	}
	if _, err := schema.Parse(im.Questionnaire.Canonical()); err != nil {
		t.Errorf("Parse of its own form: %v", err)
	}
}

// TestFiles reads lists of each kind of file.
func TestFiles(t *testing.T) {
	files := map[string]string{
		"a.csv":     "name,label,size\nx,The x,3\ny,The y,4\n",
		"b.xml":     "<root><item><name>x</name><label>The x</label><size>3</size></item><item><name>y</name><label>The y</label><size>4</size></item></root>",
		"c.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[1.5,2]},"properties":{"id":"x","title":"The x","size":3}},{"type":"Feature","geometry":null,"properties":{"id":"y","title":"The y","size":4}}]}`,
	}
	for name := range files {
		list := strings.SplitN(name, ".", 2)[0]
		im := Read(book(t, "survey\ntype|name|label|choice_filter|calculation\nselect_one_from_file "+name+"|q|Q|size > 3\ncalculate|c|||instance('"+list+"')/root/item[1]/size"), Options{
			Files: func(n string) ([]byte, bool) { s, ok := files[n]; return []byte(s), ok },
		})
		if err := im.Err(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := im.Form.Evaluate(nil, schema.Env{})
		if got := s.Node("/data/q").Choices; len(got) != 1 || got[0].Name != "y" || s.Value("/data/c") != "3" {
			t.Errorf("%s: got %d choices and %q, want y alone and 3", name, len(got), s.Value("/data/c"))
		}
		if list == "c" && im.Form.Choices("/data/q")[0].Columns["geometry"] != "2 1.5 0 0" {
			t.Errorf("got geometry %q", im.Form.Choices("/data/q")[0].Columns["geometry"])
		}
	}
	im := Read(book(t, "survey\ntype|name|label\nselect_one_from_file b.xml|q|Q"), Options{Files: func(string) ([]byte, bool) { return []byte("<root><item>"), true }})
	if got := brief(im.Errors); got != "broken_file survey 2 type" {
		t.Errorf("a broken file: got %s", got)
	}
}

// TestAccepted are workbooks that pyxform takes and that must not be refused.
func TestAccepted(t *testing.T) {
	for name, sheets := range map[string][]string{
		"choices without lists":    {"survey\ntype|name|label\ntext|a|A", "choices\nname|label\nx|X"},
		"required group":           {"survey\ntype|name|label|required\nbegin_group|g|G|yes\ntext|a|A\nend_group"},
		"osm with tags":            {"survey\ntype|name|label\nosm building|a|A", "osm\nlist_name|name|label\nbuilding|height|H"},
		"entities":                 {"survey\ntype|name|label|save_to\ntext|a|A|height", "entities\nlist_name|label\ntrees|concat('x', ${a})"},
		"last saved":               {"survey\ntype|name|label|default\ntext|a|A|${last-saved#a}"},
		"unknown instance":         {"survey\ntype|name|label|calculation\ncalculate|a||instance('people')/root/item[name = 'x']/age\ntext|b|B"},
		"lookaround":               {"survey\ntype|name|label|constraint\ntext|a|A|regex(., '^a(?<!b)c$')"},
		"dots in a filter":         {"survey\ntype|name|label|choice_filter\ntext|a|A\nselect_one yn|b|B|name = ../a", yesNo},
		"parameters with commas":   {"survey\ntype|name|label|parameters\nrange|a|A|start=1, end = 5; step=2"},
		"background and its cause": {"survey\ntype|name|label|trigger\ntext|a|A\nbackground-geopoint|b||${a}"},
	} {
		if im := Read(book(t, sheets...), Options{}); im.Err() != nil {
			t.Errorf("%s: %v", name, im.Err())
		}
	}
}

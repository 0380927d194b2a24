package schema_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"leeward/schema"
)

// valid uses every part of the format.
const valid = `{
 "format": "leeward/questionnaire/1", "id": "small", "version": "1", "source": "en",
 "title": {"en": {"text": "Small"}},
 "languages": [{"tag": "en", "name": "English"}, {"tag": "ar", "name": "العربية", "rtl": true}],
 "parameters": [{"name": "phone", "default": {"en": {"text": "our office"}}}],
 "consent": {"agree": "/data/c/agree", "yes": ["yes"], "keep": "/data/c/keep", "tally": ["tally"]},
 "choices": [
  {"name": "yesno", "choices": [{"name": "yes", "label": {"en": {"text": "Yes"}}}, {"name": "no"}]},
  {"name": "keep", "choices": [{"name": "tally", "columns": {"who": "all"}}, {"name": "code", "alert": "red:safety",
    "indicators": [{"id": "I1", "as": "possible"}]}]}
 ],
 "items": [
  {"name": "c", "kind": "group", "stage": "consent", "text": {"en": {"text": "Consent"}}, "items": [
   {"name": "agree", "code": "B1", "kind": "select_one", "list": "yesno", "required": "yes",
    "text": {"en": {"text": "May we talk?"}, "ar": {"text": "هل يمكننا التحدث؟", "state": "machine_draft", "source": "0123456789abcdef"}},
    "gate": {"when": ". = 'no'", "do": "stop", "text": {"en": {"text": "Thank you"}}}},
   {"name": "ways", "kind": "select_multiple", "list": "keep", "alone": ["tally"], "text": {"en": {"text": "Which ways?"}}},
   {"name": "keep", "kind": "select_one", "list": "keep", "hint": {"en": {"text": "Call ${office.phone}"}}}
  ]},
  {"name": "age", "kind": "integer", "text": {"en": {"text": "How old?"}}, "sensitivity": "special"}
 ]
}`

func TestParse(t *testing.T) {
	q, err := schema.Parse([]byte(valid))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	if _, err := schema.Compile(q); err != nil {
		t.Fatalf("Compile: %v", err)
	}
	if got := q.Items[0].Items[0].Gate.Do; got != "stop" {
		t.Errorf("gate.do: got %q, want stop", got)
	}
	again, err := schema.Parse(q.Canonical())
	if err != nil {
		t.Fatalf("Parse(Canonical): %v", err)
	}
	if again.Ref() != q.Ref() {
		t.Errorf("Ref changed on the way: %s, was %s", again.Ref(), q.Ref())
	}
	if !json.Valid(q.Canonical()) {
		t.Error("Canonical is not JSON")
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, path, message string }{
		{"unknown member", `"code": "B1"`, `"cod": "B1"`, "items[0].items[0].cod", "unknown member"},
		{"other case", `"code": "B1"`, `"Code": "B1"`, "items[0].items[0].Code", "unknown member"},
		{"given twice", `"id": "small"`, `"id": "small", "id": "other"`, "id", "given twice"},
		{"twice in a text", `{"en": {"text": "Small"}}`, `{"en": {"text": "Small"}, "en": {"text": "S"}}`, "title.en", "given twice"},
		{"null", `"version": "1"`, `"version": null`, "version", "null"},
		{"number", `"version": "1"`, `"version": 1`, "version", "not a number"},
		{"text for list", `"yes": ["yes"]`, `"yes": "yes"`, "consent.yes", "a list"},
		{"trailing", `"items": [`, `"items": [], "x": [`, "x", "unknown member"},
		{"format", `questionnaire/1`, `questionnaire/2`, "format", "not a format"},
		{"id", `"id": "small"`, `"id": ""`, "id", "missing"},
		{"no languages", `"languages": [{"tag": "en", "name": "English"}, {"tag": "ar", "name": "العربية", "rtl": true}]`, `"languages": []`, "languages", "needs a language"},
		{"language twice", `"tag": "ar"`, `"tag": "en"`, "languages[1].tag", "given twice"},
		{"source", `"source": "en"`, `"source": "fr"`, "source", "not one of the languages"},
		{"title", `"title": {"en": {"text": "Small"}}`, `"title": {"ar": {"text": "ص"}}`, "title.en", "no text in the source language"},
		{"no English text", `"text": {"en": {"text": "How old?"}}`, `"text": {"ar": {"text": "كم عمرك؟"}}`, "items[1].text.en", "no text in the source language"},
		{"no text at all", `, "text": {"en": {"text": "How old?"}}`, ``, "items[1].text.en", "no text in the source language"},
		{"blank text", `"How old?"`, `" "`, "items[1].text.en.text", "blank"},
		{"damaged text", `"How old?"`, `"How \ud800?"`, "items[1].text.en.text", "damaged"},
		{"control character", `"How old?"`, `"How\u0007?"`, "items[1].text.en.text", "U+0007"},
		{"unknown language", `{"en": {"text": "How old?"}}`, `{"en": {"text": "How old?"}, "my": {"text": "x"}}`, "items[1].text.my", "not one of the languages"},
		{"state", `"machine_draft"`, `"fine"`, "items[0].items[0].text.ar.state", "unknown state"},
		{"state in source", `{"text": "How old?"}`, `{"text": "How old?", "state": "reviewed"}`, "items[1].text.en", "no translation"},
		{"wording hash", `0123456789abcdef`, `0123456789ABCDEF`, "items[0].items[0].text.ar.source", "not a wording hash"},
		{"item name", `"name": "age"`, `"name": "my age"`, "items[1].name", "not a name"},
		{"item twice", `"name": "age"`, `"name": "c"`, "items[1].name", "given twice"},
		{"kind", `"kind": "integer"`, `"kind": "number"`, "items[1].kind", "unknown kind"},
		{"choice name", `{"name": "no"}`, `{"name": "not now"}`, "choices[0].choices[1].name", "not a choice name"},
		{"choice twice", `{"name": "no"}`, `{"name": "yes"}`, "choices[0].choices[1].name", "given twice"},
		{"list twice", `{"name": "keep", "choices"`, `{"name": "yesno", "choices"`, "choices[1].name", "given twice"},
		{"column", `{"who": "all"}`, `{"label": "all"}`, "choices[1].choices[0].columns", "name of its own"},
		{"alert", `red:safety`, `pink:safety`, "choices[1].choices[1].alert", "not an alert"},
		{"indicator", `"as": "possible"`, `"as": "maybe"`, "choices[1].choices[1].indicators[0].as", "unknown"},
		{"list", `"list": "yesno"`, `"list": "yes-no"`, "items[0].items[0].list", "no such choice list"},
		{"list on integer", `"sensitivity": "special"`, `"list": "yesno"`, "items[1].list", "only select"},
		{"filter on integer", `"sensitivity": "special"`, `"choice_filter": "true()"`, "items[1].choice_filter", "only select"},
		{"alone on one", `"list": "yesno"`, `"list": "yesno", "alone": ["no"]`, "items[0].items[0].alone", "only select_multiple"},
		{"sensitivity", `"special"`, `"secret"`, "items[1].sensitivity", "unknown sensitivity"},
		{"stage", `"stage": "consent"`, `"stage": "later"`, "items[0].stage", "unknown stage"},
		{"stage below", `"code": "B1"`, `"stage": "talk"`, "items[0].items[0].stage", "only groups at the top"},
		{"items in a question", `"sensitivity": "special"`, `"items": [{"name": "x", "kind": "hidden"}]`, "items[1].items", "only groups have items"},
		{"group that asks", `"stage": "consent"`, `"required": "yes"`, "items[0]", "a group holds no answer"},
		{"calculate", `"kind": "integer"`, `"kind": "calculate"`, "items[1].calculation", "missing"},
		{"gate", `"do": "stop"`, `"do": "ask why"`, "items[0].items[0].gate.do", "unknown"},
		{"consent path", `"/data/c/agree"`, `"/data/agree"`, "consent.agree", "no such question"},
		{"consent kind", `"/data/c/agree"`, `"/data/age"`, "consent.agree", "not a select_one"},
		{"consent choice", `"yes": ["yes"]`, `"yes": ["sure"]`, "consent.yes[0]", "no such choice"},
		{"consent without yes", `"yes": ["yes"]`, `"yes": []`, "consent.yes", "missing"},
		{"tally", `"tally": ["tally"]`, `"tally": ["all"]`, "consent.tally[0]", "no such choice"},
		{"parameter", `"name": "phone"`, `"name": "0phone"`, "parameters[0].name", "not a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.Replace(valid, c.old, c.new, 1)
			if changed == valid {
				t.Fatalf("the test changes nothing: %q is not there", c.old)
			}
			wantParseError(t, changed, c.path, c.message)
		})
	}
}

func TestParseRefusesBytes(t *testing.T) {
	for name, c := range map[string]struct{ text, message string }{
		"empty":         {"", "ends too early"},
		"cut":           {valid[:200], "ends too early"},
		"two":           {valid + "{}", "follows the end"},
		"list":          {"[]", "an object"},
		"not JSON":      {"{'id': 1}", "not JSON"},
		"order mark":    {"\ufeff" + valid, "byte order mark"},
		"not UTF-8":     {"{\"id\":\"\xff\"}", "not UTF-8"},
		"too deep":      {`{"items":` + strings.Repeat(`[{"items":`, 70), "deep"},
		"too large":     {strings.Repeat(" ", schema.MaxSize+1), "larger than"},
		"no items":      {valid[:strings.Index(valid, ` "items"`)] + `"items":[]}`, "needs a question"},
		"sad wide item": {`{"items":[{"name":{}}]}`, "not an object"},
	} {
		t.Run(name, func(t *testing.T) { wantParseError(t, c.text, "", c.message) })
	}
}

// wantParseError wants a *ParseError at a path ("" for any) whose message has a part.
func wantParseError(t *testing.T, text, path, message string) {
	t.Helper()
	_, err := schema.Parse([]byte(text))
	var got *schema.ParseError
	if !errors.As(err, &got) {
		t.Fatalf("Parse: got %v, want a *ParseError", err)
	}
	if path != "" && got.Path != path || !strings.Contains(got.Message, message) {
		t.Errorf("Parse: got %q %q, want %q …%s…", got.Path, got.Message, path, message)
	}
}

func TestCanonicalBytes(t *testing.T) {
	q := sample(ask("a", schema.TextKind, byDefault("\"\\\n\u2028<é>")))
	q.Languages, q.Choices = q.Languages[:1], nil
	const want = `{"format":"leeward/questionnaire/1","id":"sample","items":[{"default":"\"\\\n` + "\u2028" + `<é>","kind":"text",` +
		`"name":"a","text":{"en":{"text":"What about a?"}}}],"languages":[{"name":"English","tag":"en"}],"source":"en",` +
		`"title":{"en":{"text":"A sample"}},"version":"1"}`
	if got := string(q.Canonical()); got != want {
		t.Errorf("Canonical:\ngot  %s\nwant %s", got, want)
	}
	if got, want := schema.WordingHash("What about a?"), "33926ddee904738c"; got != want {
		t.Errorf("WordingHash: got %s, want %s", got, want)
	}
}

// FuzzParse wants that what parses encodes to bytes that parse to the same bytes again, and that
// compiling it does not panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte(valid))
	q, _ := large(12)
	f.Add(q.Canonical())
	f.Add(sample(repeat("r", "2", ask("a", schema.Integer, byDefault("1")), repeat("s", "${a}", calculate("b", "sum(../../a) + position(..)")))).Canonical())
	f.Add([]byte(`{"format":"leeward/questionnaire/1","id":"x","source":"en","languages":[{"tag":"en"}],"title":{"en":{"text":"t"}},` +
		`"items":[{"name":"a","kind":"hidden","relevant":"${a}"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := schema.Parse(b)
		if err != nil {
			return
		}
		once := q.Canonical()
		again, err := schema.Parse(once)
		if err != nil {
			t.Fatalf("Parse(Canonical): %v", err)
		}
		if twice := again.Canonical(); string(twice) != string(once) {
			t.Fatalf("Canonical is not stable:\n%s\n%s", once, twice)
		}
		if form, err := schema.Compile(again); err == nil {
			form.Evaluate(form.Defaults(schema.Env{}), schema.Env{}).Problems()
		}
	})
}

// TestFormatExample keeps FORMAT.md and the code together: its questionnaire is that of the Example.
func TestFormatExample(t *testing.T) {
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "A small questionnaire:\n\n```json\n")
	block, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("FORMAT.md has no questionnaire")
	}
	fromPage, err := schema.Parse([]byte(block))
	if err != nil {
		t.Fatalf("Parse of FORMAT.md: %v", err)
	}
	fromTest, err := schema.Parse([]byte(pain))
	if err != nil {
		t.Fatal(err)
	}
	if fromPage.Ref() != fromTest.Ref() {
		t.Errorf("FORMAT.md shows another questionnaire than the Example: %s, want %s", fromPage.Ref(), fromTest.Ref())
	}
}

package translations

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// message is one entry of a message file: its plural forms, "other" alone where it has none.
type message map[string]string

func read(t *testing.T, tag string) map[string]message {
	t.Helper()
	raw, err := files.ReadFile(tag + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var loose map[string]any
	if err := json.Unmarshal(raw, &loose); err != nil {
		t.Fatalf("%s.json: %v", tag, err)
	}
	out := map[string]message{}
	for key, v := range loose {
		out[key] = message{}
		switch v := v.(type) {
		case string:
			out[key]["other"] = v
		case map[string]any:
			for form, s := range v {
				out[key][form] = fmt.Sprint(s)
			}
		}
	}
	return out
}

func open(t *testing.T) *Catalogue {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var shape = regexp.MustCompile(`^[a-z]+\.[a-zA-Z_]+\.[a-z]+[0-9]?$`)

func TestEveryLanguageHasEveryKey(t *testing.T) {
	en := read(t, source)
	for key := range en {
		if !shape.MatchString(key) {
			t.Errorf("key %q is not screen.element.kind", key)
		}
	}
	for _, tag := range open(t).Languages() {
		words := read(t, tag)
		for key, forms := range words {
			if en[key] == nil {
				t.Errorf("%s has %s, which en does not", tag, key)
			}
			for form, text := range forms {
				if strings.TrimSpace(text) == "" || text != strings.TrimSpace(text) {
					t.Errorf("%s %s %s: empty, or blank at an end", tag, key, form)
				}
				if strings.Contains(text, "\u200b") {
					t.Errorf("%s %s: holds a break hint; those are made where text is shaped", tag, key)
				}
			}
		}
		for key := range en {
			if words[key] == nil {
				t.Errorf("%s lacks %s", tag, key)
			}
		}
	}
}

// pluralForms are the forms that CLDR tells apart for whole numbers.
var pluralForms = map[string][]string{
	"en": {"one", "other"},
	"ar": {"few", "many", "one", "other", "two", "zero"},
	"es": {"one", "other"},
	"fa": {"one", "other"},
	"fr": {"one", "other"},
	"km": {"other"},
	"lo": {"other"},
	"my": {"other"},
	"th": {"other"},
	"vi": {"other"},
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func names(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestPlaceholdersAndPluralForms(t *testing.T) {
	en := read(t, source)
	for _, tag := range open(t).Languages() {
		for key, forms := range read(t, tag) {
			want := names(en[key]["other"])
			if got := names(forms["other"]); !slices.Equal(got, want) {
				t.Errorf("%s %s has placeholders %v, want %v", tag, key, got, want)
			}
			counts := slices.Contains(want, "Count")
			if got := slices.Sorted(maps.Keys(forms)); counts && !slices.Equal(got, pluralForms[tag]) {
				t.Errorf("%s %s has the plural forms %v, want %v", tag, key, got, pluralForms[tag])
			} else if !counts && len(got) != 1 {
				t.Errorf("%s %s has plural forms and no {{.Count}}", tag, key)
			}
			for form, text := range forms {
				for _, name := range names(text) {
					if !slices.Contains(want, name) {
						t.Errorf("%s %s %s has the placeholder %s, which en has not", tag, key, form, name)
					}
				}
				if name := "Number"; slices.Contains(want, name) && !slices.Contains(names(text), name) {
					t.Errorf("%s %s %s lost {{.%s}}", tag, key, form, name)
				}
			}
		}
	}
}

func TestSay(t *testing.T) {
	c := open(t)
	for _, tt := range []struct {
		lang, key string
		pairs     []any
		want      string
	}{
		{"en", "interview.code.label", []any{"Code", "7K2F-QX9B"}, "Code 7K2F-QX9B"},
		{"en", "home.drafts.text", []any{"Count", 1}, "1 interview is not finished."},
		{"en", "home.drafts.text", []any{"Count", uint64(3)}, "3 interviews are not finished."},
		{"ar", "app.minutes.text", []any{"Count", 2}, "دقيقتان"},
		{"ar", "app.minutes.text", []any{"Count", 5}, "5 دقائق"},
		{"ar", "app.minutes.text", []any{"Count", 15}, "15 دقيقة"},
		{"my", "app.minutes.text", []any{"Count", 1}, "1 မိနစ်"},
		{"en", "interview.progress.text", []any{"Number", 2, "Count", 31}, "Question 2 of 31 that apply so far"},
		{"en", "no.such.key", nil, "no.such.key"},
		{"ar", "no.such.key", []any{"Count", 1}, "no.such.key"},
		{"ar-EG", "home.lock.button", nil, "قفل"},
		{"fr", "home.lock.button", nil, "Verrouiller"},
		{"fr", "app.minutes.text", []any{"Count", 0}, "0 minute"},
		{"th", "app.minutes.text", []any{"Count", 1}, "1 นาที"},
		{"cy", "home.lock.button", nil, "Lock"},
		{"not a tag", "home.lock.button", nil, "Lock"},
	} {
		if got := c.For(tt.lang).Say(tt.key, tt.pairs...); got != tt.want {
			t.Errorf("%s %s = %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
}

func TestEverythingThatHasANumberCanBeSaid(t *testing.T) {
	c := open(t)
	for _, tag := range c.Languages() {
		w := c.For(tag)
		for key, forms := range read(t, tag) {
			for _, n := range []int{0, 1, 2, 3, 11, 99, 100} {
				var pairs []any
				for _, name := range names(forms["other"]) {
					pairs = append(pairs, name, n)
				}
				if said := w.Say(key, pairs...); said == key || said == "" || strings.Contains(said, "<no value>") || strings.Contains(said, "{{") {
					t.Errorf("%s %s with %d = %q", tag, key, n, said)
				}
			}
		}
	}
}

func TestWhatIsUnreviewedIsMarked(t *testing.T) {
	c := open(t)
	for tag, want := range map[string]bool{"en": false, "ar": true, "my": true} {
		w := c.For(tag)
		if w.Lang() != tag || w.Name() == "" || w.RTL() != (tag == "ar") {
			t.Errorf("For(%q) = %s %q rtl %v", tag, w.Lang(), w.Name(), w.RTL())
		}
		if got := w.Unreviewed("home.lock.button"); got != want || w.Draft() != want {
			t.Errorf("%s: unreviewed %v, draft %v; want %v", tag, got, w.Draft(), want)
		}
		if w.Unreviewed("no.such.key") || w.Has("no.such.key") || !w.Has("home.lock.button") {
			t.Errorf("%s: Has or Unreviewed is wrong about keys", tag)
		}
	}
}

// A language whose file lacks a key speaks English there, and says so.
func TestFallback(t *testing.T) {
	ar := open(t).For("ar")
	w := newWords(open(t).bundle, entry{Tag: "cy", State: "machine_draft", Reviewed: []string{"a.b.text"}}, map[string]bool{"a.b.text": true}, ar.inSource)
	if !w.Fallback("home.lock.button") || w.Unreviewed("home.lock.button") || w.Say("home.lock.button") != "Lock" {
		t.Errorf("a missing key is not said in English: %q", w.Say("home.lock.button"))
	}
	if w.Fallback("a.b.text") || w.Unreviewed("a.b.text") {
		t.Error("a reviewed key is marked")
	}
	if ar.Fallback("home.lock.button") {
		t.Error("a key with words is marked as missing")
	}
}

// Every code that a person may meet has words: the file that declares the codes is read as source,
// because this package stands below it.
func TestEveryErrorCodeHasWords(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "internal", "screening", "error.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	en, codes := read(t, source), 0
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || fmt.Sprint(v.Type) != "Code" || len(v.Values) != 1 {
			return true
		}
		code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes++
		for _, kind := range []string{"text", "hint"} {
			if key := "error." + code + "." + kind; en[key] == nil {
				t.Errorf("no words for %s", key)
			}
		}
		return true
	})
	if codes < 30 {
		t.Errorf("only %d codes found in error.go", codes)
	}
}

func TestKeysMadeFromData(t *testing.T) {
	w := open(t).For("en")
	var keys []string
	for _, kind := range []string{"medical", "safety", "others", "self_harm", "shelter", "child_safety", "removal", "debt", "protection", "psychosocial", "ongoing"} {
		keys = append(keys, "need."+kind+".title", "need."+kind+".action1", "need."+kind+".action2")
	}
	for _, reason := range []string{"declined", "does_not_know", "not_asked", "not_applicable"} {
		keys = append(keys, "missing."+reason+".label")
	}
	for _, rung := range []string{"saved", "sealed", "sent", "stored", "opened", "quarantined"} {
		keys = append(keys, "rung."+rung+".label", "rung."+rung+".hint")
	}
	for _, stage := range []string{"prepare", "needs", "consent", "talk", "closing", "staff"} {
		keys = append(keys, "stage."+stage+".title")
	}
	for _, reason := range []string{"required", "constraint", "kind", "choice"} {
		keys = append(keys, "problem."+reason+".text")
	}
	for _, key := range keys {
		if !w.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

// Every string in the program's screens that looks like a key is one.
func TestNoKeyInTheProgramIsMissing(t *testing.T) {
	en := read(t, source)
	first := map[string]bool{}
	for key := range en {
		screen, _, _ := strings.Cut(key, ".")
		first[screen] = true
	}
	err := filepath.WalkDir(filepath.Join("..", "app"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return nil // being written; the compiler will say so
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, _ := strconv.Unquote(lit.Value)
			screen, _, _ := strings.Cut(s, ".")
			if first[screen] && shape.MatchString(s) && en[s] == nil {
				t.Errorf("%s uses %q, which has no words", path, s)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The respondent is never called a victim, and nothing is promised.
func TestPlainHonestWords(t *testing.T) {
	for key, forms := range read(t, source) {
		for _, text := range forms {
			low := strings.ToLower(text)
			for _, word := range []string{"victim", "traffick", "guarantee", "anonymous", "completely safe"} {
				if strings.Contains(low, word) {
					t.Errorf("%s says %q", key, word)
				}
			}
		}
	}
	if about := read(t, source)["settings.about.text"]["other"]; !strings.Contains(about, "not an IOM form") || !strings.Contains(about, "no organisation endorses it") {
		t.Error("about does not say that this is no IOM form and that nobody endorses it")
	}
}

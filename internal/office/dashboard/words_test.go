package dashboard

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/translations"
)

// message is one entry of a message file: its plural forms, "other" alone where it has none.
type message map[string]string

func wordsOf(t *testing.T, tag string) map[string]message {
	t.Helper()
	raw, err := wordFiles.ReadFile("words/" + tag + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var loose map[string]json.RawMessage
	if err := json.Unmarshal(raw, &loose); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	out := map[string]message{}
	for key, v := range loose {
		var one string
		many := message{}
		if json.Unmarshal(v, &one) == nil {
			many["other"] = one
		} else if err := json.Unmarshal(v, &many); err != nil {
			t.Fatalf("%s %s: %v", tag, key, err)
		}
		out[key] = many
	}
	return out
}

// forms are those that CLDR tells apart for whole numbers.
var forms = map[string][]string{
	"en": {"one", "other"}, "fr": {"one", "other"}, "es": {"one", "other"}, "fa": {"one", "other"},
	"ar": {"few", "many", "one", "other", "two", "zero"}, "th": {"other"}, "my": {"other"}, "km": {"other"}, "lo": {"other"}, "vi": {"other"},
}

var placeholder = regexp.MustCompile(`{{\.(\w+)}}`)

func placeholders(text string) (names []string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestEveryLanguageHasAllWords walks all words: no key is missing in a language or left over in it, each takes the same
// values as the English, and each has the plural forms of its language.
func TestEveryLanguageHasAllWords(t *testing.T) {
	b := newBench(t)
	app, err := translations.New()
	if err != nil {
		t.Fatal(err)
	}
	if got := b.catalogue.Languages(); !slices.Equal(got, app.Languages()) {
		t.Fatalf("the pages speak %v, the device program %v", got, app.Languages())
	}
	en := wordsOf(t, "en")
	for _, tag := range b.catalogue.Languages() {
		all := wordsOf(t, tag)
		for key := range en {
			if all[key] == nil {
				t.Errorf("%s lacks %s", tag, key)
			}
		}
		for key, texts := range all {
			want := placeholders(en[key]["other"])
			if en[key] == nil || !slices.Equal(placeholders(texts["other"]), want) {
				t.Errorf("%s %s: has %v, en has %v", tag, key, placeholders(texts["other"]), want)
			}
			plural := []string{"other"}
			if slices.Contains(want, "Count") {
				plural = forms[tag]
			}
			if got := slices.Sorted(maps.Keys(texts)); !slices.Equal(got, plural) {
				t.Errorf("%s %s: plural forms %v, want %v", tag, key, got, plural)
			}
			for form, text := range texts {
				if strings.TrimSpace(text) != text || text == "" || strings.ContainsAny(text, "\u200b<>") {
					t.Errorf("%s %s %s: %q is empty, blank at an end, or holds what does not belong there", tag, key, form, text)
				}
				for _, n := range []int{0, 1, 2, 5, 11, 100} {
					if said := b.spoken[tag].many(n, key); strings.Contains(said, "{{") || said == key {
						t.Errorf("%s %s with %d: %q", tag, key, n, said)
					}
				}
			}
		}
		if w := b.catalogue.For(tag); tag != "en" && !w.Draft() {
			t.Errorf("%s: nobody reviewed it, and no page says so", tag)
		}
	}
}

// pageSource is every page and every source file but tests.
func pageSource(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"pages/*.html", "*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(b)
		}
	}
	return all.String()
}

// TestWords compares the words with what pages and code ask for.
func TestWords(t *testing.T) {
	used := map[string]bool{}
	en := wordsOf(t, "en")
	source := pageSource(t)
	for _, m := range regexp.MustCompile(`(?:say|many [^"]*|many\([^"]*) ?\(?"([a-z]+\.[a-zA-Z_0-9.]+)"`).FindAllStringSubmatch(source, -1) {
		used[m[1]] = true
		if en[m[1]] == nil && !strings.HasSuffix(m[1], ".") {
			t.Errorf("no words for %q", m[1])
		}
	}
	if len(used) < 60 {
		t.Errorf("found only %d keys; the check proves nothing", len(used))
	}
	for key := range en {
		said := strings.Contains(source, `"`+key+`"`) || strings.HasPrefix(key, "problem.")
		for i, r := range key { // "need.kind." + a kind
			said = said || r == '.' && strings.Contains(source, `"`+key[:i+1]+`"`)
		}
		if !said {
			t.Errorf("nothing says %s", key)
		}
	}
}

// TestLanguageOfPages: before sign-in the browser's language, or the one that was chosen there; after it one's own.
func TestLanguageOfPages(t *testing.T) {
	b := newBench(t)
	for wanted, want := range map[string]string{"ar-EG,en;q=0.5": "ar", "de,fr;q=0.8": "fr", "de": "en", "": "en", ";;;": "en", "en-GB,ar": "en"} {
		r := httptest.NewRequest(http.MethodGet, "https://office.test/sign-in", nil)
		r.Header.Set("Accept-Language", wanted)
		if a := b.do(r); !strings.Contains(a.body, `<html lang="`+want+`" dir="`+direction(want)+`">`) {
			t.Errorf("a browser that wants %q reads %.60q, want %s", wanted, a.body, want)
		}
	}
	if a := b.get("/sign-in?lang=fa"); !strings.Contains(a.body, `dir="rtl"`) || !strings.Contains(a.body, `action="/sign-in?lang=fa"`) {
		t.Error("the language chosen at the door is not kept")
	}
	c := b.in()
	if a := b.post("/language", form("lang", "ar", "next", "/about"), c); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/about" {
		t.Errorf("choosing: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	page := b.get("/about?lang=en", c)
	if !strings.Contains(page.body, `<html lang="ar" dir="rtl">`) || !strings.Contains(page.body, "drafted") {
		t.Error("the choice does not hold, or the draft is not marked")
	}
	for _, bad := range []string{"", "xx", "ar-EG", "../en"} {
		if a := b.post("/language", form("lang", bad), c); a.StatusCode != http.StatusBadRequest {
			t.Errorf("language %q: status %d, want 400", bad, a.StatusCode)
		}
	}
	if a := b.post("/language", form("lang", "en", "next", "https://evil.test/"), c); a.Header.Get("Location") != "/" {
		t.Errorf("choosing leads to %q", a.Header.Get("Location"))
	}
}

// TestEveryIncidentSaysWhatToDo: whatever the office notes about a device stands on the page of arrivals in words of its own.
func TestEveryIncidentSaysWhatToDo(t *testing.T) {
	b := newBench(t)
	for _, kind := range []screening.Code{
		screening.EBehind, screening.EFork, screening.EOpen, screening.EForm, screening.EOwner, screening.ERevoked, screening.ELog, screening.EChain, screening.ELost, screening.EClock,
	} {
		for tag, d := range b.spoken {
			if !d.words.Has("incident." + string(kind)) {
				t.Errorf("%s has no words for %s", tag, kind)
			}
		}
	}
}

// TestClosedOfficeSpeaksToEverybody: a restored office that waits shows why, in the language of the browser, with the office's
// own style and nothing else of it.
func TestClosedOfficeSpeaksToEverybody(t *testing.T) {
	b := newBench(t)
	b.shut = true
	ask := func(method, path, lang string) *httptest.ResponseRecorder {
		r, w := httptest.NewRequest(method, "https://office.test"+path, nil), httptest.NewRecorder()
		r.Header.Set("Accept-Language", lang)
		b.handler.ServeHTTP(w, r)
		return w
	}
	seen := map[string]bool{}
	for tag, d := range b.spoken {
		w := ask("GET", "/interviews", tag)
		title := d.say("problem.closed.title")
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Security-Policy") == "" ||
			!strings.Contains(w.Body.String(), title) || !strings.Contains(w.Body.String(), `<html lang="`+tag+`"`) || seen[title] {
			t.Errorf("%s: status %d, or not in its language", tag, w.Code)
		}
		seen[title] = true
	}
	if w := ask("GET", "/style.css", "en"); w.Code != http.StatusOK {
		t.Errorf("style: status %d", w.Code)
	}
}

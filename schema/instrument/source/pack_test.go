package source

import (
	"slices"
	"strings"
	"testing"

	"leeward/schema"
)

var translator = By{Role: "translator", Date: "2026-11-22"}

// km is the small interview with one Khmer draft.
func km(t *testing.T) *Source {
	t.Helper()
	english := schema.WordingHash("A ${office.who}?")
	s, err := Open(small(smallEnglish, `"a.label": {"text": "ក ${office.who}", "forms": {"f": "ស ${office.who}"}, "source": "`+english+`", `+draft+`},
		"b.label": {"text": "ខ", "source": "0123456789abcdef", `+draft+`}`))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSurvey(t *testing.T) {
	got := km(t).Survey()["km"]
	if want := (Count{Strings: 10, Missing: 8, Stale: 1, Draft: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if _, ok := km(t).Survey()["en"]; ok {
		t.Error("the source counts as a translation")
	}
}

// A pack that nobody touched changes nothing: what is stale stays stale. As PO it comes back as it went.
func TestAnUntouchedPackChangesNothing(t *testing.T) {
	s := km(t)
	pack := s.Pack("km")
	po, err := ReadPO(WritePO("km", pack))
	if err != nil {
		t.Fatal(err)
	}
	for name, rows := range map[string][]Row{"itself": pack, "PO": po} {
		m, err := s.Merge("km", rows, translator)
		if err != nil || m.New+m.Changed+len(m.Refused) > 0 || !slices.Equal(m.Stale, []string{"b.label"}) || len(m.Missing) != 8 {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
		for _, key := range []string{"a.label", "b.label"} {
			if got, want := m.File.Entries[key], s.Texts["km"].Entries[key]; got.Text != want.Text || got.Forms["f"] != want.Forms["f"] || got.Source != want.Source {
				t.Errorf("%s: %s came back as something else", name, key)
			}
		}
	}
}

func row(t *testing.T, s *Source, key string, change func(*Row)) []Row {
	t.Helper()
	for _, r := range s.Pack("km") {
		if r.Key == key {
			change(&r)
			return []Row{r}
		}
	}
	t.Fatalf("no text %s", key)
	return nil
}

func TestMerge(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		change func(*Row)
		by     By
		want   State // of the entry afterwards
		why    string
	}{
		"new":                   {"title", func(r *Row) { r.Text = "ត" }, translator, Draft, ""},
		"changed":               {"a.label", func(r *Row) { r.Text = "គ ${office.who}" }, translator, Draft, ""},
		"compared":              {"b.label", func(r *Row) { r.State = Draft }, translator, Draft, ""},
		"reviewed":              {"a.label", func(r *Row) { r.State = Reviewed }, By{"reviewer", "2026-11-23"}, Reviewed, ""},
		"reviewed and mended":   {"a.label", func(r *Row) { r.State, r.Text = Reviewed, "ឃ ${office.who}" }, By{"reviewer", "2026-11-23"}, Reviewed, ""},
		"by the wrong role":     {"a.label", func(r *Row) { r.State = Reviewed }, translator, Draft, "only reviewer"},
		"skips a state":         {"a.label", func(r *Row) { r.State = Approved }, By{"office", "2026-11-23"}, Draft, "in this order"},
		"approved at once":      {"title", func(r *Row) { r.Text, r.State = "ត", Approved }, By{"office", "2026-11-23"}, "", "in this order"},
		"stale is not reviewed": {"b.label", func(r *Row) { r.State, r.Hash = Reviewed, "0123456789abcdef" }, By{"reviewer", "2026-11-23"}, Draft, "English has changed"},
		"lost placeholder":      {"a.label", func(r *Row) { r.Text = "គ" }, translator, Draft, "placeholders"},
		"lost word":             {"term.debt", func(r *Row) { r.Text = "គ" }, translator, "", "placeholders"},
		"new markup":            {"title", func(r *Row) { r.Text = "<b>ត</b>" }, translator, "", "markup"},
		"unknown":               {"title", func(r *Row) { r.Key, r.Text = "nothing", "x" }, translator, "", "no such text"},
		"control character":     {"title", func(r *Row) { r.Text = "ត\u0007x" }, translator, "", "control"},
		"form without":          {"a.label", func(r *Row) { r.Forms = map[string]string{"f": "ស"} }, translator, Draft, "placeholders"},
		"markup in a form":      {"a.label", func(r *Row) { r.Forms = map[string]string{"f": "<b>ស</b> ${office.who}"} }, translator, Draft, "markup"},
		"question marks":        {"title", func(r *Row) { r.Text = "???? ??" }, translator, "", "script"},
		"another language":      {"title", func(r *Row) { r.Text = "แบบสัมภาษณ์" }, translator, "", "script"},
		"an old Khmer font":     {"title", func(r *Row) { r.Text = "karsm<asn_" }, translator, "", "script"},
		"a number":              {"title", func(r *Row) { r.Text = "46302" }, translator, "", "script"},
		"a number where one is": {"parameter.who", func(r *Row) { r.Text = "១២" }, translator, "", "script"},
		"a broken formula":      {"title", func(r *Row) { r.Text = "#REF!" }, translator, "", "formula"},
		"turned direction":      {"title", func(r *Row) { r.Text = "ត\u202ex" }, translator, "", "control"},
		"two lines":             {"title", func(r *Row) { r.Text = "ត\nខ" }, translator, "", "line feed"},
		"blank":                 {"a.label", func(r *Row) { r.Text = "  " }, translator, Draft, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := km(t)
			m, err := s.Merge("km", row(t, s, c.key, c.change), c.by)
			if err != nil {
				t.Fatal(err)
			}
			if refused := len(m.Refused) > 0; refused != (c.why != "") || refused && !strings.Contains(m.Refused[0].Why, c.why) {
				t.Errorf("refused %v, want %q", m.Refused, c.why)
			}
			if got := m.File.Entries[c.key]; got.State != c.want {
				t.Errorf("it is %q now, want %q", got.State, c.want)
			}
			if c.why != "" && s.Texts["km"].Entries[c.key].Text != m.File.Entries[c.key].Text {
				t.Error("what was refused took the place of what stood there")
			}
		})
	}
	if _, err := km(t).Merge("en", nil, translator); err == nil {
		t.Error("the source was translated into itself")
	}
}

// Whoever puts two packs into one is asked which of the two is meant; the same twice is no question.
func TestATextThatStandsTwice(t *testing.T) {
	s := km(t)
	one := row(t, s, "title", func(r *Row) { r.Text = "ត" })
	two := row(t, s, "title", func(r *Row) { r.Text = "ខ" })
	m, err := s.Merge("km", append(one, two...), translator)
	if _, taken := m.File.Entries["title"]; err != nil || taken || len(m.Refused) != 2 || !strings.Contains(m.Refused[0].Why, "more than once") {
		t.Errorf("taken %v, refused %v, %v", taken, m.Refused, err)
	}
	if m, err := s.Merge("km", append(one, one...), translator); err != nil || m.New != 1 || len(m.Refused) != 0 {
		t.Errorf("the same twice: %d new, refused %v, %v", m.New, m.Refused, err)
	}
}

// A pack of another language changes nothing; a region after the language is the same language.
func TestAPackOfAnotherLanguage(t *testing.T) {
	s := km(t)
	pack := s.Pack("km")
	for i := range pack {
		pack[i].Lang = "th"
	}
	if _, err := s.Merge("km", pack, translator); err == nil || !strings.Contains(err.Error(), "\"th\"") {
		t.Errorf("a Thai pack was taken as Khmer: %v", err)
	}
	po := strings.Replace(string(WritePO("km", s.Pack("km"))), "Language: km", "Language: km_KH", 1)
	rows, err := ReadPO([]byte("\ufeff" + po))
	if err != nil || len(rows) == 0 || rows[0].Lang != "km_KH" {
		t.Fatalf("the head of a PO file was not read: %v", err)
	}
	if _, err := s.Merge("km", rows, translator); err != nil {
		t.Errorf("a region was taken for another language: %v", err)
	}
}

// A workbook from which the column of hashes was taken makes nothing stale.
func TestALostHash(t *testing.T) {
	s := km(t)
	for name, change := range map[string]func(*Row){
		"hash":             func(r *Row) { r.Hash = "" },
		"hash and English": func(r *Row) { r.Hash, r.Source = "", "" },
		"changed":          func(r *Row) { r.Hash, r.Text = "", "ឃ ${office.who}" },
	} {
		m, err := s.Merge("km", row(t, s, "a.label", change), translator)
		if err != nil || slices.Contains(m.Stale, "a.label") || len(m.Refused) > 0 {
			t.Errorf("%s lost: stale %v, refused %v, %v", name, m.Stale, m.Refused, err)
		}
	}
}

// Zawgyi shows as nonsense on every screen that reads Unicode.
func TestZawgyi(t *testing.T) {
	for text, want := range map[string]bool{
		"ေန႔စြဲ":                  true,  // E before its consonant
		"အေၾကာင္း":                true,  // a letter of its own, and a virama that stacks nothing
		"ျမန္မာ":                  true,  // a medial before its consonant
		"သဘောတူပါသလား":            false, // Unicode
		"ဒုက္ခသည် အေဂျင်စီ":       false, // stacked consonants, E after its consonant
		"ကြွေးမြီ၊ စေလွှတ်ခြင်း။": false, // E after medials
		"ယောက်ျား":                false, // a medial after a killed consonant, as this word is spelt
	} {
		if got := unreadable("my", text, "English") != ""; got != want {
			t.Errorf("%q is Zawgyi: %v, want %v", text, got, want)
		}
	}
}

func TestComparedIsNoLongerStale(t *testing.T) {
	s := km(t)
	m, err := s.Merge("km", row(t, s, "b.label", func(r *Row) { r.State = Draft }), translator)
	if err != nil || len(m.Stale) > 0 || m.Changed != 1 {
		t.Errorf("stale %v, changed %d, %v", m.Stale, m.Changed, err)
	}
}

func TestLong(t *testing.T) {
	s := km(t)
	m, _ := s.Merge("km", row(t, s, "title", func(r *Row) { r.Text = strings.Repeat("ត", 61) }), translator)
	if !slices.Equal(m.Long, []string{"title"}) {
		t.Errorf("too long: %v", m.Long)
	}
}

func FuzzReadPO(f *testing.F) {
	f.Add([]byte("msgctxt \"a\"\nmsgid \"b\"\nmsgstr \"c\"\n\"d\"\n"))
	f.Add([]byte("#. hash: x\n#, fuzzy\nmsgid \"\"\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := ReadPO(b)
		if err != nil {
			return
		}
		for _, r := range rows {
			if r.Key == "" {
				t.Error("a text without a key")
			}
		}
	})
}

// Each language that ships is sound; how far it is, is said and not judged.
func TestLanguagesThatShip(t *testing.T) {
	s := shipped(t)
	for lang, c := range s.Survey() {
		if c.Missing+c.Draft+c.Reviewed+c.Approved != c.Strings {
			t.Errorf("%s: the counts do not add up: %+v", lang, c)
		}
		for key, e := range s.Texts[lang].Entries {
			for _, text := range e.texts() {
				if why := unreadable(lang, text, s.Texts[s.Structure.Source].Entries[key].Text); why != "" {
					t.Errorf("%s: %s: %s", lang, key, why)
				}
			}
		}
		if c.Missing+c.Stale > 0 {
			t.Errorf("%s lacks %d texts, and %d are stale", lang, c.Missing, c.Stale)
		}
		t.Logf("%s: %d strings, %d missing, %d stale, %d draft, %d reviewed, %d approved", lang, c.Strings, c.Missing, c.Stale, c.Draft, c.Reviewed, c.Approved)
	}
}

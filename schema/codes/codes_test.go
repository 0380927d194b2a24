package codes

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestCountryList(t *testing.T) {
	if got := len(all()); got != 249 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1", got)
	}
	if !slices.IsSorted(all()) {
		t.Error("the list is not sorted: CountryByCode searches it")
	}
	for _, code := range all() {
		c, ok := CountryByCode(code)
		if !ok || c.Code != code {
			t.Errorf("CountryByCode(%q) = %v, %v", code, c, ok)
		}
		if len(c.Alpha3) != 3 || c.M49 == 0 {
			t.Errorf("%s: alpha-3 %q, M49 %d", code, c.Alpha3, c.M49)
		}
		if name, in := c.Name("en"); name == "" || in != "en" {
			t.Errorf("%s has no English name", code)
		}
	}
}

func TestCountryByCode(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"TH", "TH", true},
		{"th", "TH", true},
		{"THA", "TH", true},
		{" mmr ", "MM", true},
		{"BU", "", false}, // withdrawn: Burma
		{"SU", "", false}, // withdrawn: USSR
		{"AC", "", false}, // reserved: Ascension Island
		{"XK", "", false}, // user-assigned: Kosovo
		{AtSea, "", false},
		{"EU", "", false},
		{"", "", false},
		{"Thailand", "", false},
		{"001", "", false},
	} {
		c, ok := CountryByCode(tt.in)
		if ok != tt.ok || c.Code != tt.want {
			t.Errorf("CountryByCode(%q) = %q, %v; want %q, %v", tt.in, c.Code, ok, tt.want, tt.ok)
		}
	}
	if c, _ := CountryByCode("TH"); c.Alpha3 != "THA" || c.M49 != 764 {
		t.Errorf("Thailand = %+v, want THA 764", c)
	}
}

func TestCountryNames(t *testing.T) {
	for _, tt := range []struct{ code, lang, want, in string }{
		{"SZ", "en", "Eswatini", "en"}, // CLDR 32: Swaziland
		{"MK", "en", "North Macedonia", "en"},
		{"TR", "en", "Türkiye", "en"},
		{"CV", "en", "Cabo Verde", "en"},
		{"MM", "en", "Myanmar", "en"},
		{"SZ", "ar", "إسواتيني", "ar"},
		{"TH", "my", "ထိုင်း", "my"},
		{"TH", "ar", "تايلاند", "ar"},
		{"SZ", "pt-BR", "Essuatíni", "pt"},
		{"TH", "zh-Hant", "泰國", "zh-Hant"},
		{"TH", "ht", "Thailand", "en"}, // x/text: Thaïlande
		{"TH", "ku", "Thailand", "en"}, // x/text: Tayland
		{"TH", "tpi", "Thailand", "en"},
		{"TH", "rhg", "Thailand", "en"},
		{"TH", "jv", "Thailand", "en"},
		{"TH", "not a language", "Thailand", "en"},
		{"TH", "", "Thailand", "en"},
	} {
		c, _ := CountryByCode(tt.code)
		name, in := c.Name(tt.lang)
		if name != tt.want || in != tt.in {
			t.Errorf("%s in %q = %q (%s), want %q (%s)", tt.code, tt.lang, name, in, tt.want, tt.in)
		}
	}
}

func TestCountriesAreSortedInTheirLanguage(t *testing.T) {
	en := Countries("en")
	at := func(code string) int {
		return slices.IndexFunc(en, func(n Named) bool { return n.Code == code })
	}
	if at("AX") > at("AL") || at("CI") > at("HR") {
		t.Error("Åland and Côte d'Ivoire are not sorted under A and C")
	}
	for _, lang := range []string{"ar", "my"} {
		for _, n := range Countries(lang) {
			if n.Lang != lang || n.Name == "" {
				t.Errorf("%s in %s = %q (%s)", n.Code, lang, n.Name, n.Lang)
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, tt := range []struct {
		tag, english, own string
		rtl               bool
	}{
		{"en", "English", "English", false},
		{"ar", "Arabic", "العربية", true},
		{"my", "Burmese", "မြန်မာ", false},
		{"prs", "Dari", "دری", true},
		{"fa-AF", "Dari", "دری", true},
		{"ckb", "Central Kurdish", "کوردیی ناوەندی", true},
		{"ku", "Kurdish", "Kurdî", false},
		{"ht", "Haitian Creole", "Kreyòl ayisyen", false},
		{"dv", "Dhivehi", "ދިވެހިބަސް", true},
		{"rhg", "Rohingya", "Ruáingga", false},
		{"ur", "Urdu", "اردو", true},
		{"ug", "Uyghur", "ئۇيغۇرچە", true},
		{"pa-Arab", "Punjabi", "پنجابی", true},
		{"pa", "Punjabi", "ਪੰਜਾਬੀ", false},
		{"id", "Indonesian", "Bahasa Indonesia", false},
	} {
		l, ok := LanguageByTag(tt.tag)
		if !ok || l.English != tt.english || l.Own != tt.own || l.RTL != tt.rtl || l.Tag != tt.tag {
			t.Errorf("LanguageByTag(%q) = %+v, %v; want %+v", tt.tag, l, ok, tt)
		}
	}
	for _, tag := range []string{"", "x", "not a language", "zzz"} {
		if l, ok := LanguageByTag(tag); ok {
			t.Errorf("LanguageByTag(%q) = %+v, want none", tag, l)
		}
		if got := LanguageName(tag); got != tag {
			t.Errorf("LanguageName(%q) = %q, want the tag", tag, got)
		}
	}
}

func TestFindLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"ar": "ar", "Arabic": "ar", "ARABIC": "ar", "العربية": "ar", "Arabic (ar)": "ar",
		"chinese": "zh", "Dari": "prs", "Dari (prs)": "prs", "Farsi": "fa", "Burmese": "my", "Myanmar": "my",
		"bur": "my", "mya": "my", "may": "ms", "chi": "zh", "khm": "km",
		"English (en)": "en", "French(fr)": "fr", "Rohingya": "rhg", "ကညီကျိၥ်": "ksw", "kreyòl ayisyen": "ht",
		"Kurdish": "ku", "Sorani": "ckb", " Tok Pisin ": "tpi", "Pashto": "ps", "zh-hant": "zh-Hant",
		"Arabic (spoken)": "ar",
	} {
		if got, ok := FindLanguage(in); !ok || got != want {
			t.Errorf("FindLanguage(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "default", "Klingonese", "label", "()", "(", "x_y"} {
		if got, ok := FindLanguage(in); ok {
			t.Errorf("FindLanguage(%q) = %q, want none", in, got)
		}
	}
}

func TestISO6392(t *testing.T) {
	for tag, want := range map[string]string{"my": "mya", "ar": "ara", "zh-Hant": "zho", "rhg": "rhg", "ms": "msa", "?": ""} {
		if got := ISO6392(tag); got != want {
			t.Errorf("ISO6392(%q) = %q, want %q", tag, got, want)
		}
	}
	if len(bibliographic) != 20 {
		t.Errorf("%d bibliographic codes, want 20", len(bibliographic))
	}
}

// A name table that holds a name twice, or a tag that does not parse, would make a lookup depend on luck.
func TestNameTable(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range ownNames {
		if seen[n.tag] {
			t.Errorf("%s stands twice in the table", n.tag)
		}
		seen[n.tag] = true
		l, ok := LanguageByTag(n.tag)
		if !ok || l.Own != n.own {
			t.Errorf("%s: %+v, %v", n.tag, l, ok)
		}
		if strings.TrimFunc(n.own, unicode.IsSpace) != n.own || n.own == "" || n.english == "" {
			t.Errorf("%s: names %q, %q", n.tag, n.english, n.own)
		}
	}
	for name, tag := range aliases {
		if name != strings.ToLower(name) {
			t.Errorf("alias %q is not in lower case", name)
		}
		if _, ok := LanguageByTag(tag); !ok {
			t.Errorf("alias %q leads to the unknown language %q", name, tag)
		}
	}
}

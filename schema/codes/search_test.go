package codes

import (
	"slices"
	"strings"
	"testing"
)

func TestFindCountries(t *testing.T) {
	for query, want := range map[string]string{
		"Thailand": "TH", "thailnad": "TH", "tailand": "TH", "ไทย": "TH", "THA": "TH", "th": "TH", "turkiye": "TR", "Turkey": "TR", "Türkiye": "TR",
		"burma": "MM", "myanma": "MM", "မြန်မာ": "MM", "cambodge": "KH", "កម្ពុជា": "KH", "laos": "LA", "ລາວ": "LA", "viet nam": "VN",
		"Vietnam": "VN", "swaziland": "SZ", "eswatini": "SZ", "ivory coast": "CI", "cote d'ivoire": "CI", "CÔTE D’IVOIRE": "CI", "россия": "RU",
		"中国": "CN", "أفغانستان": "AF", "افغانستان": "AF", "ايران": "IR", "iran (islamic": "IR", "philipines": "PH", "filipinas": "PH", "phillippines": "PH",
		"bangla desh": "BD", "bangladesch": "BD", "indonesia": "ID", "timor": "TL", "papua": "PG", "solomon": "SB", "pakistán": "PK", "ＪＡＰＡＮ": "JP",
		"ประเทศไทย": "TH", "กัมพุชา": "KH", "เขมร": "KH", "เวียตนาม": "VN", "บังคลาเทศ": "BD", "ထိုင်းနိုင်ငံ": "TH", "ယိုးဒယား": "TH", "ဗမာ": "MM",
		"សៀម": "TH", "ភូមា": "MM", "ប្រទេសថៃ": "TH", "ພະມ້າ": "MM", "ໄທຍ": "TH", "ຂະເໝນ": "KH", "Miến Điện": "MM", "nước Lào": "LA", "برمه": "MM",
		"تايلاند": "TH", "فليبين": "PH", "سودان": "SD", "кампучия": "KH", "таиланд": "TH", "ミャンマー": "MM", "みゃんまー": "MM", "버마": "MM", "緬甸": "MM", "泰國": "TH",
		"म्यांमार": "MM", "बर्मा": "MM", "থাইল্যান্ড": "TH", "বার্মা": "MM", "இலங்கை": "LK", "ኢትዮጵያ": "ET", "combodia": "KH", "katar": "QA", "ksa": "SA",
		"lao people": "LA", "state of palestine": "PS", "micronesia": "FM",
	} {
		hits := FindCountries(query, 5)
		if len(hits) == 0 || hits[0].Code != want {
			t.Errorf("%q finds %v, want %s first", query, hits, want)
		}
	}
	for _, query := range []string{"", "   ", "xq", "!!!", "qqqqqqqqqq"} {
		if hits := FindCountries(query, 5); len(hits) > 0 {
			t.Errorf("%q finds %v", query, hits)
		}
	}
	if hits := FindCountries("guinea", 3); len(hits) != 3 || hits[0].Code != "GN" {
		t.Errorf("guinea finds %v: the country of that name first, then others", hits)
	}
	if hits := FindCountries("a", 1000); len(hits) > 249 {
		t.Errorf("%d countries", len(hits))
	}
}

func TestFindLanguages(t *testing.T) {
	for query, want := range map[string]string{
		"rohingya": "rhg", "rohinga": "rhg", "ruaingga": "rhg", "shan": "shn", "လိၵ်ႈတႆး": "shn", "karen": "ksw", "sgaw karen": "ksw", "kurmanci": "kmr", "sorani": "ckb",
		"کوردی": "ckb", "hmong": "hmn", "tok pisin": "tpi", "bislama": "bi", "tetun": "tet", "tetum": "tet", "burmese": "my", "မြန်မာ": "my", "farsi": "fa", "dari": "prs",
		"hazaragi": "haz", "vietnamese": "vi", "tieng viet": "vi", "khmer": "km", "ລາວ": "lo", "tigrinya": "ti", "somali": "so", "bur": "my",
		"ရှမ်း": "shn", "ไทใหญ่": "shn", "ภาษาไทใหญ่": "shn", "ရှမ်းစကား": "shn", "ကရင်": "ksw", "กะเหรี่ยง": "pwo", "ရိုဟင်ဂျာ": "rhg", "โรฮิงญา": "rhg", "โรฮีนจา": "rhg",
		"রোহিঙ্গা": "rhg", "روهينغا": "rhg", "روہنگیا": "rhg", "罗兴亚": "rhg", "ม้ง": "hmn", "ມົ້ງ": "hmn", "tiếng Mông": "hmn", "ម៉ុង": "hmn", "苗语": "hmn", "မွန်": "mnw",
		"ကချင်": "kac", "ချင်း": "ctd", "zomi": "ctd", "karenni": "kyu", "کرمانجی": "kmr", "كردي": "ku", "سوراني": "ckb", "бирманский": "my", "ဗမာ": "my", "ภาษาพม่า": "my",
		"ភាសាខ្មែរ": "km", "tiếng Khmer": "km", "oromifa": "om", "amarigna": "am", "كرديه": "ku", "ภาษามลายู": "ms", "тигринья": "ti", "पश्तो": "ps",
	} {
		hits := FindLanguages(query, 4)
		found := false
		for _, h := range hits {
			found = found || h.Code == want
		}
		if !found {
			t.Errorf("%q finds %v, want %s among them", query, hits, want)
		}
	}
}

// Every country is found by its own name in every language that is searched, and every language by its own.
func TestEverythingIsFound(t *testing.T) {
	for _, lang := range []string{"en", "ar", "th", "my", "km", "zh"} {
		for _, c := range Countries(lang) {
			hits := FindCountries(c.Name, 12)
			found := false
			for _, h := range hits {
				found = found || h.Code == c.Code
			}
			if !found {
				t.Errorf("%s: %q does not find %s", lang, c.Name, c.Code)
			}
		}
	}
	for _, l := range Spoken() {
		found := false
		for _, h := range FindLanguages(l.Own, 12) {
			found = found || h.Code == l.Tag
		}
		if !found {
			t.Errorf("%q does not find %s", l.Own, l.Tag)
		}
	}
}

func TestSlips(t *testing.T) {
	for _, tt := range []struct {
		typed, name string
		want        int
	}{{"thai", "thai", 0}, {"tahi", "thai", 1}, {"thia", "thailand", 1}, {"thxailand", "thailand", 1}, {"tailand", "thailand", 1}, {"abc", "xyz", 3}, {"philipines", "philippines", 1}} {
		if got := slips([]rune(tt.typed), []rune(tt.name), 2); got != tt.want {
			t.Errorf("%s, %s: %d, want %d", tt.typed, tt.name, got, tt.want)
		}
	}
}

// What is typed is bounded: no pasted page makes the search slow. What stands behind the bound is not looked at.
func TestLongQueryIsBounded(t *testing.T) {
	name := "thailand" + strings.Repeat(" ", maxQuery-len("thailand"))
	want := FindCountries("thailand", 5)
	if got := FindCountries(name+strings.Repeat("x", 100_000), 5); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("with a page behind it: got %v, want %v", got, want)
	}
}

func TestUNNames(t *testing.T) {
	for code := range unNames {
		c, ok := CountryByCode(code)
		if !ok {
			t.Errorf("%s is no country", code)
		}
		for _, lang := range unLanguages {
			if n, ok := c.UNName(lang); !ok || n == "" {
				t.Errorf("%s has no UN name in %s", code, lang)
			}
		}
	}
	for _, c := range Countries("en") { // every country has one in all six, and none says "&" or "St."
		country, _ := CountryByCode(c.Code)
		for _, lang := range unLanguages {
			n, ok := country.UNName(lang)
			if !ok || n == "" || strings.Contains(n, "&") || strings.HasPrefix(n, "St. ") || strings.Contains(n, "о-в") {
				t.Errorf("%s in %s: %q", c.Code, lang, n)
			}
		}
	}
	for _, tt := range []struct{ code, lang, want string }{
		{"BY", "fr", "Bélarus"},
		{"TL", "fr", "Timor-Leste"},
		{"KE", "es", "Kenya"},
		{"BJ", "ar", "بنن"},
		{"TH", "ar", "تايلند"},
		{"KI", "zh", "基里巴斯"},
		{"AE", "ru", "Объединенные Арабские Эмираты"},
		{"TT", "en", "Trinidad and Tobago"},
		{"MM", "es", "Myanmar"},
	} {
		country, _ := CountryByCode(tt.code)
		if n, _ := country.UNName(tt.lang); n != tt.want {
			t.Errorf("%s in %s is %q, want %q", tt.code, tt.lang, n, tt.want)
		}
	}
	c, _ := CountryByCode("TH")
	if n, ok := c.UNName("fr"); !ok || n != "Thaïlande" {
		t.Errorf("Thailand in French is %q", n)
	}
	if _, ok := c.UNName("km"); ok {
		t.Error("Khmer is no language of the United Nations")
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"thai", "ไทย", "ـــ", "\xff", "côte"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		for _, h := range FindCountries(query, 5) {
			if _, ok := CountryByCode(h.Code); !ok || h.Slip < 0 || h.Slip > 5 {
				t.Errorf("found %+v", h)
			}
		}
	})
}

func BenchmarkFindCountries(b *testing.B) {
	countryIndex()
	for b.Loop() {
		FindCountries("phillipines", 8)
	}
}

func BenchmarkFindLanguages(b *testing.B) {
	languageIndex()
	for b.Loop() {
		FindLanguages("rohinga", 8)
	}
}

package codes

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// iso3166 is ISO 3166-1 as officially assigned: 249 codes, without withdrawn and reserved ones, which
// x/text also calls countries.
const iso3166 = `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER
ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL
IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD
ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX
SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA
ZM ZW`

// AtSea is the user-assigned code for "on the high seas, outside every country". UN/LOCODE uses it for
// international waters; ISO 3166-1 leaves it free.
const AtSea = "XZ"

// Country is one country or territory of ISO 3166-1.
type Country struct {
	Code   string // alpha-2: "TH"
	Alpha3 string // "THA"
	M49    int    // UN statistics code: 764
}

// Named is a code with the name that people read, and the language of that name.
type Named struct {
	Code string
	Name string
	Lang string
}

// renamed holds the names that CLDR 32 has in an older form or in one that an interview should not use,
// by language and code.
var renamed = map[string]map[string]string{
	"en": {
		"SZ": "Eswatini", "MK": "North Macedonia", "TR": "Türkiye", "CV": "Cabo Verde", "MM": "Myanmar",
		"CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo",
		"HK": "Hong Kong (China)", "MO": "Macao (China)",
	},
	"ar": {
		"SZ": "إسواتيني", "MK": "مقدونيا الشمالية", "MM": "ميانمار",
		"HK": "هونغ كونغ (الصين)", "MO": "ماكاو (الصين)",
	},
	"my": {
		"SZ": "အက်စ်ဝါတီနီ", "MK": "မြောက်မက်ဆီဒိုးနီးယား", "MM": "မြန်မာ",
		"HK": "ဟောင်ကောင် (တရုတ်)", "MO": "မကာအို (တရုတ်)",
	},
	"fr": {"SZ": "Eswatini", "MK": "Macédoine du Nord", "CV": "Cabo Verde", "TR": "Türkiye"},
	"es": {"SZ": "Esuatini", "MK": "Macedonia del Norte", "CZ": "Chequia"},
	"fa": {"SZ": "اسواتینی", "MK": "مقدونیهٔ شمالی"},
	"th": {"SZ": "เอสวาตินี", "MK": "มาซิโดเนียเหนือ"},
	"km": {"SZ": "អេស្វាទីនី", "MK": "ម៉ាសេដូនៀខាងជើង"},
	"lo": {"SZ": "ເອສະວາຕິນີ", "MK": "ມາຊິໂດເນຍເໜືອ"},
	"vi": {"SZ": "Eswatini", "MK": "Bắc Macedonia"},
	"id": {"SZ": "Eswatini", "MK": "Makedonia Utara"},
	"zh": {"SZ": "斯威士兰", "MK": "北马其顿"},
	"pt": {"SZ": "Essuatíni", "MK": "Macedônia do Norte"},
	"ru": {"SZ": "Эсватини", "MK": "Северная Македония"},
}

var (
	all       = sync.OnceValue(func() []string { return strings.Fields(iso3166) })
	supported = sync.OnceValue(func() map[string]bool {
		has := map[string]bool{}
		for _, t := range display.Supported.Tags() {
			has[t.String()] = true
		}
		return has
	})
)

// CountryByCode finds a country by its alpha-2 or alpha-3 code, in any case.
func CountryByCode(code string) (Country, bool) {
	r, err := language.ParseRegion(strings.TrimSpace(code))
	if err != nil {
		return Country{}, false
	}
	if _, ok := slices.BinarySearch(all(), r.String()); !ok {
		return Country{}, false
	}
	return Country{Code: r.String(), Alpha3: r.ISO3(), M49: r.M49()}, true
}

// Name returns the country's name in lang and the language of that name: lang itself, a broader form of
// it ("pt" for "pt-BR"), or "en" where there is no name in lang.
func (c Country) Name(lang string) (name, in string) {
	for t := lang; t != ""; t = parent(t) {
		if n := nameIn(t, c.Code); n != "" {
			return n, t
		}
	}
	return nameIn("en", c.Code), "en"
}

// Countries returns every country in the alphabetical order of lang.
func Countries(lang string) []Named {
	list := make([]Named, 0, len(all()))
	for _, code := range all() {
		c, _ := CountryByCode(code)
		name, in := c.Name(lang)
		list = append(list, Named{Code: code, Name: name, Lang: in})
	}
	order := collate.New(language.Make(lang))
	slices.SortStableFunc(list, func(a, b Named) int { return order.CompareString(a.Name, b.Name) })
	return list
}

// nameIn asks this package and then x/text for a name in exactly this language, or returns "". x/text is
// asked only for languages that it says it has: for others it answers in a language of its own choice.
func nameIn(lang, code string) string {
	if n := renamed[lang][code]; n != "" {
		return n
	}
	t, err := language.Parse(lang)
	if err != nil || !supported()[t.String()] || wrong[lang] {
		return ""
	}
	namer := display.Regions(t)
	if namer == nil {
		return ""
	}
	r, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	return unhinted(namer.Name(r))
}

// unhinted takes out the zero-width spaces that CLDR's Khmer names hold between words: where a line may break is
// internal/shaping's business, and a search would stumble over them.
func unhinted(name string) string { return strings.ReplaceAll(name, "\u200b", "") }

// parent cuts the last subtag off: "zh-Hant-TW", "zh-Hant", "zh", "".
func parent(tag string) string {
	if i := strings.LastIndexByte(tag, '-'); i > 0 {
		return tag[:i]
	}
	return ""
}

package codes

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// searched are the languages in whose names countries and languages are found: those of the United Nations,
// of the interviews, and of the people who meet them.
const searched = "en ar zh zh-Hant fr ru es fa th my km lo vi pt id ms fil hi bn ur ne si ta te am sw so ha ps uz tr uk ko ja de it nl"

// formerly are names that people still say, or say first, by code.
var formerly = map[string][]string{
	"MM": {"Burma", "Birmania", "Birmanie", "ဗမာ", "ພະມ້າ", "버마"}, "SZ": {"Swaziland"}, "MK": {"Macedonia"}, "TR": {"Turkey", "Turkiye"}, "CV": {"Cape Verde"},
	"CI": {"Ivory Coast"}, "CD": {"Zaire", "Congo Kinshasa", "DRC"}, "CG": {"Congo Brazzaville"}, "TL": {"East Timor"},
	"NL": {"Holland"}, "GB": {"England", "Britain", "UK"}, "US": {"America", "USA"}, "AE": {"Emirates", "UAE", "Dubai"}, "SA": {"KSA"},
	"KH": {"Kampuchea", "Кампучия", "เขมร", "ເຂມນ", "ຂະເໝນ"}, "LK": {"Ceylon"}, "IR": {"Persia"}, "VA": {"Holy See"}, "CZ": {"Czech Republic"}, "TH": {"Siam", "ယိုးဒယား", "សៀម", "ໄທຍ"},
	"PS": {"Palestine"}, "KR": {"South Korea"}, "KP": {"North Korea"}, "TW": {"Formosa"}, "BF": {"Upper Volta"}, "BJ": {"Dahomey"},
	"BD": {"East Pakistan"}, "ZW": {"Rhodesia"}, "VU": {"New Hebrides"}, "SB": {"Solomons"}, "PG": {"PNG"}, "FM": {"Chuuk", "Pohnpei", "Yap", "Kosrae"},
}

var countryIndex = sync.OnceValue(func() *Index {
	return NewIndex(all(), func(code string) []string {
		c, _ := CountryByCode(code)
		names := append([]string{c.Alpha3}, formerly[code]...)
		for _, lang := range strings.Fields(searched) {
			if n := nameIn(lang, code); n != "" {
				names = append(names, n)
			}
			if n, ok := c.UNName(lang); ok {
				names = append(names, n)
			}
		}
		return names
	})
})

var languageIndex = sync.OnceValue(func() *Index {
	var tags []string
	for _, l := range Spoken() {
		tags = append(tags, l.Tag)
	}
	other := map[string][]string{}
	for name, tag := range aliases {
		other[tag] = append(other[tag], name)
	}
	return NewIndex(tags, func(tag string) []string {
		l, _ := LanguageByTag(tag)
		slices.Sort(other[tag])
		names := slices.Concat([]string{l.English, l.Own, ISO6392(tag)}, other[tag], calledBy(tag))
		for _, lang := range strings.Fields(searched) {
			if namer := display.Languages(language.Make(lang)); namer != nil {
				names = append(names, namer.Name(language.Make(tag)))
			}
		}
		return names
	})
})

// FindCountries finds up to limit countries by what somebody typed of a name in any of 34 languages, of a
// former name or of a code, in spite of a slip or two, and with a word for "country" before or after it.
func FindCountries(query string, limit int) []Hit {
	return findBare(countryIndex(), query, countryWords, limit)
}

// FindLanguages finds up to limit languages, by their tags, as [FindCountries] finds countries.
func FindLanguages(query string, limit int) []Hit {
	return findBare(languageIndex(), query, languageWords, limit)
}

package codes

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// wrong marks languages for which x/text answers in another language without saying so.
var wrong = map[string]bool{"ht": true, "ku": true}

// named is a language's entry in this package's own table.
type named struct {
	tag, english, own string
	script            string // ISO 15924, where x/text does not know it or knows it wrongly
}

// ownNames are languages that x/text does not name, names wrongly, or names in a way that their
// speakers would not look for in a list.
var ownNames = []named{
	{"aa", "Afar", "Qafar af", ""},
	{"ace", "Acehnese", "Bahsa Acèh", ""},
	{"bal", "Balochi", "بلوچی", "Arab"},
	{"bho", "Bhojpuri", "भोजपुरी", "Deva"},
	{"bi", "Bislama", "Bislama", ""},
	{"blk", "Pa'O", "ပအိုဝ်ႏ", "Mymr"},
	{"bug", "Buginese", "Basa Ugi", "Latn"},
	{"ceb", "Cebuano", "Cebuano", ""},
	{"cfm", "Falam Chin", "Lai ṭong", "Latn"},
	{"chk", "Chuukese", "Chuuk", ""},
	{"cnh", "Hakha Chin", "Lai holh", "Latn"},
	{"ctd", "Tedim Chin", "Zokam", "Latn"},
	{"ctg", "Chittagonian", "চাটগাঁইয়া", "Beng"},
	{"din", "Dinka", "Thuɔŋjäŋ", ""},
	{"diq", "Zazaki", "Zazakî", "Latn"},
	{"dv", "Dhivehi", "ދިވެހިބަސް", ""},
	{"ee", "Ewe", "Eʋegbe", ""},
	{"fa-AF", "Dari", "دری", ""},
	{"ff", "Fulah", "Fulfulde", ""},
	{"fil", "Filipino", "Filipino", ""},
	{"fj", "Fijian", "Vosa Vakaviti", ""},
	{"gil", "Gilbertese", "Taetae ni Kiribati", ""},
	{"hac", "Gorani", "گۆرانی", "Arab"},
	{"haz", "Hazaragi", "هزارگی", "Arab"},
	{"hil", "Hiligaynon", "Ilonggo", ""},
	{"hmn", "Hmong", "Hmoob", "Latn"},
	{"hnj", "Green Hmong", "Hmoob Ntsuab", "Latn"},
	{"ho", "Hiri Motu", "Hiri Motu", ""},
	{"ht", "Haitian Creole", "Kreyòl ayisyen", ""},
	{"id", "Indonesian", "Bahasa Indonesia", ""},
	{"ilo", "Ilocano", "Ilokano", ""},
	{"jv", "Javanese", "Basa Jawa", ""},
	{"kac", "Kachin", "Jinghpaw", ""},
	{"kjp", "Eastern Pwo Karen", "ဖၠုံ", "Mymr"},
	{"kmr", "Kurmanji", "Kurmancî", ""},
	{"ksw", "S'gaw Karen", "ကညီကျိၥ်", "Mymr"},
	{"ku", "Kurdish", "Kurdî", ""},
	{"kyu", "Western Kayah", "Kayah", "Latn"},
	{"lhu", "Lahu", "Ladhof", "Latn"},
	{"lis", "Lisu", "Lisu", "Latn"},
	{"lki", "Laki Kurdish", "لەکی", "Arab"},
	{"luo", "Luo", "Dholuo", ""},
	{"lus", "Mizo", "Mizo ṭawng", ""},
	{"mad", "Madurese", "Madhurâ", ""},
	{"mh", "Marshallese", "Kajin M̧ajeļ", ""},
	{"min", "Minangkabau", "Baso Minang", ""},
	{"mnk", "Mandinka", "Mandinka kango", "Latn"},
	{"mnw", "Mon", "ဘာသာမန်", ""},
	{"ms", "Malay", "Bahasa Melayu", ""},
	{"mww", "White Hmong", "Hmoob Dawb", "Latn"},
	{"na", "Nauruan", "Dorerin Naoero", ""},
	{"nus", "Nuer", "Thok Nath", ""},
	{"ny", "Chichewa", "Chichewa", ""},
	{"pam", "Kapampangan", "Kapampangan", ""},
	{"pau", "Palauan", "Tekoi er a Belau", ""},
	{"pon", "Pohnpeian", "Mahsen en Pohnpei", ""},
	{"prk", "Wa", "Vāx", "Latn"},
	{"prs", "Dari", "دری", "Arab"},
	{"pwo", "Western Pwo Karen", "ဖၠုံ", "Mymr"},
	{"rhg", "Rohingya", "Ruáingga", "Latn"},
	{"rki", "Rakhine", "ရခိုင်", "Mymr"},
	{"rn", "Kirundi", "Ikirundi", ""},
	{"sdh", "Southern Kurdish", "کوردی خوارین", "Arab"},
	{"shn", "Shan", "လိၵ်ႈတႆး", ""},
	{"sm", "Samoan", "Gagana Sāmoa", ""},
	{"su", "Sundanese", "Basa Sunda", ""},
	{"syl", "Sylheti", "সিলেটি", "Beng"},
	{"tet", "Tetum", "Tetun", ""},
	{"tig", "Tigre", "ትግረ", "Ethi"},
	{"tpi", "Tok Pisin", "Tok Pisin", ""},
	{"tvl", "Tuvaluan", "Te Ggana Tuuvalu", ""},
	{"war", "Waray", "Winaray", ""},
}

// aliases are further names that stand in column headings of real workbooks.
var aliases = map[string]string{
	"bangla": "bn", "bengali": "bn", "burmese": "my", "myanmar": "my", "myanmar language": "my",
	"chinese": "zh", "mandarin": "zh", "simplified chinese": "zh-Hans", "traditional chinese": "zh-Hant",
	"dari": "prs", "divehi": "dv", "farsi": "fa", "persian": "fa", "tagalog": "fil", "pilipino": "fil",
	"haitian": "ht", "kreyol": "ht", "khmer": "km", "cambodian": "km", "kurdish sorani": "ckb", "sorani": "ckb",
	"kurdish kurmanji": "kmr", "lao": "lo", "laotian": "lo", "pashtu": "ps", "pushto": "ps", "pulaar": "ff",
	"tetun": "tet", "tigrigna": "ti", "pidgin": "tpi", "oromoo": "om", "nyanja": "ny",
}

// everyday are the languages of CLDR that FindLanguage knows by name.
const everyday = `am ar az bg bm bn ckb cs da de el en es fa fi fr gu ha he hi hr hu hy ig it ja ka kk km ko ky
ln lo mg mk ml mn mr my ne nl om pa pl ps pt ro ru rw sd si sk sn so sq sr sv sw ta te tg th ti tk to tr ug
uk ur uz vi wo yo zh zu`

// nameOf finds a tag in the table of this package.
func nameOf(tag string) (named, bool) {
	for _, n := range ownNames {
		if strings.EqualFold(n.tag, tag) {
			return n, true
		}
	}
	return named{}, false
}

// byName maps lower-case names to tags: those of CLDR first, then this package's, which win.
var byName = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, tag := range strings.Fields(everyday) {
		t := language.Make(tag)
		names[strings.ToLower(display.English.Languages().Name(t))] = tag
		names[strings.ToLower(display.Self.Name(t))] = tag
	}
	for _, n := range ownNames {
		names[strings.ToLower(n.english)] = n.tag
		if _, taken := names[strings.ToLower(n.own)]; !taken {
			names[strings.ToLower(n.own)] = n.tag
		}
	}
	for name, tag := range aliases {
		names[name] = tag
	}
	delete(names, "")
	return names
})

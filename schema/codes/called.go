package codes

import "strings"

// called are names that people of a region say or type for a language and that CLDR lacks: names by neighbours in
// their own script, and names before a change of spelling. Several languages may share one; then all are found.
var called = map[string]string{
	"am":  "Amarigna, Amharigna",
	"blk": "ပအိုဝ်း, ปะโอ, Pa-O",
	"cfm": "ချင်း, ဖလမ်းချင်း, ชิน",
	"ckb": "سوراني, سورانی, سۆرانی",
	"cnh": "ချင်း, ဟားခါးချင်း, ชิน, Lai",
	"ctd": "ချင်း, တီးတိန်ချင်း, ชิน, Zomi",
	"hmn": "ม้ง, ມົ້ງ, ម៉ុង, မုံ, Mông, H’Mông, 苗语, 苗語, Miao",
	"kac": "ကချင်, ဂျိန်းဖော, คะฉิ่น, ກະຊິນ, 景颇语, Jingpo",
	"kjp": "ကရင်, ပိုးကရင်, အရှေ့ပိုးကရင်, กะเหรี่ยง, กะเหรี่ยงโป, Phlong, Poe Karen",
	"kmr": "کرمانجی, كرمانجي, کورمانجی",
	"ksw": "ကရင်, စကောကရင်, กะเหรี่ยง, ปกาเกอะญอ, ກະຫຼ່ຽງ, 克伦语, 克倫語, Skaw, Pgakenyaw",
	"ku":  "كردي, کردی, الكردية",
	"kyu": "ကယား, ကရင်နီ, กะเหรี่ยงแดง, กะยา, Karenni",
	"lhu": "လားဟူ, ลาหู่, ມູເຊີ",
	"lis": "လီဆူ, ลีซู, ลีซอ",
	"mnw": "မွန်, มอญ",
	"ms":  "มลายู, มาเลย์, ملايو",
	"my":  "ဗမာ, ພະມ້າ, ភូមា",
	"om":  "Oromifa, Oromiffa",
	"prk": "ဝ, ว้า",
	"prs": "دري",
	"pwo": "ကရင်, ပိုးကရင်, အနောက်ပိုးကရင်, กะเหรี่ยง, กะเหรี่ยงโป, Phlong, Poe Karen",
	"rhg": "ရိုဟင်ဂျာ, โรฮิงญา, โรฮีนจา, រ៉ូហ៊ីងយ៉ា, រោហិងយ៉ា, ໂຣຮິງຢາ, রোহিঙ্গা, रोहिंग्या, روهينغا, الروهينغا, روهینگیا, روہنگیا, 罗兴亚, 羅興亞, рохинджа",
	"rki": "ရခိုင်, ยะไข่, อาระกัน, Arakanese",
	"shn": "ရှမ်း, ไทใหญ่, ไทยใหญ่, ฉาน, ໄທໃຫຍ່, 掸语, 撣語, Tai Yai",
}

// calledBy lists the names of one language in the table above.
func calledBy(tag string) []string { return strings.Split(called[tag], ", ") }

// Words for "language" and "country" that stand before or after a name in the languages of the interviews, often
// without a blank: they are typed, and they are in no list.
var (
	languageWords = []string{"ภาษา", "ພາສາ", "ភាសា", "tiếng ", "bahasa ", "زبان ", "اللغة ", "لغة ", "ဘာသာစကား", "စကား", "ဘာသာ", "စာ"}
	countryWords  = []string{"ประเทศ", "ປະເທດ", "ប្រទេស", "nước ", "کشور ", "دولة ", "နိုင်ငံ", "ပြည်"}
)

// bare takes a word for "language" or "country" away from what was typed; ok is false where there was none.
func bare(query string, words []string) (name string, ok bool) {
	query = strings.ToLower(strings.TrimSpace(query))
	for _, w := range words {
		name = strings.TrimSuffix(strings.TrimPrefix(query, w), w)
		if name = strings.TrimSpace(name); name != query && name != "" {
			return name, true
		}
	}
	return "", false
}

// findBare finds by what was typed, and where that finds nothing by the bare name in it.
func findBare(x *Index, query string, words []string, limit int) []Hit {
	hits := x.Find(query, limit)
	if name, ok := bare(cut(query), words); len(hits) == 0 && ok {
		return x.Find(name, limit)
	}
	return hits
}

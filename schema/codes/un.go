package codes

import "slices"

// unLanguages are the official languages of the United Nations.
var unLanguages = []string{"ar", "zh", "en", "fr", "ru", "es"}

// unNames are the names that the United Nations use where they differ from the everyday name, in the order
// of unLanguages; a blank where this table does not know it. Written from general knowledge of the UN
// terminology database, to be compared with it before a report to the UN rests on them.
var unNames = map[string][6]string{
	"BO": {"بوليفيا (دولة - المتعددة القوميات)", "玻利维亚（多民族国）", "Bolivia (Plurinational State of)", "Bolivie (État plurinational de)", "Боливия (Многонациональное Государство)", "Bolivia (Estado Plurinacional de)"},
	"BN": {"بروني دار السلام", "文莱达鲁萨兰国", "Brunei Darussalam", "Brunéi Darussalam", "Бруней-Даруссалам", "Brunei Darussalam"},
	"CV": {"كابو فيردي", "佛得角", "Cabo Verde", "Cabo Verde", "Кабо-Верде", "Cabo Verde"},
	"CZ": {"تشيكيا", "捷克", "Czechia", "Tchéquie", "Чехия", "Chequia"},
	"CD": {"جمهورية الكونغو الديمقراطية", "刚果民主共和国", "Democratic Republic of the Congo", "République démocratique du Congo", "Демократическая Республика Конго", "República Democrática del Congo"},
	"CG": {"الكونغو", "刚果", "Congo", "Congo", "Конго", "Congo"},
	"SZ": {"إسواتيني", "斯威士兰", "Eswatini", "Eswatini", "Эсватини", "Eswatini"},
	"FM": {"ميكرونيزيا (ولايات - الموحدة)", "密克罗尼西亚（联邦）", "Micronesia (Federated States of)", "Micronésie (États fédérés de)", "Микронезия (Федеративные Штаты)", "Micronesia (Estados Federados de)"},
	"GB": {"المملكة المتحدة لبريطانيا العظمى وأيرلندا الشمالية", "大不列颠及北爱尔兰联合王国", "United Kingdom of Great Britain and Northern Ireland", "Royaume-Uni de Grande-Bretagne et d’Irlande du Nord", "Соединенное Королевство Великобритании и Северной Ирландии", "Reino Unido de Gran Bretaña e Irlanda del Norte"},
	"IR": {"إيران (جمهورية - الإسلامية)", "伊朗（伊斯兰共和国）", "Iran (Islamic Republic of)", "Iran (République islamique d’)", "Иран (Исламская Республика)", "Irán (República Islámica del)"},
	"KP": {"جمهورية كوريا الشعبية الديمقراطية", "朝鲜民主主义人民共和国", "Democratic People’s Republic of Korea", "République populaire démocratique de Corée", "Корейская Народно-Демократическая Республика", "República Popular Democrática de Corea"},
	"KR": {"جمهورية كوريا", "大韩民国", "Republic of Korea", "République de Corée", "Республика Корея", "República de Corea"},
	"LA": {"جمهورية لاو الديمقراطية الشعبية", "老挝人民民主共和国", "Lao People’s Democratic Republic", "République démocratique populaire lao", "Лаосская Народно-Демократическая Республика", "República Democrática Popular Lao"},
	"MD": {"جمهورية مولدوفا", "摩尔多瓦共和国", "Republic of Moldova", "République de Moldova", "Республика Молдова", "República de Moldova"},
	"MK": {"مقدونيا الشمالية", "北马其顿", "North Macedonia", "Macédoine du Nord", "Северная Македония", "Macedonia del Norte"},
	"MM": {"ميانمار", "缅甸", "Myanmar", "Myanmar", "Мьянма", "Myanmar"},
	"PS": {"دولة فلسطين", "巴勒斯坦国", "State of Palestine", "État de Palestine", "Государство Палестина", "Estado de Palestina"},
	"RU": {"الاتحاد الروسي", "俄罗斯联邦", "Russian Federation", "Fédération de Russie", "Российская Федерация", "Federación de Rusia"},
	"SY": {"الجمهورية العربية السورية", "阿拉伯叙利亚共和国", "Syrian Arab Republic", "République arabe syrienne", "Сирийская Арабская Республика", "República Árabe Siria"},
	"TZ": {"جمهورية تنزانيا المتحدة", "坦桑尼亚联合共和国", "United Republic of Tanzania", "République-Unie de Tanzanie", "Объединенная Республика Танзания", "República Unida de Tanzanía"},
	"TR": {"تركيا", "土耳其", "Türkiye", "Türkiye", "Турция", "Türkiye"},
	"US": {"الولايات المتحدة الأمريكية", "美利坚合众国", "United States of America", "États-Unis d’Amérique", "Соединенные Штаты Америки", "Estados Unidos de América"},
	"VA": {"الكرسي الرسولي", "教廷", "Holy See", "Saint-Siège", "Святой Престол", "Santa Sede"},
	"VE": {"فنزويلا (جمهورية - البوليفارية)", "委内瑞拉（玻利瓦尔共和国）", "Venezuela (Bolivarian Republic of)", "Venezuela (République bolivarienne du)", "Венесуэла (Боливарианская Республика)", "Venezuela (República Bolivariana de)"},
	"VN": {"فييت نام", "越南", "Viet Nam", "Viet Nam", "Вьетнам", "Viet Nam"},
}

// UNName returns the name that the United Nations use in one of their six languages: from this package's
// table, else the everyday name. ok is false for other languages.
func (c Country) UNName(lang string) (name string, ok bool) {
	at := slices.Index(unLanguages, lang)
	if at < 0 {
		return "", false
	}
	if n := unNames[c.Code][at]; n != "" {
		return n, true
	}
	n, in := c.Name(lang)
	return n, in == lang
}

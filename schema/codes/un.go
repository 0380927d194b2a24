package codes

import "slices"

// unLanguages are the official languages of the United Nations.
var unLanguages = []string{"ar", "zh", "en", "fr", "ru", "es"}

// unNames are the names that the United Nations use where they differ from the everyday name, in the order
// of unLanguages; a blank where they do not differ. Compared with the names of the UN's standard M49 (UN Statistics
// Division, as in the public-domain table datasets/country-codes, commit 060e8c02); what changed since then (North
// Macedonia, Türkiye, Eswatini in Spanish) is newer here.
var unNames = map[string][6]string{
	"BO": {"بوليفيا (دولة - المتعددة القوميات)", "玻利维亚（多民族国）", "Bolivia (Plurinational State of)", "Bolivie (État plurinational de)", "Боливия (Многонациональное Государство)", "Bolivia (Estado Plurinacional de)"},
	"BN": {"بروني دار السلام", "文莱达鲁萨兰国", "Brunei Darussalam", "Brunéi Darussalam", "Бруней-Даруссалам", "Brunei Darussalam"},
	"CV": {"كابو فيردي", "佛得角", "Cabo Verde", "Cabo Verde", "Кабо-Верде", "Cabo Verde"},
	"CZ": {"تشيكيا", "捷克", "Czechia", "Tchéquie", "Чехия", "Chequia"},
	"CD": {"جمهورية الكونغو الديمقراطية", "刚果民主共和国", "Democratic Republic of the Congo", "République démocratique du Congo", "Демократическая Республика Конго", "República Democrática del Congo"},
	"CG": {"الكونغو", "刚果", "Congo", "Congo", "Конго", "Congo"},
	"SZ": {"إسواتيني", "斯威士兰", "Eswatini", "Eswatini", "Эсватини", "Eswatini"},
	"FM": {"ميكرونيزيا (ولايات - الموحدة)", "密克罗尼西亚（联邦）", "Micronesia (Federated States of)", "Micronésie (États fédérés de)", "Микронезия (Федеративные Штаты)", "Micronesia (Estados Federados de)"},
	"GB": {"المملكة المتحدة لبريطانيا العظمى وآيرلندا الشمالية", "大不列颠及北爱尔兰联合王国", "United Kingdom of Great Britain and Northern Ireland", "Royaume-Uni de Grande-Bretagne et d’Irlande du Nord", "Соединенное Королевство Великобритании и Северной Ирландии", "Reino Unido de Gran Bretaña e Irlanda del Norte"},
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

	// Where only the spelling, an article or a sign differs from the everyday name.
	"AE": {"", "", "", "", "Объединенные Арабские Эмираты", ""},
	"AG": {"", "", "Antigua and Barbuda", "", "", ""},
	"AI": {"أنغيلا", "", "", "", "", ""},
	"AX": {"جزر ألاند", "", "", "Îles d’Åland", "Аландские острова", ""},
	"BA": {"", "", "Bosnia and Herzegovina", "", "", ""},
	"BD": {"", "", "", "", "", "Bangladesh"},
	"BH": {"", "", "", "", "", "Bahrein"},
	"BJ": {"بنن", "", "", "", "", "Benin"},
	"BL": {"", "", "Saint Barthélemy", "", "", ""},
	"BM": {"", "", "", "", "Бермудские острова", "Bermuda"},
	"BQ": {"بونير وسان يوستاتيوس وسابا", "博纳尔、圣俄斯塔休斯和萨巴", "Bonaire, Sint Eustatius and Saba", "Bonaire, Saint-Eustache et Saba", "Бонайре, Саба и Синт-Эстатиус", "Bonaire, San Eustaquio y Saba"},
	"BS": {"جزر البهاما", "", "", "", "Багамские Острова", ""},
	"BT": {"", "", "", "", "", "Bhután"},
	"BV": {"جزيرة بوفيت", "布维岛", "", "", "Остров Буве", ""},
	"BW": {"", "", "", "", "", "Botswana"},
	"BY": {"", "", "", "Bélarus", "", "Belarús"},
	"CC": {"", "", "", "Îles des Cocos (Keeling)", "Кокосовые (Килинг) острова", "Islas Cocos (Keeling)"},
	"CF": {"", "", "", "", "Центральноафриканская Республика", ""},
	"CI": {"كوت ديفوار", "", "", "", "", ""},
	"CL": {"شيلي", "", "", "", "", ""},
	"CW": {"", "", "", "", "", "Curaçao"},
	"CX": {"", "", "", "", "остров Рождества", ""},
	"DJ": {"", "", "", "", "", "Djibouti"},
	"DO": {"الجمهورية الدومينيكية", "多米尼加", "", "", "", ""},
	"EC": {"إكوادور", "", "", "", "", ""},
	"FJ": {"", "", "", "", "", "Fiji"},
	"FK": {"جزر فوكلاند (مالفيناس)", "福克兰群岛（马尔维纳斯）", "Falkland Islands (Malvinas)", "Îles Falkland (Malvinas)", "Фолклендские (Мальвинские) острова", "Islas Malvinas (Falkland)"},
	"FO": {"جزر فايرو", "", "", "", "Фарерские острова", ""},
	"GA": {"غابون", "", "", "", "", ""},
	"GF": {"غيانا الفرنسية", "", "", "", "", ""},
	"GG": {"", "根西", "", "", "", ""},
	"GL": {"غرينلند", "", "", "", "", ""},
	"GP": {"غواديلوب", "", "", "", "", ""},
	"GS": {"", "南乔治亚岛和南桑德韦奇岛", "South Georgia and the South Sandwich Islands", "Géorgie du Sud-et-les Îles Sandwich du Sud", "Южная Джорджия и Южные Сандвичевы острова", "Georgia del Sur y las Islas Sandwich del Sur"},
	"GW": {"غينيا - بيساو", "", "", "", "", "Guinea-Bissau"},
	"HK": {"منطقة هونغ كونغ الصينية الإدارية الخاصة", "", "China, Hong Kong Special Administrative Region", "Chine, région administrative spéciale de Hong Kong", "Китай, Специальный административный район Гонконг", "China, región administrativa especial de Hong Kong"},
	"HM": {"", "赫德岛和麦克唐纳岛", "Heard Island and McDonald Islands", "Île Heard-et-Îles MacDonald", "Остров Херд и острова Макдональд", ""},
	"IE": {"آيرلندا", "", "", "", "", ""},
	"IM": {"", "", "", "", "Остров Мэн", ""},
	"IO": {"", "英属印度洋领土", "", "", "", ""},
	"IQ": {"", "", "", "Iraq", "", "Iraq"},
	"JE": {"جيرزي", "泽西", "", "", "", ""},
	"KE": {"", "", "", "", "", "Kenya"},
	"KG": {"", "", "", "", "Кыргызстан", ""},
	"KI": {"كيريباس", "基里巴斯", "", "", "", ""},
	"KM": {"", "", "", "", "Коморские Острова", ""},
	"KN": {"سانت كيتس ونيفس", "", "Saint Kitts and Nevis", "Saint-Kitts-et-Nevis", "", "Saint Kitts y Nevis"},
	"KY": {"", "", "", "Îles Caïmanes", "Каймановы острова", ""},
	"LC": {"", "", "Saint Lucia", "", "", ""},
	"LK": {"سري لانكا", "", "", "", "", ""},
	"LR": {"ليبريا", "", "", "", "", ""},
	"LS": {"", "", "", "", "", "Lesotho"},
	"LU": {"لكسمبرغ", "", "", "", "", ""},
	"MF": {"", "圣马丁（法属）", "Saint Martin (French Part)", "Saint-Martin (partie française)", "", "San Martín (parte francesa)"},
	"MO": {"منطقة ماكاو الإدارية الخاصة التابعة للصين", "", "China, Macao Special Administrative Region", "Chine, région administrative spéciale de Macao", "Китай, Специальный административный район Макао", "China, región administrativa especial de Macao"},
	"MP": {"", "", "", "", "Северные Марианские острова", "Islas Marianas Septentrionales"},
	"MQ": {"مارتينيك", "", "", "", "", ""},
	"MS": {"مونتسيرات", "", "", "", "", ""},
	"MT": {"مالطة", "", "", "", "", ""},
	"MV": {"ملديف", "", "", "", "Мальдивские Острова", ""},
	"MW": {"", "", "", "", "", "Malawi"},
	"NF": {"جزيرة نورفلك", "", "", "", "Остров Норфолк", ""},
	"NU": {"", "", "", "Nioué", "", ""},
	"NZ": {"", "", "", "", "", "Nueva Zelandia"},
	"OM": {"عمان", "", "", "", "", ""},
	"PG": {"", "", "", "", "Папуа-Новая Гвинея", "Papua Nueva Guinea"},
	"PM": {"سان بيار وميكلون", "圣皮埃尔和密克隆", "Saint Pierre and Miquelon", "", "", "Saint Pierre y Miquelon"},
	"PN": {"بيتكيرن", "皮特凯恩", "Pitcairn", "Pitcairn", "Питкэрн", "Pitcairn"},
	"PW": {"", "", "", "", "", "Palau"},
	"QA": {"", "", "", "", "", "Qatar"},
	"RE": {"", "", "", "Réunion", "", ""},
	"RW": {"", "", "", "", "", "Rwanda"},
	"SA": {"", "", "", "", "", "Arabia Saudita"},
	"SC": {"سيشيل", "", "", "", "", ""},
	"SH": {"سانت هيلانة", "", "Saint Helena", "", "Остров Святой Елены", ""},
	"SJ": {"", "斯瓦尔巴岛和扬马延岛", "Svalbard and Jan Mayen Islands", "Îles Svalbard-et-Jan Mayen", "Острова Свальбард и Ян-Майен", "Islas Svalbard y Jan Mayen"},
	"SR": {"", "", "", "", "", "Suriname"},
	"ST": {"سان تومي وبرينسيبي", "", "Sao Tome and Principe", "", "", ""},
	"SV": {"", "", "", "El Salvador", "", ""},
	"SX": {"", "圣马丁（荷属）", "Sint Maarten (Dutch part)", "", "", "San Martín (parte holandesa)"},
	"TC": {"جزر تركس وكايكوس", "", "Turks and Caicos Islands", "", "Острова Тёркс и Кайкос", ""},
	"TF": {"", "法属南方领地", "", "", "Южные земли (французская заморская территория)", "Territorio de las Tierras Australes Francesas"},
	"TH": {"تايلند", "", "", "", "", ""},
	"TK": {"توكيلاو", "", "", "", "", ""},
	"TL": {"", "", "", "Timor-Leste", "Тимор-Лешти", ""},
	"TT": {"", "", "Trinidad and Tobago", "", "", "Trinidad y Tabago"},
	"UM": {"", "", "United States Minor Outlying Islands", "", "Внешние малые острова Соединенных Штатов", "Islas menores alejadas de Estados Unidos"},
	"UY": {"أوروغواي", "", "", "", "", ""},
	"VC": {"", "", "Saint Vincent and the Grenadines", "Saint-Vincent-et-les Grenadines", "", ""},
	"VG": {"جزر فرجن البريطانية", "", "", "", "Британские Виргинские острова", ""},
	"VI": {"جزر فرجن التابعة للولايات المتحدة", "", "United States Virgin Islands", "Îles Vierges américaines", "Виргинские острова Соединенных Штатов", "Islas Vírgenes de los Estados Unidos"},
	"WF": {"جزر واليس وفوتونا", "瓦利斯群岛和富图纳群岛", "Wallis and Futuna Islands", "Îles Wallis-et-Futuna", "Острова Уоллис и Футуна", "Islas Wallis y Futuna"},
	"YT": {"جزيرة مايوت", "", "", "", "", ""},
	"ZA": {"", "", "", "", "Южная Африка", ""},
	"ZW": {"زمبابوي", "", "", "", "", "Zimbabwe"},
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

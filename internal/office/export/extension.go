package export

import "slices"

// Extension is a field or code of this program that HTCDS 2.0 lacks.
type Extension struct {
	Name  string
	What  string
	HTCDS string // how it is told to whoever reads HTCDS alone; blank where nothing stands for it
}

var extensions = []Extension{
	{"x_TreatedAsChild", "whether the rules for children applied: child, maybe, adult", ""},
	{"x_InterpreterMode", "who interpreted: none, in_person, phone, staff", ""},
	{"x_InterpreterChecks", "checks of the interpreter that were done", ""},
	{"x_InterviewLanguage", "language of the interview, BCP 47", ""},
	{"x_CommunicationNeeds", "what helps the person to understand and to be understood", ""},
	{"x_Dependants", "pregnancy, birth, children and others who need care, here or elsewhere", ""},
	{"x_RecordForm", "how the person agreed to be recorded: code or named", ""},
	{"x_ConsentInformed", "which information was given: the seven questions of HTCDS's consent guidance, limits and complaint", "con_Consent is yes only with agreement and the purpose told"},
	{"x_ConsentWitness", "by which role the agreement was heard, where it was not read", ""},
	{"x_LegalBasis", "the ground beside a child's own agreement; for an adult the agreement is the ground", ""},
	{"x_ConsentShare", "helpers who may be told, each agreed to by itself", ""},
	{"x_ConsentStatistics", "whether the record may be counted: yes or no; missing counts as no", ""},
	{"x_LegalDeadline", "removal, detention or court, and how soon", ""},
	{"x_PhoneSafety", "whether somebody can follow or read the phone", ""},
	{"x_Spontaneous", "what was said or seen without asking", ""},
	{"x_Age", "age in years as stated; prs_Birthdate stays empty, because an age is no birthday", ""},
	{"x_StatelessRisk", "no country, or the one that should, gives papers", ""},
	{"x_DoNotContact", "who must be kept from knowing; blocks referrals", ""},
	{"x_HomePlace", "country of home before the journey", "prs_MailingCountry"},
	{"x_EconomicSituation", "whether there was enough money for food", ""},
	{"x_Vulnerabilities", "circumstances before leaving", ""},
	{"x_RecruiterRelation", "relation to the recruiter in ten kinds", "vic_RelationshipToTrafficker has three"},
	{"x_RecruitmentFee", "payment or debt for going", ""},
	{"x_CountryOfRecruitment", "country where it began", "hte_Country with hte_Type Recruitment"},
	{"x_CountriesOfTransit", "countries passed through", "hte_Country with hte_Type Transit"},
	{"x_LastCountryOfExploitation", "country where it last happened; not the place of screening", "hte_Country with hte_Type Exploitation"},
	{"x_ExploitationUntil", "until when, as exactly as known", ""},
	{"x_ForcedLabourIndustries", "all sections of work that were named", "vic_ForcedLabourIndustry takes one"},
	{"x_Act", "acts that the screener confirmed, and whether somebody was given for money", ""},
	{"x_Means", "means that the screener confirmed", ""},
	{"x_ForcedTasks", "what the person was made to do", ""},
	{"x_Confinement", "guards, locks, cameras, no way off", ""},
	{"x_CareArrangement", "who takes care of a child", ""},
	{"x_ChildDecision", "who decided about a child's journey", ""},
	{"x_ChildSteps", "child-protection steps taken", ""},
	{"x_ExitMode", "how the person came here", ""},
	{"x_OngoingContact", "what somebody from that time still does", ""},
	{"x_Retrafficking", "whether it happened before", ""},
	{"x_ServicesWanted", "help that the person wants, in the instrument's words", "spl_Type has nine kinds"},
	{"x_ReturnWish", "where the person wants to be", ""},
	{"x_ReflectionOffered", "whether rights and time to think were explained", ""},
	{"x_Leaflet", "which paper the person took along", ""},
	{"x_Observations", "what was noticed without searching; counts in nothing", ""},
	{"x_Limits", "what may have kept the person from speaking; stands beside every result", ""},
	{"x_Result", "the screener's result in the five words of the field", "vic_TraffickingStatus has no word for four of them"},
	{"x_RiskLevel", "the screener's judgement of the risk today", ""},
	{"x_MethodsOfControl", "codes of control that HTCDS lacks: x_RestrictsMovement, x_Ransom", "vic_MethodsOfControl Other"},
	{"x_RestrictsMovement", "code: movement restricted, guarded or locked in", "vic_MethodsOfControl Other"},
	{"x_Ransom", "code: release only for money", "vic_MethodsOfControl Other"},
	{"x_SexualAbuse", "code in the instrument", "vic_MethodsOfControl SexualAbuse"},
	{"x_SexualExploitation", "code in the instrument", "vic_TypeOfExploitation SexualExploitation"},
	{"x_TypeOfExploitation", "codes of exploitation that HTCDS lacks: x_ForcedCriminality (its open issue 28), x_ForcedByState", "vic_TypeOfExploitation Other"},
	{"x_ForcedCriminality", "code: forced to break the law; must not be punished", "vic_TypeOfExploitation Other"},
	{"x_ForcedByState", "code: forced service for an army or police", "vic_TypeOfExploitation Other"},
	{"x_Signs", "signs of forced criminality in the answers, before anybody confirmed a purpose", ""},
	{"x_NameLatin", "names in Latin letters, with identity only", ""},
	{"x_SafeContact", "how to reach the person safely, with identity only", "prs_MobilePhone"},
}

// kept are extensions of the instrument that no record carries, and why.
var kept = map[string]string{
	"x_AddressForm":      "grammar only",
	"x_CalledName":       "a name for one talk",
	"x_EarlierTalks":     "whom the person talked with before is for this case alone",
	"x_EarlierTalkDate":  "likewise, and a day",
	"x_OthersHeld":       "with place and date it would point at somebody",
	"x_PlaceOfScreening": "free text; the office knows the place from the device",
	"x_Referrals":        "a page; the referrals themselves are the office's",
	"x_Risk":             "a page; its level is x_RiskLevel",
}

// Extensions lists every x_ name that a record may hold.
func Extensions() []Extension { return slices.Clone(extensions) }

func isExtension(name string) bool {
	return slices.ContainsFunc(extensions, func(e Extension) bool { return e.Name == name })
}

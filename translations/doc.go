// Package translations holds the words of the device program: go-i18n message files, one a language.
//
// A key reads screen.element.kind: where, what, and how it is used (title, text, label, hint, button,
// badge). The list of keys is en.json, in the order of the screens:
//
//	app.*        words of no one screen: back, cancel, plain numbers of seconds, minutes, interviews
//	first.*      first start: a passphrase, six generated words, confirmation
//	unlock.*     wrong passphrase, waiting, nothing is lost
//	home.*       new interview, drafts by code, outbox, counts, lock
//	prepare.*    place, who is present, screener, interpreter, the two languages
//	consent.*    agree, another time, no; what is kept and what is not
//	stage.*      names of the stages; the door to the staff page
//	interview.*  walking, badges of saving and of wording, guidance, gates, pause
//	missing.<reason>.label           the four reasons (schema.MissingReasons)
//	problem.<reason>.text            schema.Problem: required, constraint, kind, choice; alone
//	urgent.*, need.<kind>.title, need.<kind>.action1 … action3
//	                                 the action card; kinds are those of choices' alerts, and [Words.Has]
//	                                 tells whether there is a third action
//	summary.*, stop.*, withdraw.*    finishing, leaving out, stopping, taking the agreement back
//	outbox.*, rung.<rung>.label|hint the ladder (screening.Rung.String)
//	news.*, asked.*                  what the office publishes, and what it asks back
//	settings.*   language, lock, text size, enrolment, about
//	cover.*      the harmless page behind "cover the screen"
//	error.<code>.text|hint           every screening.Code: what happened, and what to do
//
// Placeholders are {{.Count}} (chooses the plural form), {{.Number}}, {{.Code}}, {{.When}}, {{.Office}}
// and {{.Version}}. languages.json says how far each language may be relied on: Arabic and Burmese are
// machine drafts, and screens mark them ([Words.Unreviewed]). A key without words falls back to English,
// visibly ([Words.Fallback]).
//
// The words of an interview are not here: they belong to the questionnaire (schema/instrument). The
// office's pages have a table of their own, because nothing of the office may reach up to this package.
package translations

package dashboard

import (
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"leeward/internal/office/casework"
	"leeward/schema"
	"leeward/schema/codes"
	"leeward/translations"
)

// The words of all pages, in the languages of the device program. They stand here and not in translations, so that
// no device carries what only the office says.
//
//go:embed words/*.json
var wordFiles embed.FS

// speakers returns a Dashboard for each language: the same office, other words.
func (s *shared) speakers() (*translations.Catalogue, map[string]*Dashboard) {
	dir, _ := fs.Sub(wordFiles, "words") // the directory is embedded
	words, err := translations.Read(dir)
	if err != nil {
		panic(err) // our own embedded files
	}
	pages := parse()
	all := map[string]*Dashboard{}
	for _, tag := range words.Languages() {
		d := &Dashboard{shared: s, words: words.For(tag)}
		d.pages = d.speak(pages)
		all[tag] = d
	}
	return words, all
}

// parse gives each page its own set of templates: the frame and the page's own blocks. Their words come later.
func parse() map[string]*template.Template {
	pages := map[string]*template.Template{}
	names, _ := fs.Glob(files, "pages/*.html")
	for _, name := range names {
		page := name[len("pages/") : len(name)-len(".html")]
		if page == "frame" {
			continue
		}
		t := template.New("frame.html").Funcs((&Dashboard{}).funcs())
		pages[page] = template.Must(t.ParseFS(files, "pages/frame.html", name))
	}
	return pages
}

// speak binds the pages to the words of d.
func (d *Dashboard) speak(pages map[string]*template.Template) map[string]*template.Template {
	own := map[string]*template.Template{}
	for name, t := range pages {
		own[name] = template.Must(t.Clone()).Funcs(d.funcs())
	}
	return own
}

// in returns d in the language of who asks: their own, or before sign-in the one that the address or the browser names.
func (d *Dashboard) in(r *http.Request, s casework.Session) *Dashboard {
	if s.Person.Name != "" {
		return d.spoken[d.catalogue.For(s.Person.Lang).Lang()]
	}
	if tag := r.URL.Query().Get("lang"); tag != "" {
		return d.spoken[d.catalogue.For(tag).Lang()]
	}
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // what is not readable wants nothing
	for _, tag := range wanted {
		base, _ := tag.Base()
		if w := d.catalogue.For(tag.String()); base.String() == w.Lang() {
			return d.spoken[w.Lang()]
		}
	}
	return d.spoken[d.catalogue.Languages()[0]]
}

// say returns the words of a key with {{.name}} replaced by the value that follows name in pairs. A key without words
// shows itself; a test refuses that.
func (d *Dashboard) say(key string, pairs ...any) string { return d.words.Say(key, pairs...) }

// many says how many, in the form that the language has for that number.
func (d *Dashboard) many(n int, key string) string { return d.words.Say(key, "Count", n) }

// clock writes a time as people of the office read it, in the office's zone and in the calendar of its interviews'
// years and ages, which is one and the same in every language.
func (d *Dashboard) clock(t time.Time) string {
	t = t.In(d.o.Zone)
	return d.say("time.clock", "date", d.day(t), "time", t.Format("15:04"))
}

// day writes a date.
func (d *Dashboard) day(t time.Time) string {
	return d.say("time.date", "day", t.Day(), "month", d.say("time.month."+strconv.Itoa(int(t.Month()))), "year", t.Year())
}

// tongue is a language as a page names it.
type tongue struct {
	Tag  schema.Lang
	Name string // in the language of the pages
	Self string // in itself
	Dir  string // "ltr" or "rtl"
}

// languageName returns the name of a language in that of the pages, or in English, or its tag.
func (d *Dashboard) languageName(lang schema.Lang) string { return d.tongueOf(lang).Name }

func (d *Dashboard) tongueOf(lang schema.Lang) tongue {
	t := tongue{Tag: lang, Name: string(lang), Self: string(lang), Dir: direction(string(lang))}
	if known, ok := codes.LanguageByTag(string(lang)); ok {
		t.Name, _ = known.Name(d.words.Lang())
		t.Self = known.Own
	}
	return t
}

// direction is how a language is written, as HTML says it.
func direction(lang string) string {
	if codes.RTL(lang) {
		return "rtl"
	}
	return "ltr"
}

// spokenView is a language that the pages speak, by its own name.
type spokenView struct {
	Tag, Self, Dir string
	Here           bool
	Door           string // where somebody who is not signed in reads it
}

func (d *Dashboard) tongues(r *http.Request) (all []spokenView) {
	next := localPath(r.FormValue("next"))
	for _, tag := range d.catalogue.Languages() {
		all = append(all, spokenView{
			Tag: tag, Self: d.catalogue.For(tag).Name(), Dir: direction(tag), Here: tag == d.words.Lang(),
			Door: address("/sign-in", "lang", tag, "next", strings.TrimSuffix(next, "/")),
		})
	}
	return all
}

// setLanguage is how somebody chooses the language of their own pages.
func (d *Dashboard) setLanguage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	tag := r.PostFormValue("lang")
	if d.spoken[tag] == nil {
		return errForm
	}
	if err := d.o.Staff.SetLang(r.Context(), s.Person.Name, s.Person.ID, tag); err != nil {
		return err
	}
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
	return nil
}

package dashboard

import (
	"cmp"
	"context"
	"embed"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/translations"
)

// Records is what the office holds, read for pages.
type Records interface {
	Interviews(ctx context.Context, q casework.Query) (casework.Page, error)
	// View returns one interview after it has written who looked; without that line there is no look.
	View(ctx context.Context, actor string, id screening.InterviewID) (casework.Record, error)
	Devices(ctx context.Context) ([]casework.Device, error)
	Incidents(ctx context.Context, limit int) ([]casework.Incident, error)
	Stats(ctx context.Context) (casework.Stats, error)
	Attention(ctx context.Context) (casework.Attention, error)
	// Talks counts what was led since a time, by who led it.
	Talks(ctx context.Context, from time.Time) ([]casework.Talks, error)
}

// Staff is who may sign in, and what they did.
type Staff interface {
	// Person returns a person who may sign in and what they sign in with, or casework.ErrNotFound.
	Person(ctx context.Context, name string) (casework.Person, casework.Keys, error)
	SetLang(ctx context.Context, actor string, id int64, lang string) error
	SetTOTP(ctx context.Context, actor string, id int64, secret string) error
	// TakeStep takes the one-time code of a time step; false where it was taken before.
	TakeStep(ctx context.Context, id, step int64) (bool, error)
	StartSession(ctx context.Context, token [32]byte, person int64, stage casework.Stage) error
	// Session returns a session and notes that it was used, or casework.ErrNotFound.
	Session(ctx context.Context, token [32]byte) (casework.Session, error)
	ProveSession(ctx context.Context, token [32]byte) error
	EndSession(ctx context.Context, token [32]byte) error
	Note(ctx context.Context, actor string, act casework.Act, object string) error
}

// Options is what a Dashboard is made of.
type Options struct {
	Records Records
	Staff   Staff
	Cases   CaseBook
	Helpers Directory
	House   House
	Press   Press
	Reports report.Store
	// Workbook writes a table as XLSX.
	Workbook func(io.Writer, report.Leaf) error
	Gate     Gate
	Exports  Exports
	// Enrol makes a code with which one device may ask to be admitted until a time: a new one, or the one that is named by its whole id
	// to be enrolled again. Revoke ends the trust in a device, as of now or from a time on, and says how much of what came
	// since waits for a supervisor. Both are written into the log by whoever gives them.
	Enrol  func(ctx context.Context, device string) (code string, until time.Time, err error)
	Spoken func(check [32]byte) []string // the words that a device shows, for its request
	Revoke func(ctx context.Context, device string, from time.Time) (held int, err error)
	// Shut says whether nobody may read yet, because the office was made from a copy and does not know who withdrew since; nil for
	// an office that never is. Reopen ends that: with a log that is newer than the copy, by which people are erased, or with
	// none. Errors: casework.RefuseLog, and casework.ErrChanged where it is open already.
	Shut   func() bool
	Reopen func(ctx context.Context, actor string, log []byte) (people int, err error)

	Words   func() (string, error)                                          // makes a passphrase for a new person
	Form    func(ctx context.Context, ref schema.Ref) (*schema.Form, error) // casework.ErrNotFound if unknown here
	Office  string                                                          // name of the office
	Demo    bool                                                            // every page says that nobody in it is real
	Version string
	Print   string // fingerprint of the root document, for the page About
	Now     func() time.Time
	Zone    *time.Location // of the times on pages; UTC if nil
	Log     *slog.Logger
	Cost    Cost // of checking a passphrase for a name that does not exist; DefaultCost if zero
	Codes   bool // everybody needs one-time codes; a demonstration may do without
}

// Dashboard serves the office's pages in one language; those of the other languages are beside it.
type Dashboard struct {
	*shared
	words *translations.Words
	pages map[string]*template.Template
}

// shared is the office behind the pages of every language.
type shared struct {
	o         Options
	limits    *limits
	loads     *loads
	checker   *checker
	catalogue *translations.Catalogue
	spoken    map[string]*Dashboard // by language
}

//go:embed pages/*.html style.css mark.svg
var files embed.FS

// New returns a Dashboard. It panics if one of its own embedded pages does not parse.
func New(o Options) *Dashboard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Shut == nil {
		o.Shut = func() bool { return false }
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Cost == (Cost{}) {
		o.Cost = DefaultCost()
	}
	all := &shared{o: o, limits: newLimits(o.Now), loads: newLoads(o.Now), checker: newChecker(2, o.Cost)}
	all.catalogue, all.spoken = all.speakers()
	return all.spoken[all.catalogue.Languages()[0]]
}

// route is one page or form.
type route struct {
	pattern string
	serve   func(d *Dashboard, w http.ResponseWriter, r *http.Request, s casework.Session) error
	open    bool             // needs no session
	half    bool             // for who is still signing in, too
	shut    bool             // while nobody may read in the office, too
	any     []casework.Power // one of them is needed; none: everybody who is signed in
	proof   bool             // needs a look at who it is within the last minutes
	body    int64            // bytes that a request may bring; mostForm if 0
	page    string           // where its form stands, if that is not its own path
	load    load             // what it costs beyond a page; "" for nothing
}

func (d *Dashboard) routes() []route {
	may := func(any ...casework.Power) []casework.Power { return any }
	return slices.Concat([]route{
		{pattern: "GET /sign-in", open: true, shut: true, serve: (*Dashboard).signInPage},
		{pattern: "POST /sign-in", open: true, shut: true, serve: (*Dashboard).signIn},
		{pattern: "GET /style.css", open: true, shut: true, serve: file("style.css", "text/css; charset=utf-8")},
		{pattern: "GET /mark.svg", open: true, shut: true, serve: file("mark.svg", "image/svg+xml")},
		{pattern: "POST /language", half: true, shut: true, serve: (*Dashboard).setLanguage},
		{pattern: "POST /sign-out", half: true, shut: true, serve: (*Dashboard).signOut},
		{pattern: "GET /code", half: true, shut: true, serve: (*Dashboard).codePage},
		{pattern: "POST /code", half: true, shut: true, serve: (*Dashboard).code},
		{pattern: "GET /codes", half: true, shut: true, serve: (*Dashboard).setupPage},
		{pattern: "POST /codes", half: true, shut: true, serve: (*Dashboard).setup},
		{pattern: "GET /confirm", shut: true, serve: (*Dashboard).confirmPage},
		{pattern: "POST /confirm", shut: true, serve: (*Dashboard).confirm},
		{pattern: "GET /{$}", serve: (*Dashboard).home},
		{pattern: "GET /about", serve: (*Dashboard).about},
		{pattern: "GET /interviews", any: may(casework.ReadInterviews), serve: (*Dashboard).list},
		{pattern: "GET /interviews/{id}", any: may(casework.ReadInterviews), serve: (*Dashboard).interview},
		{pattern: "POST /interviews/{id}/ask", any: may(casework.Review), serve: (*Dashboard).askField},
		{pattern: "POST /interviews/{id}/copy", any: may(casework.ReadInterviews), load: loadFile, serve: (*Dashboard).copyFile},
		{pattern: "GET /devices", any: may(casework.SeeArrivals, casework.KeepDevices), serve: (*Dashboard).devices},
		{pattern: "GET /", serve: (*Dashboard).unknown},
	}, d.caseRoutes(), d.officeRoutes(), d.reportRoutes(), d.exportRoutes(), d.pressRoutes(), d.reopenRoutes())
}

// mostForm is how much a form may bring.
const mostForm = 64 << 10

// Handler returns all pages behind all walls (package comment).
func (d *Dashboard) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range d.routes() {
		mux.Handle(rt.pattern, http.MaxBytesHandler(d.guard(rt), cmp.Or(rt.body, mostForm)))
	}
	forged := http.NewCrossOriginProtection()
	forged.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.in(r, casework.Session{}).problem(w, r, casework.Session{}, http.StatusForbidden, "forged")
	}))
	return secured(forged.Handler(mux))
}

// guard lets a request to a closed route through only with a session that may, and turns an error into a page.
func (d *Dashboard) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := d.session(r)
		d := d.in(r, s)
		switch {
		case err != nil:
			d.fail(w, r, s, rt, err)
		case d.o.Shut() && !rt.shut:
			d.sayShut(w, r, s)
		case rt.open:
			d.run(w, r, s, rt)
		case s.Person.Name == "":
			d.ended(w, r)
		case s.Stage != casework.StageIn && !rt.half:
			http.Redirect(w, r, stagePage(s.Stage)+after(r), http.StatusSeeOther)
		case !rt.allows(s.Person.Role):
			d.problem(w, r, s, http.StatusForbidden, "role")
		case rt.proof && d.o.Now().Sub(s.Proved) > proofHolds:
			d.askProof(w, r, s, rt)
		default:
			d.run(w, r, s, rt)
		}
	})
}

func (d *Dashboard) run(w http.ResponseWriter, r *http.Request, s casework.Session, rt route) {
	if err := r.ParseForm(); err != nil && !rt.open { // cut off, or larger than any form of ours
		d.broken(w, r, s, err)
		return
	}
	if rt.load != "" {
		free, ok := d.begin(w, r, s, rt)
		if !ok {
			return
		}
		defer free()
	}
	if err := rt.serve(d, w, r, s); err != nil {
		d.fail(w, r, s, rt, err)
	}
}

// allows reports whether a role has one of the powers that a route asks for.
func (rt route) allows(role casework.Role) bool {
	return len(rt.any) == 0 || slices.ContainsFunc(rt.any, role.May)
}

// Pages are the patterns (net/http) of everything that a browser can ask for.
func (d *Dashboard) Pages() (patterns []string) {
	for _, rt := range d.routes() {
		if strings.HasPrefix(rt.pattern, "GET ") {
			patterns = append(patterns, rt.pattern)
		}
	}
	return patterns
}

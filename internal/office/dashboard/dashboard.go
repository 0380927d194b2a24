package dashboard

import (
	"context"
	"embed"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
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
}

// Staff is who may sign in, and what they did.
type Staff interface {
	// Person returns a person and their passphrase hash, or casework.ErrNotFound.
	Person(ctx context.Context, name string) (casework.Person, string, error)
	StartSession(ctx context.Context, token [32]byte, person int64) error
	// Session returns a session and notes that it was used, or casework.ErrNotFound.
	Session(ctx context.Context, token [32]byte) (casework.Session, error)
	EndSession(ctx context.Context, token [32]byte) error
	Note(ctx context.Context, actor string, act casework.Act, object string) error
}

// Options is what a Dashboard is made of.
type Options struct {
	Records Records
	Staff   Staff
	Form    func(ctx context.Context, ref schema.Ref) (*schema.Form, error) // casework.ErrNotFound if unknown here
	Office  string                                                          // name of the office
	Demo    bool                                                            // every page says that nobody in it is real
	Version string
	Print   string // fingerprint of the root document, for the page About
	Now     func() time.Time
	Zone    *time.Location // of the times on pages; UTC if nil
	Log     *slog.Logger
	Cost    Cost // of checking a passphrase for a name that does not exist; DefaultCost if zero
}

// Dashboard serves the office's pages.
type Dashboard struct {
	o       Options
	pages   map[string]*template.Template
	limits  *limits
	checker *checker
}

//go:embed pages/*.html style.css mark.svg
var files embed.FS

// New returns a Dashboard. It panics if one of its own embedded pages does not parse.
func New(o Options) *Dashboard {
	if o.Now == nil {
		o.Now = time.Now
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
	d := &Dashboard{o: o, limits: newLimits(o.Now), checker: newChecker(2, o.Cost)}
	d.pages = d.parse()
	return d
}

// parse gives each page its own set of templates: the frame and the page's own blocks.
func (d *Dashboard) parse() map[string]*template.Template {
	pages := map[string]*template.Template{}
	names, _ := fs.Glob(files, "pages/*.html")
	for _, name := range names {
		page := name[len("pages/") : len(name)-len(".html")]
		if page == "frame" {
			continue
		}
		t := template.New("frame.html").Funcs(d.funcs())
		pages[page] = template.Must(t.ParseFS(files, "pages/frame.html", name))
	}
	return pages
}

// route is one page or form. Closed routes need a session; there is no other kind of permission yet.
type route struct {
	pattern string
	open    bool
	serve   func(w http.ResponseWriter, r *http.Request, s casework.Session) error
}

func (d *Dashboard) routes() []route {
	return []route{
		{"GET /sign-in", true, d.signInPage},
		{"POST /sign-in", true, d.signIn},
		{"GET /style.css", true, d.file("style.css", "text/css; charset=utf-8")},
		{"GET /mark.svg", true, d.file("mark.svg", "image/svg+xml")},
		{"POST /sign-out", false, d.signOut},
		{"GET /{$}", false, d.home},
		{"GET /interviews", false, d.list},
		{"GET /interviews/{id}", false, d.interview},
		{"GET /devices", false, d.devices},
		{"GET /about", false, d.about},
		{"GET /", false, d.unknown},
	}
}

// Handler returns all pages behind all walls (package comment).
func (d *Dashboard) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range d.routes() {
		mux.Handle(rt.pattern, d.guard(rt))
	}
	forged := http.NewCrossOriginProtection()
	forged.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.problem(w, r, casework.Session{}, http.StatusForbidden, "forged")
	}))
	return secured(http.MaxBytesHandler(forged.Handler(mux), 64<<10))
}

// guard lets a request to a closed route through only with a session, and turns an error into a page.
func (d *Dashboard) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := d.session(r)
		if err != nil {
			d.fail(w, r, s, rt, err)
			return
		}
		if !rt.open && s.Person.Name == "" {
			http.Redirect(w, r, "/sign-in"+after(r), http.StatusSeeOther)
			return
		}
		if err := rt.serve(w, r, s); err != nil {
			d.fail(w, r, s, rt, err)
		}
	})
}

package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// pageRows is how many interviews stand on one page of the list.
const pageRows = 50

type listData struct {
	Rows      []listRow
	Count     string
	Query     casework.Query
	Code      string // as typed
	Filtered  bool
	First     bool   // the top of the list
	All       string // addresses
	Urgent    string
	Older     string // "" on the last page
	Newest    string
	Attention casework.Attention
}

type listRow struct {
	ID        string
	Code      string
	Withdrawn bool
	Draft     bool
	Held      bool
	Versions  int
	Needs     []needView
	Received  time.Time
	Language  string
	Screener  string // "" where it is the same
	Device    string
}

// needView is one kind of need at its highest level.
type needView struct {
	Level  string // "red" or "amber": the class of its mark
	Word   string // how urgent, in a word
	Kind   string
	Places []needPlace // the answers that it rests on; on the page of an interview only
	Done   string      // what the screener noted as done about it, there too
}

type needPlace struct{ Anchor, Code string }

func (d *Dashboard) list(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	form := r.URL.Query()
	after, err := casework.ParseCursor(form.Get("after"))
	if err != nil {
		return err
	}
	q := casework.Query{Code: form.Get("code"), Urgent: form.Get("need") == "any", After: after, Limit: pageRows}
	page, err := d.o.Records.Interviews(r.Context(), q)
	if err != nil {
		return fmt.Errorf("list interviews: %w", err)
	}
	attention, err := d.o.Records.Attention(r.Context())
	if err != nil {
		return fmt.Errorf("count what needs a look: %w", err)
	}
	data := listData{
		Count: d.countInterviews(page.Total), Query: q, Code: casework.NormalCode(q.Code), Filtered: q.Urgent || q.Code != "",
		First: after.IsZero(), All: listAddress(q, false, casework.Cursor{}), Urgent: listAddress(q, true, casework.Cursor{}),
		Newest: listAddress(q, q.Urgent, casework.Cursor{}), Attention: attention,
	}
	if !page.Next.IsZero() {
		data.Older = listAddress(q, q.Urgent, page.Next)
	}
	for _, row := range page.Rows {
		data.Rows = append(data.Rows, d.viewRow(row))
	}
	return d.show(w, r, s, http.StatusOK, "list", data)
}

// countInterviews says how many, as far as they are counted.
func (d *Dashboard) countInterviews(n int) string {
	if n >= casework.MostCounted {
		return d.say("list.count.more", "n", casework.MostCounted)
	}
	return d.many(n, "list.count")
}

func listAddress(q casework.Query, urgent bool, after casework.Cursor) string {
	v := url.Values{}
	if q.Code != "" {
		v.Set("code", q.Code)
	}
	if urgent {
		v.Set("need", "any")
	}
	if !after.IsZero() {
		v.Set("after", after.String())
	}
	if len(v) == 0 {
		return "/interviews"
	}
	return "/interviews?" + v.Encode()
}

func (d *Dashboard) viewRow(r casework.Row) listRow {
	v := listRow{
		ID: r.ID.String(), Code: string(r.Code), Withdrawn: r.Status == screening.Withdrawn,
		Draft: r.Status == screening.Draft, Versions: r.Versions, Received: r.Received, Device: shortDevice(r.Device),
		Held: r.Held(), Needs: d.viewNeeds(r.Needs),
	}
	if r.Language != "" {
		v.Language = d.languageName(r.Language)
		if r.ScreenerLang != r.Language && r.ScreenerLang != "" {
			v.Screener = d.languageName(r.ScreenerLang)
		}
	}
	return v
}

// viewNeeds keeps the order that it is given (red first) and each kind once, at its highest level.
func (d *Dashboard) viewNeeds(needs []casework.Need) (all []needView) {
	for _, n := range needs {
		kind := d.needKind(n.Kind)
		if slices.ContainsFunc(all, func(v needView) bool { return v.Kind == kind }) {
			continue
		}
		level := casework.Amber
		if n.Level == casework.Red {
			level = casework.Red
		}
		all = append(all, needView{Level: level, Word: d.say("need.level." + level), Kind: kind})
	}
	return all
}

// needKind names a kind of need; a questionnaire may have kinds that this program does not know.
func (d *Dashboard) needKind(kind string) string {
	if key := "need.kind." + kind; d.words.Has(key) {
		return d.say(key)
	}
	return d.say("need.kind.other")
}

// shortDevice is enough of a device's id to tell the devices of one office apart.
func shortDevice(id screening.DeviceID) string { return id.String()[:8] }

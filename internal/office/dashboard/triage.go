package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"leeward/internal/office/casework"
	"leeward/schema"
)

func (d *Dashboard) caseRoutes() []route {
	see := []casework.Power{casework.SeeCases}
	work := []casework.Power{casework.WorkCases, casework.Review}
	merge := []casework.Power{casework.MergeCases}
	return []route{
		{pattern: "GET /triage", any: see, serve: (*Dashboard).triage},
		{pattern: "GET /cases", any: see, serve: (*Dashboard).cases},
		{pattern: "GET /cases/{case}", any: see, serve: (*Dashboard).casePage},
		{pattern: "POST /cases/{case}/change", any: work, serve: (*Dashboard).changeCase},
		{pattern: "POST /cases/{case}/finding", any: []casework.Power{casework.Review}, serve: (*Dashboard).findCase},
		{pattern: "POST /cases/{case}/second", any: []casework.Power{casework.Review}, serve: (*Dashboard).secondCase},
		{pattern: "POST /cases/{case}/tasks", any: work, serve: (*Dashboard).addTask},
		{pattern: "POST /cases/{case}/referrals", any: []casework.Power{casework.WorkCases}, serve: (*Dashboard).refer},
		{pattern: "POST /cases/{case}/duties/{duty}", any: work, serve: (*Dashboard).changeDuty},
		{pattern: "GET /cases/{case}/duties/{duty}", any: []casework.Power{casework.WorkCases}, serve: (*Dashboard).packetPage},
		{pattern: "POST /cases/{case}/duties/{duty}/packet", any: []casework.Power{casework.WorkCases}, load: loadPacket, serve: (*Dashboard).packetFile},
		{pattern: "POST /cases/{case}/hold", any: merge, serve: (*Dashboard).hold},
		{pattern: "POST /cases/{case}/allow", any: merge, serve: (*Dashboard).allow},
		{pattern: "POST /cases/{case}/apart", any: merge, serve: (*Dashboard).apart},
		{pattern: "GET /cases/{case}/merge", any: merge, serve: (*Dashboard).mergePage},
		{pattern: "POST /cases/{case}/merge", any: merge, serve: (*Dashboard).merge},
		{pattern: "POST /cases/{case}/part", any: merge, serve: (*Dashboard).part},
	}
}

// caseRow is one case as a list shows it: neutral codes, times and needs.
type caseRow struct {
	ID       string
	Code     string
	Status   string
	Needs    []needView // the most urgent; More says how many others there are
	More     int
	Level    string
	Since    time.Time
	Due      time.Time
	Late     bool
	Owner    string
	Mine     bool
	Language string
	Child    bool
	Quiet    bool
	Phone    string // "safe", "unsafe" or "unknown"
	Opened   time.Time
}

// needsShown is how many needs stand in a row of a list.
const needsShown = 3

func (d *Dashboard) caseRow(c casework.Case, s casework.Session) caseRow {
	row := caseRow{
		ID: c.ID.String(), Code: string(c.Code), Status: d.say("case.status." + string(c.Status)), Needs: d.viewNeeds(c.Needs),
		Level: c.Level, Since: c.Since, Due: c.Due, Late: !c.Due.IsZero() && c.Due.Before(d.o.Now()), Owner: c.Owner.Name,
		Mine: c.Owner.ID == s.Person.ID, Child: c.Child, Quiet: c.Quiet, Phone: string(c.Phone), Opened: c.Opened,
	}
	if len(row.Needs) > needsShown {
		row.Needs, row.More = row.Needs[:needsShown], len(row.Needs)-needsShown
	}
	if c.Lang != "" {
		row.Language = d.languageName(schema.Lang(c.Lang))
	}
	return row
}

type triageData struct {
	Rows      []caseRow
	Count     string
	By        time.Time
	All       bool // beyond tonight
	First     bool
	Older     string
	Attention casework.Attention
	Devices   bool // may see what needs a look
}

// leastAhead is how far ahead the first screen looks at the least: what is urgent is due within an hour, also towards
// the end of a night.
const leastAhead = 2 * time.Hour

// tonight is six in the morning after now, in the office's time: what is due until then cannot wait for the day shift.
func tonight(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	six := time.Date(local.Year(), local.Month(), local.Day(), 6, 0, 0, 0, zone)
	if six.Sub(local) < leastAhead {
		six = six.AddDate(0, 0, 1)
	}
	return six
}

// triage is the first screen: what must happen tonight.
func (d *Dashboard) triage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	form := r.URL.Query()
	after, err := casework.ParseCursor(form.Get("after"))
	if err != nil {
		return err
	}
	data := triageData{By: tonight(d.o.Now(), d.o.Zone), All: form.Get("until") == "all", First: after.IsZero()}
	by := data.By
	if data.All {
		by = by.AddDate(100, 0, 0)
	}
	page, err := d.o.Cases.Triage(r.Context(), by, after, pageRows)
	if err != nil {
		return fmt.Errorf("triage: %w", err)
	}
	if data.Devices = s.Person.Role.May(casework.SeeArrivals); data.Devices {
		if data.Attention, err = d.o.Records.Attention(r.Context()); err != nil {
			return fmt.Errorf("count what needs a look: %w", err)
		}
	}
	data.Count = d.countCases(page.Total)
	for _, c := range page.Rows {
		data.Rows = append(data.Rows, d.caseRow(c, s))
	}
	if !page.Next.IsZero() {
		data.Older = address("/triage", "until", form.Get("until"), "after", page.Next.String())
	}
	return d.show(w, r, s, http.StatusOK, "triage", data)
}

// countCases says how many, as far as they are counted.
func (d *Dashboard) countCases(n int) string {
	if n >= casework.MostCounted {
		return d.say("cases.count.more", "n", strconv.Itoa(casework.MostCounted))
	}
	return d.many(n, "cases.count")
}

// address is a path with the pairs of name and value that have a value.
func address(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

type casesData struct {
	Rows     []caseRow
	Count    string
	Code     string
	Status   casework.CaseStatus
	Statuses []option
	Mine     bool
	Filtered bool
	First    bool
	Older    string
	Newest   string
}

// option is one choice of a form.
type option struct {
	Value  string
	Word   string
	Chosen bool
}

func (d *Dashboard) statusOptions(chosen casework.CaseStatus) (all []option) {
	for _, st := range casework.CaseStatuses() {
		all = append(all, option{string(st), d.say("case.status." + string(st)), st == chosen})
	}
	return all
}

func (d *Dashboard) cases(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	form := r.URL.Query()
	after, err := casework.ParseCursor(form.Get("after"))
	if err != nil {
		return err
	}
	q := casework.CaseQuery{Code: form.Get("code"), Status: casework.CaseStatus(form.Get("status")), After: after, Limit: pageRows}
	mine := form.Get("owner") == "me"
	if mine {
		q.Owner = s.Person.ID
	}
	page, err := d.o.Cases.Cases(r.Context(), q)
	if err != nil {
		return fmt.Errorf("list cases: %w", err)
	}
	here := func(after string) string {
		return address("/cases", "code", q.Code, "status", string(q.Status), "owner", form.Get("owner"), "after", after)
	}
	data := casesData{
		Count: d.countCases(page.Total), Code: casework.NormalCode(q.Code), Status: q.Status, Statuses: d.statusOptions(q.Status), Mine: mine,
		Filtered: q.Code != "" || q.Status != "" || mine, First: after.IsZero(), Newest: here(""),
	}
	for _, c := range page.Rows {
		data.Rows = append(data.Rows, d.caseRow(c, s))
	}
	if !page.Next.IsZero() {
		data.Older = here(page.Next.String())
	}
	return d.show(w, r, s, http.StatusOK, "cases", data)
}

// caseOf is the case that an address names; anything else is not found.
func caseOf(r *http.Request) (casework.CaseID, error) {
	return casework.ParseCaseID(r.PathValue("case"))
}

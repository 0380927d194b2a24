package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
)

func (d *Dashboard) reportRoutes() []route {
	see := []casework.Power{casework.SeeReports}
	return []route{
		{pattern: "GET /releases", any: see, serve: (*Dashboard).releases},
		{pattern: "GET /reports/{table}", any: see, load: loadFile, serve: (*Dashboard).download},
		{pattern: "GET /reports", any: see, serve: (*Dashboard).reports},
		{pattern: "POST /reports", any: see, proof: true, load: loadFile, serve: (*Dashboard).release},
	}
}

type reportsData struct {
	Books    []option // years that were released
	Tables   []option
	Findings []option
	Problem  string
	Table    *reportView
}

// reportView is one table with its chart and what is printed with it.
type reportView struct {
	report.Leaf
	Title  string
	Head   []string
	Rows   []reportLine
	Bars   []bar
	Height int
	Files  []fileLink
}

// fileLink is the table as a file.
type fileLink struct{ Path, Word string }

type reportLine struct {
	Name  string
	Cells []string
}

// bar is one row of the chart; a row that is not told has none.
type bar struct {
	Name, Told      string
	Y, Width, Label int
}

// Sizes of the chart in units of its own.
const (
	barEvery = 22
	barMost  = 320
	barFrom  = 340
)

func years(b report.Book) string { return fmt.Sprintf("%d-%d", b.From, b.To) }

// reports shows a table of a release; which one is the address.
func (d *Dashboard) reports(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data, err := d.reportsData(r)
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "reports", data)
}

func (d *Dashboard) reportsData(r *http.Request) (reportsData, error) {
	books, err := report.Released(r.Context(), d.o.Reports)
	if err != nil || len(books) == 0 {
		return reportsData{}, err
	}
	chosen, t, f, err := chosenTable(books, r.URL.Query())
	if err != nil {
		return reportsData{}, err
	}
	var data reportsData
	for _, b := range books {
		data.Books = append(data.Books, option{years(b), years(b), years(b) == years(chosen)})
	}
	data.Tables, data.Findings = d.tableOptions(chosen, t.ID), d.findingOptions(f)
	data.Table = d.viewReport(chosen, t)
	return data, nil
}

// chosenTable is the book, the table and the finding that an address asks for: the latest, the first, possible victims
// where it does not say.
func chosenTable(books []report.Book, form url.Values) (b report.Book, t report.Table, f casework.Finding, err error) {
	b = books[len(books)-1]
	for _, one := range books {
		if years(one) == form.Get("years") {
			b = one
		}
	}
	if f = casework.Finding(form.Get("finding")); f == "" {
		f = casework.FindingPossible
	}
	id := form.Get("table")
	if id == "" {
		id = b.Tables[0].ID
	}
	t, ok := b.Find(id, f)
	if !ok {
		err = casework.ErrNotFound
	}
	return b, t, f, err
}

func (d *Dashboard) viewReport(b report.Book, t report.Table) *reportView {
	v := &reportView{Leaf: d.leaf(b, t), Title: d.tableTitle(t)}
	if len(v.Lines) == 0 {
		return v
	}
	v.Head = v.Lines[0][1:]
	for _, line := range v.Lines[1:] {
		v.Rows = append(v.Rows, reportLine{line[0], line[1:]})
	}
	most := 1
	total := func(i int) int {
		if t.RowTotals != nil {
			return t.RowTotals[i]
		}
		return t.Cells[i][0]
	}
	for i := range t.Rows {
		most = max(most, total(i))
	}
	for i := range t.Rows {
		width := max(total(i), 0) * barMost / most
		v.Bars = append(v.Bars, bar{v.Rows[i].Name, report.Told(total(i)), i * barEvery, width, barFrom + width + 6})
	}
	v.Height = len(t.Rows) * barEvery
	for _, as := range []string{"csv", "xlsx", "pdf"} {
		path := address("/reports/"+t.ID+"."+as, "years", years(b), "finding", string(t.Finding))
		v.Files = append(v.Files, fileLink{path, strings.ToUpper(as)})
	}
	return v
}

// release counts some years and enters them into the register, once.
func (d *Dashboard) release(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	from, err1 := strconv.Atoi(strings.TrimSpace(r.PostFormValue("from")))
	to, err2 := strconv.Atoi(strings.TrimSpace(r.PostFormValue("to")))
	if err1 != nil || err2 != nil {
		return errForm
	}
	b, err := report.Release(r.Context(), d.o.Reports, s.Person.Name, from, to, d.o.Now())
	problem := ""
	switch {
	case errors.Is(err, report.ErrPeriod):
		problem = "report.problem.period"
	case errors.Is(err, report.ErrOverlap):
		problem = "report.problem.overlap"
	case err != nil:
		return err
	}
	if problem == "" {
		http.Redirect(w, r, "/reports?"+url.Values{"years": {years(b)}}.Encode(), http.StatusSeeOther)
		return nil
	}
	data, err := d.reportsData(r)
	if err != nil {
		return err
	}
	data.Problem = d.say(problem)
	return d.show(w, r, s, http.StatusUnprocessableEntity, "reports", data)
}

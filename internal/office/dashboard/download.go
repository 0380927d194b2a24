package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
	"leeward/internal/paper"
)

// kinds of file in which a table leaves the office.
var fileKinds = map[string]string{
	"csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// download gives one table of a release as a file, "T3.csv", in the language of the pages. The log says who took it.
func (d *Dashboard) download(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, as, _ := strings.Cut(r.PathValue("table"), ".")
	kind, known := fileKinds[as]
	books, err := report.Released(r.Context(), d.o.Reports)
	if err != nil {
		return err
	}
	if len(books) == 0 || !known {
		return casework.ErrNotFound
	}
	form := r.URL.Query()
	form.Set("table", id)
	b, t, _, err := chosenTable(books, form)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := d.writeLeaf(&file, as, d.leaf(b, t)); err != nil {
		return err
	}
	if err := d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActReport, years(b)+" "+t.ID+"."+as); err != nil {
		return fmt.Errorf("note download: %w", err)
	}
	name := strings.Join(strings.Fields(fmt.Sprint(t.ID, " ", years(b), " ", t.Finding)), "-") + "." + as
	return attach(w, name, kind, &file)
}

func (d *Dashboard) writeLeaf(w io.Writer, as string, l report.Leaf) error {
	l.Notes = d.drafted(l.Notes, false)
	switch as {
	case "csv":
		return l.WriteCSV(w)
	case "xlsx":
		return d.o.Workbook(w, l)
	}
	return paper.Table{Lang: l.Lang, Heading: l.Heading, Lines: l.Lines, Notes: l.Notes, Made: l.At}.PDF(w)
}

// drafted adds to the notes of a file that its words are a machine's draft: those of this language are, or others are.
func (d *Dashboard) drafted(notes []string, others bool) []string {
	if others || d.words.Draft() {
		return append(slices.Clip(notes), d.say("paper.drafted"))
	}
	return notes
}

type releasesData struct{ Releases []releaseView }

type releaseView struct {
	Years  string
	At     time.Time
	Actor  string
	Tables int
	K      int
	Path   string
}

// releases is the register: which years were released, when, by whom. Nothing is ever taken out of it.
func (d *Dashboard) releases(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	all, err := d.o.Reports.Releases(r.Context())
	if err != nil {
		return err
	}
	var data releasesData
	for i := len(all) - 1; i >= 0; i-- {
		var b report.Book
		if err := json.Unmarshal(all[i].Book, &b); err != nil {
			return fmt.Errorf("release %d cannot be read: %w", all[i].N, err)
		}
		v := releaseView{Years: years(b), At: all[i].At, Actor: all[i].Actor, Tables: len(b.Tables), K: b.K, Path: address("/reports", "years", years(b))}
		if v.Actor == casework.Program {
			v.Actor = d.say("case.event.program")
		}
		data.Releases = append(data.Releases, v)
	}
	return d.show(w, r, s, http.StatusOK, "releases", data)
}

package dashboard

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/paper"
	"leeward/schema"
)

// copyFile is the person's own copy of what is held of an interview, in their language, on paper. They have asked for it and
// say that carrying it is safe. What staff made of it is not in it: a paper that is found would say it to others.
func (d *Dashboard) copyFile(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if r.PostFormValue("safe") != "yes" {
		return errForm
	}
	rec, err := d.record(r, s)
	if err != nil {
		return err
	}
	form, err := d.form(r.Context(), rec.Interview.Questionnaire)
	if err != nil {
		return err
	}
	if form == nil || len(rec.Interview.Answers) == 0 {
		return casework.ErrNotFound
	}
	own := rec.Interview.Setting.Language
	speaker := d.spoken[d.catalogue.For(string(own)).Lang()]
	var file bytes.Buffer
	if err := speaker.copyTable(form, rec, own).PDF(&file); err != nil {
		return fmt.Errorf("draw copy: %w", err)
	}
	if err := d.o.Cases.Copied(r.Context(), s.Person.Name, rec.ID); err != nil {
		return fmt.Errorf("note copy: %w", err)
	}
	return attach(w, string(rec.Code)+".pdf", fileKinds["pdf"], &file)
}

func (d *Dashboard) copyTable(form *schema.Form, rec casework.Record, own schema.Lang) paper.Table {
	t := paper.Table{
		Lang: string(own), Heading: d.say("copy.title", "code", rec.Code), Even: true, Made: d.o.Now(),
		Lines: [][]string{{d.say("copy.question"), d.say("copy.answer")}}, Notes: []string{d.say("copy.rights"), d.say("copy.staff")},
	}
	v := d.newReading(form, rec, d.tongueOf(own), d.tongueOf(own))
	var data interviewData
	v.fill(&data)
	drafted, source := false, form.Questionnaire().Source
	for _, part := range data.Sections {
		for _, l := range part.Lines {
			if said := l.Now.text(); !l.Staff && said != "" {
				t.Lines = append(t.Lines, inRows(l.Text[0].Text, said)...)
				drafted = drafted || l.Text[0].Draft || l.Now.Draft && l.Text[0].Lang != source // it is said once, of the answer
			}
		}
	}
	t.Notes = d.drafted(t.Notes, drafted)
	return t
}

// text is an answer in words.
func (g given) text() string {
	switch {
	case g.Open || g.Removed:
		return ""
	case g.Missing != "":
		return g.Missing
	case len(g.Choices) == 0:
		return g.Value
	}
	var all []string
	for _, c := range g.Choices {
		all = append(all, c[0].Text)
	}
	return strings.Join(all, "\n")
}

// longestCell is how many characters of an answer stand in one row: a row does not go over a page.
const longestCell = 600

func inRows(question, answer string) (rows [][]string) {
	for rest := []rune(answer); len(rest) > 0; {
		n := min(len(rest), longestCell)
		if n < len(rest) {
			if i := strings.LastIndexByte(string(rest[:n]), ' '); i > 0 {
				n = len([]rune(string(rest[:n])[:i])) + 1
			}
		}
		rows = append(rows, []string{question, strings.TrimSpace(string(rest[:n]))})
		question, rest = "", rest[n:]
	}
	return rows
}

package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema/xlsform"
)

// Press is what the office has out to its devices.
type Press interface {
	News(ctx context.Context) (casework.News, error)
	// Publish signs a document and puts it out; *casework.Unfit says why devices could not use it.
	Publish(ctx context.Context, actor string, m casework.Manuscript) (casework.News, error)
	Unpublish(ctx context.Context, actor string, kind casework.NewsKind, name string) (casework.News, error)
	// AskField sends a question about an interview to the device that handed it in; Asked says how far each came.
	AskField(ctx context.Context, actor string, about screening.InterviewID, text string) error
	Asked(ctx context.Context, about screening.InterviewID) ([]casework.Asked, error)
	// Policy is the policy that is out, in JSON; nil where there is none.
	Policy(ctx context.Context) ([]byte, error)
}

// mostUpload is the largest workbook that the pages take; the command takes larger ones.
const mostUpload = 8 << 20

func (d *Dashboard) pressRoutes() []route {
	forms := []casework.Power{casework.KeepForms}
	set := []casework.Power{casework.KeepSettings}
	return []route{
		{pattern: "GET /questionnaires", any: forms, serve: (*Dashboard).questionnaires},
		{pattern: "POST /questionnaires", any: forms, proof: true, body: mostUpload, load: loadUpload, serve: (*Dashboard).upload},
		{pattern: "POST /questionnaires/{name}/remove", any: forms, proof: true, page: "/questionnaires", serve: (*Dashboard).remove},
		{pattern: "GET /settings", any: set, serve: (*Dashboard).settings},
		{pattern: "POST /settings", any: set, proof: true, serve: (*Dashboard).putSettings},
	}
}

type formsData struct {
	Forms   []formView
	Bulk    int // devices that are trusted
	Checked *checkView
	Saved   bool
}

// formView is a questionnaire that is out.
type formView struct {
	casework.Document
	Short string // the beginning of its hash
	Have  int    // devices known to have it
}

// checkView is what is wrong with a workbook that was handed in, or that nothing is.
type checkView struct {
	File     string
	Title    string
	Errors   []string
	Warnings []string
	Missing  int // texts that some language has not
	Asked    int // questions
}

func (d *Dashboard) questionnaires(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	return d.showForms(w, r, s, http.StatusOK, nil)
}

func (d *Dashboard) showForms(w http.ResponseWriter, r *http.Request, s casework.Session, status int, checked *checkView) error {
	news, err1 := d.o.Press.News(r.Context())
	devices, err2 := d.o.Records.Devices(r.Context())
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("read what is out: %w", err)
	}
	data := formsData{Checked: checked, Saved: r.URL.Query().Get("saved") == "1"}
	for _, doc := range news.Documents {
		if doc.Kind != casework.NewsQuestionnaire {
			continue
		}
		v := formView{Document: doc, Short: fmt.Sprintf("%x", doc.Ref[:4])}
		for _, dev := range devices {
			if dev.Status == casework.DeviceActive && dev.News >= doc.Version {
				v.Have++
			}
		}
		data.Forms = append(data.Forms, v)
	}
	for _, dev := range devices {
		if dev.Status == casework.DeviceActive {
			data.Bulk++
		}
	}
	return d.show(w, r, s, status, "questionnaires", data)
}

// upload checks a workbook as a device would read it, and puts it out where that was asked for and nothing is wrong.
func (d *Dashboard) upload(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	part, head, err := r.FormFile("file")
	if err != nil {
		return errForm
	}
	defer part.Close()
	file, err := io.ReadAll(part)
	if err != nil {
		return errForm
	}
	checked := lint(file)
	checked.File = head.Filename
	status := http.StatusOK
	if len(checked.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if r.FormValue("do") != "publish" || len(checked.Errors) > 0 {
		return d.showForms(w, r, s, status, checked)
	}
	_, err = d.o.Press.Publish(r.Context(), s.Person.Name, casework.Manuscript{Kind: casework.NewsQuestionnaire, File: file})
	if unfit, ok := errors.AsType[*casework.Unfit](err); ok {
		checked.Errors = unfit.Why
		return d.showForms(w, r, s, http.StatusUnprocessableEntity, checked)
	}
	if err != nil {
		return fmt.Errorf("publish questionnaire: %w", err)
	}
	http.Redirect(w, r, "/questionnaires?saved=1", http.StatusSeeOther)
	return nil
}

// lint says what is wrong with a workbook, in the words of the reader of workbooks.
func lint(file []byte) *checkView {
	im := xlsform.Read(file, xlsform.Options{})
	v := &checkView{Missing: len(im.Missing)}
	for _, p := range im.Errors {
		v.Errors = append(v.Errors, p.String())
	}
	for _, p := range im.Warnings {
		v.Warnings = append(v.Warnings, p.String())
	}
	if im.Form != nil {
		v.Title, v.Asked = im.Questionnaire.ID, len(im.Form.Paths())
	}
	return v
}

func (d *Dashboard) remove(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if r.PostFormValue("sure") != "yes" {
		return errForm
	}
	if _, err := d.o.Press.Unpublish(r.Context(), s.Person.Name, casework.NewsQuestionnaire, r.PathValue("name")); err != nil {
		return err
	}
	http.Redirect(w, r, "/questionnaires?saved=1", http.StatusSeeOther)
	return nil
}

// Named reports whether the questionnaire says of itself which version it is.
func (f formView) Named() bool { return strings.TrimSpace(f.Label) != "" }

package dashboard

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/paper"
	"leeward/internal/seal"
)

// packetData is what a service is told of a person: the least that it needs, without a finding and without the story.
type packetData struct {
	caseRow
	Duty    string
	Service serviceView
	Lines   [][2]string // what is told: what it is, and the words
	Consent string
	Expires time.Time
	Expired bool
	Shut    bool
	Sealed  bool // the service has a key to which it can be sealed
	Unheard bool // the office has no phone on which the service can call back
}

// dutyOf is the case and the duty in a page's address.
func dutyOf(r *http.Request) (id casework.CaseID, which casework.DutyID, err error) {
	if id, err = caseOf(r); err != nil {
		return id, which, err
	}
	which, err = casework.ParseDutyID(r.PathValue("duty"))
	return id, which, err
}

// packetPage shows what is sent, to whom, by which consent and until when, before anything is made.
func (d *Dashboard) packetPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, which, err := dutyOf(r)
	if err != nil {
		return err
	}
	f, err := d.o.Cases.ViewCase(r.Context(), s.Person.Name, id)
	if err != nil {
		return fmt.Errorf("view case: %w", err)
	}
	duty, err := d.o.Cases.Duty(r.Context(), id, which)
	if err != nil {
		return fmt.Errorf("read duty: %w", err)
	}
	if duty.Kind != casework.DutyReferral {
		return casework.ErrNotFound
	}
	data, err := d.packet(r, f, duty, s)
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "packet", data)
}

func (d *Dashboard) packet(r *http.Request, f casework.CaseFile, duty casework.Duty, s casework.Session) (packetData, error) {
	service, err := d.o.Helpers.Service(r.Context(), duty.Service)
	if err != nil {
		return packetData{}, fmt.Errorf("read entry: %w", err)
	}
	phone, err := d.o.House.Setting(r.Context(), casework.SettingPhone)
	if err != nil {
		return packetData{}, fmt.Errorf("read the office's phone: %w", err)
	}
	data := packetData{
		Unheard: phone == "", caseRow: d.caseRow(f.Case, s), Duty: duty.ID.String(), Service: d.viewService(service, d.o.Now()), Lines: d.packetLines(f, duty),
		Consent: d.clock(time.UnixMilli(duty.Body.Consent)), Shut: service.Shut(f.Shut), Sealed: service.Details.SealTo != "",
	}
	data.Lines = append(data.Lines, d.answerTo(s.Person.Role, phone)...)
	if duty.Body.Expires != 0 {
		data.Expires = time.UnixMilli(duty.Body.Expires)
		data.Expired = !d.o.Now().Before(data.Expires)
	}
	return data, nil
}

// packetLines are the minimum for a service: nothing of what was found, nothing of what was told.
func (d *Dashboard) packetLines(f casework.CaseFile, duty casework.Duty) [][2]string {
	yes := map[bool]string{true: d.say("packet.yes"), false: d.say("packet.no")}
	contact := d.say("case.phone." + string(f.Phone))
	if f.Quiet {
		contact = d.say("case.quiet")
	}
	lines := [][2]string{
		{d.say("list.head.code"), string(f.Code)},
		{d.say("packet.needs"), duty.Body.Text},
		{d.say("case.urgency.label"), d.say("case.urgency." + string(duty.Body.Urgency))},
		{d.say("case.child.long"), yes[f.Child]},
		{d.say("triage.head.contact"), contact},
	}
	if f.Lang != "" {
		lines = append(lines, [2]string{d.say("triage.head.language"), d.languageName(f.Lang)})
	}
	return lines
}

// answerTo is whom the service answers to: a role and the office's phone, never a name and nothing of the person.
func (d *Dashboard) answerTo(role casework.Role, phone string) [][2]string {
	one := casework.CaseWorker
	if !slices.Contains(role.All(), one) {
		one = casework.Supervisor // nobody else refers
	}
	lines := [][2]string{{d.say("packet.from"), d.say("role."+string(one)) + ", " + d.o.Office}}
	if phone != "" {
		lines = append(lines, [2]string{d.say("packet.phone"), phone})
	}
	return lines
}

// packetFile makes what is handed over, if it still may be; the case and the log say so before a byte leaves.
func (d *Dashboard) packetFile(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, which, err := dutyOf(r)
	if err != nil {
		return err
	}
	f, duty, err := d.o.Cases.HandOver(r.Context(), s.Person.Name, id, which)
	if err != nil {
		return err
	}
	data, err := d.packet(r, f, duty, s)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := d.packetTable(data).PDF(&file); err != nil {
		return fmt.Errorf("draw packet: %w", err)
	}
	name, kind := string(f.Code)+".pdf", fileKinds["pdf"]
	if r.PostFormValue("as") == "age" {
		to, err := seal.ParseRecipient(data.Service.Details.SealTo)
		if err != nil {
			return errForm
		}
		sealed, err := seal.Seal(file.Bytes(), []seal.Recipient{to})
		if err != nil {
			return fmt.Errorf("seal packet: %w", err)
		}
		file, name, kind = *bytes.NewBuffer(sealed), name+".age", "application/octet-stream"
	}
	return attach(w, name, kind, &file)
}

// attach answers with a file.
func attach(w http.ResponseWriter, name, kind string, file io.WriterTo) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Type", kind)
	_, _ = file.WriteTo(w) // the reader went away: nobody is left to tell
	return nil
}

func (d *Dashboard) packetTable(data packetData) paper.Table {
	t := paper.Table{
		Lang: d.words.Lang(), Heading: d.say("packet.title", "code", data.Code), Even: true, Made: d.o.Now(),
		Lines: [][]string{{d.say("packet.to"), data.Service.Name}},
		Notes: []string{d.say("packet.consent", "at", data.Consent), d.say("packet.until", "at", d.clock(data.Expires)), d.say("packet.mind"), d.o.Office},
	}
	for _, line := range data.Lines {
		t.Lines = append(t.Lines, line[:])
	}
	t.Notes = d.drafted(t.Notes, false)
	return t
}

// allow notes that the person says that a recipient may be told after all.
func (d *Dashboard) allow(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	which := casework.Recipient(r.PostFormValue("recipient"))
	if which == casework.Helper || !knownOption(d.recipientOptions(""), string(which)) {
		return errForm
	}
	return back(w, r, id, d.o.Cases.Allow(r.Context(), s.Person.Name, id, version, which, text(r, "note")))
}

// hold asks to keep a case beyond its date, or ends that.
func (d *Dashboard) hold(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	do := d.o.Cases.Hold
	if r.PostFormValue("do") == "end" {
		do = d.o.Cases.EndHold
	}
	return back(w, r, id, do(r.Context(), s.Person.Name, id, version, text(r, "note")))
}

// apart notes that a case that was suggested is another person's.
func (d *Dashboard) apart(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	other, err := casework.ParseCaseID(r.PostFormValue("other"))
	if err != nil {
		return err
	}
	return back(w, r, id, d.o.Cases.Apart(r.Context(), s.Person.Name, id, version, other))
}

// recipientOptions are the kinds of recipients, as a form about the directory and one about a case offer them.
func (d *Dashboard) recipientOptions(chosen casework.Recipient) (all []option) {
	for _, r := range casework.Recipients() {
		name := string(r)
		if r == casework.Helper {
			name = "helper"
		}
		all = append(all, option{string(r), d.say("recipient." + name), r == chosen})
	}
	return all
}

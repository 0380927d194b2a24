package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"leeward/internal/office/casework"
)

const maxText = 4000 // characters of a note

type caseData struct {
	caseRow
	Version    int64
	Raw        casework.CaseStatus
	Finding    string
	Proposed   string // who waits for a second reader
	Mayread    bool   // may be that reader
	Interviews []listRow
	Open       []dutyView
	Done       []dutyView
	Events     []eventView
	Parts      []caseRow
	Into       string
	Statuses   []option
	Owners     []option
	Phones     []option
	Findings   []option
	Services   []serviceView
	Urgencies  []option
	Answers    []option
	May        mayView
	Shut       []option      // recipients whom the person does not want to know
	Closed     []serviceView // services that are such
	Alike      []caseRow     // that may be the same person's, for who may merge
	Until      time.Time     // when it is erased; zero where it is not
	Holders    []string      // who asks to keep it beyond that
	Held       bool
	Maybe      bool       // there are such, for others: ask a supervisor
	Collision  *eventView // the newest collision, where it is among the last lines
	Saved      bool
}

// mayView is what the reader may do on the page of a case.
type mayView struct{ Work, Refer, Review, Merge, Read bool }

type dutyView struct {
	ID       string
	Kind     string
	IsNeed   bool
	Refer    bool
	Level    string
	Word     string // how urgent
	Text     string
	Service  string
	Made     time.Time
	Due      time.Time
	Done     time.Time
	Late     bool
	Owner    string
	Version  int64
	Answer   string
	Consent  string
	Result   string
	FollowUp time.Time
	Answers  []option
}

type eventView struct {
	At    time.Time
	Actor string
	What  string
	Text  string
}

func (d *Dashboard) casePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, err := caseOf(r)
	if err != nil {
		return err
	}
	f, err := d.o.Cases.ViewCase(r.Context(), s.Person.Name, id)
	if err != nil {
		return fmt.Errorf("view case: %w", err)
	}
	services, err := d.o.Helpers.Services(r.Context(), true)
	if err != nil {
		return fmt.Errorf("read directory: %w", err)
	}
	months, err := d.o.House.KeptFor(r.Context())
	if err != nil {
		return fmt.Errorf("how long cases are kept: %w", err)
	}
	data := d.viewCase(f, services, s)
	if months > 0 && (f.Status == casework.CaseClosed || f.Status == casework.CaseReferred) {
		data.Until = f.Changed.AddDate(0, months, 0)
	}
	data.Saved = r.URL.Query().Get("saved") == "1"
	return d.show(w, r, s, http.StatusOK, "case", data)
}

func (d *Dashboard) viewCase(f casework.CaseFile, services []casework.Service, s casework.Session) caseData {
	role := s.Person.Role
	data := caseData{
		caseRow: d.caseRow(f.Case, s), Version: f.Version, Raw: f.Status, Finding: d.say("case.finding." + findingKey(f.Finding)),
		Proposed: f.Proposed, Mayread: f.Proposed != "" && f.Proposed != s.Person.Name, Statuses: d.statusOptions(f.Status),
		May: mayView{
			Work: role.May(casework.WorkCases) || role.May(casework.Review), Refer: role.May(casework.WorkCases), Review: role.May(casework.Review),
			Merge: role.May(casework.MergeCases), Read: role.May(casework.ReadInterviews),
		},
		Owners: []option{{"0", d.say("case.owner.nobody"), f.Owner.ID == 0}, {strconv.FormatInt(s.Person.ID, 10), d.say("case.owner.me"), f.Owner.ID == s.Person.ID}},
	}
	if f.Owner.ID != 0 && f.Owner.ID != s.Person.ID {
		data.Owners = append(data.Owners, option{strconv.FormatInt(f.Owner.ID, 10), f.Owner.Name, true})
	}
	for _, p := range []casework.Phone{casework.PhoneUnknown, casework.PhoneSafe, casework.PhoneUnsafe} {
		data.Phones = append(data.Phones, option{string(p), d.say("case.phone." + string(p)), p == f.Phone})
	}
	for _, v := range []casework.Finding{casework.FindingPossible, casework.FindingActual, casework.FindingUndetermined, casework.FindingNot} {
		data.Findings = append(data.Findings, option{string(v), d.say("case.finding." + string(v)), v == f.Finding})
	}
	for _, u := range casework.Urgencies() {
		data.Urgencies = append(data.Urgencies, option{string(u), d.say("case.urgency." + string(u)), u == casework.WithinDay})
	}
	if f.Into != (casework.CaseID{}) {
		data.Into = f.Into.String()
	}
	for _, c := range f.Parts {
		data.Parts = append(data.Parts, d.caseRow(c, s))
	}
	for _, row := range f.Interviews {
		data.Interviews = append(data.Interviews, d.viewRow(row))
	}
	d.fillDuties(&data, f.Duties, services)
	data.Holders, data.Held = f.Holders, len(f.Holders) > 1
	d.fillServices(&data, f, services)
	if data.Maybe = len(f.Alike) > 0; data.May.Merge {
		for _, c := range f.Alike {
			data.Alike = append(data.Alike, d.caseRow(c, s))
		}
	}
	d.fillEvents(&data, f.Events)
	return data
}

// fillServices are those to whom the person can be referred, and those to whom they do not want to be.
func (d *Dashboard) fillServices(data *caseData, f casework.CaseFile, services []casework.Service) {
	for _, o := range d.recipientOptions(casework.Helper) {
		if slices.Contains(f.Shut, casework.Recipient(o.Value)) {
			data.Shut = append(data.Shut, o)
		}
	}
	for _, sv := range services {
		authority := sv.Authority || sv.Details.Body.Authority()
		switch {
		case !sv.Active || authority && !data.May.Merge:
		case sv.Shut(f.Shut):
			data.Closed = append(data.Closed, d.viewService(sv, d.o.Now()))
		default:
			data.Services = append(data.Services, d.viewService(sv, d.o.Now()))
		}
	}
}

func findingKey(f casework.Finding) string {
	if f == casework.FindingOpen {
		return "open"
	}
	return string(f)
}

func (d *Dashboard) fillDuties(data *caseData, duties []casework.Duty, services []casework.Service) {
	names := map[casework.ServiceID]string{}
	for _, sv := range services {
		names[sv.ID] = sv.Name
	}
	for _, duty := range duties {
		v := d.viewDuty(duty)
		v.Service = names[duty.Service]
		if v.Done.IsZero() {
			data.Open = append(data.Open, v)
		} else {
			data.Done = append(data.Done, v)
		}
	}
}

func (d *Dashboard) viewDuty(duty casework.Duty) dutyView {
	v := dutyView{
		ID: duty.ID.String(), Kind: d.say("case.duty." + string(duty.Kind)), IsNeed: duty.Kind == casework.DutyNeed,
		Refer: duty.Kind == casework.DutyReferral, Level: duty.Level, Text: duty.Body.Text, Made: duty.Made, Due: duty.Due,
		Done: duty.Done, Late: duty.Done.IsZero() && duty.Due.Before(d.o.Now()), Owner: duty.Owner.Name, Version: duty.Version, Result: duty.Body.Result,
	}
	if duty.Level != "" {
		v.Word = d.say("need.level." + duty.Level)
	}
	if v.IsNeed {
		v.Text = d.needKind(duty.Body.Need)
	}
	if !v.Refer {
		return v
	}
	v.Consent = d.clock(time.UnixMilli(duty.Body.Consent))
	if duty.Body.Answer != casework.AnswerNone {
		v.Answer = d.say("case.answer." + string(duty.Body.Answer))
	}
	if duty.Body.FollowUp != 0 {
		v.FollowUp = time.UnixMilli(duty.Body.FollowUp)
	}
	for _, a := range casework.ReferralAnswers() {
		v.Answers = append(v.Answers, option{string(a), d.say("case.answer." + string(a)), a == duty.Body.Answer})
	}
	return v
}

// collisionsShown is among how many of the newest lines a collision stands out.
const collisionsShown = 3

func (d *Dashboard) fillEvents(data *caseData, events []casework.CaseEvent) {
	for i, ev := range events {
		v := eventView{At: ev.At, Actor: ev.Actor, What: d.say("case.event." + string(ev.Act)), Text: ev.Text}
		if ev.Actor == casework.Program {
			v.Actor = d.say("case.event.program")
		}
		switch ev.Act {
		case casework.CaseStatusSet, casework.CaseContactSet:
			if key := "case.event." + string(ev.Act) + "." + ev.Text; d.words.Has(key) {
				v.Text = d.say(key)
			}
		case casework.CaseDuty, casework.CaseDutyDone:
			v.Text = d.say("case.duty." + ev.Text)
		case casework.CaseApart:
			v.Text = ""
		case casework.CaseAllowed:
			which, why, _ := strings.Cut(ev.Text, ": ")
			v.Text = d.say("recipient."+which) + ": " + why
		}
		if ev.Act == casework.CaseCollided && i < collisionsShown && data.Collision == nil {
			data.Collision = &v
		}
		data.Events = append(data.Events, v)
	}
}

// posted reads what every form about a case has: which case, and the version that the person saw.
func posted(r *http.Request) (id casework.CaseID, version int64, err error) {
	if id, err = caseOf(r); err != nil {
		return id, 0, err
	}
	if version, err = strconv.ParseInt(r.PostFormValue("version"), 10, 64); err != nil {
		return id, 0, casework.ErrChanged
	}
	return id, version, nil
}

// text is a field of a form without what surrounds it, cut where nobody reads on.
func text(r *http.Request, name string) string {
	t := strings.TrimSpace(r.PostFormValue(name))
	if runes := []rune(t); len(runes) > maxText {
		t = string(runes[:maxText])
	}
	return strings.ReplaceAll(t, "\x00", "")
}

// back leads from a form that was taken to the case.
func back(w http.ResponseWriter, r *http.Request, id casework.CaseID, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/cases/"+id.String()+"?saved=1", http.StatusSeeOther)
	return nil
}

func (d *Dashboard) changeCase(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	f, err := d.o.Cases.ViewCase(r.Context(), s.Person.Name, id)
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	c, err := d.caseChange(r, f.Case)
	if err != nil {
		return err
	}
	return back(w, r, id, d.o.Cases.ChangeCase(r.Context(), s.Person.Name, id, version, c))
}

var errForm = errors.New("the form is not one of ours")

// caseChange is what a form changes about a case as it stands.
func (d *Dashboard) caseChange(r *http.Request, now casework.Case) (c casework.CaseChange, err error) {
	c.Note, c.Correct = text(r, "note"), r.PostFormValue("correct") == "yes"
	if v := casework.CaseStatus(r.PostFormValue("status")); v != "" && v != now.Status {
		if !knownOption(d.statusOptions(""), string(v)) {
			return c, errForm
		}
		if now.Status.Over() && !v.Over() && c.Note == "" {
			return c, casework.RefuseReason // who opens a case again says why
		}
		c.Status = &v
	}
	if v := r.PostFormValue("owner"); v != "" && v != strconv.FormatInt(now.Owner.ID, 10) {
		owner, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return c, errForm
		}
		c.Owner = &owner
	}
	switch v := casework.Phone(r.PostFormValue("phone")); {
	case v == "" || v == now.Phone:
	case v == casework.PhoneSafe || v == casework.PhoneUnsafe || v == casework.PhoneUnknown:
		c.Phone = &v
	default:
		return c, errForm
	}
	if quiet := r.PostFormValue("quiet") == "yes"; r.PostFormValue("contact") == "1" && quiet != now.Quiet {
		c.Quiet = &quiet
	}
	return c, nil
}

func knownOption(all []option, value string) bool {
	for _, o := range all {
		if o.Value == value {
			return true
		}
	}
	return false
}

func (d *Dashboard) findCase(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	f := casework.Finding(r.PostFormValue("finding"))
	switch f {
	case casework.FindingPossible, casework.FindingActual, casework.FindingUndetermined, casework.FindingNot:
	default:
		return errForm
	}
	return back(w, r, id, d.o.Cases.ChangeCase(r.Context(), s.Person.Name, id, version, casework.CaseChange{Finding: &f, Note: text(r, "note")}))
}

func (d *Dashboard) secondCase(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	return back(w, r, id, d.o.Cases.Second(r.Context(), s.Person.Name, id, version, r.PostFormValue("agree") == "yes", text(r, "note")))
}

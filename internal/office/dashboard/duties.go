package dashboard

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"leeward/internal/office/casework"
	"leeward/schema"
)

func (d *Dashboard) addTask(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	within := casework.Urgency(r.PostFormValue("urgency"))
	if !slices.Contains(casework.Urgencies(), within) {
		return errForm
	}
	what := text(r, "text")
	if what == "" {
		return casework.RefuseReason
	}
	duty := casework.Duty{
		Case: id, Kind: casework.DutyTask, Level: within.Level(), Due: d.o.Now().Add(within.Within()), Body: casework.DutyBody{Text: what},
	}
	if r.PostFormValue("owner") == "me" {
		duty.Owner = s.Person
	}
	_, err = d.o.Cases.AddDuty(r.Context(), s.Person.Name, version, duty, s.Person.Role.May)
	return back(w, r, id, err)
}

// refer asks a service of the directory for help. The person has to have agreed to this very recipient.
func (d *Dashboard) refer(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	service, err := casework.ParseServiceID(r.PostFormValue("service"))
	if err != nil {
		return errForm
	}
	urgency := casework.Urgency(r.PostFormValue("urgency"))
	if !slices.Contains(casework.Urgencies(), urgency) {
		return errForm
	}
	duty := casework.Duty{
		Case: id, Kind: casework.DutyReferral, Service: service, Owner: s.Person,
		Body: casework.DutyBody{Text: text(r, "text"), Urgency: urgency, Lang: schema.Lang(s.Person.Lang)},
	}
	if days, err := strconv.Atoi(r.PostFormValue("days")); err == nil && days >= 1 && days <= 90 {
		duty.Body.Expires = d.o.Now().AddDate(0, 0, days).UnixMilli()
	}
	if r.PostFormValue("consent") == "yes" {
		duty.Body.Consent = d.o.Now().UnixMilli()
	}
	_, err = d.o.Cases.AddDuty(r.Context(), s.Person.Name, version, duty, s.Person.Role.May)
	return back(w, r, id, err)
}

// changeDuty takes a duty over, notes an answer, ends it, or opens it again.
func (d *Dashboard) changeDuty(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	which, err := casework.ParseDutyID(r.PathValue("duty"))
	if err != nil {
		return err
	}
	duty, err := d.o.Cases.Duty(r.Context(), id, which)
	if err != nil {
		return fmt.Errorf("read duty: %w", err)
	}
	duty.Version = version
	switch r.PostFormValue("do") {
	case "take":
		duty.Owner = s.Person
	case "done":
		duty.Done, duty.Body.Result = d.o.Now(), text(r, "result")
	case "reopen":
		duty.Done = time.Time{}
	case "answer":
		if err := d.answer(r, &duty); err != nil {
			return err
		}
	default:
		return errForm
	}
	return back(w, r, id, d.o.Cases.ChangeDuty(r.Context(), s.Person.Name, duty))
}

// answer notes what became of a referral. Accepted and waiting keep the loop open until somebody followed up.
func (d *Dashboard) answer(r *http.Request, duty *casework.Duty) error {
	a := casework.ReferralAnswer(r.PostFormValue("answer"))
	if duty.Kind != casework.DutyReferral || !slices.Contains(casework.ReferralAnswers(), a) {
		return errForm
	}
	now := d.o.Now()
	duty.Body.Answer, duty.Body.Answered, duty.Body.Result = a, now.UnixMilli(), text(r, "result")
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil || days < 1 || days > 365 {
		days = 7
	}
	switch a {
	case casework.AnswerAccepted, casework.AnswerWaiting:
		duty.Due = now.AddDate(0, 0, days)
		duty.Body.FollowUp = duty.Due.UnixMilli()
	default:
		duty.Done = now
	}
	return nil
}

type mergeData struct {
	From     caseRow
	Into     *caseRow
	FromV    int64
	IntoV    int64
	Code     string
	NotFound bool
}

// mergePage shows two cases side by side before they become one.
func (d *Dashboard) mergePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, err := caseOf(r)
	if err != nil {
		return err
	}
	from, err := d.o.Cases.ViewCase(r.Context(), s.Person.Name, id)
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	data := mergeData{From: d.caseRow(from.Case, s), FromV: from.Version, Code: casework.NormalCode(r.URL.Query().Get("with"))}
	if data.Code != "" {
		page, err := d.o.Cases.Cases(r.Context(), casework.CaseQuery{Code: data.Code, Limit: 2})
		if err != nil {
			return fmt.Errorf("find the other case: %w", err)
		}
		if len(page.Rows) == 1 && page.Rows[0].ID != id && page.Rows[0].Status != casework.CaseMerged {
			row := d.caseRow(page.Rows[0], s)
			data.Into, data.IntoV = &row, page.Rows[0].Version
		}
		data.NotFound = data.Into == nil
	}
	return d.show(w, r, s, http.StatusOK, "merge", data)
}

func (d *Dashboard) merge(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	into, err := casework.ParseCaseID(r.PostFormValue("into"))
	if err != nil {
		return err
	}
	intoVersion, err := strconv.ParseInt(r.PostFormValue("into_version"), 10, 64)
	if err != nil {
		return errForm
	}
	return back(w, r, into, d.o.Cases.Merge(r.Context(), s.Person.Name, id, version, into, intoVersion, text(r, "note")))
}

func (d *Dashboard) part(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, version, err := posted(r)
	if err != nil {
		return err
	}
	return back(w, r, id, d.o.Cases.Part(r.Context(), s.Person.Name, id, version, text(r, "note")))
}

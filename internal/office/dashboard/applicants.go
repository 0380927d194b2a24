package dashboard

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// A page of devices on which somebody waits for one to ask looks again by itself, for ten minutes: a session must not
// go on for ever because a page is open.
const (
	watchEvery = 10 // seconds
	watchMost  = 60 // times
)

// applicantView is an enrolment code that is out.
type applicantView struct {
	casework.Applicant
	Code  string   // name of it in addresses
	Check string   // of the request that the words stand for
	Words []string // as the device shows them
	Again string   // device that enrols again; "" for a new one
}

// Waits says whether somebody has to compare words.
func (a applicantView) Waits() bool { return !a.Asked.IsZero() && !a.Approved }

// Comes says whether the device was admitted and has not come for its grant.
func (a applicantView) Comes() bool { return !a.Asked.IsZero() && a.Approved }

// gate reads who asks to be admitted.
func (d *Dashboard) gate(r *http.Request) (all []applicantView, err error) {
	applicants, err := d.o.Gate.Applicants(r.Context())
	if err != nil {
		return nil, fmt.Errorf("list enrolment codes: %w", err)
	}
	for _, a := range applicants {
		v := applicantView{Applicant: a, Code: hex.EncodeToString(a.Code[:]), Check: hex.EncodeToString(a.Check[:])}
		if v.Waits() {
			v.Words = d.o.Spoken(a.Check)
		}
		if a.Device != (screening.DeviceID{}) {
			v.Again = shortDevice(a.Device)
		}
		all = append(all, v)
	}
	return all, nil
}

// watch has the browser ask for the page of devices again, while a device is awaited that does not yet ask. It returns how
// often it still will. Whoever reads words is not interrupted.
func watch(w http.ResponseWriter, r *http.Request, all []applicantView) (left int) {
	left, err := strconv.Atoi(r.URL.Query().Get("watch"))
	if err != nil || left < 1 || left > watchMost || len(all) == 0 {
		return 0
	}
	for _, a := range all {
		if a.Waits() {
			return 0
		}
	}
	w.Header().Set("Refresh", fmt.Sprintf("%d; url=/devices?watch=%d", watchEvery, left-1))
	return left
}

// answerApplicant admits the device whose words somebody has compared, or turns it away.
func (d *Dashboard) answerApplicant(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	code, ok := digest(r.PathValue("code"))
	if !ok {
		return casework.ErrNotFound
	}
	next := "/devices"
	switch r.PostFormValue("do") {
	case "admit":
		check, ok := digest(r.PostFormValue("check"))
		if !ok {
			return errForm
		}
		if err := d.o.Gate.AdmitApplicant(r.Context(), s.Person.Name, code, check); err != nil {
			return fmt.Errorf("admit device: %w", err)
		}
		next = fmt.Sprintf("/devices?watch=%d", time.Minute/time.Second/watchEvery)
	case "refuse":
		if err := d.o.Gate.TurnAway(r.Context(), s.Person.Name, code); err != nil {
			return fmt.Errorf("turn device away: %w", err)
		}
	default:
		return errForm
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// digest reads 32 bytes in hexadecimal.
func digest(s string) (b [32]byte, ok bool) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(b) {
		return b, false
	}
	return [32]byte(raw), true
}

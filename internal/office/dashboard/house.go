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
	"leeward/internal/screening"
	"leeward/internal/seal"
)

func (d *Dashboard) officeRoutes() []route {
	arrive := []casework.Power{casework.SeeArrivals}
	see := []casework.Power{casework.SeeServices, casework.KeepServices}
	keep := []casework.Power{casework.KeepServices}
	people := []casework.Power{casework.KeepPeople}
	trust := []casework.Power{casework.KeepDevices}
	vouch := []casework.Power{casework.MergeCases}
	return []route{
		{pattern: "POST /devices/enrol", any: trust, serve: (*Dashboard).enrol},
		{pattern: "GET /devices/{device}", any: append(arrive, trust...), serve: (*Dashboard).devicePage},
		{pattern: "POST /devices/{device}/enrol", any: trust, serve: (*Dashboard).enrolAgain},
		{pattern: "GET /devices/{device}/release", any: vouch, proof: true, serve: (*Dashboard).releasePage},
		{pattern: "POST /devices/{device}/release", any: vouch, proof: true, serve: (*Dashboard).releaseAll},
		{pattern: "POST /enrolments/{code}", any: trust, serve: (*Dashboard).answerApplicant},
		{pattern: "GET /devices/{device}/revoke", any: trust, proof: true, serve: (*Dashboard).revokePage},
		{pattern: "POST /devices/{device}/revoke", any: trust, proof: true, serve: (*Dashboard).revoke},
		{pattern: "POST /arrivals/{batch}/release", any: vouch, proof: true, page: "/arrivals", serve: (*Dashboard).releaseHeld},
		{pattern: "GET /arrivals", any: arrive, serve: (*Dashboard).arrivals},
		{pattern: "GET /directory", any: see, serve: (*Dashboard).directory},
		{pattern: "GET /directory/{service}", any: keep, serve: (*Dashboard).servicePage},
		{pattern: "POST /directory/{service}", any: keep, serve: (*Dashboard).putService},
		{pattern: "GET /people", any: people, serve: (*Dashboard).people},
		{pattern: "GET /people/{person}", any: people, proof: true, serve: (*Dashboard).personPage},
		{pattern: "POST /people/{person}", any: people, proof: true, serve: (*Dashboard).putPerson},
		{pattern: "GET /audit", any: []casework.Power{casework.ReadLog}, serve: (*Dashboard).audit},
	}
}

type arrivalsData struct {
	Devices   []incomingView
	Attention casework.Attention
	Incidents []incidentView
	Vouch     bool // may let a held batch be opened
	Care      bool // looks after who leads talks
	Talks     []talksView
}

// talksView is how many talks somebody led today.
type talksView struct {
	casework.Talks
	Many bool
}

// tiring is after how many talks of a day people need rest; devices say so at the same number.
const tiring = 3

type incomingView struct {
	casework.Incoming
	Short   string
	Missing int
	Silent  bool // nothing for two weeks
	Copied  bool // restored from an old copy, or copied
	Late    string
	Ahead   string
}

// silentAfter is how long a device may say nothing before the list marks it.
const silentAfter = 14 * 24 * time.Hour

func (d *Dashboard) arrivals(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	in, err1 := d.o.House.Arrivals(r.Context())
	devices, err2 := d.o.Records.Devices(r.Context())
	attention, err3 := d.o.Records.Attention(r.Context())
	incidents, err4 := d.o.Records.Incidents(r.Context(), incidentsShown)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return fmt.Errorf("read arrivals: %w", err)
	}
	data := arrivalsData{Attention: attention, Incidents: d.viewIncidents(incidents), Vouch: s.Person.Role.May(casework.MergeCases)}
	missing, copied := map[string]int{}, map[screening.DeviceID]bool{}
	for _, i := range incidents {
		if i.Kind == string(screening.EFork) || i.Kind == "E_BEHIND" {
			copied[i.Device] = true
		}
	}
	for _, dev := range devices {
		missing[dev.ID.String()] += dev.Missing
	}
	for _, i := range in {
		v := incomingView{
			Incoming: i, Short: shortDevice(i.Device), Missing: missing[i.Device.String()], Copied: copied[i.Device], Silent: d.o.Now().Sub(i.Last) > silentAfter,
		}
		if i.Slowest >= 24*time.Hour {
			v.Late = d.many(int(i.Slowest/(24*time.Hour)), "arrivals.days")
		}
		if i.ClockDoubts > 0 {
			v.Ahead = d.many(int(i.Ahead/time.Hour), "arrivals.hours")
		}
		data.Devices = append(data.Devices, v)
	}
	if data.Care = data.Vouch; data.Care {
		now := d.o.Now().In(d.o.Zone)
		talks, err := d.o.Records.Talks(r.Context(), time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, d.o.Zone))
		if err != nil {
			return fmt.Errorf("count talks: %w", err)
		}
		for _, t := range talks {
			data.Talks = append(data.Talks, talksView{t, t.Led >= tiring})
		}
	}
	return d.show(w, r, s, http.StatusOK, "arrivals", data)
}

// releaseHeld lets a batch of a revoked device be opened, because a supervisor vouches for it.
func (d *Dashboard) releaseHeld(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, err := screening.ParseBatchID(r.PathValue("batch"))
	if err != nil {
		return casework.ErrNotFound
	}
	if err := d.o.House.Release(r.Context(), s.Person.Name, id); err != nil {
		return fmt.Errorf("release batch: %w", err)
	}
	http.Redirect(w, r, "/arrivals#incidents", http.StatusSeeOther)
	return nil
}

// serviceView is an entry of the directory as pages show it.
type serviceView struct {
	casework.Service
	ID    string
	Kinds []string
	Old   bool // not looked over for a month (REQ-04)
}

const reviewEvery = 30 * 24 * time.Hour

func (d *Dashboard) viewService(s casework.Service, now time.Time) serviceView {
	v := serviceView{Service: s, ID: s.ID.String(), Old: now.Sub(s.Reviewed) > reviewEvery}
	for _, k := range s.Kinds {
		v.Kinds = append(v.Kinds, d.say("help."+k))
	}
	return v
}

type directoryData struct {
	Services []serviceView
	Keep     bool
}

func (d *Dashboard) directory(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data := directoryData{Keep: s.Person.Role.May(casework.KeepServices)}
	all, err := d.o.Helpers.Services(r.Context(), data.Keep)
	if err != nil {
		return fmt.Errorf("read directory: %w", err)
	}
	for _, sv := range all {
		data.Services = append(data.Services, d.viewService(sv, d.o.Now()))
	}
	return d.show(w, r, s, http.StatusOK, "directory", data)
}

type serviceData struct {
	serviceView
	New   bool
	Helps []option
	Whose []option
}

func (d *Dashboard) servicePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	sv := casework.Service{ID: casework.NewServiceID(), Active: true, Reviewed: d.o.Now()}
	if name := r.PathValue("service"); name != "new" {
		id, err := casework.ParseServiceID(name)
		if err != nil {
			return err
		}
		if sv, err = d.o.Helpers.Service(r.Context(), id); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
	}
	data := serviceData{serviceView: d.viewService(sv, d.o.Now()), New: sv.Version == 0}
	for _, k := range casework.HelpKinds() {
		data.Helps = append(data.Helps, option{k, d.say("help." + k), slices.Contains(sv.Kinds, k)})
	}
	data.Whose = d.recipientOptions(sv.Details.Body)
	return d.show(w, r, s, http.StatusOK, "service", data)
}

func (d *Dashboard) putService(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, err := casework.ParseServiceID(r.PathValue("service"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || text(r, "name") == "" {
		return errForm
	}
	sv := casework.Service{
		ID: id, Name: text(r, "name"), Area: text(r, "area"),
		Active: r.PostFormValue("active") == "yes", Version: version,
		Details: casework.ServiceDetails{
			Serves: text(r, "serves"), Hours: text(r, "hours"), Languages: text(r, "languages"), Cost: text(r, "cost"),
			Phone: text(r, "phone"), Safety: text(r, "safety"), Owner: text(r, "owner"),
			Body: casework.Recipient(r.PostFormValue("body")), SealTo: text(r, "seal_to"),
		},
	}
	sv.Authority = sv.Details.Body.Authority()
	if _, err := seal.ParseRecipient(sv.Details.SealTo); !slices.Contains(casework.Recipients(), sv.Details.Body) || sv.Details.SealTo != "" && err != nil {
		return errForm
	}
	for _, k := range r.PostForm["kinds"] {
		if !casework.KnownHelp(k) {
			return errForm
		}
		sv.Kinds = append(sv.Kinds, k)
	}
	if err := d.o.Helpers.PutService(r.Context(), s.Person.Name, sv); err != nil {
		return err
	}
	http.Redirect(w, r, "/directory", http.StatusSeeOther)
	return nil
}

type auditData struct {
	Entries []entryView
	Object  string
	Actor   string
	Older   string
	First   bool
	Looks   string // the address that shows who looked at this object
}

type entryView struct {
	casework.Entry
	What  string
	Looks string // the address that shows all about the same object
}

// audit is the log, newest first. Who looked at which case is a filter by the case's id.
func (d *Dashboard) audit(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	form := r.URL.Query()
	q := casework.EntryQuery{Object: strings.TrimSpace(form.Get("object")), Actor: strings.TrimSpace(form.Get("actor")), Limit: pageRows}
	if b := form.Get("before"); b != "" {
		var err error
		if q.Before, err = strconv.ParseInt(b, 10, 64); err != nil || q.Before < 1 {
			return casework.ErrNotFound
		}
	}
	page, next, err := d.o.House.AuditPage(r.Context(), q)
	if err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	data := auditData{Object: q.Object, Actor: q.Actor, First: q.Before == 0}
	for _, e := range page {
		v := entryView{Entry: e, What: d.say("audit.act." + string(e.Act))}
		if len(e.Object) == 36 {
			v.Looks = address("/audit", "object", e.Object)
		}
		data.Entries = append(data.Entries, v)
	}
	if next > 0 {
		data.Older = address("/audit", "object", q.Object, "actor", q.Actor, "before", strconv.FormatInt(next, 10))
	}
	return d.show(w, r, s, http.StatusOK, "audit", data)
}

package dashboard

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// interviewData is one interview as its page shows it. Every text stands twice: in the language of the
// reader, then in the language of the interview. Both are the same where the reader reads that language.
type interviewData struct {
	Row       listRow
	Record    casework.Record
	Case      string // id, or ""
	CaseCode  string
	Title     string
	Device    string
	Languages string
	Asked     string // name of the language of the interview
	Reader    tongue
	Person    tongue
	Offered   []tongue // languages that the reader may choose
	Known     bool     // the questionnaire is here
	Ref       string
	Needs     []needView
	Consent   consentView
	Results   []line
	Wishes    []line       // what the person wants, before anything that others find
	Grounds   *groundsView // nil where the questionnaire is not here
	Sections  []section
	Rest      []line // answers outside the questions shown
	Ledger    ledger
	Withdrawn bool
	Held      bool // until a supervisor lets it go
	Ask       bool // may ask the field back
	Questions []casework.Asked
}

// TwoTongues reports whether texts are worth showing twice.
func (d interviewData) TwoTongues() bool { return d.Reader.Tag != d.Person.Tag }

type consentView struct {
	Agreed bool
	Keep   string
	Asked  string
}

// ledger counts in which language questions were asked and how far their texts can be relied on.
type ledger struct {
	Asked    []asked
	Fallback int
	Draft    int
}

type asked struct {
	Language string
	Count    int
}

func (d *Dashboard) interview(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	rec, err := d.record(r, s)
	if err != nil {
		return err
	}
	data := interviewData{Row: d.viewRow(rec.Row), Record: rec, Device: shortDevice(rec.Device)}
	switch c, err := d.o.Cases.CaseOf(r.Context(), rec.ID); {
	case err == nil:
		data.Case, data.CaseCode = c.ID.String(), string(c.Code)
	case !errors.Is(err, casework.ErrNotFound):
		return fmt.Errorf("case of interview: %w", err)
	}
	if rec.Status == screening.Withdrawn {
		data.Title, data.Withdrawn = d.say("interview.withdrawn.title"), true
		if rec.Outlived {
			data.Title = d.say("interview.over.title")
		}
		return d.show(w, r, s, http.StatusOK, "interview", data)
	}
	if rec.Held() {
		data.Title, data.Held = d.say("interview.title", "code", rec.Code), true
		return d.show(w, r, s, http.StatusOK, "interview", data)
	}
	if data.Ask = s.Person.Role.May(casework.Review); data.Ask {
		if data.Questions, err = d.o.Press.Asked(r.Context(), rec.ID); err != nil {
			return fmt.Errorf("questions to the field: %w", err)
		}
	}
	data.Title = d.say("interview.title", "code", rec.Code)
	form, err := d.form(r.Context(), rec.Interview.Questionnaire)
	if err != nil {
		return err
	}
	d.fillInterview(&data, form, schema.Lang(r.URL.Query().Get("beside")), schema.Lang(s.Person.Lang))
	return d.show(w, r, s, http.StatusOK, "interview", data)
}

// record is the interview that an address names, after it was written who looked.
func (d *Dashboard) record(r *http.Request, s casework.Session) (casework.Record, error) {
	id, err := screening.ParseInterviewID(r.PathValue("id"))
	if err != nil {
		return casework.Record{}, casework.ErrNotFound
	}
	rec, err := d.o.Records.View(r.Context(), s.Person.Name, id)
	if err != nil {
		return rec, fmt.Errorf("view interview: %w", err)
	}
	return rec, nil
}

// form returns the questionnaire that the interview was asked with, or nil where it is not here: then
// the answers are shown as they arrived.
func (d *Dashboard) form(ctx context.Context, ref schema.Ref) (*schema.Form, error) {
	form, err := d.o.Form(ctx, ref)
	if errors.Is(err, casework.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("questionnaire of an interview: %w", err)
	}
	return form, nil
}

func (d *Dashboard) fillInterview(data *interviewData, form *schema.Form, asked, own schema.Lang) {
	iv := data.Record.Interview
	data.Ref = iv.Questionnaire.String()
	data.Person = d.tongueOf(iv.Setting.Language)
	data.Reader = d.tongueOf(own)
	data.Languages, data.Asked = data.Person.Name, data.Person.Name
	if l := iv.Setting.ScreenerLang; l != "" && l != iv.Setting.Language {
		data.Languages = d.say("interview.languages.pair", "interview", data.Person.Name, "screener", d.languageName(l))
	}
	data.Needs = d.viewNeeds(data.Record.Needs)
	data.Consent = d.viewConsent(iv.Consent)
	data.Ledger = d.countLedger(iv.Answers)
	if form == nil {
		data.Rest = d.rawLines(iv)
		return
	}
	data.Known = true
	q := form.Questionnaire()
	for _, l := range q.Languages {
		data.Offered = append(data.Offered, d.tongueOf(l.Tag))
	}
	data.Reader = d.chooseReader(data.Offered, asked, own, q.Source)
	data.Person = d.tongueOf(besideReader(iv, data.Reader.Tag))
	v := d.newReading(form, data.Record, data.Reader, data.Person)
	v.fill(data)
	data.Wishes, data.Grounds = wished(data.Sections), v.grounds()
}

// chooseReader takes the language that was asked for, or else the reader's own, or else the original.
func (d *Dashboard) chooseReader(offered []tongue, wanted ...schema.Lang) tongue {
	for _, lang := range wanted {
		if i := slices.IndexFunc(offered, func(t tongue) bool { return t.Tag == lang }); i >= 0 {
			return offered[i]
		}
	}
	return d.tongueOf(wanted[len(wanted)-1])
}

// besideReader is the language that stands beside the reader's: that of the interview, or, where the
// reader reads that one, another in which most of the other questions were asked.
func besideReader(iv screening.Interview, reader schema.Lang) schema.Lang {
	best, count := iv.Setting.Language, map[schema.Lang]int{}
	if best != reader {
		return best
	}
	for _, r := range iv.Answers {
		if r.Lang == "" || r.Lang == reader {
			continue
		}
		count[r.Lang]++
		if best == reader || count[r.Lang] > count[best] {
			best = r.Lang
		}
	}
	return best
}

func (d *Dashboard) viewConsent(c screening.Consent) consentView {
	v := consentView{Agreed: c.Agreed, Keep: d.say("interview.consent.keep.other")}
	if c.Keep == "code" || c.Keep == "named" {
		v.Keep = d.say("interview.consent.keep." + c.Keep)
	}
	if !c.At.IsZero() {
		v.Asked = d.say("interview.consent.asked", "language", d.languageName(c.Lang), "at", d.clock(c.At))
	}
	return v
}

// countLedger counts the answer that now stands for each question.
func (d *Dashboard) countLedger(answers []screening.Recorded) (l ledger) {
	last := map[schema.Path]screening.Recorded{}
	for _, r := range answers {
		last[r.Path] = r
	}
	count := map[schema.Lang]int{}
	for _, r := range last {
		if r.Lang != "" {
			count[r.Lang]++
		}
		if r.Fallback {
			l.Fallback++
		}
		if r.Unreviewed {
			l.Draft++
		}
	}
	for lang, n := range count {
		l.Asked = append(l.Asked, asked{Language: d.languageName(lang), Count: n})
	}
	slices.SortFunc(l.Asked, func(a, b asked) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return compareText(a.Language, b.Language)
	})
	return l
}

// held is when an interview took place, by the device's clock.
func held(iv screening.Interview) time.Time {
	if !iv.Finished.IsZero() {
		return iv.Finished
	}
	return iv.Started
}

package device

import (
	"context"
	"fmt"
	"time"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

// Start begins an interview in memory, with the questionnaire that Form returns.
func (d *Device) Start(ctx context.Context, who screening.Setting) (*session.Session, error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	form := d.fresh(o)
	if err := o.desk().PutQuestionnaire(ctx, form.Ref(), form.Questionnaire().Canonical()); err != nil {
		return nil, err
	}
	p, err := d.params(ctx, o, form, who)
	if err != nil {
		return nil, err
	}
	return session.New(p)
}

// Resume goes on with a draft, with the very questionnaire that it was begun with.
func (d *Device) Resume(ctx context.Context, id screening.InterviewID) (*session.Session, error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	iv, err := o.desk().Interview(ctx, id)
	if err != nil {
		return nil, err
	}
	form, err := d.form(ctx, o, iv.Questionnaire)
	if err != nil {
		return nil, err
	}
	p, err := d.params(ctx, o, form, screening.Setting{})
	if err != nil {
		return nil, err
	}
	return session.Resume(ctx, d.keeper(o), id, p)
}

func (d *Device) params(ctx context.Context, o *opened, form *schema.Form, who screening.Setting) (session.Params, error) {
	here, err := o.local(ctx)
	return session.Params{
		Form: form, Keeper: d.keeper(o), Now: d.o.Now, Setting: who, Log: d.o.Log, Office: o.says(here.Office), Place: here.Place,
	}, err
}

// form returns the compiled questionnaire of a Ref: the program's own, or the one kept with the interview.
func (d *Device) form(ctx context.Context, o *opened, ref schema.Ref) (*schema.Form, error) {
	if form := d.fresh(o); form.Ref() == ref {
		return form, nil
	}
	return d.formOf(ctx, o.desk(), ref)
}

// formOf is form for who knows the store.
func (d *Device) formOf(ctx context.Context, s *store.Store, ref schema.Ref) (*schema.Form, error) {
	if d.o.Form.Ref() == ref {
		return d.o.Form, nil
	}
	canonical, err := s.Questionnaire(ctx, ref)
	if err != nil {
		return nil, err
	}
	q, err := schema.Parse(canonical)
	if err != nil {
		return nil, screening.Fail(screening.CodeBadQuestions, fmt.Errorf("questionnaire %s: %w", ref, err))
	}
	form, err := schema.Compile(q)
	if err != nil {
		return nil, screening.Fail(screening.CodeBadQuestions, fmt.Errorf("questionnaire %s: %w", ref, err))
	}
	return form, nil
}

// Drafts lists the interviews that can be gone on with.
func (d *Device) Drafts(ctx context.Context) (drafts []store.Summary, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	all, err := o.desk().List(ctx)
	for _, one := range all {
		if one.Status == screening.Draft {
			drafts = append(drafts, one)
		}
	}
	return drafts, err
}

// Counts says how many interviews stand on each rung.
func (d *Device) Counts(ctx context.Context) (store.Counts, error) {
	o, leave, err := d.enter()
	if err != nil {
		return store.Counts{}, err
	}
	defer leave()
	return o.desk().Counts(ctx)
}

// Find returns the interview of a respondent's code, so that consent can be taken back with nothing else
// in hand.
func (d *Device) Find(ctx context.Context, code screening.RespondentCode) (screening.InterviewID, error) {
	o, leave, err := d.enter()
	if err != nil {
		return screening.InterviewID{}, err
	}
	defer leave()
	return o.desk().Find(ctx, code)
}

// Withdraw takes consent back: every answer on the device is erased. travels says that something had been
// sealed, so that the order to erase it goes to the office too.
func (d *Device) Withdraw(ctx context.Context, id screening.InterviewID) (travels bool, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return false, err
	}
	defer leave()
	err = o.erasing(id, func() (err error) {
		travels, err = o.desk().Withdraw(ctx, id, d.o.Now())
		return err
	})
	if err != nil {
		return travels, err
	}
	return travels, o.dropAsked(ctx, func(a Asked) bool { return a.Interview == id }) // it quotes what is taken back
}

// Oldest returns when the interview was finished that has waited longest for the office to open it; the zero
// time where nothing waits.
func (d *Device) Oldest(ctx context.Context) (oldest time.Time, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return time.Time{}, err
	}
	defer leave()
	all, err := o.desk().List(ctx) // what the office opened is not in it
	for _, one := range all {
		if one.Status == screening.Final && (oldest.IsZero() || one.Finished.Before(oldest)) {
			oldest = one.Finished
		}
	}
	return oldest, err
}

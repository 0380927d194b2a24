package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/batch"
)

var (
	errLocked = errors.New("the payload key is locked")
	errPanic  = errors.New("evaluation stopped")
)

// read decrypts a batch and reads what it holds. read is false, without an error, while there is no payload key, and
// there is an error where the key was locked in the middle of it. A batch that does not open gives a quarantined o.
func (i *Intake) read(v *batch.Verified) (o casework.Opened, read bool, err error) {
	key := i.payloadKey()
	if key == nil {
		return casework.Opened{}, false, nil
	}
	o = casework.Opened{Batch: v.ID(), Device: v.Header().Device, Level: screening.LevelOpened, At: i.Now().UTC()}
	contents, err := v.Open(key, len(i.sealedTo(v.Header())))
	switch {
	case err != nil && screening.CodeOf(err) != screening.EOpen:
		return casework.Opened{}, false, err
	case err != nil:
		i.Log.Warn("batch does not open", "batch", o.Batch.Short(), "code", screening.CodeOf(err), "err", err)
		o.Level, o.Code = screening.LevelQuarantined, screening.CodeOf(err)
	default:
		o.Proof = contents.Proof
		for place, found := range contents.Records {
			o.Records = append(o.Records, i.examine(place, found))
		}
		if o.Code = unusable(o.Records); o.Code != "" {
			o.Level, o.Proof = screening.LevelQuarantined, [32]byte{}
		}
	}
	o.Entry = batch.OutcomeEntry(o.Batch, o.Level, o.Code)
	return o, true, nil
}

// open reads a recorded batch and records what it holds. The batch stays due with an error.
func (i *Intake) open(ctx context.Context, v *batch.Verified) error {
	o, read, err := i.read(v)
	if err == nil && !read {
		err = errLocked
	}
	if err != nil {
		return err
	}
	if _, err = i.Ledger.Open(ctx, o); err != nil {
		return fmt.Errorf("record what batch %s holds: %w", o.Batch.Short(), err)
	}
	return nil
}

// unusable returns the code of the first interview or withdrawal, or later kind, that could not be used. The
// receipt of its batch is then not OPENED: a device purges on that word, and what nobody here can read must
// stay readable somewhere. The other records are taken all the same.
func unusable(records []casework.OpenedRecord) screening.Code {
	for _, r := range records {
		if r.Code != "" {
			return r.Code
		}
	}
	return ""
}

// examine reads one record. Whatever is wrong with it stays its own.
func (i *Intake) examine(place int, found batch.Found) casework.OpenedRecord {
	r := casework.OpenedRecord{
		Pos: place, Kind: casework.Kind(found.Kind), Interview: found.ID, Version: found.Version, Leaf: found.Leaf, Redacted: found.Gone,
	}
	switch {
	case found.Gone:
		return r
	case found.Err != nil:
		r.Body, r.Code = found.Raw, screening.EFormat
		return r
	}
	switch found.Kind {
	case batch.KindHeartbeat:
	case batch.KindWithdrawal:
		r.Body = found.Body
		w, err := found.Withdrawal()
		r.At = w.At
		if err != nil {
			// Even if its body cannot be read, its place in the record says what the person wants.
			i.Log.Warn("withdrawal has an unreadable body", "place", place)
		}
	case batch.KindInterview:
		r.Body = found.Body
		iv, err := found.Interview()
		i.readInterview(iv, err, &r)
	default:
		r.Body, r.Code = found.Body, screening.EVersion // a later program's record: kept until this one knows it
	}
	return r
}

// readInterview evaluates an interview, if it could be decoded, with the questionnaire of its own Ref.
func (i *Intake) readInterview(iv screening.Interview, err error, r *casework.OpenedRecord) {
	if err != nil {
		r.Code = screening.EFormat
		return
	}
	form, ok := i.Forms(iv.Questionnaire)
	if !ok {
		i.Log.Warn("questionnaire is not known here", "ref", iv.Questionnaire.String())
		r.Code = screening.EForm
		return
	}
	if err := i.evaluate(form, iv, r); err != nil {
		i.Log.Error("evaluate interview", "interview", iv.ID.String(), "err", err)
		r.Code = screening.EInternal
		return
	}
	r.Content = &iv
}

// evaluate runs the same engine that the device ran. What does not fit is noted, never refused: the person
// said it. A panic of the engine costs one record its place in the list and nobody else anything.
func (i *Intake) evaluate(form *schema.Form, iv screening.Interview, r *casework.OpenedRecord) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("questionnaire %s: %w", form.Ref(), errPanic) // the value of p may quote an answer
		}
	}()
	answers := iv.Current()
	for path := range answers {
		if _, known := form.Item(path); !known {
			r.Flags = append(r.Flags, casework.Flag{Path: path, Reason: "unknown"})
			delete(answers, path)
		}
	}
	slices.SortFunc(r.Flags, func(a, b casework.Flag) int { return cmp.Compare(a.Path, b.Path) })
	state := form.Evaluate(answers, schema.Env{
		Now: lastWord(iv).In(i.Zone), Language: iv.Setting.Language, Seed: iv.ID.Seed(),
	})
	for _, p := range state.Problems() {
		if iv.Status == screening.Draft && p.Reason == schema.BadRequired {
			continue // it was going on
		}
		r.Flags = append(r.Flags, casework.Flag{Path: p.Path, Reason: string(p.Reason)})
	}
	values := state.Values()
	standing(values, r)
	r.Facts = facts(values, iv, r.Child, i.Now())
	r.Alike = likenesses(values, iv)
	for _, a := range state.Alerts() {
		r.Needs = append(r.Needs, casework.Need{Kind: string(a.Kind), Level: string(a.Level)})
	}
	for _, m := range state.Marks() {
		r.Signs = append(r.Signs, casework.Sign{Indicator: m.Indicator, As: m.As, Path: m.Path, Choice: m.Choice})
	}
	return nil
}

// lastWord is when an interview was finished, or, of a draft, when its last answer was given.
func lastWord(iv screening.Interview) time.Time {
	at := iv.Finished
	for n := len(iv.Answers) - 1; at.IsZero() && n >= 0; n-- {
		at = iv.Answers[n].At
	}
	return at
}

// standing reads from the answers what triage shows: whether the person is treated as a child, and whether a phone
// may be used. Questions are known by their names; a missing answer counts as the more careful one.
func standing(values map[schema.Path]string, r *casework.OpenedRecord) {
	for path, value := range values {
		switch name := path.Name(); {
		case name == "treated_as_child":
			r.Child = value == "yes"
		case name == "c7" && value == "no": // can somebody follow or read your phone?
			r.Phone = casework.PhoneSafe
		case name == "c7" && value == "yes":
			r.Phone = casework.PhoneUnsafe
		}
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/xlsform"
	"leeward/sync/bulletin"
	"leeward/sync/intake"
	"leeward/translations"
)

// The press of an office, for its commands and its pages: what is handed in is read as a device will read it, signed,
// and out with the next greeting of each device.

// News is what is out to devices; casework.Device.News says which bulletin each device is known to have.
func (o *office) News(ctx context.Context) (casework.News, error) { return o.records.News(ctx) }

// Publish puts one document out, in the place of the one of its kind and name. Errors: *casework.Unfit with every
// reason why devices could not use it.
func (o *office) Publish(ctx context.Context, actor string, m casework.Manuscript) (casework.News, error) {
	plain, d, err := o.proof(m)
	if err != nil {
		return casework.News{}, err
	}
	if d, err = intake.Document(d.Kind, d.Name, d.Label, plain); err != nil {
		return casework.News{}, &casework.Unfit{Why: []string{err.Error()}}
	}
	act := casework.ActNews
	if d.Kind == casework.NewsQuestionnaire { // before devices ask with it: the office reads what they send
		if err := o.records.PutQuestionnaire(ctx, schema.Ref(d.Ref), plain); err != nil {
			return casework.News{}, err
		}
		act = casework.ActForm
	}
	return o.press(ctx, casework.Publication{Put: []casework.Document{d}, Actor: actor, Act: act, Object: kindNames[d.Kind] + " " + d.Name})
}

// Unpublish takes a document back. Devices begin no interview with a questionnaire that is out no more; what was begun
// with it is finished with it.
func (o *office) Unpublish(ctx context.Context, actor string, kind casework.NewsKind, name string) (casework.News, error) {
	news, err := o.records.News(ctx)
	if err != nil {
		return casework.News{}, err
	}
	for _, d := range news.Documents {
		if d.Kind == kind && d.Name == name {
			return o.press(ctx, casework.Publication{
				Remove: []casework.Document{{Kind: kind, Name: name}}, Actor: actor, Act: casework.ActNews, Object: "without " + kindNames[kind] + " " + name,
			})
		}
	}
	return casework.News{}, &mishap{msgNotOut, casework.ErrNotFound}
}

func (o *office) press(ctx context.Context, p casework.Publication) (casework.News, error) {
	in, err := o.intake(ctx)
	if err != nil {
		return casework.News{}, err
	}
	return in.Publish(ctx, p)
}

// AskField sends a reviewer's question back to the device of an interview, which shows it until somebody there has dealt
// with it. It stands in the case's events; (*engine.Engine).Asked says when the device got it. Errors: casework.ErrNotFound,
// E_REVOKED where nobody would get it, *casework.Unfit for no text or one above casework.MaxQuestion bytes.
func (o *office) AskField(ctx context.Context, actor string, about screening.InterviewID, text string) error {
	if text = strings.TrimSpace(text); text == "" || len(text) > casework.MaxQuestion || !utf8.ValidString(text) {
		return &casework.Unfit{Why: []string{fmt.Sprintf("a question has 1 to %d bytes", casework.MaxQuestion)}}
	}
	in, err := o.intake(ctx)
	if err != nil {
		return err
	}
	return in.AskField(ctx, actor, about, text)
}

// Order sends an order to its device. Two root keys of this office have to stand under it. A demonstration has none.
func (o *office) Order(ctx context.Context, file []byte) error {
	order, err := vault.VerifyOrder(file, o.root.Keys)
	if err != nil {
		return &mishap{msgBadOrder, err}
	}
	known, err := o.records.Orders(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known, func(k casework.Order) bool { return k.ID == order.ID }) {
		return nil // it was sent before
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if d.ID == order.Device && d.Epoch == order.Epoch && o.now().Before(order.Until) {
			_, err := o.press(ctx, casework.Publication{
				Orders: []casework.Order{{
					ID: order.ID, Device: d.ID, Epoch: d.Epoch, Act: uint64(order.Act), Value: order.Value, Until: order.Until, File: file,
				}},
				Actor: casework.Program, Act: casework.ActOrder, Object: d.ID.String(),
			})
			return err
		}
	}
	return &mishap{msgBadOrder, errOrderOver}
}

// Orders lists what was ordered, newest first, and what each device said of it.
func (o *office) Orders(ctx context.Context) ([]casework.Order, error) { return o.records.Orders(ctx) }

var errOrderOver = errors.New("its device is not known under that epoch, or its last day is over")

var kindNames = map[casework.NewsKind]string{
	casework.NewsQuestionnaire: "questionnaire", casework.NewsPolicy: "policy", casework.NewsDirectory: "directory", casework.NewsWords: "words",
}

// proof reads a manuscript as a device will. What comes back is published byte for byte.
func (o *office) proof(m casework.Manuscript) (plain []byte, d casework.Document, err error) {
	d = casework.Document{Kind: m.Kind, Name: m.Name}
	switch m.Kind {
	case casework.NewsQuestionnaire:
		return proofForm(m.File)
	case casework.NewsPolicy:
		_, err = bulletin.ReadPolicy(m.File)
	case casework.NewsDirectory:
		_, err = bulletin.ReadDirectory(m.File)
	case casework.NewsWords:
		var words *translations.Catalogue
		if words, err = translations.New(); err == nil {
			_, err = words.With(m.Name, m.File)
		}
	default:
		err = errors.New("no kind that devices know")
	}
	if err == nil && m.Kind != casework.NewsWords && m.Name != "" {
		err = fmt.Errorf("a %s has no name", kindNames[m.Kind])
	}
	if err != nil {
		return nil, d, &casework.Unfit{Why: []string{err.Error()}}
	}
	return m.File, d, nil
}

// proofForm reads a questionnaire: a workbook, or our JSON. Its name is its id.
func proofForm(file []byte) ([]byte, casework.Document, error) {
	var im *xlsform.Import
	if bytes.HasPrefix(bytes.TrimSpace(file), []byte("{")) {
		im = loadJSON(file)
	} else {
		im = xlsform.Read(file, xlsform.Options{})
	}
	var why []string
	for _, e := range im.Errors {
		why = append(why, e.String())
	}
	if q := im.Questionnaire; len(why) == 0 && (q.Consent == nil || q.Consent.Agree == "") {
		why = append(why, msgNoConsentStep)
	}
	if len(why) > 0 {
		return nil, casework.Document{}, &casework.Unfit{Why: why}
	}
	return im.Questionnaire.Canonical(), casework.Document{
		Kind: casework.NewsQuestionnaire, Name: im.Questionnaire.ID, Label: im.Questionnaire.Version,
	}, nil
}

// Policy is the policy that is out, nil where there is none.
func (o *office) Policy(ctx context.Context) ([]byte, error) {
	news, err := o.records.News(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range news.Documents {
		if d.Kind != casework.NewsPolicy {
			continue
		}
		packed, err := o.records.Document(ctx, d.Sum)
		if err != nil {
			return nil, err
		}
		item := bulletin.Item{Kind: bulletin.Kind(d.Kind), Name: d.Name, Version: d.Version, Length: d.Length, Sum: d.Sum, Size: d.Size}
		return item.Unpack(packed)
	}
	return nil, nil
}

// Asked lists the questions about an interview, oldest first.
func (o *office) Asked(ctx context.Context, about screening.InterviewID) ([]casework.Asked, error) {
	return o.records.Asked(ctx, about)
}

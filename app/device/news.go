package device

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
	"leeward/translations"
)

// Names of what the store keeps of the office's news. Nothing of it is about a person.
const (
	settingBulletin = "news"  // kept, in JSON
	settingDocument = "news_" // and the hash of a document that is no questionnaire
)

// kept is what a device has of the news: what it checks later ones against, and where the documents are.
type kept struct {
	State bulletin.State                `json:"state"`
	Forms map[bulletin.Sum]bulletin.Sum `json:"forms,omitempty"` // Ref of each questionnaire, by its item
}

// news is the office's news that hold now, read once.
type news struct {
	kept
	rules bulletin.Rules
	guide bulletin.Guide
	form  *schema.Form      // for new interviews; nil for the program's own
	words map[string][]byte // of the program, by language, that stand in the place of its own
	bad   bool              // something of it cannot be used by this program
}

// newsroom is the store of an open device as the courier knows it (courier.Newsroom).
type newsroom struct {
	device *Device
	o      *opened
}

// News returns what is here.
func (r newsroom) News(context.Context) (bulletin.State, error) {
	return r.o.published().State, nil
}

// TakeNews keeps documents by what is in them first, and then, with one write, what names them: a cut in between
// leaves bytes that nobody reads.
func (r newsroom) TakeNews(ctx context.Context, next bulletin.State, documents map[bulletin.Sum][]byte) error {
	before := r.o.published().kept
	k := kept{State: next, Forms: map[bulletin.Sum]bulletin.Sum{}}
	for _, item := range next.Items {
		plain, here := documents[item.Sum]
		switch {
		case item.Kind == bulletin.Questionnaire && here:
			ref := bulletin.Sum(sha256.Sum256(plain))
			if err := r.o.store.PutQuestionnaire(ctx, schema.Ref(ref), plain); err != nil {
				return err
			}
			k.Forms[item.Sum] = ref
		case item.Kind == bulletin.Questionnaire:
			k.Forms[item.Sum] = before.Forms[item.Sum]
		case here:
			if err := r.o.store.SetSetting(ctx, settingDocument+item.Sum.String(), string(plain)); err != nil {
				return err
			}
		}
	}
	text, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("keep news: %w", err)
	}
	if err := r.o.store.SetSetting(ctx, settingBulletin, string(text)); err != nil {
		return err
	}
	for _, item := range before.State.Items { // what nothing names any more
		if _, still := next.Item(item.Kind, item.Name); item.Kind != bulletin.Questionnaire && (!still || changed(next, item)) {
			if err := r.o.store.SetSetting(ctx, settingDocument+item.Sum.String(), ""); err != nil {
				return err
			}
		}
	}
	return r.device.readNews(ctx, r.o)
}

func changed(next bulletin.State, item bulletin.Item) bool {
	now, _ := next.Item(item.Kind, item.Name)
	return now.Sum != item.Sum
}

// Follow keeps a later root of the office (courier.Newsroom).
func (r newsroom) Follow(ctx context.Context, root []byte) error {
	parsed, err := batch.VerifyRoot(root)
	if err != nil {
		return err
	}
	e, _, err := r.o.store.Enrolment(ctx)
	if err != nil {
		return err
	}
	if parsed.Branch.Size > 0 {
		if err := r.o.store.Rewind(ctx, parsed.Branch); err != nil { // before the root is kept: without it nobody would ask for it again
			return err
		}
	}
	e.RootVersion = parsed.Version
	return r.o.store.SetEnrolment(ctx, e, root)
}

// readNews reads what the store has of the news. What this program cannot use is left out, and noted: an old
// questionnaire is safer than none.
func (d *Device) readNews(ctx context.Context, o *opened) error {
	n := &news{}
	text, err := o.store.Setting(ctx, settingBulletin)
	if err != nil {
		return err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &n.kept); err != nil {
			return fmt.Errorf("read news: %w", err)
		}
	}
	if rules, ok, err := document(ctx, o.store, n.State, bulletin.Policy, bulletin.ReadPolicy); err != nil {
		return err
	} else if n.rules = rules; !ok {
		n.bad = true
	}
	if guide, ok, err := document(ctx, o.store, n.State, bulletin.Directory, bulletin.ReadDirectory); err != nil {
		return err
	} else if n.guide = guide; !ok {
		n.bad = true
	}
	if item, ok := n.State.Newest(bulletin.Questionnaire); ok {
		if n.form, err = d.usable(ctx, o, schema.Ref(n.Forms[item.Sum])); err != nil {
			d.o.Log.Warn("questionnaire of the office", "code", screening.CodeOf(err), "err", err)
			n.bad = true
		}
	}
	if err := n.readWords(ctx, o.store); err != nil {
		return err
	}
	o.mu.Lock()
	o.news = n
	o.mu.Unlock()
	return nil
}

// readWords reads the office's own words of the program.
func (n *news) readWords(ctx context.Context, s *store.Store) error {
	for _, item := range n.State.Items {
		if item.Kind != bulletin.Words {
			continue
		}
		text, err := s.Setting(ctx, settingDocument+item.Sum.String())
		if err != nil {
			return err
		}
		if n.words == nil {
			n.words = map[string][]byte{}
		}
		n.words[item.Name] = []byte(text)
	}
	if len(n.words) == 0 {
		return nil
	}
	shipped, err := translations.New()
	if err != nil {
		return err
	}
	for lang, file := range n.words {
		if err := shipped.Check(lang, file); err != nil { // a later program's: ours stay
			delete(n.words, lang)
			n.bad = true
		}
	}
	return nil
}

// Speak returns the words of the program with those of the office in the place of its own.
func (d *Device) Speak(shipped *translations.Catalogue) *translations.Catalogue {
	o, leave, err := d.enter()
	if err != nil {
		return shipped
	}
	defer leave()
	for lang, file := range o.published().words {
		if with, err := shipped.With(lang, file); err == nil {
			shipped = with
		}
	}
	return shipped
}

// document reads the one document of a kind. ok is false where this program cannot use it.
func document[T any](
	ctx context.Context, s *store.Store, state bulletin.State, kind bulletin.Kind, read func([]byte) (T, error),
) (value T, ok bool, err error) {
	item, out := state.Item(kind, "")
	if !out {
		return value, true, nil
	}
	text, err := s.Setting(ctx, settingDocument+item.Sum.String())
	if err != nil {
		return value, false, err
	}
	value, unfit := read([]byte(text))
	return value, unfit == nil, nil
}

// usable is a questionnaire with which interviews can be begun here.
func (d *Device) usable(ctx context.Context, o *opened, ref schema.Ref) (*schema.Form, error) {
	form, err := d.formOf(ctx, o.store, ref)
	if err != nil {
		return nil, err
	}
	if c := form.Questionnaire().Consent; c == nil || c.Agree == "" {
		return nil, screening.Fail(screening.CodeNoConsent, errors.New("it has no step of consent"))
	}
	return form, nil
}

// forgetNews makes a device begin anew with what its office publishes: it joined again, and another office's rules hold no
// more. The office's questions went to keys that this enrolment does not have.
func (d *Device) forgetNews(ctx context.Context, o *opened, before, after []byte) error {
	if err := o.store.SetSetting(ctx, settingRevoked, ""); err != nil {
		return err
	}
	was, err := batch.VerifyRoot(before)
	if err != nil {
		return nil // it belonged to nobody
	}
	now, err := batch.VerifyRoot(after)
	if err != nil || now.Log == was.Log {
		return err
	}
	return errors.Join(o.store.SetSetting(ctx, settingBulletin, ""), o.store.SetSetting(ctx, settingNews, ""),
		o.store.SetSetting(ctx, settingReports, ""), o.store.SetSetting(ctx, settingUnshown, ""), o.store.SetSetting(ctx, settingAsked, ""),
		o.store.SetSetting(ctx, settingLease, ""), d.readNews(ctx, o))
}

// published is the news that hold now.
func (o *opened) published() *news {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.news
}

// Form is the questionnaire for new interviews: the one that the office published last, or the program's own. A draft
// stays with the one that it was begun with.
func (d *Device) Form() *schema.Form {
	o, leave, err := d.enter()
	if err != nil {
		return d.o.Form
	}
	defer leave()
	return d.fresh(o)
}

func (d *Device) fresh(o *opened) *schema.Form {
	if form := o.published().form; form != nil {
		return form
	}
	return d.o.Form
}

// News is what the device knows of its office's news, for the screens.
type News struct {
	Bulletin uint64    // 0 where none came yet
	Heard    time.Time // when the office last said that this is the newest, by the device's clock; zero for never
	Until    time.Time // after it the office wants to be heard again; nothing stops
	Old      bool      // Until is over, and nothing was heard since
	Unusable bool      // this program is too old for something of it: what was there before holds
	Revoked  bool      // the office ended its trust in this device
	Lapsed   bool      // the office was not heard of for longer than its lease lasts: what it has is not readable here any more
	Rules    bulletin.Rules
}

// News tells what the device has heard of its office. Nothing of it keeps anybody from an interview.
func (d *Device) News(ctx context.Context) (News, error) {
	o, leave, err := d.enter()
	if err != nil {
		return News{}, err
	}
	defer leave()
	n := o.published()
	out := News{Bulletin: n.State.Bulletin, Until: n.State.Until, Unusable: n.bad, Rules: n.rules}
	if out.Heard, err = o.heard(ctx); err != nil {
		return News{}, err
	}
	now := d.moment(o)
	out.Old = out.Bulletin > 0 && now.After(out.Until) && now.Sub(out.Heard) > out.Until.Sub(n.State.Made)
	if out.Lapsed, err = d.leaseOver(ctx, o); err != nil {
		return News{}, err
	}
	revoked, err := o.store.Setting(ctx, settingRevoked)
	out.Revoked = revoked != ""
	return out, err
}

// Guide is the office's directory of local help for the action card.
func (d *Device) Guide() bulletin.Guide {
	o, leave, err := d.enter()
	if err != nil {
		return bulletin.Guide{}
	}
	defer leave()
	return o.published().guide
}

// says is what fills the room that a questionnaire leaves to the office: the office's own words before those that
// somebody typed on the device.
func (o *opened) says(typed map[string]schema.Text) map[string]schema.Text {
	guide := o.published().guide
	if len(guide.Says) == 0 {
		return typed
	}
	all := map[string]schema.Text{}
	maps.Copy(all, typed)
	for name, by := range guide.Says {
		text := schema.Text{}
		for lang, words := range by {
			text[schema.Lang(lang)] = schema.Wording{Text: words}
		}
		all[name] = text
	}
	return all
}

// heard is when the office last spoke; zero for never.
func (o *opened) heard(ctx context.Context) (at time.Time, err error) {
	text, err := o.store.Setting(ctx, settingNews)
	if err == nil && text != "" {
		at, err = time.Parse(time.RFC3339, text)
	}
	return at, err
}

package screens

import (
	"context"
	"slices"
	"time"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/sync/bulletin"
	"leeward/sync/courier"
	"leeward/translations"
)

const fakeKeyFile = "what stands in a key file"

// fake is a device of which a test says how it answers.
type fake struct {
	fresh    bool
	unlock   error // what the next try to open it gives; nil opens it
	office   device.Office
	counts   store.Counts
	drafts   []store.Summary
	synced   courier.Result
	syncErr  error
	enrolErr error
	compares func(context.Context) error // stands for people who compare words
	keeper   keeper
	locks    int

	limit       int
	recoverable bool
	people      []device.Person
	rekey       device.Rekey
	front       device.Front
	loss        device.Loss
	keysErr     error    // of whatever concerns passphrases
	given       []string // passphrases
	places      []int
	shown       []vault.Secret // with key files
	hasFile     bool           // who unlocked it has a key file

	codes    []string // that it was enrolled with
	local    device.Local
	holder   string
	form     *schema.Form // instead of the one that ships
	oldest   time.Time
	sticks   []string
	arrivals []device.Arrival
	practice bool
	numbers  []device.Number
	share    device.Share

	news  device.News
	guide bulletin.Guide
	asked []device.Asked
	speak func(*translations.Catalogue) *translations.Catalogue

	byHand bool
	clock  device.Clock

	site     device.Site
	promises map[string]time.Time // of interpreters by code; of who unlocked it under "", today if nothing is there
}

func (f *fake) ByHand(context.Context) (bool, error)        { return f.byHand, nil }
func (f *fake) SetByHand(_ context.Context, yes bool) error { f.byHand = yes; return nil }
func (f *fake) Clock(context.Context) (device.Clock, error) { return f.clock, nil }

func (f *fake) Asked(context.Context) ([]device.Asked, error) { return f.asked, nil }

func (f *fake) SettleAsked(_ context.Context, id [16]byte) error {
	f.asked = slices.DeleteFunc(f.asked, func(a device.Asked) bool { return a.ID == id })
	return nil
}

func (f *fake) Speak(shipped *translations.Catalogue) *translations.Catalogue {
	if f.speak != nil {
		return f.speak(shipped)
	}
	return shipped
}

func (f *fake) News(context.Context) (device.News, error) { return f.news, nil }
func (f *fake) Guide() bulletin.Guide                     { return f.guide }

func (f *fake) Form() *schema.Form {
	if f.form != nil {
		return f.form
	}
	return instrument.Form()
}

func (f *fake) Sharing(context.Context) (device.Share, error)      { return f.share, nil }
func (f *fake) SetSharing(_ context.Context, s device.Share) error { f.share = s; return nil }

func (f *fake) Numbers(context.Context) ([]device.Number, error) { return f.numbers, nil }
func (f *fake) AddNumber(_ context.Context, n device.Number) error {
	if n.Name == "" || n.Phone == "" {
		return device.ErrNumber
	}
	n.Ours = true
	f.numbers = append(f.numbers, n)
	return nil
}

func (f *fake) RemoveNumber(_ context.Context, n device.Number) error {
	f.numbers = slices.DeleteFunc(f.numbers, func(m device.Number) bool { return m.Name == n.Name })
	return nil
}

func (f *fake) Fresh() bool                          { return f.fresh }
func (f *fake) Create(context.Context, string) error { f.fresh = false; return f.unlock }
func (f *fake) UnlockAt(_ context.Context, place int, shown vault.Secret) error {
	f.places, f.shown = append(f.places, place), append(f.shown, shown)
	return f.unlock
}
func (f *fake) Limit(context.Context) (int, error) { return f.limit, nil }
func (f *fake) Recoverable() bool                  { return f.recoverable }
func (f *fake) AskRecovery(context.Context, string) ([]byte, []string, error) {
	return []byte("request"), []string{"one", "two", "three", "four", "five", "six", "seven", "eight"}, nil
}

func (f *fake) Recover(_ context.Context, _ string, answer []byte) (int, error) {
	if string(answer) != "answer" {
		return -1, screening.Fail(screening.CodeBadAnswer, nil)
	}
	return 1, nil
}

func (f *fake) HandIn(dir string) (int, error) {
	f.given = append(f.given, dir)
	return 1, f.keysErr
}

func (f *fake) People(context.Context) ([]device.Person, error) { return f.people, nil }

func (f *fake) AddPerson(_ context.Context, mine vault.Secret, added string) (int, error) {
	f.given = append(f.given, f.show(mine), added)
	return 2, f.keysErr
}

func (f *fake) ChangePassphrase(_ context.Context, mine vault.Secret, fresh string) error {
	f.given = append(f.given, f.show(mine), fresh)
	return f.keysErr
}

// show notes what somebody showed, and gives the passphrase of it.
func (f *fake) show(mine vault.Secret) string {
	f.shown = append(f.shown, mine)
	return string(mine.Passphrase)
}

func (f *fake) HasKeyFile() bool { return f.hasFile }

func (f *fake) MakeKeyFile(_ context.Context, mine vault.Secret, keep func([]byte) ([]byte, error)) error {
	f.given = append(f.given, f.show(mine))
	if f.keysErr != nil {
		return f.keysErr
	}
	_, err := keep([]byte(fakeKeyFile))
	f.hasFile = err == nil
	return err
}

func (f *fake) KeepKeyFile(dir string, file []byte) (string, []byte, error) {
	f.sticks = append(f.sticks, dir)
	return dir + "/0123abcd", file, f.keysErr
}

func (f *fake) DropKeyFile(_ context.Context, mine vault.Secret) error {
	f.given = append(f.given, f.show(mine))
	f.hasFile = f.hasFile && f.keysErr != nil
	return f.keysErr
}

func (f *fake) RemovePerson(_ context.Context, mine vault.Secret, place int) error {
	f.given, f.places = append(f.given, f.show(mine)), append(f.places, place)
	return f.keysErr
}

func (f *fake) ChangeKeys(_ context.Context, mine vault.Secret) error {
	f.given = append(f.given, f.show(mine))
	return f.keysErr
}
func (f *fake) Rekeying() device.Rekey                      { return f.rekey }
func (f *fake) Front(context.Context) (device.Front, error) { return f.front, nil }
func (f *fake) SetFront(_ context.Context, mine vault.Secret, fresh string) error {
	f.given = append(f.given, f.show(mine), fresh)
	return f.keysErr
}
func (f *fake) Loss(context.Context) (device.Loss, error) { return f.loss, nil }
func (f *fake) Wipe(_ context.Context, mine vault.Secret) error {
	f.given = append(f.given, f.show(mine))
	f.fresh = f.keysErr == nil
	return f.keysErr
}
func (f *fake) Lock(context.Context) error { f.locks++; return nil }
func (f *fake) Finished()                  {}
func (f *fake) Start(_ context.Context, who screening.Setting) (*session.Session, error) {
	form := instrument.Form()
	if f.form != nil {
		form = f.form
	}
	return session.New(session.Params{Form: form, Keeper: &f.keeper, Setting: who, Office: f.local.Office})
}

func (f *fake) Resume(context.Context, screening.InterviewID) (*session.Session, error) {
	return nil, screening.Fail(screening.CodeDamaged, nil)
}
func (f *fake) Drafts(context.Context) ([]store.Summary, error) { return f.drafts, nil }
func (f *fake) Counts(context.Context) (store.Counts, error)    { return f.counts, nil }
func (f *fake) Withdraw(context.Context, screening.InterviewID) (bool, error) {
	return false, nil
}

func (f *fake) Find(context.Context, screening.RespondentCode) (screening.InterviewID, error) {
	return screening.InterviewID{}, store.ErrNotFound
}
func (f *fake) Local(context.Context) (device.Local, error)      { return f.local, nil }
func (f *fake) SetLocal(_ context.Context, l device.Local) error { f.local = l; return nil }
func (f *fake) Holder(context.Context) (string, error)           { return f.holder, nil }
func (f *fake) Practice() bool                                   { return f.practice }
func (f *fake) SetPractice(_ context.Context, on bool) error     { f.practice = on; return nil }
func (f *fake) BecomeReal(_ context.Context, _ *session.Session) error {
	f.practice = false
	return nil
}
func (f *fake) Arrivals(context.Context) ([]device.Arrival, error) { return f.arrivals, nil }

func (f *fake) SaveArrival(_ context.Context, one device.Arrival) (int, error) {
	for i := range f.arrivals {
		if f.arrivals[i].Number == one.Number {
			f.arrivals[i] = one
			return one.Number, nil
		}
	}
	if one.Number == 0 {
		one.Number = len(f.arrivals) + 1
	}
	f.arrivals = append(f.arrivals, one)
	return one.Number, nil
}

func (f *fake) EraseArrival(_ context.Context, number int) error {
	f.arrivals = slices.DeleteFunc(f.arrivals, func(a device.Arrival) bool { return a.Number == number })
	return nil
}

func (f *fake) Oldest(context.Context) (time.Time, error) { return f.oldest, nil }

func (f *fake) Carry(_ context.Context, dir string) (courier.Carried, error) {
	f.sticks = append(f.sticks, dir)
	return courier.Carried{Batches: 2}, f.syncErr
}

func (f *fake) Collect(_ context.Context, dir string) (courier.Collected, error) {
	f.sticks = append(f.sticks, dir)
	return courier.Collected{Files: 1}, f.syncErr
}

func (f *fake) Office(context.Context) (device.Office, error) { return f.office, nil }

func (f *fake) Enrol(ctx context.Context, code string) error {
	f.codes = append(f.codes, code)
	if f.compares != nil {
		if err := f.compares(ctx); err != nil {
			return err
		}
	}
	if f.enrolErr == nil {
		f.office = device.Office{Enrolled: true, Name: "Invented office", Demo: true}
	}
	return f.enrolErr
}
func (f *fake) Sync(context.Context) (courier.Result, error) { return f.synced, f.syncErr }

// keeper is a disk that may refuse.
type keeper struct {
	fail  error
	calls []string
	first []screening.Recorded // what was said before consent
}

func (k *keeper) do(call string) error {
	k.calls = append(k.calls, call)
	return k.fail
}

func (k *keeper) Begin(_ context.Context, _ screening.Interview, first []screening.Recorded) error {
	k.first = first
	return k.do("begin")
}

func (k *keeper) SaveAnswers(context.Context, screening.InterviewID, []screening.Recorded) error {
	return k.do("save")
}

func (k *keeper) SetPlace(context.Context, screening.InterviewID, schema.Path, screening.Setting) error {
	return k.do("place")
}

func (k *keeper) Strike(context.Context, screening.InterviewID, schema.Path) error {
	return k.do("strike")
}

func (k *keeper) StrikeEarlier(context.Context, screening.InterviewID, schema.Path) error {
	return k.do("strike earlier")
}

func (k *keeper) Complete(context.Context, screening.InterviewID, time.Time, []schema.Path) error {
	return k.do("complete")
}

func (k *keeper) Withdraw(context.Context, screening.InterviewID, time.Time) (bool, error) {
	return false, k.do("withdraw")
}
func (k *keeper) Erase(context.Context, screening.InterviewID) error { return k.do("erase") }
func (k *keeper) CountOnly(context.Context, screening.Tally) error   { return k.do("count") }

func (f *fake) Site(context.Context) (device.Site, error) { return f.site, nil }

func (f *fake) WriteSite(_ context.Context, note string) error {
	f.site = device.Site{Note: note, Written: time.Now()}
	return f.keysErr
}

func (f *fake) ReadSite(context.Context) error { f.site.Read = time.Now(); return nil }

func (f *fake) Undertaking(_ context.Context, interpreter string) (time.Time, error) {
	if day, ok := f.promises[interpreter]; ok || interpreter != "" {
		return day, nil
	}
	return time.Now(), nil
}

func (f *fake) Undertake(_ context.Context, interpreter string) error {
	if f.promises == nil {
		f.promises = make(map[string]time.Time)
	}
	f.promises[interpreter] = time.Now()
	return nil
}

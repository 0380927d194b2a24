package screens

import (
	"context"
	"time"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/sync/bulletin"
	"leeward/sync/courier"
	"leeward/translations"
)

// Door is the way in: a passphrase made once, asked for ever after.
type Door interface {
	Fresh() bool // no passphrase was made yet
	Create(ctx context.Context, passphrase string) error
	Limit(ctx context.Context) (int, error) // wrong tries in a row that destroy a passphrase; 0 for never
	UnlockAt(ctx context.Context, place int, s vault.Secret) error
	Lock(ctx context.Context) error
	Recoverable() bool // the office can give access back
	AskRecovery(ctx context.Context, fresh string) (request []byte, words []string, err error)
	Recover(ctx context.Context, fresh string, answer []byte) (place int, err error)
	HandIn(dir string) (files int, err error) // everything sealed, into a folder, without a passphrase
}

// Keys is who has a passphrase, and what an end of it costs.
type Keys interface {
	People(ctx context.Context) ([]device.Person, error)
	AddPerson(ctx context.Context, mine vault.Secret, added string) (place int, err error)
	ChangePassphrase(ctx context.Context, mine vault.Secret, fresh string) error
	HasKeyFile() bool // whoever unlocked it has one
	MakeKeyFile(ctx context.Context, mine vault.Secret, keep func(file []byte) (read []byte, err error)) error
	DropKeyFile(ctx context.Context, mine vault.Secret) error
	KeepKeyFile(dir string, file []byte) (path string, read []byte, err error)
	RemovePerson(ctx context.Context, mine vault.Secret, place int) error
	ChangeKeys(ctx context.Context, mine vault.Secret) error
	Rekeying() device.Rekey
	Front(ctx context.Context) (device.Front, error)
	SetFront(ctx context.Context, mine vault.Secret, fresh string) error
	Loss(ctx context.Context) (device.Loss, error)
	Wipe(ctx context.Context, mine vault.Secret) error
}

// Desk is the interviews of an unlocked device.
type Desk interface {
	Start(ctx context.Context, who screening.Setting) (*session.Session, error)
	Resume(ctx context.Context, id screening.InterviewID) (*session.Session, error)
	Drafts(ctx context.Context) ([]store.Summary, error)
	Counts(ctx context.Context) (store.Counts, error)
	Withdraw(ctx context.Context, id screening.InterviewID) (travels bool, err error)
	Find(ctx context.Context, code screening.RespondentCode) (screening.InterviewID, error)
}

// Here is where, and by whom, the device is used.
type Here interface {
	Local(ctx context.Context) (device.Local, error)
	SetLocal(ctx context.Context, l device.Local) error
	Holder(ctx context.Context) (string, error) // names the store and who opened it
}

// Shift is what somebody has to know, and to have promised, before the first talk of a shift.
type Shift interface {
	Site(ctx context.Context) (device.Site, error)
	WriteSite(ctx context.Context, note string) error
	ReadSite(ctx context.Context) error
	Undertaking(ctx context.Context, interpreter string) (time.Time, error) // empty: of whoever unlocked the device
	Undertake(ctx context.Context, interpreter string) error
}

// Numbers is who can be called from here about urgent needs.
type Numbers interface {
	Numbers(ctx context.Context) ([]device.Number, error)
	AddNumber(ctx context.Context, n device.Number) error
	RemoveNumber(ctx context.Context, n device.Number) error
}

// Practice is interviews with invented people, apart from all others.
type Practice interface {
	Practice() bool
	SetPractice(ctx context.Context, on bool) error
	BecomeReal(ctx context.Context, s *session.Session) error
}

// Arrivals is the list of a group that arrived together.
type Arrivals interface {
	Arrivals(ctx context.Context) ([]device.Arrival, error)
	SaveArrival(ctx context.Context, one device.Arrival) (number int, err error)
	EraseArrival(ctx context.Context, number int) error
	Sharing(ctx context.Context) (device.Share, error)
	SetSharing(ctx context.Context, s device.Share) error
}

// Post is the way to the office.
type Post interface {
	Office(ctx context.Context) (device.Office, error)
	ByHand(ctx context.Context) (bool, error) // it sends only when somebody says so
	SetByHand(ctx context.Context, byHand bool) error
	Clock(ctx context.Context) (device.Clock, error)
	Enrol(ctx context.Context, code string) error
	Sync(ctx context.Context) (courier.Result, error)
	Finished()                                     // something waits to be sent
	Oldest(ctx context.Context) (time.Time, error) // when what waits longest for the office was finished; zero for nothing
	Carry(ctx context.Context, dir string) (courier.Carried, error)
	Collect(ctx context.Context, dir string) (courier.Collected, error)
}

// News is what the office published, as far as it came here.
type News interface {
	Form() *schema.Form // the questionnaire for new interviews
	News(ctx context.Context) (device.News, error)
	Guide() bulletin.Guide // who helps here, for the action card
	Speak(shipped *translations.Catalogue) *translations.Catalogue
	Asked(ctx context.Context) ([]device.Asked, error) // what the office asks back
	SettleAsked(ctx context.Context, id [16]byte) error
}

// Device is everything that the screens ask of the device.
type Device interface {
	Door
	Keys
	Desk
	Here
	Shift
	Numbers
	Practice
	Arrivals
	Post
	News
}

package bulletin

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"time"
	"unicode/utf8"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

const (
	questionMagic                    = "LWSQ1\n" // before what is sealed
	askedMagic                       = "LWST1\n" // of the statement inside
	askedNamespace    seal.Namespace = "leeward/question/v1"
	maxQuestion                      = 1000 // bytes of the text
	maxSealedQuestion                = 8 << 10
)

// Question is what a reviewer asks back about an interview that came from one device: signed with the office's online
// key, sealed to that device. It may be about a person, so nothing prints it.
type Question struct {
	ID        [16]byte // random; the device reports it as it does an order
	Device    screening.DeviceID
	Epoch     uint64
	Interview screening.InterviewID
	Code      screening.RespondentCode // by which the screener knows the interview
	At        time.Time                // office time
	Text      string                   // at most 1,000 bytes
}

// Format prints nothing of what is asked.
func (q Question) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[question about %s]", q.Interview) }

// LogValue keeps the question out of logs.
func (q Question) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(q)) }

type questionWire struct {
	V         uint64                `cbor:"1,keyasint"`
	ID        [16]byte              `cbor:"2,keyasint"`
	Device    screening.DeviceID    `cbor:"3,keyasint"`
	Epoch     uint64                `cbor:"4,keyasint"`
	Interview screening.InterviewID `cbor:"5,keyasint"`
	Code      string                `cbor:"6,keyasint"`
	At        int64                 `cbor:"7,keyasint"`
	Text      string                `cbor:"8,keyasint"`
}

func (w questionWire) check() error {
	if w.V != 1 || w.Device == (screening.DeviceID{}) || w.Epoch < 1 || w.Epoch >= maxNumber || w.At < 0 || w.At >= maxNumber ||
		len(w.Code) > 64 || w.Text == "" || len(w.Text) > maxQuestion || !utf8.ValidString(w.Text) {
		return ErrForm
	}
	return nil
}

// SealQuestion signs a question and seals it to its device.
func SealQuestion(q Question, online seal.Signer, to seal.Recipient) ([]byte, error) {
	w := questionWire{1, q.ID, q.Device, q.Epoch, q.Interview, string(q.Code), q.At.UnixMilli(), q.Text}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("seal question: %w", err)
	}
	file, err := batch.SignStatement(askedMagic, askedNamespace, w, online)
	if err != nil {
		return nil, fmt.Errorf("seal question: %w", err)
	}
	plain, err := batch.JoinItems([][]byte{file}, minParcel) // its length says little about what is asked
	if err != nil {
		return nil, fmt.Errorf("seal question: %w", err)
	}
	sealed, err := seal.Seal(plain, []seal.Recipient{to})
	if err != nil {
		return nil, fmt.Errorf("seal question: %w", err)
	}
	return append([]byte(questionMagic), sealed...), nil
}

// OpenQuestion opens a question with the device's key, and verifies it with the online key of the root. Errors carry
// E_OPEN, E_FORMAT or E_SIG; an error of the opener itself comes back as it is.
func OpenQuestion(item []byte, o seal.Opener, online seal.PublicKey) (Question, error) {
	sealed, ok := bytes.CutPrefix(item, []byte(questionMagic))
	if !ok || len(sealed) > maxSealedQuestion {
		return Question{}, screening.Fail(screening.EFormat, errors.New("not a question"))
	}
	plain, err := o.Open(sealed, 1)
	switch {
	case errors.Is(err, seal.ErrHeader) || errors.Is(err, seal.ErrNotForUs) || errors.Is(err, seal.ErrDamaged) || errors.Is(err, seal.ErrTooLarge):
		return Question{}, screening.Fail(screening.EOpen, fmt.Errorf("open question: %w", err))
	case err != nil:
		return Question{}, fmt.Errorf("open question: %w", err)
	}
	items, err := batch.SplitItems(plain, minParcel)
	if err != nil {
		return Question{}, err
	}
	var w questionWire
	if len(items) != 1 {
		return Question{}, screening.Fail(screening.EFormat, ErrForm)
	}
	if err := batch.ReadStatement("question", askedMagic, askedNamespace, online, items[0], &w); err != nil {
		return Question{}, err
	}
	if err := w.check(); err != nil {
		return Question{}, screening.Fail(screening.EFormat, fmt.Errorf("parse question: %w", err))
	}
	return Question{w.ID, w.Device, w.Epoch, w.Interview, screening.RespondentCode(w.Code), moment(w.At), w.Text}, nil
}

func isQuestion(item []byte) bool { return bytes.HasPrefix(item, []byte(questionMagic)) }

package courier

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// Keys are what a device asks to have admitted: two key pairs, and whom the office seals to. Each
// enrolment has new ones.
type Keys struct {
	Sign   seal.Signer
	TLS    tls.Certificate
	SealTo seal.Recipient
}

// Format prints no part of a key, whatever the verb.
func (k Keys) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[keys of a device]") }

// Enrolled is an admission with what it rests on. Keep all of it in the store before anything is sealed.
type Enrolled struct {
	Enrolment screening.Enrolment
	Root      []byte // the office's signed root document
	URL       string
	Office    batch.Root
	Log       screening.Checkpoint // the office's log at the admission, as the grant has it
	Check     [32]byte             // stands for request and root: both screens show it as words, for people to compare
}

// Enrol asks the office of an enrolment code to admit a device. The office is right if its root has the
// fingerprint of the code and it answers with the key of that root. If the answer is lost, the same code
// with the same keys gives the same admission. dial may be nil.
//
// Where people at the office compare words first, waits is called with what this device shows as words ([Enrolled]), and
// returns when the office is to be asked again; an error of it ends the waiting. Once the office has said so, a link that
// fails only means more waiting. A nil waits takes it for a refusal.
//
// Errors carry CodeOffline, CodeWrongOffice, CodeBadCode (unknown, used, expired, turned away) or CodeRefused.
func Enrol(
	ctx context.Context, code batch.EnrolCode, k Keys, app string, now func() time.Time, dial Dialer,
	waits func(ctx context.Context, check [32]byte) error,
) (Enrolled, error) {
	if dial == nil {
		dial = New(Config{}).Dial
	}
	file, root, err := fetchRoot(ctx, code, dial)
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", err)
	}
	tlsKey, err := certKey(k.TLS)
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", err)
	}
	asked := batch.EnrolRequest{
		Secret: code.Secret, Sign: k.Sign.Public(), TLS: tlsKey, SealTo: k.SealTo, Root: code.Root, App: app,
	}
	request, err := batch.SealRequest(asked, k.Sign, root.Intake)
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", err)
	}
	l := newLink(code.URL, root.TLS, nil, dial, maxPatience)
	defer l.close()
	check := batch.CheckDigest(request, code.Root)
	answer, err := l.ask(ctx, "POST", "/v1/enrol", request)
	for admitting := false; waits != nil && later(err, &admitting); {
		if err := waits(ctx, check); err != nil {
			return Enrolled{}, fmt.Errorf("enrol: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return Enrolled{}, fmt.Errorf("enrol: %w", screening.Fail(screening.CodeOffline, err))
		}
		answer, err = l.ask(ctx, "POST", "/v1/enrol", request)
	}
	if no, refused := errors.AsType[*Refused](err); refused && no.Code == screening.ECode {
		return Enrolled{}, fmt.Errorf("enrol: %w", screening.Fail(screening.CodeBadCode, no))
	}
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", err)
	}
	g, err := batch.VerifyGrant(answer, root.Registrar, asked)
	if err != nil {
		return Enrolled{}, fmt.Errorf("enrol: %w", screening.Fail(screening.CodeWrongOffice, err))
	}
	return Enrolled{
		Enrolment: screening.Enrolment{
			Device: g.Device, Epoch: g.Epoch, SignKey: g.Sign, TLSKey: g.TLS, SealTo: g.SealTo,
			RootVersion: g.RootVersion, At: now().UTC(), Head: g.Prev,
		},
		Root: file, URL: code.URL, Office: root, Log: screening.Checkpoint{Size: g.LogSize, Root: g.LogRoot},
		Check: check,
	}, nil
}

// later says whether the same request is to be sent again because people have not yet compared words. admitting notes that
// the office said so once.
func later(err error, admitting *bool) bool {
	no, refused := errors.AsType[*Refused](err)
	if refused && no.Code == screening.EWait {
		*admitting = true
		return true
	}
	return *admitting && (refused && no.Temporary() || screening.CodeOf(err) == screening.CodeOffline)
}

// fetchRoot gets the root document from whoever answers and believes it for its fingerprint alone. Then
// who answered has to be whom the root names.
func fetchRoot(ctx context.Context, code batch.EnrolCode, dial Dialer) ([]byte, batch.Root, error) {
	l := newLink(code.URL, seal.PublicKey{}, nil, dial, maxPatience)
	defer l.close()
	file, err := l.ask(ctx, "GET", "/v1/root", nil)
	if err != nil {
		return nil, batch.Root{}, err
	}
	print, err := batch.Fingerprint(file)
	if err != nil || print != code.Root {
		return nil, batch.Root{}, screening.Fail(screening.CodeWrongOffice, errors.New("the root is not that of the code"))
	}
	root, err := batch.VerifyRoot(file)
	if err != nil {
		return nil, batch.Root{}, screening.Fail(screening.CodeWrongOffice, err)
	}
	if l.peer != root.TLS {
		return nil, batch.Root{}, screening.Fail(screening.CodeWrongOffice, errWrongOffice)
	}
	return file, root, nil
}

func certKey(cert tls.Certificate) (seal.PublicKey, error) {
	leaf, err := batch.Leaf(cert)
	if err != nil {
		return seal.PublicKey{}, err
	}
	return batch.PeerKey(leaf)
}

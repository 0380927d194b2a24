package dashboard

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"leeward/internal/office/casework"
)

// One-time codes (RFC 6238): six digits, a new one each half minute; clocks may be one step apart. A code works once.
const (
	codeStep  = 30 * time.Second
	codeSlack = 1
)

// proofHolds is for how long a look at who somebody is covers what needs one.
const proofHolds = 5 * time.Minute

var (
	codeOptions = totp.ValidateOpts{Period: uint(codeStep / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}
	codeSecrets = base32.StdEncoding.WithPadding(base32.NoPadding)
)

// stagePage is where somebody goes on who is still signing in.
func stagePage(s casework.Stage) string {
	if s == casework.StageSetup {
		return "/codes"
	}
	return "/code"
}

// matchCode returns the time step whose code was typed, or false.
func matchCode(secret, typed string, now time.Time) (step int64, ok bool) {
	typed = strings.Join(strings.Fields(typed), "")
	for slack := -codeSlack; slack <= codeSlack; slack++ {
		at := now.Add(time.Duration(slack) * codeStep)
		if good, err := totp.ValidateCustom(typed, secret, at, codeOptions); err == nil && good {
			return at.Unix() / int64(codeStep/time.Second), true
		}
	}
	return 0, false
}

type codeData struct {
	Next    string
	Problem string
	Wait    time.Duration
	Secret  string // only while codes are set up
	Shown   string // the same in groups
	QR      qrView
	Name    string // who is asked, for the browser's keeper of passphrases
	Code    bool   // Confirm asks for a code, not for the passphrase
}

func (d *Dashboard) codePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	return d.show(w, r, s, http.StatusOK, "code", codeData{Next: localPath(r.URL.Query().Get("next"))})
}

// code is the second half of signing in.
func (d *Dashboard) code(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	again := codeData{Next: localPath(r.PostFormValue("next"))}
	if s.Stage != casework.StageCode {
		http.Redirect(w, r, again.Next, http.StatusSeeOther)
		return nil
	}
	status, err := d.takeCode(w, r, s, &again)
	if err != nil {
		return err
	}
	if status != 0 {
		return d.show(w, r, s, status, "code", again)
	}
	return d.admit(w, r, s.Person, casework.StageIn, again.Next)
}

// takeCode checks the one-time code of a form; status 0 means that it is right and was not taken before.
func (d *Dashboard) takeCode(w http.ResponseWriter, r *http.Request, s casework.Session, again *codeData) (status int, err error) {
	from := addressOf(r.RemoteAddr)
	if wait, ok := d.limits.allow(s.Person.Name, from); !ok {
		again.Problem, again.Wait = "signin.problem.wait", max(wait.Round(time.Second), time.Second)
		w.Header().Set("Retry-After", fmt.Sprint(int(again.Wait.Seconds())))
		return http.StatusTooManyRequests, nil
	}
	_, keys, err := d.o.Staff.Person(r.Context(), s.Person.Name)
	if err != nil {
		return 0, fmt.Errorf("look up person: %w", err)
	}
	step, ok := matchCode(keys.TOTP, r.PostFormValue("code"), d.o.Now())
	if ok && keys.TOTP != "" {
		if ok, err = d.o.Staff.TakeStep(r.Context(), s.Person.ID, step); err != nil {
			return 0, fmt.Errorf("take code: %w", err)
		}
	}
	if !ok || keys.TOTP == "" {
		again.Problem = "code.problem.wrong"
		if err := d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActCodeFail, ""); err != nil {
			return 0, fmt.Errorf("note refused code: %w", err)
		}
		return http.StatusUnauthorized, nil
	}
	d.limits.forget(s.Person.Name, from)
	return 0, nil
}

// setupPage shows a new secret. It is kept only when a code shows that the person's own device has it.
func (d *Dashboard) setupPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if s.Person.Coded {
		return casework.ErrNotFound
	}
	var secret [20]byte
	_, _ = rand.Read(secret[:]) // never fails (crypto/rand)
	return d.showSetup(w, r, s, http.StatusOK, codeData{
		Next: localPath(r.URL.Query().Get("next")), Secret: codeSecrets.EncodeToString(secret[:]),
	})
}

func (d *Dashboard) showSetup(w http.ResponseWriter, r *http.Request, s casework.Session, status int, data codeData) error {
	address := (&url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/Leeward:" + s.Person.Name,
		RawQuery: url.Values{"secret": {data.Secret}, "issuer": {"Leeward"}}.Encode(),
	}).String()
	var err error
	if data.QR, err = drawQR(address); err != nil {
		return err
	}
	for rest := data.Secret; rest != ""; rest = rest[min(4, len(rest)):] {
		data.Shown += rest[:min(4, len(rest))] + " "
	}
	return d.show(w, r, s, status, "codes", data)
}

func (d *Dashboard) setup(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data := codeData{Next: localPath(r.PostFormValue("next")), Secret: r.PostFormValue("secret")}
	raw, err := codeSecrets.DecodeString(data.Secret)
	if s.Person.Coded || err != nil || len(raw) != 20 {
		return casework.ErrNotFound
	}
	step, ok := matchCode(data.Secret, r.PostFormValue("code"), d.o.Now())
	if !ok {
		data.Problem = "code.problem.setup"
		return d.showSetup(w, r, s, http.StatusUnauthorized, data)
	}
	if err := d.o.Staff.SetTOTP(r.Context(), s.Person.Name, s.Person.ID, data.Secret); err != nil {
		return fmt.Errorf("set up one-time codes: %w", err)
	}
	if _, err := d.o.Staff.TakeStep(r.Context(), s.Person.ID, step); err != nil {
		return fmt.Errorf("take code: %w", err)
	}
	return d.admit(w, r, s.Person, casework.StageIn, data.Next)
}

// askProof sends somebody to the page that asks again who they are, and back to the page on which the form stands. A form
// that was sent is not sent again by itself: what it does matters too much.
func (d *Dashboard) askProof(w http.ResponseWriter, r *http.Request, s casework.Session, rt route) {
	if r.Method == http.MethodGet {
		http.Redirect(w, r, "/confirm"+after(r), http.StatusSeeOther)
		return
	}
	d.problemTo(w, r, s, http.StatusForbidden, "proof", address("/confirm", "next", cmp.Or(rt.page, r.URL.Path)))
}

func (d *Dashboard) confirmPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	return d.show(w, r, s, http.StatusOK, "confirm", codeData{Next: localPath(r.URL.Query().Get("next")), Name: s.Person.Name, Code: s.Person.Coded})
}

func (d *Dashboard) confirm(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	again := codeData{Next: localPath(r.PostFormValue("next")), Name: s.Person.Name, Code: s.Person.Coded}
	status, err := d.takeProof(w, r, s, &again)
	if err != nil {
		return err
	}
	if status != 0 {
		return d.show(w, r, s, status, "confirm", again)
	}
	token, ok := tokenOf(r)
	if !ok {
		return errors.New("a session without a token")
	}
	if err := errors.Join(d.o.Staff.ProveSession(r.Context(), token), d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActProved, "")); err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	http.Redirect(w, r, again.Next, http.StatusSeeOther)
	return nil
}

// takeProof takes a one-time code, or the passphrase of somebody who has no codes.
func (d *Dashboard) takeProof(w http.ResponseWriter, r *http.Request, s casework.Session, again *codeData) (status int, err error) {
	if s.Person.Coded {
		return d.takeCode(w, r, s, again)
	}
	from := addressOf(r.RemoteAddr)
	if wait, ok := d.limits.allow(s.Person.Name, from); !ok {
		again.Problem, again.Wait = "signin.problem.wait", max(wait.Round(time.Second), time.Second)
		return http.StatusTooManyRequests, nil
	}
	_, keys, err := d.o.Staff.Person(r.Context(), s.Person.Name)
	if err != nil {
		return 0, fmt.Errorf("look up person: %w", err)
	}
	ok, err := d.checker.check(r.Context(), r.PostFormValue("passphrase"), keys.Hash)
	if err != nil {
		return 0, fmt.Errorf("check passphrase: %w", err)
	}
	if !ok {
		again.Problem = "confirm.problem.wrong"
		return http.StatusUnauthorized, d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActSignFail, "")
	}
	d.limits.forget(s.Person.Name, from)
	return 0, nil
}

// qrView is a QR code as one path in a drawing of Size by Size squares, quiet zone included.
type qrView struct {
	Size int
	Path string
}

const qrQuiet = 4

func drawQR(text string) (qrView, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return qrView{}, fmt.Errorf("draw code: %w", err)
	}
	n := code.Bounds().Dx()
	var path bytes.Buffer
	for y := range n {
		for x := range n {
			if dark, _, _, _ := code.At(x, y).RGBA(); dark == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+qrQuiet, y+qrQuiet)
			}
		}
	}
	return qrView{Size: n + 2*qrQuiet, Path: path.String()}, nil
}

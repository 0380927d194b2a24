package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/vault"
)

// waiting is an enrolment code that is out and good, and the device that asked with it, as "device waiting" tells it.
type waiting struct {
	Code     string    `json:"code"` // its name here; with it nobody can enrol
	Made     time.Time `json:"made"`
	Expires  time.Time `json:"expires"`
	Asked    time.Time `json:"asked,omitzero"` // zero while nobody has
	App      string    `json:"app,omitempty"`  // of what asked
	Device   string    `json:"device,omitempty"`
	Admitted bool      `json:"admitted"` // who asks with it, or the one that asked, gets its grant when it comes
	Words    string    `json:"words,omitempty"`
}

// compares says whether somebody has to compare words.
func (w waiting) compares() bool { return !w.Asked.IsZero() && !w.Admitted }

// Waiting lists the codes that are good and not used up, those with which a device asks first.
func (o *office) Waiting(ctx context.Context) ([]waiting, error) {
	applicants, err := o.records.Applicants(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]waiting, 0, len(applicants))
	for _, a := range applicants {
		w := waiting{
			Code: hex.EncodeToString(a.Code[:]), Made: a.Made, Expires: a.Expires, Asked: a.Asked, App: a.App, Admitted: a.Approved,
		}
		if a.Device != ([16]byte{}) {
			w.Device = a.Device.String()
		}
		if !a.Asked.IsZero() {
			w.Words = strings.Join(vault.Spoken(a.Check), " ")
		}
		list = append(list, w)
	}
	return list, nil
}

// AdmitBy lets in the device whose request stands for these eight words, as its screen shows them.
func (o *office) AdmitBy(ctx context.Context, words string) (waiting, error) {
	said := strings.Join(strings.Fields(strings.ToLower(words)), " ")
	applicants, err := o.records.Applicants(ctx)
	if err != nil {
		return waiting{}, err
	}
	for _, a := range applicants {
		if a.Asked.IsZero() || strings.Join(vault.Spoken(a.Check), " ") != said {
			continue
		}
		err := o.records.AdmitApplicant(ctx, casework.Program, a.Code, a.Check)
		if errors.Is(err, casework.ErrChanged) || errors.Is(err, casework.ErrNotFound) {
			return waiting{}, &mishap{msgAskedAgain, err}
		}
		return waiting{Code: hex.EncodeToString(a.Code[:]), App: a.App, Words: said, Admitted: true}, err
	}
	return waiting{}, &mishap{msgNobodyAsks, errOtherWords}
}

// TurnAway takes back the one code whose name begins so: whoever has it, or asked with it, is refused from then on.
func (o *office) TurnAway(ctx context.Context, prefix string) error {
	if len(prefix) < leastDigits {
		return usageError(msgCodeDigits)
	}
	applicants, err := o.records.Applicants(ctx)
	if err != nil {
		return err
	}
	var found [][32]byte
	for _, a := range applicants {
		if strings.HasPrefix(hex.EncodeToString(a.Code[:]), strings.ToLower(prefix)) {
			found = append(found, a.Code)
		}
	}
	switch len(found) {
	case 0:
		return &mishap{msgNoCode, errNoDevice}
	case 1:
		return o.records.TurnAway(ctx, casework.Program, found[0])
	}
	return usageError(msgManyCodes)
}

var errOtherWords = errors.New("no request stands for these words")

func (p *Program) showWaiting(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("device waiting", &w)
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageDevice, args); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		list, err := d.Waiting(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(map[string][]waiting{"waiting": list})
		}
		return p.tellWaiting(list)
	})
}

func (p *Program) tellWaiting(list []waiting) error {
	if len(list) == 0 {
		_, err := fmt.Fprint(p.Stdout, waitingNone)
		return err
	}
	t, asks := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0), false
	fmt.Fprintln(t, waitingHead)
	for _, w := range list {
		state, words := waitingUnasked, "-"
		switch {
		case w.compares():
			state, words, asks = fmt.Sprintf(waitingAsks, w.Asked.UTC().Format(time.DateTime)), w.Words, true
		case w.Admitted && w.Asked.IsZero():
			state = waitingOpen
		case w.Admitted:
			state = waitingAdmitted
		}
		if w.Device != "" {
			state += fmt.Sprintf(waitingAgain, w.Device[:12])
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", w.Code[:8], w.Expires.UTC().Format(time.DateTime), state, words)
	}
	if err := t.Flush(); err != nil || !asks {
		return err
	}
	_, err := fmt.Fprint(p.Stdout, waitingAdvice)
	return err
}

// admit lets a device in by its words: whoever types what they were told has compared them.
func (p *Program) admit(ctx context.Context, args []string) error {
	var (
		w     where
		words string
	)
	f := flags("device admit", &w)
	f.StringVar(&words, "words", "", "")
	if err := p.parse(f, usageDevice, args); err != nil {
		return err
	}
	if words == "" {
		var err error
		if words, err = p.askLine(msgWords); err != nil {
			return err
		}
	}
	return p.withDesk(ctx, w, func(d desk) error {
		in, err := d.AdmitBy(ctx, words)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, admittedText, in.App, in.Code[:8])
		return err
	})
}

func (p *Program) turnAway(ctx context.Context, args []string) error {
	var w where
	named, err := p.parseNamed(flags("device refuse", &w), usageDevice, args)
	if err != nil {
		return err
	}
	if len(named) != 1 || len(named[0]) < leastDigits {
		return usageError(msgCodeDigits)
	}
	return p.withDesk(ctx, w, func(d desk) error {
		if err := d.TurnAway(ctx, named[0]); err != nil {
			return err
		}
		_, err := fmt.Fprint(p.Stdout, refusedText)
		return err
	})
}

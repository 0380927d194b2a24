package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/export"
	"leeward/internal/office/report"
)

// ask is what enrol asks of an office.
type ask struct {
	Count int    `json:"count"`
	Hours int    `json:"hours"`
	URL   string `json:"url,omitempty"`

	Compare bool   `json:"compare,omitempty"` // a device waits until its words were compared, on the page of devices or with "device admit"
	Device  string `json:"device,omitempty"`  // beginning of the id of the device that is to enrol again; empty for new ones
}

// check refuses what an office does not do.
func (a ask) check() error {
	switch {
	case a.Count < 1 || a.Count > 1000:
		return usageError("-count must be 1 to 1000")
	case a.Hours < 1 || a.Hours > 720:
		return usageError("-hours must be 1 to 720")
	case a.Device != "" && (len(a.Device) < leastDigits || a.Count != 1):
		return usageError(msgAgain)
	}
	return nil
}

// desk is what commands ask of an office, whether they opened it or reach it over the socket.
type desk interface {
	Enrol(ctx context.Context, a ask) ([]string, error)
	Stats(ctx context.Context) (casework.Stats, error)
	Reports(ctx context.Context, a reportAsk) ([]report.Book, error)
	Receive(ctx context.Context, file []byte) ([]arrived, error)
	Answers(ctx context.Context) ([][]byte, error)
	Log(ctx context.Context) ([]byte, error)
	Kept(ctx context.Context, k kept) error
	Devices(ctx context.Context) ([]deviceShown, error)
	Revoke(ctx context.Context, a revokeAsk) (lost, error)
	Waiting(ctx context.Context) ([]waiting, error)
	AdmitBy(ctx context.Context, words string) (waiting, error)
	TurnAway(ctx context.Context, prefix string) error
	Vouch(ctx context.Context, a vouchAsk) (vouchedFor, error)
	User(ctx context.Context, u userAsk) (userAnswer, error)
	Backup(ctx context.Context, dir string) (backedUp, error)
	Rehearse(ctx context.Context, recovery []byte) error
	Reshare(ctx context.Context, pass []byte) ([]string, error)
	AddSecond(ctx context.Context, pass []byte) (words string, err error)
	Recover(ctx context.Context, r recovery) (recovered, error)
	Rebuild(ctx context.Context) (engine.Rebuilt, error)
	Invent(ctx context.Context, a inventAsk) error
	Examine(ctx context.Context) ([]check, error)
	Questions(ctx context.Context, year int) ([]questionUse, error)
	Know(ctx context.Context, canonical []byte) (string, error)
	Export(ctx context.Context, a export.Ask) (exportAnswer, error)
	Exports(ctx context.Context) ([]exportShown, error)
	Reopen(ctx context.Context, log []byte) (people int, err error)
	News(ctx context.Context) (casework.News, error)
	Press(ctx context.Context, a newsAsk) (casework.News, error)
	Orders(ctx context.Context) ([]casework.Order, error)
	Order(ctx context.Context, file []byte) error
}

// oneCode makes a code for one device, good for a day, that waits until its words were compared: for the one that is named
// by its id, to enrol again, or for a new one.
func (o *office) oneCode(ctx context.Context, device string) (code string, until time.Time, err error) {
	const hours = 24
	codes, err := o.Enrol(ctx, ask{Count: 1, Hours: hours, Compare: true, Device: device})
	if err != nil {
		return "", time.Time{}, err
	}
	return codes[0], o.now().Add(hours * time.Hour), nil
}

// withDesk runs do with the office: over the socket while serve owns the folder, or else opened here.
func (p *Program) withDesk(ctx context.Context, w where, do func(desk) error) error {
	return atDesk(ctx, w, func() (*office, error) { return p.openOffice(ctx, w) }, do)
}

// withDeskOf is withDesk for who has the passphrase already.
func (p *Program) withDeskOf(ctx context.Context, w where, pass []byte, do func(desk) error) error {
	return atDesk(ctx, w, func() (*office, error) { return p.openOfficeWith(ctx, w, pass) }, do)
}

func atDesk(ctx context.Context, w where, open func() (*office, error), do func(desk) error) (err error) {
	remote, err := dialDesk(ctx, w.data)
	if err == nil {
		defer remote.close()
		return do(remote)
	}
	if !errors.Is(err, errNobody) {
		return err
	}
	o, err := open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	return do(o)
}

func (p *Program) enrol(ctx context.Context, args []string) error {
	var (
		w      where
		a      ask
		asJSON bool
	)
	f := flags("enrol", &w)
	f.IntVar(&a.Count, "count", 1, "")
	f.IntVar(&a.Hours, "hours", 24, "")
	f.StringVar(&a.URL, "url", "", "")
	f.StringVar(&a.Device, "device", "", "")
	f.BoolVar(&a.Compare, "compare", false, "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageEnrol, args); err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		codes, err := d.Enrol(ctx, a)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(map[string][]string{"codes": codes})
		}
		for _, code := range codes {
			if _, err := fmt.Fprintln(p.Stdout, code); err != nil {
				return fmt.Errorf("write codes: %w", err)
			}
		}
		return nil
	})
}

package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// check is one thing that doctor looked at.
type check struct {
	What   string `json:"what"`
	State  string `json:"state"` // ok, look, bad
	Found  string `json:"found"`
	Advice string `json:"advice,omitempty"`
}

const (
	stateOK   = "ok"
	stateLook = "look"
	stateBad  = "bad"
)

// errUnwell says that doctor found something bad; what it is has been said.
var errUnwell = errors.New("something needs attention")

func (p *Program) doctor(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("doctor", &w)
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageDoctor, args); err != nil {
		return err
	}
	all := p.examine(ctx, w)
	if asJSON {
		if err := json.NewEncoder(p.Stdout).Encode(map[string][]check{"checks": all}); err != nil {
			return err
		}
	} else {
		for _, c := range all {
			fmt.Fprintf(p.Stdout, "%-5s %-13s %s\n", c.State, c.What, c.Found)
			if c.Advice != "" {
				fmt.Fprintf(p.Stdout, "      %-13s -> %s\n", "", c.Advice)
			}
		}
	}
	for _, c := range all {
		if c.State == stateBad {
			return errUnwell
		}
	}
	return nil
}

// examine looks at everything that can be looked at; what cannot be reached is said once. What serve holds, serve looks
// at.
func (p *Program) examine(ctx context.Context, w where) (all []check) {
	all = append(all, check{What: "program", State: stateOK, Found: versionString()}, p.checkFolder(w), checkDisk(w.data), p.checkClock(w))
	remote, err := dialDesk(ctx, w.data)
	if err == nil {
		defer remote.close()
		found, err := remote.Examine(ctx)
		if err != nil {
			return append(all, sick("database", err))
		}
		return append(append(all, check{What: "serving", State: stateOK, Found: "serve answers"}), found...)
	}
	o, err := p.openOffice(ctx, w)
	if err != nil {
		return append(all, sick("keys", err))
	}
	found, err := o.Examine(ctx)
	if err := errors.Join(err, o.close()); err != nil {
		found = append(found, sick("database", err))
	}
	return append(all, found...)
}

// Examine looks at what only an office that is open can see.
func (o *office) Examine(ctx context.Context) ([]check, error) {
	all := []check{
		{What: "keys", State: stateOK, Found: "the passphrase opens them"},
		o.checkRoot(), o.checkShares(ctx), o.checkLeap(ctx),
		o.program.checkCertificate("devices", o.vault.TLS(keyDevices).Leaf), o.program.checkCertificate("browsers", o.vault.Web(keyWeb).Leaf),
	}
	return append(all, o.checkRecords(ctx)...), nil
}

// checkShares says whether the office could be given back after a loss.
func (o *office) checkShares(ctx context.Context) check {
	if o.root.Demo {
		return check{"shares", stateOK, "a demonstration has none", ""}
	}
	place, err := o.records.Setting(ctx, settingSharesPlace)
	when, err2 := o.records.Setting(ctx, settingSharesRehearsed)
	switch {
	case err != nil || err2 != nil:
		return sick("shares", errors.Join(err, err2))
	case place == "":
		return check{"shares", stateBad, "no recovery shares were made", "leeward-office shares new: without them a forgotten passphrase loses the office"}
	case when == "":
		return check{"shares", stateLook, "the recovery shares were never tried", "leeward-office shares rehearse, with two of their holders; until then no device can be enrolled"}
	}
	return check{"shares", stateOK, "two of the recovery shares were tried on " + when[:min(len(when), len(time.DateOnly))], ""}
}

func sick(what string, err error) check {
	c := check{What: what, State: stateBad, Found: err.Error(), Advice: "see docs/office.md; nothing was changed"}
	if m, ok := errors.AsType[*mishap](err); ok {
		c.Found, c.Advice = strings.TrimSpace(m.say), "("+m.err.Error()+")"
		return c
	}
	if say, ok := advice[screening.CodeOf(err)]; ok {
		c.Found, c.Advice = say[0], say[1]
	}
	return c
}

func (p *Program) checkFolder(w where) check {
	info, err := os.Stat(w.data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return check{"folder", stateBad, "it is not there", "check -data, or make an office with leeward-office init"}
	case err != nil:
		return sick("folder", err)
	case info.Mode().Perm()&0o077 != 0:
		return check{"folder", stateLook, "others on this machine may look into it", "chmod 700 " + w.data}
	}
	if _, err := os.Stat(filepath.Join(w.data, dirHolders)); err == nil {
		return check{"folder", stateLook, "keys of the holders are still here", "give each file to its holder and delete it here, before the first device is enrolled"}
	}
	return check{"folder", stateOK, "only its owner may look into it", ""}
}

// Room below which an office should act, and must.
const (
	roomLow  = 5 << 30
	roomNone = 500 << 20
)

func checkDisk(dir string) check {
	free, err := freeSpace(dir)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return check{"disk", stateLook, "free space cannot be seen on this system", "look for yourself"}
	case err != nil:
		return sick("disk", err)
	}
	found := fmt.Sprintf("%.1f GB free", float64(free)/(1<<30))
	switch {
	case free < roomNone:
		return check{"disk", stateBad, found, "make room now: batches are refused when it is full, and devices keep what they hold"}
	case free < roomLow:
		return check{"disk", stateLook, found, "make room soon"}
	}
	return check{"disk", stateOK, found, ""}
}

// checkClock compares the clock with the newest file of the office: it must not lie before what was written.
func (p *Program) checkClock(w where) check {
	now := p.Now()
	if year := now.Year(); year < 2026 {
		return check{"clock", stateBad, now.Format(time.RFC3339), "the clock is wrong: set it, and keep it set (NTP)"}
	}
	for _, name := range []string{fileVault, fileRecords, fileRoot} {
		if info, err := os.Stat(filepath.Join(w.data, name)); err == nil && info.ModTime().Sub(now) > time.Hour {
			return check{"clock", stateBad, name + " was written in the future", "the clock went back: set it, and keep it set (NTP)"}
		}
	}
	return check{"clock", stateOK, now.Format(time.RFC3339), ""}
}

func (o *office) checkRoot() check {
	print, err := o.fingerprint()
	if err != nil {
		return sick("root", err)
	}
	found := fmt.Sprintf("version %d, fingerprint %x", o.root.Version, print[:8])
	if o.root.Demo {
		return check{"root", stateLook, found + ", a demonstration", "do not enter real people"}
	}
	return check{"root", stateOK, found, ""}
}

func (p *Program) checkCertificate(what string, c *x509.Certificate) check {
	left := c.NotAfter.Sub(p.Now())
	found := "good until " + c.NotAfter.Format(time.DateOnly)
	switch {
	case left <= 0:
		return check{what, stateBad, "the certificate has ended, " + found, "start serve again: it makes a new one"}
	case left < 30*24*time.Hour:
		return check{what, stateLook, found, "start serve again within a month: it makes a new one"}
	}
	return check{what, stateOK, found, ""}
}

func (o *office) checkRecords(ctx context.Context) (all []check) {
	stats, err := o.records.Stats(ctx)
	if err != nil {
		return append(all, sick("database", err))
	}
	all = append(all, counted(stats))
	all = append(all, o.checkHistory(ctx))
	all = append(all, o.checkDatabase(ctx)...)
	all = append(all, o.checkField(ctx)...)
	all = append(all, o.checkSealed(ctx))
	lines, err := o.records.CheckAudit(ctx, func(casework.Entry) {})
	if err != nil {
		return append(all, check{"audit log", stateBad, err.Error(), "somebody changed it: stop, copy the folder, and compare with the last backup"})
	}
	return append(all, check{"audit log", stateOK, fmt.Sprintf("%d lines, each follows from the one before", lines), ""})
}

func counted(s casework.Stats) check {
	c := check{What: "database", State: stateOK, Found: fmt.Sprintf("%d devices, %d batches, %d interviews", s.Devices, s.Batches, s.Interviews)}
	if s.Quarantined+s.Incidents > 0 {
		c.State, c.Found = stateLook, fmt.Sprintf("%s; %d in quarantine, %d incidents", c.Found, s.Quarantined, s.Incidents)
		c.Advice = "a supervisor looks at the page Arrivals"
	}
	return c
}

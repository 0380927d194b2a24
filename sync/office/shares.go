package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// What the office remembers of its recovery shares: at which place of the vault their passphrase is, and when two of
// them were last typed back.
const (
	settingSharesPlace     = "shares.place"
	settingSharesRehearsed = "shares.rehearsed"
)

var (
	errNoShares    = errors.New("no recovery shares were made")
	errOtherShares = errors.New("they open nothing here")
)

// addShares makes the recovery passphrase of a vault that only one person can open, and returns its shares.
func addShares(ctx context.Context, v *vault.Vault, pass []byte) (texts []string, place int, err error) {
	recovery, shares := vault.NewShares()
	defer clear(recovery)
	if place, err = v.AddPassphrase(ctx, vault.Passphrase(pass), recovery); err != nil {
		return nil, 0, fmt.Errorf("make recovery shares: %w", err)
	}
	return shareTexts(shares), place, nil
}

func shareTexts(shares [vault.ShareCount]vault.Share) (texts []string) {
	for _, s := range shares {
		texts = append(texts, s.Text())
	}
	return texts
}

// rehearsed refuses what must not be done before it is certain that the shares work. A demonstration has none.
func (o *office) rehearsed(ctx context.Context) error {
	if o.root.Demo {
		return nil
	}
	when, err := o.records.Setting(ctx, settingSharesRehearsed)
	if err == nil && when == "" {
		err = &mishap{msgNotRehearsed, casework.RefuseRehearse}
	}
	return err
}

// Rehearse takes what two shares gave. It has to open the vault at the place that was made for it.
func (o *office) Rehearse(ctx context.Context, recovery []byte) error {
	kept, err := o.records.Setting(ctx, settingSharesPlace)
	if err != nil {
		return err
	}
	if kept == "" {
		return &mishap{msgNoShares, errNoShares}
	}
	place, err := o.vault.Confirm(ctx, vault.Passphrase(recovery))
	if err != nil {
		return sharesOf(err)
	}
	if strconv.Itoa(place) != kept {
		return &mishap{msgOtherShares, errOtherShares}
	}
	if err := o.records.SetSetting(ctx, settingSharesRehearsed, o.now().UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	return o.records.Note(ctx, casework.Program, casework.ActShares, "rehearsed")
}

// sharesOf says of a try that it was made with shares.
func sharesOf(err error) error {
	if screening.CodeOf(err) == screening.CodeWrongPassphrase {
		return &mishap{msgOtherShares, err}
	}
	return fmt.Errorf("try the shares: %w", err)
}

// Reshare makes new shares for whoever has the office's passphrase. Those before open the vault no more, but an older
// backup still opens with them. They count only when they have been rehearsed in their turn.
func (o *office) Reshare(ctx context.Context, pass []byte) ([]string, error) {
	kept, err := o.records.Setting(ctx, settingSharesPlace)
	if err != nil {
		return nil, err
	}
	if err := o.records.Note(ctx, casework.Program, casework.ActShares, "made"); err != nil {
		return nil, err
	}
	if err := o.records.SetSetting(ctx, settingSharesRehearsed, ""); err != nil {
		return nil, err
	}
	if place, bad := strconv.Atoi(kept); bad == nil {
		recovery, shares := vault.NewShares()
		defer clear(recovery)
		if err := o.vault.GivePassphrase(ctx, vault.Passphrase(pass), place, recovery); err != nil {
			return nil, fmt.Errorf("make recovery shares: %w", err)
		}
		return shareTexts(shares), nil
	}
	texts, place, err := addShares(ctx, o.vault, pass)
	if err != nil {
		return nil, err
	}
	return texts, o.records.SetSetting(ctx, settingSharesPlace, strconv.Itoa(place))
}

func (p *Program) shares(ctx context.Context, args []string) error {
	var (
		w    where
		file string
	)
	f := flags("shares", &w)
	f.StringVar(&file, "shares-file", "", "")
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	if err := p.parse(f, usageShares, args); err != nil {
		return err
	}
	switch do {
	case "rehearse":
		return p.withDesk(ctx, w, func(d desk) error { return p.rehearse(ctx, d, file) })
	case "new":
		return p.reshare(ctx, w)
	}
	return usageError(msgSharesCommand)
}

func (p *Program) rehearse(ctx context.Context, d desk, file string) error {
	recovery, err := p.readShares(file)
	if err != nil {
		return err
	}
	defer clear(recovery)
	if err := d.Rehearse(ctx, recovery); err != nil {
		return err
	}
	_, err = fmt.Fprint(p.Stdout, sharesRehearsed)
	return err
}

func (p *Program) reshare(ctx context.Context, w where) error {
	pass, err := p.readPassphrase(w, msgPassphrase)
	if err != nil {
		return err
	}
	defer clear(pass)
	return p.withDeskOf(ctx, w, pass, func(d desk) error {
		texts, err := d.Reshare(ctx, pass)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(p.Stdout, sharesShown(texts)+sharesNext)
		return err
	})
}

// readShares asks for two shares, one after the other, or reads them from a file with a line each, and returns the
// passphrase that they give. What was typed is shown: it is long, and its holder has to see a mistake.
func (p *Program) readShares(file string) ([]byte, error) {
	var two []vault.Share
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, &mishap{msgSharesFile, err}
		}
		defer clear(text)
		for line := range bytes.Lines(text) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			s, err := vault.ParseShare(string(line))
			if err != nil {
				return nil, tellShare(err)
			}
			two = append(two, s)
		}
	}
	for len(two) < vault.ShareNeeded && file == "" {
		line, err := p.askLine(fmt.Sprintf(msgShare, [...]string{"One", "Another"}[len(two)]))
		if err != nil {
			return nil, err
		}
		s, err := vault.ParseShare(line)
		if err == nil && len(two) == 1 {
			_, err = vault.JoinShares(two[0], s)
		}
		if err != nil { // a person at a terminal may try again
			fmt.Fprintln(p.Stderr, strings.TrimSpace(tellShare(err).Error()))
			continue
		}
		two = append(two, s)
	}
	if len(two) != vault.ShareNeeded {
		return nil, &mishap{msgSharesFile, fmt.Errorf("%d shares, want %d", len(two), vault.ShareNeeded)}
	}
	joined, err := vault.JoinShares(two[0], two[1])
	if err != nil {
		return nil, tellShare(err)
	}
	return joined, nil
}

// restoreWithShares gives the office in a folder a passphrase again, from two shares.
func (p *Program) restoreWithShares(ctx context.Context, w where, file string) ([]byte, error) {
	recovery, err := p.readShares(file)
	if err != nil {
		return nil, err
	}
	defer clear(recovery)
	v, err := vault.Unlock(ctx, vaultIn(w.data), vault.Passphrase(recovery), vault.Options{Now: p.Now, Log: p.Log})
	if err != nil {
		return nil, sharesOf(err)
	}
	defer v.Lock()
	fresh, err := p.newPassphrase(plan{where: w})
	if err != nil {
		return nil, err
	}
	if err := v.GivePassphrase(ctx, vault.Passphrase(recovery), 0, fresh); err != nil { // the place of whoever made the office
		clear(fresh)
		return nil, fmt.Errorf("set the new passphrase: %w", err)
	}
	return fresh, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// rootAsk is what "root" was asked for.
type rootAsk struct {
	where
	drop      int    // which root key goes, from 1
	add       string // file with the public key that comes
	threshold int
	escrow    string // the second reader of what is sealed from then on; a file with its recipient
	online    bool   // a fresh online key
	restored  bool   // the office came back from a copy: devices follow its log from there
	out       string
	key       string
	json      bool
}

var errNothingNew = errors.New("the next root has nothing new")

// changeRoot makes, signs and takes the next root document of an office: other holders, another escrow, another online key.
func (p *Program) changeRoot(ctx context.Context, args []string) error {
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	var a rootAsk
	office := &a.where
	if do == "key" || do == "sign" { // they need no office
		office = nil
	}
	f := flags("root", office)
	f.BoolVar(&a.json, "json", false, "")
	switch do {
	case "key":
		f.StringVar(&a.out, "o", "", "")
	case "draft":
		f.IntVar(&a.drop, "drop", 0, "")
		f.StringVar(&a.add, "add", "", "")
		f.IntVar(&a.threshold, "threshold", 0, "")
		f.StringVar(&a.escrow, "escrow", "", "")
		f.BoolVar(&a.online, "online", false, "")
		f.BoolVar(&a.restored, "restored", false, "")
		f.StringVar(&a.out, "o", "", "")
	case "sign":
		f.StringVar(&a.key, "key", "", "")
		f.StringVar(&a.passphrase, "key-passphrase-file", "", "")
	}
	named, err := p.parseNamed(f, usageRoot, args)
	if err != nil {
		return err
	}
	run := map[string]func(context.Context, rootAsk, []string) error{
		"show": p.rootShow, "key": p.rootKey, "draft": p.rootDraft, "sign": p.rootSign, "take": p.rootTake,
	}[do]
	if run == nil || len(named) != map[string]int{"sign": 1, "take": 1}[do] {
		return usageError(msgRootCommand)
	}
	return run(ctx, a, named)
}

// rootDraft writes the next root with what is to change, signed by nobody.
func (p *Program) rootDraft(ctx context.Context, a rootAsk, _ []string) error {
	if a.out == "" {
		return usageError(msgRootOut)
	}
	o, err := p.openOffice(ctx, a.where)
	if err != nil {
		return err
	}
	next, err := o.nextRoot(ctx, a)
	if err != nil {
		return errors.Join(err, o.close())
	}
	file, err := batch.DraftRoot(next)
	if err = errors.Join(err, o.close()); err != nil {
		return &mishap{msgBadNext, err}
	}
	if err := writeDurable(a.out, file); err != nil {
		return &mishap{msgRootWrite, err}
	}
	_, err = fmt.Fprintf(p.Stdout, rootDrafted, saidRoot(next), a.out, next.Threshold)
	return err
}

// nextRoot is the root of an office with what was asked for.
func (o *office) nextRoot(ctx context.Context, a rootAsk) (next batch.Root, err error) {
	next = o.root
	next.Keys, next.Payload = slices.Clone(o.root.Keys), slices.Clone(o.root.Payload)
	next.Version++
	next.Branch = screening.Checkpoint{} // what an earlier root said of the log was said once
	if next.Prev, err = o.fingerprint(); err != nil {
		return next, err
	}
	if a.drop < 0 || a.drop > len(next.Keys) {
		return next, usageError(msgRootDrop)
	}
	if a.add != "" {
		key, err := keyIn(a.add)
		if err != nil {
			return next, err
		}
		next.Keys = append(next.Keys, key)
	}
	if a.drop > 0 {
		next.Keys = slices.Delete(next.Keys, a.drop-1, a.drop)
	}
	if a.threshold > 0 {
		next.Threshold = a.threshold
	}
	if a.escrow != "" {
		text, err := readWithin(a.escrow, 8<<10)
		if err != nil {
			return next, &mishap{msgNoFile, err}
		}
		to, err := seal.ParseRecipient(strings.TrimSpace(string(text)))
		if err != nil {
			return next, &mishap{msgBadReader, err}
		}
		next.Payload = append(next.Payload[:1], to)
	}
	if a.online {
		name := onlineName(next.Version)
		if err := o.vault.AddKeys(ctx, name); err != nil {
			return next, fmt.Errorf("make an online key: %w", err)
		}
		next.Online = o.vault.Signer(name).Public()
	}
	if a.restored {
		if next.Branch, err = o.restoredFrom(ctx); err != nil {
			return next, err
		}
	}
	if a.drop == 0 && a.add == "" && a.threshold == 0 && a.escrow == "" && !a.online && !a.restored {
		return next, &mishap{msgNothingNew, errNothingNew}
	}
	return next, nil
}

// rootSign puts a holder's signature under the next root, after it has said what it holds.
func (p *Program) rootSign(ctx context.Context, a rootAsk, named []string) error {
	if a.key == "" {
		return usageError(msgRootSign)
	}
	file, next, _, err := draftIn(named[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, rootAsked, next.Version, next.Office, saidRoot(next))
	v, err := p.holderVault(ctx, a.where, a.key)
	if err != nil {
		return err
	}
	defer v.Lock()
	signed, err := batch.CosignRoot(file, v.Signer(keyRoot))
	if err != nil {
		return &mishap{msgNotItsKey, err}
	}
	if err := replaceDurable(named[0], signed); err != nil {
		return &mishap{msgRootWrite, err}
	}
	_, by, err := batch.ReadRootDraft(signed)
	if err != nil {
		return &mishap{msgBadNext, err}
	}
	_, err = fmt.Fprintf(p.Stdout, rootSigned, len(by), named[0], max(0, next.Threshold-len(by)))
	return err
}

func draftIn(name string) (file []byte, next batch.Root, by []seal.PublicKey, err error) {
	if file, err = readWithin(name, 64<<10); err != nil {
		return nil, next, nil, &mishap{msgNoFile, err}
	}
	if next, by, err = batch.ReadRootDraft(file); err != nil {
		return nil, next, nil, &mishap{msgBadNext, err}
	}
	return file, next, by, nil
}

// rootTake makes a signed root the office's own. Devices follow it with their next call, or stick.
func (p *Program) rootTake(ctx context.Context, a rootAsk, named []string) error {
	file, _, _, err := draftIn(named[0])
	if err != nil {
		return err
	}
	o, err := p.openOffice(ctx, a.where)
	if err != nil {
		return err
	}
	next, err := o.take(ctx, file)
	if err = errors.Join(err, o.close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Stdout, rootTaken, next.Version)
	return err
}

// take checks that a root follows the office's own and names keys that this office has, and keeps it.
func (o *office) take(ctx context.Context, file []byte) (next batch.Root, err error) {
	if next, err = batch.FollowRoot(o.rootDoc, file); err != nil {
		return next, &mishap{msgNotNext, err}
	}
	online := o.vault.Signer(onlineName(next.Version)).Public() == next.Online || next.Online == o.root.Online
	if !online || next.TLS != o.root.TLS || next.Registrar != o.root.Registrar || next.Intake.String() != o.root.Intake.String() ||
		next.Payload[0].String() != o.root.Payload[0].String() || next.Office != o.root.Office {
		return next, &mishap{msgOtherKeys, errOtherKeys}
	}
	name := filepath.Join(o.dir, rootFile(int(next.Version)))
	if err := os.Remove(name + ".new"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return next, fmt.Errorf("keep root document: %w", err)
	}
	if err := errors.Join(replaceDurable(name, file), syncFolder(o.dir)); err != nil {
		return next, fmt.Errorf("keep root document: %w", err)
	}
	print, err := batch.Fingerprint(file)
	if err != nil {
		return next, err
	}
	return next, o.records.Note(ctx, casework.Program, casework.ActRoot, fmt.Sprintf("%d %x", next.Version, print))
}

var errOtherKeys = errors.New("it names keys that this office does not have")

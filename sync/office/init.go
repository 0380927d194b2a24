package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/office/dashboard"
	"leeward/internal/office/engine"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

// plan is what init was asked for.
type plan struct {
	where
	name  string
	user  string
	lang  string
	hosts string
	demo  bool
	json  bool
}

// made is what init answers. Its passphrases are shown once and kept nowhere.
type made struct {
	User        string   `json:"user"`
	Passphrase  string   `json:"passphrase"`
	Fingerprint string   `json:"fingerprint"`
	Holders     []holder `json:"holders,omitempty"`
	Shares      []string `json:"shares,omitempty"` // recovery shares, in words
}

// holder is a file that one person carries away, with the passphrase that only they get.
type holder struct {
	File       string `json:"file"`
	Passphrase string `json:"passphrase"`
}

// role is what the first person is there for: to let the others in. A demonstration has one person for everything.
func (w plan) role() casework.Role {
	if w.demo {
		return "supervisor registrar data_officer administrator auditor"
	}
	return casework.Administrator
}

func (p *Program) init(ctx context.Context, args []string) error {
	var w plan
	f := flags("init", &w.where)
	f.StringVar(&w.name, "name", "", "")
	f.StringVar(&w.user, "user", "reviewer", "")
	f.StringVar(&w.lang, "lang", "en", "")
	f.StringVar(&w.hosts, "hosts", "", "")
	f.BoolVar(&w.demo, "demo", false, "")
	f.BoolVar(&w.json, "json", false, "")
	if err := p.parse(f, usageInit, args); err != nil {
		return err
	}
	if w.name == "" {
		if !w.demo {
			return usageError("-name NAME is needed: screeners see it when they enrol a device")
		}
		w.name = "Demonstration office"
	}
	if w.user == "" || len(w.user) > 64 {
		return usageError("-user NAME must have 1 to 64 bytes")
	}
	if err := empty(w.data); err != nil {
		return err
	}
	pass, err := p.newPassphrase(w)
	if err != nil {
		return err
	}
	defer clear(pass)
	result, err := p.build(ctx, w, pass)
	if err != nil {
		return err
	}
	return p.tellMade(w, result)
}

// empty refuses a folder with anything in it.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look into the folder: %w", err)
	}
	if len(entries) > 0 {
		return &mishap{msgExists, fs.ErrExist}
	}
	return nil
}

func (p *Program) newPassphrase(w plan) ([]byte, error) {
	pass, err := p.readPassphrase(w.where, msgPassphraseNew)
	if err != nil || w.passphrase != "" {
		return pass, err
	}
	again, err := p.askPassphrase(msgPassphraseAgain)
	if err != nil {
		return nil, err
	}
	defer clear(again)
	if string(again) != string(pass) {
		return nil, usageError(msgDiffer)
	}
	return pass, nil
}

// build makes the office beside its place and moves it there when it is whole, so that a cut leaves
// either no office or a working one.
func (p *Program) build(ctx context.Context, w plan, pass []byte) (_ made, err error) {
	place, err := filepath.Abs(w.data)
	if err != nil {
		return made{}, fmt.Errorf("place of the office: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return made{}, fmt.Errorf("make folder: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(place), ".leeward-new-") // 0700
	if err != nil {
		return made{}, fmt.Errorf("make folder: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	result, err := p.fill(ctx, w, dir, pass)
	if err != nil {
		return made{}, err
	}
	if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) { // empty: checked
		return made{}, fmt.Errorf("make room for the office: %w", err)
	}
	if err := os.Rename(dir, place); err != nil {
		return made{}, fmt.Errorf("put the office in its place: %w", err)
	}
	return result, nil
}

func (p *Program) vaultOptions(w plan) vault.Options {
	return vault.Options{Now: p.Now, Log: p.Log, KDF: p.KDF, Weak: w.demo}
}

func (p *Program) fill(ctx context.Context, w plan, dir string, pass []byte) (made, error) {
	spec := vault.Spec{
		Sign: []string{keyOnline, keyRegistrar}, TLS: []string{keyDevices}, Web: []string{keyWeb},
		Seal: []string{keyIntake, keyVault}, Data: true,
	}
	if w.hosts != "" {
		spec.Hosts = strings.Split(w.hosts, ",")
	}
	v, err := vault.Create(ctx, filepath.Join(dir, fileVault), pass, spec, p.vaultOptions(w))
	if err != nil {
		return made{}, fmt.Errorf("make the office's keys: %w", err)
	}
	defer v.Lock()
	rootDoc, holders, err := p.makeRoot(ctx, w, dir, v)
	if err != nil {
		return made{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, fileRoot), rootDoc, 0o600); err != nil {
		return made{}, fmt.Errorf("write root document: %w", err)
	}
	print, err := batch.Fingerprint(rootDoc)
	if err != nil {
		return made{}, err
	}
	result := made{User: w.user, Fingerprint: hex.EncodeToString(print[:]), Holders: holders}
	place := 0
	if !w.demo {
		if result.Shares, place, err = addShares(ctx, v, pass); err != nil {
			return made{}, err
		}
	}
	result.Passphrase, err = p.firstPerson(ctx, w, dir, v, place)
	return result, err
}

// firstPerson makes the database with the person who may sign in first, and returns their passphrase. It notes at which
// place of the vault the recovery shares open, if there are any.
func (p *Program) firstPerson(ctx context.Context, w plan, dir string, v *vault.Vault, shares int) (passphrase string, err error) {
	if passphrase, err = generated(); err != nil {
		return "", err
	}
	cost := p.Cost
	if cost == (dashboard.Cost{}) {
		cost = dashboard.DefaultCost()
	}
	records, err := openRecords(ctx, v, where{data: dir, dsn: w.dsn}, engine.Options{Now: p.Now, Log: p.Log})
	if err != nil {
		return "", err
	}
	if shares > 0 {
		if err := records.SetSetting(ctx, settingSharesPlace, strconv.Itoa(shares)); err != nil {
			return "", errors.Join(err, records.Close())
		}
	}
	_, err = records.AddPerson(ctx, casework.Program, casework.Person{Name: w.user, Role: w.role(), Lang: w.lang},
		dashboard.HashPassphrase(passphrase, cost))
	return passphrase, errors.Join(err, records.Close())
}

func generated() (string, error) {
	words, err := vault.Words(vault.GeneratedWords)
	return strings.Join(words, " "), err
}

// Root keys of an office that is not a demonstration: three holders, of whom two have to agree.
const (
	rootKeys      = 3
	rootThreshold = 2
)

// makeRoot signs the first root document. In a demonstration the root keys are thrown away at once; else
// each is a file of its own under a passphrase of its own, and so is the escrow identity.
func (p *Program) makeRoot(ctx context.Context, w plan, dir string, v *vault.Vault) (doc []byte, holders []holder, err error) {
	root := batch.Root{
		Version: 1, Office: w.name, Demo: w.demo, Online: v.Signer(keyOnline).Public(), Registrar: v.Signer(keyRegistrar).Public(),
		Intake: v.Recipient(keyIntake), Payload: []seal.Recipient{v.Recipient(keyVault)}, Threshold: rootThreshold, Log: batch.NewLog(),
	}
	if root.TLS, err = batch.PeerKey(v.TLS(keyDevices).Leaf); err != nil {
		return nil, nil, fmt.Errorf("key of the connection: %w", err)
	}
	var signers []seal.Signer
	if w.demo {
		for range rootThreshold {
			var seed [32]byte
			_, _ = rand.Read(seed[:]) // never fails (crypto/rand)
			key := seal.NewSigner(seed)
			defer key.Forget()
			clear(seed[:])
			signers = append(signers, key)
		}
	} else {
		set, err := p.makeHolders(ctx, w, dir)
		if err != nil {
			return nil, nil, err
		}
		defer set.lock()
		signers, holders = set.signers, set.holders
		root.Payload = append(root.Payload, set.escrow)
	}
	for _, s := range signers {
		root.Keys = append(root.Keys, s.Public())
	}
	doc, err = batch.SignRoot(root, signers...)
	return doc, holders, err
}

// holderSet is the keys that are carried away after init.
type holderSet struct {
	holders []holder
	signers []seal.Signer
	escrow  seal.Recipient
	open    []*vault.Vault
}

func (s *holderSet) lock() {
	for _, v := range s.open {
		v.Lock()
	}
}

func (p *Program) makeHolders(ctx context.Context, w plan, dir string) (*holderSet, error) {
	if err := os.Mkdir(filepath.Join(dir, dirHolders), 0o700); err != nil {
		return nil, fmt.Errorf("make folder for key holders: %w", err)
	}
	set := &holderSet{}
	add := func(name string, spec vault.Spec) (*vault.Vault, error) {
		pass, err := generated()
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dirHolders, name+".vault")
		v, err := vault.Create(ctx, filepath.Join(dir, file), []byte(pass), spec, p.vaultOptions(w))
		if err != nil {
			return nil, fmt.Errorf("make key of a holder: %w", err)
		}
		set.open = append(set.open, v)
		set.holders = append(set.holders, holder{File: file, Passphrase: pass})
		return v, nil
	}
	for i := range rootKeys {
		v, err := add(fmt.Sprintf("root-%d", i+1), vault.Spec{Sign: []string{"root"}})
		if err != nil {
			set.lock()
			return nil, err
		}
		set.signers = append(set.signers, v.Signer("root"))
	}
	v, err := add("escrow", vault.Spec{Seal: []string{"escrow"}})
	if err != nil {
		set.lock()
		return nil, err
	}
	set.escrow = v.Recipient("escrow")
	return set, nil
}

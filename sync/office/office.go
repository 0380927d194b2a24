package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/postgres"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

// Names of the files in the folder of an office (package comment).
const (
	fileVault   = "office.vault"
	fileRecords = "office.db"
	fileRoot    = "root.1"
	fileSocket  = "control.sock"
	dirHolders  = "holders"
	dirParts    = "parts" // of uploads that were cut
)

// Names of the keys in the office's vault.
const (
	keyOnline    = "online"
	keyRegistrar = "registrar"
	keyDevices   = "devices" // TLS towards devices
	keyWeb       = "web"     // TLS towards browsers
	keyIntake    = "intake"
	keyVault     = "vault"
)

// settingAddress is where serve was last reached.
const settingAddress = "address"

// office is the folder of an office, opened.
type office struct {
	dir     string
	vault   *vault.Vault
	records *engine.Engine
	roots   chain  // from the first on
	rootDoc []byte // the newest
	root    batch.Root
	forms   *forms
	now     func() time.Time

	shut     atomic.Bool // to readers, after a restore (reopen.go)
	starting sync.Mutex
	in       *intake.Intake // made when it is first needed
	program  *Program
}

// intake is the office's end of the road with the office's keys.
func (o *office) intake(ctx context.Context) (*intake.Intake, error) {
	o.starting.Lock()
	defer o.starting.Unlock()
	if o.in != nil {
		return o.in, nil
	}
	ctx = context.WithoutCancel(ctx) // it outlives the request that was first to need it
	in, err := intake.New(intake.Config{
		Ledger: o.records, Register: o.records, Press: o.records, Capsules: o.records, Holdings: o.records, Tiles: o.records,
		Root:   o.rootDoc,
		Before: o.roots[:len(o.roots)-1], Online: o.online(), Registrar: o.vault.Signer(keyRegistrar), Requests: o.vault.Opener(keyIntake),
		Payload: func() seal.Opener { return o.vault.Opener(keyVault) },
		Forms: func(ref schema.Ref) (*schema.Form, bool) {
			form, err := o.forms.find(ctx, ref)
			return form, err == nil
		},
		Parts: filepath.Join(o.dir, dirParts), Now: o.program.Now, Log: o.program.Log,
	})
	if err != nil {
		return nil, err
	}
	o.in = in
	return in, nil
}

func vaultIn(dir string) string { return filepath.Join(dir, fileVault) }

// openOffice unlocks the office in a folder and takes its records.
func (p *Program) openOffice(ctx context.Context, w where) (o *office, err error) {
	if _, err := os.Stat(filepath.Join(w.data, fileVault)); errors.Is(err, fs.ErrNotExist) {
		return nil, &mishap{msgNoOffice, errNoOffice}
	}
	pass, err := p.readPassphrase(w, msgPassphrase)
	if err != nil {
		return nil, err
	}
	defer clear(pass)
	return p.openOfficeWith(ctx, w, pass)
}

// openOfficeWith is openOffice for who has the passphrase already.
func (p *Program) openOfficeWith(ctx context.Context, w where, pass []byte) (o *office, err error) {
	if err := os.MkdirAll(filepath.Join(w.data, dirParts), 0o700); err != nil {
		return nil, fmt.Errorf("make folder for uploads: %w", err)
	}
	o = &office{dir: w.data, now: p.Now, program: p}
	if o.vault, err = vault.Unlock(ctx, filepath.Join(w.data, fileVault), vault.Passphrase(pass), vault.Options{Now: p.Now, Log: p.Log}); err != nil {
		return nil, fmt.Errorf("unlock office: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if o.roots, o.root, err = readChain(w.data); err != nil {
		return o, err
	}
	o.rootDoc = o.roots.last()
	o.records, err = openRecords(ctx, o.vault, w, engine.Options{Now: p.Now, Log: p.Log})
	if err != nil {
		return o, err
	}
	o.forms = newForms(o.records)
	return o, o.keepShipped(ctx)
}

// keepShipped keeps the questionnaire that ships with this program: a later program ships another, and has to read what was
// asked with this one.
func (o *office) keepShipped(ctx context.Context) error {
	shipped := instrument.Form()
	_, err := o.records.Questionnaire(ctx, shipped.Ref())
	if errors.Is(err, casework.ErrNotFound) {
		err = o.records.PutQuestionnaire(ctx, shipped.Ref(), shipped.Questionnaire().Canonical())
	}
	if screening.CodeOf(err) == screening.EFull { // the next start has room, or the one after
		return nil
	}
	return err
}

// openRecords opens the office's own database, or the one on a server.
func openRecords(ctx context.Context, v *vault.Vault, w where, o engine.Options) (records *engine.Engine, err error) {
	err = v.LendDataKey(func(key encvfs.Key) (err error) {
		if w.dsn != "" {
			if records, err = postgres.Open(ctx, w.dsn, key, o); screening.CodeOf(err) == screening.CodeForeign {
				return &mishap{msgServer, err}
			}
			return err
		}
		records, err = sqlite.Open(ctx, filepath.Join(w.data, fileRecords), key, o)
		return err
	})
	return records, err
}

func (o *office) close() error {
	var err error
	if o.records != nil {
		err = o.records.Close()
	}
	o.vault.Lock()
	return err
}

func (o *office) fingerprint() ([32]byte, error) { return batch.Fingerprint(o.rootDoc) }

// Stats counts what the office holds.
func (o *office) Stats(ctx context.Context) (casework.Stats, error) { return o.records.Stats(ctx) }

// Enrol makes codes for devices that reach the office at url.
func (o *office) Enrol(ctx context.Context, a ask) ([]string, error) {
	if err := errors.Join(a.check(), o.rehearsed(ctx)); err != nil {
		return nil, err
	}
	url := a.URL
	if url == "" {
		var err error
		if url, err = o.records.Setting(ctx, settingAddress); err != nil {
			return nil, err
		}
	}
	if url == "" {
		return nil, usageError(msgNoAddress)
	}
	print, err := o.fingerprint()
	if err != nil {
		return nil, err
	}
	codes := make([]string, 0, a.Count)
	for range a.Count {
		code := batch.EnrolCode{URL: url, Root: print, Secret: batch.NewSecret()}
		text, err := code.Text()
		if err != nil {
			return nil, usageError("-url must be https://host:port and nothing after it")
		}
		expires := o.now().Add(time.Duration(a.Hours) * time.Hour)
		if err := o.addCode(ctx, batch.CodeHash(code.Secret), expires, a); err != nil {
			return nil, err
		}
		codes = append(codes, text)
	}
	return codes, o.records.Note(ctx, casework.Program, casework.ActEnrol, strconv.Itoa(a.Count))
}

// addCode keeps what is kept of a code: for the one device whose id begins so, or for a new one.
func (o *office) addCode(ctx context.Context, hash [32]byte, expires time.Time, a ask) error {
	if a.Device == "" {
		return o.records.AddCode(ctx, hash, expires, !a.Compare)
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return err
	}
	id, _, err := theDevice(devices, a.Device)
	if err != nil {
		return err
	}
	if err := o.records.AddCodeFor(ctx, hash, expires, !a.Compare, id); errors.Is(err, casework.ErrNotFound) {
		return usageError(msgRevokedForGood)
	} else if err != nil {
		return err
	}
	return nil
}

// forms finds compiled questionnaires: those that ship with the program, then those of the database.
type forms struct {
	records *engine.Engine

	mu    sync.Mutex
	known map[schema.Ref]*schema.Form
}

func newForms(records *engine.Engine) *forms {
	shipped := instrument.Form()
	return &forms{records: records, known: map[schema.Ref]*schema.Form{shipped.Ref(): shipped}}
}

// find returns a questionnaire, or casework.ErrNotFound.
func (f *forms) find(ctx context.Context, ref schema.Ref) (*schema.Form, error) {
	f.mu.Lock()
	form, ok := f.known[ref]
	f.mu.Unlock()
	if ok {
		return form, nil
	}
	canonical, err := f.records.Questionnaire(ctx, ref)
	if err != nil {
		return nil, err
	}
	q, err := schema.Parse(canonical)
	if err != nil {
		return nil, fmt.Errorf("questionnaire %s: %w", hex.EncodeToString(ref[:4]), err)
	}
	if form, err = schema.Compile(q); err != nil {
		return nil, fmt.Errorf("questionnaire %s: %w", hex.EncodeToString(ref[:4]), err)
	}
	f.mu.Lock()
	f.known[ref] = form
	f.mu.Unlock()
	return form, nil
}

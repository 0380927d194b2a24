package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
	"leeward/internal/vault"
)

// backedUp is what a backup holds.
type backedUp struct {
	Files []string `json:"files"`
	Bytes int64    `json:"bytes"`
	Rows  bool     `json:"database"` // false: the database stands on a server, which has its own tools
}

// carriedAlong are the files of an office's folder that a backup copies as they are: sealed, or open to anybody.
var carriedAlong = []string{fileVault, fileConfig}

func (p *Program) backup(ctx context.Context, args []string) error {
	var (
		w      where
		to     string
		asJSON bool
	)
	f := flags("backup", &w)
	f.StringVar(&to, "to", "", "")
	f.BoolVar(&asJSON, "json", false, "")
	if err := p.parse(f, usageBackup, args); err != nil {
		return err
	}
	if to == "" {
		return usageError("-to FOLDER is needed: a new one, best on another disk")
	}
	to, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("place of the backup: %w", err)
	}
	return p.withDesk(ctx, w, func(d desk) error {
		done, err := d.Backup(ctx, to)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(done)
		}
		if _, err := fmt.Fprintf(p.Stdout, backupText, to, done.Bytes); err != nil || done.Rows {
			return err
		}
		_, err = fmt.Fprint(p.Stdout, backupServerText)
		return err
	})
}

// Backup copies the office into a new folder: what was committed when it began. A folder that is there is refused,
// and one that could not be filled is removed.
func (o *office) Backup(ctx context.Context, dir string) (done backedUp, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return done, &mishap{msgBackupFolder, err}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	err = o.records.Backup(ctx, filepath.Join(dir, fileRecords))
	switch {
	case err == nil:
		done.Files, done.Rows = []string{fileRecords}, true
	case !errors.Is(err, errors.ErrUnsupported):
		return done, err
	}
	for _, name := range append(o.roots.files(), carriedAlong...) {
		err := copyFile(filepath.Join(o.dir, name), filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) && name == fileConfig {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("back up %s: %w", name, err)
		}
		done.Files = append(done.Files, name)
	}
	for _, name := range done.Files {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			return done, fmt.Errorf("look at the backup: %w", err)
		}
		done.Bytes += info.Size()
	}
	if err := syncFolder(dir); err != nil {
		return done, fmt.Errorf("keep the backup: %w", err)
	}
	return done, o.records.Note(ctx, casework.Program, casework.ActBackup, fmt.Sprint(done.Bytes))
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolder makes the names of new files outlast a power cut, where the system can.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil && runtime.GOOS == "linux" {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

func (p *Program) restore(ctx context.Context, args []string) error {
	var (
		w    where
		from string
		two  bool
		file string
	)
	f := flags("restore", &w)
	f.BoolVar(&two, "shares", false, "")
	f.StringVar(&file, "shares-file", "", "")
	f.StringVar(&from, "from", "", "")
	if err := p.parse(f, usageRestore, args); err != nil {
		return err
	}
	if from == "" {
		return usageError("-from FOLDER is needed: what backup wrote")
	}
	if err := empty(w.data); err != nil {
		return err
	}
	if err := os.MkdirAll(w.data, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	err := p.restoreTo(ctx, w, from, func() ([]byte, error) {
		if two || file != "" {
			return p.restoreWithShares(ctx, w, file)
		}
		return p.readPassphrase(w, msgPassphrase)
	})
	if err != nil { // nothing was there before
		entries, _ := os.ReadDir(w.data)
		for _, e := range entries {
			err = errors.Join(err, os.RemoveAll(filepath.Join(w.data, e.Name())))
		}
	}
	return err
}

// restoreTo copies a backup, checks every page of its database, the chain of its log, and that the keys fit.
func (p *Program) restoreTo(ctx context.Context, w where, from string, passphrase func() ([]byte, error)) error {
	if _, err := os.Stat(vaultIn(from)); err != nil {
		return &mishap{msgNoBackup, err}
	}
	roots, _, err := readChain(from)
	if err != nil {
		return &mishap{msgNoBackup, err}
	}
	for _, name := range append(roots.files(), carriedAlong...) {
		if err := copyFile(filepath.Join(from, name), filepath.Join(w.data, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("restore %s: %w", name, err)
		}
	}
	pass, err := passphrase()
	if err != nil {
		return err
	}
	defer clear(pass)
	if w.dsn == "" {
		if err := p.restoreFile(ctx, w, from, pass); err != nil {
			return err
		}
	}
	o, err := p.openOfficeWith(ctx, w, pass)
	if err != nil {
		return err
	}
	if err := o.closeToReaders(ctx); err != nil {
		return errors.Join(err, o.close())
	}
	lines, err := o.records.CheckAudit(ctx, func(casework.Entry) {})
	stats, err2 := o.records.Stats(ctx)
	if err := errors.Join(err, err2, o.close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.Stdout, restoreText+restoreClosed, w.data, stats.Interviews, stats.Batches, lines)
	return err
}

func (p *Program) restoreFile(ctx context.Context, w where, from string, pass []byte) error {
	v, err := vault.Unlock(ctx, vaultIn(w.data), vault.Passphrase(pass), vault.Options{Now: p.Now, Log: p.Log})
	if err != nil {
		return fmt.Errorf("unlock the backup: %w", err)
	}
	defer v.Lock()
	return v.LendDataKey(func(key encvfs.Key) error {
		warnings, err := sqlite.Restore(ctx, filepath.Join(from, fileRecords), filepath.Join(w.data, fileRecords), key)
		for _, warning := range warnings {
			p.Log.Warn("backup restored with a warning", "event", warning)
		}
		return err
	})
}

// rebuild reads every sealed payload again.
func (p *Program) rebuild(ctx context.Context, args []string) error {
	var w where
	if err := p.parse(flags("rebuild", &w), usageRebuild, args); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		done, err := d.Rebuild(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, rebuildText, done.Batches, done.Interviews)
		return err
	})
}

// Rebuild drops what was read from payloads and reads it again. What people of the office added to cases stays.
func (o *office) Rebuild(ctx context.Context) (done engine.Rebuilt, err error) {
	in, err := o.intake(ctx)
	if err != nil {
		return done, err
	}
	if err := o.records.BeginRebuild(ctx); err != nil {
		return done, err
	}
	if err := in.Resume(ctx); err != nil {
		return done, err
	}
	return o.records.EndRebuild(ctx)
}

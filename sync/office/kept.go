package main

import (
	"context"
	"errors"
	"fmt"
)

// kept is what an office's log was when a backup was made.
type kept struct {
	Size uint64   `json:"size"`
	Root [32]byte `json:"root"`
}

var errOtherLog = errors.New("its log is not the beginning of this office's")

// Kept notes that a backup with such a log lies off this machine.
func (o *office) Kept(ctx context.Context, k kept) error {
	now, err := o.records.Prove(ctx, 0, nil)
	if err != nil {
		return err
	}
	if k.Size > now.Size {
		return &mishap{msgOtherLog, errOtherLog}
	}
	root, err := o.records.RootAt(ctx, k.Size)
	if err != nil {
		return err
	}
	if root != k.Root {
		return &mishap{msgOtherLog, errOtherLog}
	}
	return o.records.NoteBackup(ctx, k.Size)
}

// keep confirms that a backup lies off this machine: it is opened with its passphrase, and its log has to be the
// beginning of the office's. On this word devices let go of their sealed copies.
func (p *Program) keep(ctx context.Context, args []string) error {
	var w where
	f := flags("kept", &w)
	named, err := p.parseNamed(f, usageKept, args)
	if err != nil {
		return err
	}
	if len(named) != 1 {
		return usageError("name the one folder of the backup")
	}
	k, err := p.logOf(ctx, where{data: named[0], passphrase: w.passphrase})
	if err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		if err := d.Kept(ctx, k); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.Stdout, keptText, k.Size)
		return err
	})
}

// logOf opens a backup and reads how far its log goes.
func (p *Program) logOf(ctx context.Context, w where) (k kept, err error) {
	o, err := p.openOffice(ctx, w)
	if err != nil {
		return k, err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	proof, err := o.records.Prove(ctx, 0, nil)
	return kept{proof.Size, proof.Root}, err
}

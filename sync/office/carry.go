package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"leeward/internal/seal"
)

// Answers makes a carry file for every device that may send, each sealed to its device.
func (o *office) Answers(ctx context.Context) (files [][]byte, err error) {
	in, err := o.intake(ctx)
	if err != nil {
		return nil, err
	}
	devices, err := o.records.Enrolled(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		file, err := in.Answer(ctx, d)
		if o.root.Demo && errors.Is(err, seal.ErrRecipient) {
			continue // an invented device: nobody has it
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// carry puts the office's answers into a folder of a stick. The files' names are random and say nothing: each device
// finds its own by opening it.
func (p *Program) carry(ctx context.Context, args []string) error {
	var w where
	f := flags("carry", &w)
	named, err := p.parseNamed(f, usageCarry, args)
	if err != nil {
		return err
	}
	if len(named) != 1 {
		return usageError("name the one folder to write the answers to")
	}
	if info, err := os.Stat(named[0]); err != nil || !info.IsDir() {
		return &mishap{msgNoFolder, errors.Join(err, errNoFolder)}
	}
	return p.withDesk(ctx, w, func(d desk) error {
		files, err := d.Answers(ctx)
		if err != nil {
			return err
		}
		for _, file := range files {
			var name [4]byte
			_, _ = rand.Read(name[:]) // never fails (crypto/rand)
			if err := writeNew(filepath.Join(named[0], hex.EncodeToString(name[:])), file); err != nil {
				return &mishap{msgStickWrite, err}
			}
		}
		_, err = fmt.Fprintf(p.Stdout, carriedText, len(files))
		return err
	})
}

var errNoFolder = errors.New("no such folder")

// writeDurable writes a new file that is on the stick when it returns.
func writeDurable(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

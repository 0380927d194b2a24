package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/vault"
)

var errRecover = errors.New("recovery refused")

// recovering is what recover was asked for.
type recovering struct {
	where
	request, words, answer, second string
	add                            bool
}

func (p *Program) recover(ctx context.Context, args []string) (err error) {
	var r recovering
	f := flags("recover", &r.where)
	f.StringVar(&r.request, "request", "", "")
	f.StringVar(&r.words, "words", "", "")
	f.StringVar(&r.answer, "answer", "", "")
	f.StringVar(&r.second, "second-file", "", "")
	f.BoolVar(&r.add, "add", false, "")
	if err := p.parse(f, usageRecover, args); err != nil {
		return err
	}
	if r.add == (r.request != "" || r.answer != "") || (r.request == "") != (r.answer == "") {
		return usageError("-request FILE and -answer FILE are needed, or -add alone")
	}
	pass, err := p.readPassphrase(r.where, msgPassphrase)
	if err != nil {
		return err
	}
	defer clear(pass)
	return p.withDeskOf(ctx, r.where, pass, func(d desk) error {
		if r.add {
			words, err := d.AddSecond(ctx, pass)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.Stdout, recoverAdded, words)
			return err
		}
		return p.release(ctx, d, r, pass)
	})
}

// AddSecond gives a second person a passphrase of the office's vault.
func (o *office) AddSecond(ctx context.Context, pass []byte) (words string, err error) {
	if words, err = generated(); err != nil {
		return "", err
	}
	if err := o.records.Note(ctx, casework.Program, casework.ActRecover, "second person"); err != nil {
		return "", err
	}
	if _, err := o.vault.AddPassphrase(ctx, vault.Passphrase(pass), []byte(words)); err != nil {
		return "", fmt.Errorf("add a second person: %w", err)
	}
	return words, nil
}

// recovery is what two people of the office ask together.
type recovery struct {
	Request []byte `json:"request"`
	Words   string `json:"words"`
	First   []byte `json:"first"`  // passphrase
	Second  []byte `json:"second"` // of somebody else
}

// recovered is the answer for a device, and for which one.
type recovered struct {
	Device string `json:"device"`
	Epoch  uint64 `json:"epoch"`
	Answer []byte `json:"answer"`
}

// Recover answers a request, when two people are there and the words are the request's. It is recorded first.
func (o *office) Recover(ctx context.Context, r recovery) (done recovered, err error) {
	request, err := vault.ParseRequest(r.Request)
	if err != nil {
		return done, &mishap{msgRequest, err}
	}
	if !request.SameWords(r.Words) {
		return done, &mishap{msgOtherWords, errRecover}
	}
	if err := o.twoPeople(ctx, r); err != nil {
		return done, err
	}
	kit, err := o.openKit(request)
	if err != nil {
		return done, err
	}
	if err := o.records.Note(ctx, casework.Program, casework.ActRecover, fmt.Sprintf("%s %d", kit.Device, kit.Epoch)); err != nil {
		return done, err
	}
	answer, err := request.Answer(kit)
	return recovered{kit.Device.String(), kit.Epoch, answer}, err
}

// openKit opens what a device sealed under whichever root it knew then.
func (o *office) openKit(request vault.Request) (kit vault.Kit, err error) {
	readers, err := o.roots.readers()
	if err != nil {
		return kit, err
	}
	for _, n := range readers {
		if kit, err = request.Open(o.vault.Opener(keyVault), n); err == nil {
			return kit, nil
		}
	}
	return kit, &mishap{msgRequest, err}
}

// twoPeople checks that two passphrases open the vault, at two places.
func (o *office) twoPeople(ctx context.Context, r recovery) error {
	first, err := o.vault.Confirm(ctx, vault.Passphrase(r.First))
	if err != nil {
		return fmt.Errorf("first person: %w", err)
	}
	second, err := o.vault.Confirm(ctx, vault.Passphrase(r.Second))
	if err != nil {
		return fmt.Errorf("second person: %w", err)
	}
	if first == second {
		return &mishap{msgOnePerson, errRecover}
	}
	return nil
}

// release asks for what is missing, and writes the answer.
func (p *Program) release(ctx context.Context, d desk, r recovering, pass []byte) error {
	file, err := readRequest(r.request)
	if err != nil {
		return &mishap{msgRequest, err}
	}
	if r.words == "" {
		said, err := p.askPassphrase(msgWords)
		if err != nil {
			return err
		}
		r.words = string(said)
	}
	second, err := p.readPassphrase(where{passphrase: r.second}, msgSecond)
	if err != nil {
		return err
	}
	defer clear(second)
	done, err := d.Recover(ctx, recovery{file, r.words, pass, second})
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.answer, done.Answer, 0o600); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	_, err = fmt.Fprintf(p.Stdout, recoverWritten, done.Device, done.Epoch, r.answer)
	return err
}

// maxRequest is the most that is read of a file that somebody brings.
const maxRequest = 64 << 10

func readRequest(path string) ([]byte, error) {
	f, err := os.Open(strings.TrimSpace(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxRequest+1))
}

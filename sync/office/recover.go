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
	o, err := p.openOfficeWith(ctx, r.where, pass)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if r.add {
		return p.addSecond(ctx, o, pass)
	}
	return p.release(ctx, o, r)
}

// addSecond gives a second person a passphrase of the office's vault.
func (p *Program) addSecond(ctx context.Context, o *office, pass []byte) error {
	words, err := generated()
	if err != nil {
		return err
	}
	if err := o.records.Note(ctx, casework.Program, casework.ActRecover, "second person"); err != nil {
		return err
	}
	if _, err := o.vault.AddPassphrase(ctx, pass, []byte(words)); err != nil {
		return fmt.Errorf("add a second person: %w", err)
	}
	_, err = fmt.Fprintf(p.Stdout, recoverAdded, words)
	return err
}

// release answers a request, when two people are there and the words are the request's. It is recorded first.
func (p *Program) release(ctx context.Context, o *office, r recovering) error {
	file, err := readRequest(r.request)
	if err != nil {
		return &mishap{msgRequest, err}
	}
	request, err := vault.ParseRequest(file)
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
	if !request.SameWords(r.words) {
		return &mishap{msgOtherWords, errRecover}
	}
	if err := p.twoPeople(ctx, o, r); err != nil {
		return err
	}
	kit, err := request.Open(o.vault.Opener(keyVault), len(o.root.Payload))
	if err != nil {
		return &mishap{msgRequest, err}
	}
	object := fmt.Sprintf("%s %d", kit.Device, kit.Epoch)
	if err := o.records.Note(ctx, casework.Program, casework.ActRecover, object); err != nil {
		return err
	}
	answer, err := request.Answer(kit)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.answer, answer, 0o600); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	_, err = fmt.Fprintf(p.Stdout, recoverWritten, kit.Device, kit.Epoch, r.answer)
	return err
}

// twoPeople checks that a second passphrase opens the vault at another place than the first.
func (p *Program) twoPeople(ctx context.Context, o *office, r recovering) error {
	second, err := p.readPassphrase(where{passphrase: r.second}, msgSecond)
	if err != nil {
		return err
	}
	defer clear(second)
	place, err := o.vault.Confirm(ctx, second)
	if err != nil {
		return fmt.Errorf("second person: %w", err)
	}
	if _, first := o.vault.People(); place == first {
		return &mishap{msgOnePerson, errRecover}
	}
	return nil
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

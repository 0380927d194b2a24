package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// salvage reads what can be read out of a damaged store, puts that in its place, and says what is lost.
func (p *Program) salvage(ctx context.Context, out io.Writer) error {
	dev, shown, err := p.locked(device.Options{})
	if err != nil {
		return err
	}
	if _, err := os.Lstat(p.Salvage); err == nil {
		return fmt.Errorf("%s is there already: name a folder that is not", p.Salvage)
	}
	got, err := dev.Salvage(ctx, p.Sign-1, shown, p.Salvage) // without a sign, anybody's
	if errors.Is(err, vault.ErrPlace) {
		return errors.New("your office has set a limit of tries: say with -sign whose passphrase it is")
	}
	if err != nil {
		return err
	}
	return tell(out, got, p.Salvage)
}

// tell prints ids and numbers: nothing of it is about what anybody said.
func tell(out io.Writer, got store.Salvaged, aside string) error {
	var err error
	say := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(out, format+"\n", args...)
		}
	}
	ids := func(text string, list []screening.InterviewID) {
		for _, id := range list {
			say(text, id)
		}
	}
	say("Read out: %d interviews, %d answers, %d sealed batches.", got.Interviews, got.Answers, got.Batches)
	ids("Interview %s: some answers are lost. Ask again what is missing.", got.Torn)
	ids("Interview %s: lost. Only its number is left.", got.Lost)
	for _, table := range got.Gone {
		say("Part of the table %s is lost.", table)
	}
	for _, met := range got.Met {
		say("Damage: %s", met)
	}
	if len(got.Met) == 0 {
		say("No damage was met: nothing is lost.")
	} else {
		say("What was saved last may be missing, and whoever withdrew last may be there again: compare with your notes.")
	}
	say("The damaged files are in %s, still encrypted. Keep them until your office has said that they are not needed.", aside)
	return err
}

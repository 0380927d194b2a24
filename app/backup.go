package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"leeward/app/device"
	"leeward/internal/screening"
)

// backup copies the device to another folder, and says what such a copy means.
func (p *Program) backup(ctx context.Context, out io.Writer) error {
	dev, err := p.device(nil, device.Options{})
	if err != nil {
		return err
	}
	files, size, err := dev.Backup(ctx, p.Backup)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is there already: name a folder that is not", p.Backup)
	case errors.Is(err, fs.ErrNotExist) && screening.CodeOf(err) == screening.CodeInternal:
		return errors.New("there is no device to copy: say with -data where it is")
	case screening.CodeOf(err) == screening.CodeInUse:
		return errors.New("somebody has the device unlocked: lock it (F9) or close Leeward, and say this again")
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(out, "Copied %d files, %d bytes, to %s, as encrypted as they were: it opens with the passphrases of today.\n"+
		"leeward -data FOLDER goes on from a copy; the office then sees that the device was put back to an earlier day.\n"+
		"It keeps what people take back later, passphrases that you change later open it, and a wipe does not reach it.\n"+
		"Destroy it when you no longer need it.\n", files, size, p.Backup)
	return err
}

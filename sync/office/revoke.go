package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// lost is what an office knows of a device that was just revoked.
type lost struct {
	Device     string   `json:"device"`
	Epochs     int      `json:"epochs"`
	Batches    int      `json:"batches"`
	Interviews int      `json:"interviews"`
	Missing    []string `json:"missing"` // numbers that never came, per epoch
	Statement  string   `json:"statement"`
}

// Revoke ends the trust in the one device whose id begins so.
func (o *office) Revoke(ctx context.Context, prefix string) (lost, error) {
	if len(prefix) < leastDigits {
		return lost{}, usageError(msgDigits)
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return lost{}, err
	}
	id, found, err := theDevice(devices, prefix)
	if err != nil {
		return lost{}, err
	}
	gaps, err := o.records.Gaps(ctx) // a revoked device has none any more: look first
	if err != nil {
		return lost{}, err
	}
	done, err := o.records.Revoke(ctx, id, func(epoch, size uint64, root [32]byte) (statement, entry []byte, err error) {
		statement, err = batch.SignRevocation(batch.Revocation{
			Device: id, Epoch: epoch, Log: screening.Checkpoint{Size: size, Root: root}, At: o.now().UTC(),
		}, o.vault.Signer(keyRegistrar))
		return statement, batch.RevocationEntry(statement), err
	})
	if err != nil {
		return lost{}, err
	}
	said := lost{Device: id.String(), Epochs: done.Epochs, Missing: []string{}, Statement: hex.EncodeToString(done.Statement)}
	for _, d := range found {
		said.Batches, said.Interviews = said.Batches+d.Batches, d.Interviews
	}
	for _, g := range gaps {
		if g.Device == id {
			said.Missing = append(said.Missing, numbers(g.Span))
		}
	}
	return said, o.records.Note(ctx, casework.Program, casework.ActRevoke, id.String())
}

// theDevice finds the one device whose id begins with so many digits, with all its epochs.
func theDevice(devices []casework.Device, prefix string) (id screening.DeviceID, epochs []casework.Device, err error) {
	for _, d := range devices {
		if !strings.HasPrefix(d.ID.String(), strings.ToLower(prefix)) {
			continue
		}
		if len(epochs) > 0 && d.ID != id {
			return id, nil, usageError("more than one device begins so: give more digits of its id")
		}
		id, epochs = d.ID, append(epochs, d)
	}
	if len(epochs) == 0 {
		return id, nil, &mishap{msgNoDevice, errNoDevice}
	}
	return id, epochs, nil
}

var errNoDevice = errors.New("no id begins so")

func numbers(s screening.Span) string {
	if s.From == s.To {
		return fmt.Sprint(s.From)
	}
	return fmt.Sprintf("%d to %d", s.From, s.To)
}

// leastDigits is how many digits of an id a command wants at least: too few name the wrong device too easily.
const leastDigits = 6

// revoke is the lost-device procedure: it ends the trust in a device at once, and says what is known of its work.
func (p *Program) revoke(ctx context.Context, args []string) error {
	var (
		w      where
		asJSON bool
	)
	f := flags("revoke", &w)
	f.BoolVar(&asJSON, "json", false, "")
	named, err := p.parseNamed(f, usageRevoke, args)
	if err != nil {
		return err
	}
	if len(named) != 1 || len(named[0]) < leastDigits || len(named[0]) > 32 {
		return usageError(msgDigits)
	}
	return p.withDesk(ctx, w, func(d desk) error {
		said, err := d.Revoke(ctx, named[0])
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(said)
		}
		missing := "none"
		if len(said.Missing) > 0 {
			missing = strings.Join(said.Missing, ", ")
		}
		_, err = fmt.Fprintf(p.Stdout, revokedText, said.Device, said.Batches, said.Interviews, missing)
		return err
	})
}

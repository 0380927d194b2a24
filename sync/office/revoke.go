package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

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
	Held       int      `json:"held"`    // batches and copies that came since the chosen time and wait for a supervisor
	Statement  string   `json:"statement"`
}

// revokeAsk names a device that is not to be trusted any more, by the first digits of its id, and since when: zero is now.
type revokeAsk struct {
	Device string    `json:"device"`
	From   time.Time `json:"from,omitzero"`
}

// Revoke ends the trust in the one device whose id begins so.
func (o *office) Revoke(ctx context.Context, a revokeAsk) (lost, error) {
	if len(a.Device) < leastDigits {
		return lost{}, usageError(msgDigits)
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return lost{}, err
	}
	id, found, err := theDevice(devices, a.Device)
	if err != nil {
		return lost{}, err
	}
	gaps, err := o.records.Gaps(ctx) // a revoked device has none any more: look first
	if err != nil {
		return lost{}, err
	}
	done, err := o.records.Revoke(ctx, casework.Revocation{
		Device: id, From: a.From,
		Sign: func(epoch, size uint64, root [32]byte) (statement, entry []byte, err error) {
			statement, err = batch.SignRevocation(batch.Revocation{
				Device: id, Epoch: epoch, Log: screening.Checkpoint{Size: size, Root: root}, At: o.now().UTC(),
			}, o.vault.Signer(keyRegistrar))
			return statement, batch.RevocationEntry(statement), err
		},
		Hold: func(id screening.BatchID) []byte {
			return batch.OutcomeEntry(id, screening.LevelQuarantined, screening.ERevoked)
		},
	})
	if errors.Is(err, casework.RefuseFuture) {
		return lost{}, usageError(msgFuture)
	}
	if err != nil {
		return lost{}, err
	}
	if done.Held > 0 { // earlier versions of what is held are read again
		in, err := o.intake(ctx)
		if err == nil {
			err = in.Resume(ctx)
		}
		if err != nil {
			o.program.Log.Error("read again what is not held", "code", screening.CodeOf(err), "err", err)
		}
	}
	said := lost{
		Device: id.String(), Epochs: done.Epochs, Missing: []string{}, Held: done.Held, Statement: hex.EncodeToString(done.Statement),
	}
	for _, d := range found {
		said.Batches, said.Interviews = said.Batches+d.Batches, d.Interviews
	}
	for _, g := range gaps {
		if g.Device == id {
			said.Missing = append(said.Missing, numbers(g.Span))
		}
	}
	object := id.String()
	if !a.From.IsZero() {
		object += " since " + a.From.UTC().Format(time.RFC3339)
	}
	return said, o.records.Note(ctx, casework.Program, casework.ActRevoke, object)
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
		since  string
	)
	f := flags("revoke", &w)
	f.BoolVar(&asJSON, "json", false, "")
	f.StringVar(&since, "from", "", "")
	named, err := p.parseNamed(f, usageRevoke, args)
	if err != nil {
		return err
	}
	if len(named) != 1 || len(named[0]) < leastDigits || len(named[0]) > 32 {
		return usageError(msgDigits)
	}
	from, err := chosenTime(since)
	if err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		said, err := d.Revoke(ctx, revokeAsk{Device: named[0], From: from})
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
		_, err = fmt.Fprintf(p.Stdout, revokedText, said.Device, said.Batches, said.Interviews, missing, said.Held)
		return err
	})
}

// chosenTime reads a time as it is typed: of this machine's zone, or with one of its own. Nothing is the zero time.
func chosenTime(typed string) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly, time.RFC3339} {
		if at, err := time.ParseInLocation(layout, typed, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usageError(msgTime)
}

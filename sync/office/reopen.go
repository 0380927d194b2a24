package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// settingRestored is what an office was when it was made from a copy, until people may read in it again; "" then.
const settingRestored = "restored"

// settingBranch is the same for good: holders of root keys may have to say later from where the log goes on.
const settingBranch = "restored_from"

// restored is the value of settingRestored: when, and the log that the copy had.
type restored struct {
	At   time.Time `json:"at"`
	Size uint64    `json:"size"`
	Root [32]byte  `json:"root"`
}

var (
	errClosed   = errors.New("withdrawals since the copy are not known")
	errNotNewer = errors.New("it does not go on from the log of the copy")
)

// closeToReaders notes that the office was made from a copy.
func (o *office) closeToReaders(ctx context.Context) error {
	proof, err := o.records.Prove(ctx, 0, nil)
	if err != nil {
		return err
	}
	b, err := json.Marshal(restored{o.now().UTC(), proof.Size, proof.Root})
	if err != nil {
		return fmt.Errorf("note the restore: %w", err)
	}
	return errors.Join(o.records.SetSetting(ctx, settingRestored, string(b)), o.records.SetSetting(ctx, settingBranch, string(b)), o.records.Note(ctx, casework.Program, casework.ActRestore, fmt.Sprint(proof.Size)))
}

// restoredFrom is the place from which the log of an office that was made from a copy goes on.
func (o *office) restoredFrom(ctx context.Context) (screening.Checkpoint, error) {
	said, err := o.records.Setting(ctx, settingBranch)
	if err != nil {
		return screening.Checkpoint{}, err
	}
	var r restored
	if said == "" {
		return screening.Checkpoint{}, &mishap{msgNotRestored, errNothingNew}
	}
	if err := json.Unmarshal([]byte(said), &r); err != nil {
		return screening.Checkpoint{}, screening.Fail(screening.CodeDamaged, fmt.Errorf("note of the restore: %w", err))
	}
	return screening.Checkpoint{Size: r.Size, Root: r.Root}, nil
}

// closed says whether people in the office may have withdrawn since the copy that it was made from.
func (o *office) closed(ctx context.Context) (r restored, closed bool, err error) {
	said, err := o.records.Setting(ctx, settingRestored)
	if err != nil || said == "" {
		return r, false, err
	}
	if err := json.Unmarshal([]byte(said), &r); err != nil {
		return r, true, screening.Fail(screening.CodeDamaged, fmt.Errorf("note of the restore: %w", err))
	}
	return r, true, nil
}

// readable is nil where people may be read, counted or handed over.
func (o *office) readable(ctx context.Context) error {
	_, closed, err := o.closed(ctx)
	if err == nil && closed {
		return &mishap{msgClosed, errClosed}
	}
	return err
}

func (o *office) open(ctx context.Context, actor, why string) error {
	err := errors.Join(o.records.SetSetting(ctx, settingRestored, ""), o.records.Note(ctx, actor, casework.ActReopen, why))
	if err == nil {
		o.shut.Store(false)
	}
	return err
}

// openWhenCalled opens the office when every device that is trusted has called since the restore and nothing that they
// handed in waits to be opened: withdrawals are among that.
func (o *office) openWhenCalled(ctx context.Context) error {
	r, closed, err := o.closed(ctx)
	if err != nil || !closed {
		return err
	}
	devices, err := o.records.Devices(ctx)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if d.Status == casework.DeviceActive && (!d.Seen.After(r.At) || d.Missing > 0) {
			return nil
		}
	}
	if len(devices) == 0 {
		return nil // somebody has to say so
	}
	return o.open(ctx, casework.Program, "every device has called")
}

// Reopen carries out what a newer log says of withdrawals, and lets people read again; an empty log says that there is
// none. It returns how many people were erased.
func (o *office) Reopen(ctx context.Context, log []byte) (people int, err error) {
	return o.reopen(ctx, casework.Program, log)
}

// reopenPage is Reopen for the page: what the command says in a sentence is a rule there.
func (o *office) reopenPage(ctx context.Context, actor string, log []byte) (people int, err error) {
	people, err = o.reopen(ctx, actor, log)
	if m, ok := errors.AsType[*mishap](err); ok && m.say == msgReopenLog {
		return people, casework.RefuseLog
	}
	if errors.Is(err, usageError(msgNotClosed)) {
		return people, casework.ErrChanged
	}
	return people, err
}

func (o *office) reopen(ctx context.Context, actor string, log []byte) (people int, err error) {
	r, closed, err := o.closed(ctx)
	if err != nil {
		return 0, err
	}
	if !closed {
		return 0, usageError(msgNotClosed)
	}
	if len(log) == 0 {
		return 0, o.open(ctx, actor, "without a log")
	}
	l, err := batch.ReadLog(log, o.root)
	if err != nil {
		return 0, &mishap{msgReopenLog, err}
	}
	if !l.Continues(screening.Checkpoint{Size: r.Size, Root: r.Root}) {
		return 0, &mishap{msgReopenLog, errNotNewer}
	}
	for _, e := range l.Erasures(r.Size) {
		n, err := o.records.Forget(ctx, e.Batch, e.Leaves)
		if err != nil {
			return people, err
		}
		people += n
	}
	in, err := o.intake(ctx)
	if err != nil {
		return people, err
	}
	if err := in.Resume(ctx); err != nil { // payloads are redacted
		return people, err
	}
	return people, o.open(ctx, actor, fmt.Sprintf("log of %d entries", l.Checkpoint.Size))
}

func (p *Program) reopen(ctx context.Context, args []string) error {
	var (
		w       where
		path    string
		without bool
	)
	f := flags("reopen", &w)
	f.StringVar(&path, "log", "", "")
	f.BoolVar(&without, "without-log", false, "")
	if err := p.parse(f, usageReopen, args); err != nil {
		return err
	}
	if (path == "") != without {
		return usageError(msgReopenHow)
	}
	var log []byte
	if path != "" {
		var err error
		if log, err = readWithin(path, batch.MaxLogFile); err == nil && len(log) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return &mishap{msgReopenLog, err}
		}
	}
	return p.withDesk(ctx, w, func(d desk) error {
		n, err := d.Reopen(ctx, log)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.Stdout, reopenText, n)
		return err
	})
}

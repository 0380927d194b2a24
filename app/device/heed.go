package device

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// Names of what the store keeps of orders that came with news.
const (
	settingReports = "reports" // that the office was not told of, in JSON
	settingWipe    = "wipe"    // an order to wipe that waits for the courier to end
	settingRevoked = "revoked" // the registrar's word, in base64
	reportFile     = "obeyed"  // in the outbox, for the case that nobody else tells the office of a wipe
	maxReports     = 16        // kept; an office that does not answer for so long asks again
)

// ErrWiped is for unlocking a device that its office had ordered to be wiped: it was, and is fresh.
var ErrWiped = errors.New("the office had this device wiped")

// Heed takes orders, questions and the revocation of this device (courier.Newsroom). Each order is carried out and
// reported, but for a wipe, which waits until nobody uses the store.
func (r newsroom) Heed(ctx context.Context, orders, questions [][]byte, revocation []byte) error {
	for _, item := range questions {
		if err := r.asked(ctx, item); err != nil {
			return err
		}
	}
	for _, file := range orders {
		if err := r.heed(ctx, file); err != nil {
			return err
		}
	}
	return r.revoked(ctx, revocation)
}

func (r newsroom) heed(ctx context.Context, file []byte) error {
	order, fresh, err := r.device.admit(ctx, r.o, file)
	outcome := bulletin.Done
	switch {
	case screening.CodeOf(err) == screening.CodeBadOrder && err != nil:
		r.device.o.Log.Warn("order", "code", screening.CodeOf(err))
		if order.ID == [16]byte{} {
			return nil // nobody's order
		}
		outcome = bulletin.Refused
	case err != nil:
		return err
	case fresh && order.Act == vault.ActWipe:
		outcome = bulletin.Begun
		if err := r.o.store.SetSetting(ctx, settingWipe, base64.StdEncoding.EncodeToString(file)); err != nil {
			return err
		}
	case fresh:
		if err := carryOut(ctx, r.o, order); err != nil {
			return err
		}
	}
	return r.report(ctx, order.ID, outcome)
}

// report signs and keeps what was done with an order, or that a question is here.
func (r newsroom) report(ctx context.Context, id [16]byte, outcome bulletin.Outcome) error {
	e, _, err := r.o.store.Enrolment(ctx)
	if err != nil {
		return err
	}
	file, err := bulletin.SignReport(bulletin.Report{
		Device: e.Device, Epoch: e.Epoch, Order: id, Outcome: outcome, At: r.device.o.Now(),
	}, r.o.vault.Signer(r.o.keys(ctx)))
	if err != nil {
		return err
	}
	return r.addReport(ctx, file)
}

func (r newsroom) addReport(ctx context.Context, file []byte) error {
	all, err := r.Reports(ctx)
	if err != nil {
		return err
	}
	all = append(all, file)
	return r.keepReports(ctx, all[max(0, len(all)-maxReports):])
}

// Reports returns what the office was not told of yet (courier.Newsroom).
func (r newsroom) Reports(ctx context.Context) (list [][]byte, err error) {
	text, err := r.o.store.Setting(ctx, settingReports)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &list)
	}
	return list, err
}

// Told forgets a report (courier.Newsroom).
func (r newsroom) Told(ctx context.Context, report []byte) error {
	all, err := r.Reports(ctx)
	if err != nil {
		return err
	}
	return r.keepReports(ctx, slices.DeleteFunc(all, func(one []byte) bool { return string(one) == string(report) }))
}

func (r newsroom) keepReports(ctx context.Context, list [][]byte) error {
	if len(list) == 0 {
		return r.o.store.SetSetting(ctx, settingReports, "")
	}
	text, err := json.Marshal(list)
	if err != nil {
		return fmt.Errorf("keep reports: %w", err)
	}
	return r.o.store.SetSetting(ctx, settingReports, string(text))
}

// revoked keeps the registrar's word that this device is not trusted any more; the first time it locks (lockIfRevoked). What it holds stays, and can be handed in.
func (r newsroom) revoked(ctx context.Context, statement []byte) error {
	if statement == nil {
		return nil
	}
	e, root, err := enrolledIn(ctx, r.o.store)
	if err != nil {
		return err
	}
	word, err := batch.VerifyRevocation(statement, root.Registrar)
	if err != nil {
		return err
	}
	if word.Device != e.Device || word.Epoch < e.Epoch {
		return nil // another's, or of before it was admitted again
	}
	known, err := r.o.store.Setting(ctx, settingRevoked)
	if err != nil {
		return err
	}
	if known == "" {
		r.o.revoked.Store(true)
	}
	return r.o.store.SetSetting(ctx, settingRevoked, base64.StdEncoding.EncodeToString(statement))
}

// lockIfRevoked locks the device when it has just heard that its office trusts it no more: whoever holds it may not be who
// unlocked it. Whoever has the passphrase opens it again, finishes what was begun, and hands in what it holds; the word of one
// key destroys nothing. Nobody who calls it may be inside (enter).
func (d *Device) lockIfRevoked(ctx context.Context) {
	d.mu.Lock()
	o := d.open
	d.mu.Unlock()
	if o == nil || !o.revoked.Swap(false) {
		return
	}
	if d.o.Revoked != nil { // who shows an interview keeps where it stands
		d.o.Revoked()
		return
	}
	if err := d.Lock(ctx); err != nil {
		d.o.Log.Error("lock a device that is trusted no more", "code", screening.CodeOf(err))
	}
}

// wipeIfOrdered carries out an order to wipe that came with news. Nobody who calls it may be inside (enter). It says
// whether the device was wiped.
func (d *Device) wipeIfOrdered(ctx context.Context) (bool, error) {
	file, err := d.wipeWaiting(ctx)
	if err != nil || file == nil {
		return false, err
	}
	err = d.Obey(ctx, file)
	switch {
	case errors.Is(err, ErrLocked):
		return false, nil // the next unlocking goes on with it
	case screening.CodeOf(err) == screening.CodeBadOrder && err != nil: // its day came while it waited
		return false, d.forgetWipe(ctx)
	}
	if err == nil && d.o.Wiped != nil {
		d.o.Wiped()
	}
	return err == nil, err
}

// wipeWaiting returns the order to wipe that waits, or nil. What the device says of it is put into the outbox, for
// whoever hands that in.
func (d *Device) wipeWaiting(ctx context.Context) ([]byte, error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, nil
	}
	defer leave()
	text, err := o.store.Setting(ctx, settingWipe)
	if err != nil || text == "" {
		return nil, err
	}
	file, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("read order: %w", err)
	}
	reports, err := newsroom{d, o}.Reports(ctx)
	if err != nil || len(reports) == 0 {
		return file, err
	}
	path := filepath.Join(d.outboxDir(), reportFile)
	if err := errors.Join(os.MkdirAll(d.outboxDir(), 0o700), os.WriteFile(path, reports[len(reports)-1], 0o600)); err != nil {
		d.o.Log.Error("leave word of the wipe", "code", screening.CodeDisk) // an order is carried out on a full disk too
	}
	return file, nil
}

func (d *Device) forgetWipe(ctx context.Context) error {
	o, leave, err := d.enter()
	if err != nil {
		return nil
	}
	defer leave()
	return o.store.SetSetting(ctx, settingWipe, "")
}

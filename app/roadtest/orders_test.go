package roadtest

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

// order has two holders order something, for the newest epoch of the one device that the office has.
func (o *office) order(act vault.Act, amount uint64, signers ...seal.Signer) (file []byte, err error) {
	o.t.Helper()
	devices, err := o.records.Devices(background)
	ok(o.t, err)
	order := vault.Order{
		Act: act, Value: amount, Device: devices[0].ID, Epoch: devices[0].Epoch, Until: o.clock.now().Add(time.Hour).UTC().Truncate(time.Second),
		ID: batch.NewNonce(),
	}
	if file, err = vault.DraftOrder(order); err != nil {
		return nil, err
	}
	for _, s := range signers {
		if file, err = vault.CosignOrder(file, s); err != nil {
			return nil, err
		}
	}
	_, err = o.in.Publish(background, casework.Publication{
		Orders: []casework.Order{{ID: order.ID, Device: order.Device, Epoch: order.Epoch, Act: uint64(act), Value: amount, Until: order.Until, File: file}},
		Actor:  casework.Program, Act: casework.ActOrder,
	})
	return file, err
}

func (o *office) states() (all []casework.OrderState) {
	o.t.Helper()
	list, err := o.records.Orders(background)
	ok(o.t, err)
	for _, one := range list {
		all = append(all, one.State)
	}
	return all
}

// TestMaliciousMassWipe: one person of the office, and a person with a stranger, order a wipe, and the device does not obey. Two
// holders do, and it does: its keys are gone, and what it had sealed still reaches the office.
func TestMaliciousMassWipe(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	f.sync()
	f.wire.set(true, -1)
	id := f.interview()
	_, _ = f.Sync(background) // seals
	f.wire.set(false, -1)
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) { // uploads do not get through meanwhile
		if r.Method == http.MethodPatch {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	for _, signers := range [][]seal.Signer{nil, o.holders[:1], {o.holders[0], seal.NewSigner([32]byte{66})}} {
		_, err := o.order(vault.ActWipe, 0, signers...)
		ok(t, err)
		if _, err := f.Sync(background); errors.Is(err, device.ErrWiped) || f.Fresh() {
			t.Fatalf("%d signatures wiped the device", len(signers))
		}
	}
	_, err := o.order(vault.ActWipe, 0, o.holders...)
	ok(t, err)
	if _, err := f.Sync(background); !errors.Is(err, device.ErrWiped) || !f.Fresh() {
		t.Fatalf("two holders: %v, fresh %v", err, f.Fresh())
	}
	if got := o.states(); got[0] != casework.OrderBegun {
		t.Errorf("the office has heard %v", got)
	}
	left, err := filepath.Glob(filepath.Join(f.dir, "left-*", "outbox"))
	if err != nil || len(left) != 1 {
		t.Fatalf("what was sealed lies in %v, %v", left, err)
	}
	sealed, err := os.ReadDir(left[0])
	ok(t, err)
	stick := t.TempDir()
	for _, e := range sealed {
		b, err := os.ReadFile(filepath.Join(left[0], e.Name()))
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(stick, e.Name()), b, 0o600))
	}
	o.takeAll(stick)
	if rec := o.view(id); rec.Status != screening.Final {
		t.Errorf("the sealed interview came as %s", rec.Status)
	}
}

// TestOrdersTravel: what only two people may change reaches a device with its sync, or a stick, is obeyed once, and
// reported.
func TestOrdersTravel(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	_, err := o.order(vault.ActLimit, 10, o.holders...)
	ok(t, err)
	f.sync()
	if n, err := f.Limit(background); err != nil || n != 10 {
		t.Errorf("limit %d, %v", n, err)
	}
	f.wire.set(true, -1)
	_, err = o.order(vault.ActFront, 1, o.holders...)
	ok(t, err)
	stick := t.TempDir()
	o.answerTo(stick)
	_, err = f.Collect(background, stick)
	ok(t, err)
	if front, err := f.Front(background); err != nil || !front.Allowed {
		t.Errorf("front %+v, %v", front, err)
	}
	f.wire.set(false, -1)
	f.sync()
	for _, state := range o.states() {
		if state != casework.OrderDone {
			t.Errorf("the office has heard %v", o.states())
			break
		}
	}
}

// TestRevocationTravels: a device that was revoked learns it from a signed word, and keeps what it has.
func TestRevocationTravels(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	form := o.publishAll()
	f.sync()
	devices, err := o.records.Devices(background)
	ok(t, err)
	sign := func(epoch, size uint64, root [32]byte) (statement, entry []byte, err error) {
		statement, err = batch.SignRevocation(batch.Revocation{
			Device: devices[0].ID, Epoch: epoch, Log: screening.Checkpoint{Size: size, Root: root}, At: o.clock.now(),
		}, o.vault.Signer("registrar"))
		return statement, batch.RevocationEntry(statement), err
	}
	_, err = o.records.Revoke(background, casework.Revocation{Device: devices[0].ID, Sign: sign})
	ok(t, err)
	id := f.interview()
	f.begun()
	_, err = f.Sync(background)
	if no, refused := errors.AsType[*courier.Refused](err); !refused || no.Code != screening.ERevoked {
		t.Fatalf("a revoked device synced: %v", err)
	}
	if _, err := f.News(background); !errors.Is(err, device.ErrLocked) {
		t.Fatalf("it did not lock: %v", err)
	}
	f.reopen()
	if n, err := f.News(background); err != nil || !n.Revoked {
		t.Fatalf("it does not know: %+v, %v", n, err)
	}
	f.has(form)
	if drafts, err := f.Drafts(background); err != nil || len(drafts) != 1 {
		t.Errorf("%d interviews can be gone on with, %v, want the one that was begun", len(drafts), err)
	}
	if _, err := f.Sync(background); err == nil {
		t.Error("the office took something from it")
	}
	if _, err := f.News(background); err != nil {
		t.Errorf("it locked again over what it knew: %v", err)
	}
	stick := t.TempDir()
	_, err = f.Carry(background, stick)
	ok(t, err)
	o.takeAll(stick)
	held, err := o.records.Incidents(background, 10)
	ok(t, err)
	if !slices.ContainsFunc(held, func(i casework.Incident) bool { return i.Kind == string(screening.ERevoked) }) {
		t.Errorf("what it held, interview %s, did not come by hand: %d incidents", id, len(held))
	}
}

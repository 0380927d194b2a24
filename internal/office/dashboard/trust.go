package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"leeward/internal/office/casework"
)

type enrolData struct {
	Code  string // shown once
	Typed string // the same, as somebody types it
	QR    qrView
	Until time.Time
	Watch int
	Again string // the device that enrols again; "" for a new one
}

// enrol makes one enrolment code, to be read or scanned at a new device. Whoever holds it can ask to be admitted.
func (d *Dashboard) enrol(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	return d.showCode(w, r, s, deviceView{})
}

// enrolAgain makes one for a device that is known: it keeps its id and gets new keys, once its words were compared.
func (d *Dashboard) enrolAgain(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	dev, err := d.trusted(r.Context(), r.PathValue("device"))
	if err != nil {
		return err
	}
	if dev.Status == casework.DeviceRevoked {
		return casework.RefuseEnrol
	}
	return d.showCode(w, r, s, dev)
}

// showCode makes a code for a device that is known, or for a new one, and shows it this once.
func (d *Dashboard) showCode(w http.ResponseWriter, r *http.Request, s casework.Session, dev deviceView) error {
	named, object := "", "1"
	if dev.Epoch > 0 {
		named = dev.ID.String()
		object = named
	}
	code, until, err := d.o.Enrol(r.Context(), named)
	if err != nil {
		return fmt.Errorf("make enrolment code: %w", err)
	}
	if err := d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActEnrol, object); err != nil {
		return fmt.Errorf("note enrolment code: %w", err)
	}
	data := enrolData{Code: code, Typed: inFours(code), Until: until, Watch: watchMost, Again: dev.Short}
	if data.QR, err = drawQR(code); err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "enrol", data)
}

// inFours breaks a code, behind its prefix, into groups that an eye does not lose its place in.
func inFours(code string) string {
	prefix, rest, _ := strings.Cut(code, ":")
	var b strings.Builder
	b.WriteString(prefix + ":")
	for group := range slices.Chunk([]byte(rest), 4) {
		b.WriteByte(' ')
		b.Write(group)
	}
	return b.String()
}

// trusted is the device that an address names.
func (d *Dashboard) trusted(ctx context.Context, name string) (deviceView, error) {
	all, err := d.o.Records.Devices(ctx)
	if err != nil {
		return deviceView{}, fmt.Errorf("list devices: %w", err)
	}
	for _, dev := range all {
		if dev.ID.String() == name {
			return d.viewDevice(dev), nil
		}
	}
	return deviceView{}, casework.ErrNotFound
}

// revokePage says what becomes of a lost device before the trust in it ends.
func (d *Dashboard) revokePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	dev, err := d.trusted(r.Context(), r.PathValue("device"))
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "revoke", dev)
}

func (d *Dashboard) revoke(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	dev, err := d.trusted(r.Context(), r.PathValue("device"))
	if err != nil {
		return err
	}
	if r.PostFormValue("sure") != "yes" {
		return errForm
	}
	since, err := d.lostSince(r)
	if err != nil {
		return err
	}
	held, err := d.o.Revoke(r.Context(), dev.ID.String(), since)
	if err != nil {
		return fmt.Errorf("revoke device: %w", err)
	}
	if err := d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActRevoke, dev.ID.String()); err != nil {
		return fmt.Errorf("note revocation: %w", err)
	}
	if held == 0 {
		http.Redirect(w, r, "/devices", http.StatusSeeOther)
		return nil
	}
	http.Redirect(w, r, "/arrivals#incidents", http.StatusSeeOther)
	return nil
}

// lostSince is from when on a device may have been in other hands, in the office's time; zero where nobody says.
func (d *Dashboard) lostSince(r *http.Request) (time.Time, error) {
	typed := text(r, "since")
	if typed == "" {
		return time.Time{}, nil
	}
	since, err := time.ParseInLocation("2006-01-02T15:04", typed, d.o.Zone)
	if err != nil {
		return time.Time{}, errForm
	}
	if since.After(d.o.Now()) {
		return time.Time{}, casework.RefuseFuture
	}
	return since, nil
}

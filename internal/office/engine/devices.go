package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

const enrolledColumns = `device_id, epoch, sign_pub, tls_pub, seal_to, head, enrolled, revoked, asked,
	NOT EXISTS (SELECT 1 FROM devices AS later WHERE later.device_id = d.device_id AND later.epoch > d.epoch)`

type scanner interface{ Scan(dest ...any) error }

func scanEnrolled(row scanner) (casework.Enrolled, error) {
	var (
		id, sign, tls, head []byte
		asked               []byte
		d                   casework.Enrolled
		enrolled            int64
		revoked             sql.NullInt64
	)
	if err := row.Scan(&id, &d.Epoch, &sign, &tls, &d.SealTo, &head, &enrolled, &revoked, &asked, &d.Current); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return casework.Enrolled{}, screening.Fail(screening.ESig, errors.New("no such device"))
		}
		return casework.Enrolled{}, err
	}
	copy(d.ID[:], id)
	copy(d.SignKey[:], sign)
	copy(d.TLSKey[:], tls)
	copy(d.Head[:], head)
	copy(d.Check[:], asked)
	d.Enrolled, d.Revoked = fromMillis(enrolled), fromNullMillis(revoked)
	return d, nil
}

// Device returns one epoch of a device (intake.Ledger).
func (e *Engine) Device(ctx context.Context, id screening.DeviceID, epoch uint64) (d casework.Enrolled, err error) {
	err = e.read("device", func() (err error) {
		d, err = scanEnrolled(e.db.QueryRowContext(ctx,
			`SELECT `+enrolledColumns+` FROM devices AS d WHERE device_id = $1 AND epoch = $2`, id[:], epoch))
		return err
	})
	return d, err
}

// DeviceOf returns the epoch that was granted a TLS key (intake.Register).
func (e *Engine) DeviceOf(ctx context.Context, tlsKey [32]byte) (d casework.Enrolled, err error) {
	err = e.read("device of key", func() (err error) {
		d, err = scanEnrolled(e.db.QueryRowContext(ctx,
			`SELECT `+enrolledColumns+` FROM devices AS d WHERE tls_pub = $1`, tlsKey[:]))
		return err
	})
	return d, err
}

// Enrolled lists the current epoch of every device that was not revoked (intake.Register).
func (e *Engine) Enrolled(ctx context.Context) (list []casework.Enrolled, err error) {
	err = e.read("list enrolled devices", func() error {
		return e.each(ctx, func(row scanner) error {
			d, err := scanEnrolled(row)
			if err != nil {
				return err
			}
			if d.Current {
				list = append(list, d)
			}
			return nil
		}, `SELECT `+enrolledColumns+` FROM devices AS d WHERE revoked IS NULL ORDER BY device_id, epoch`)
	})
	return list, err
}

// AddCode keeps the hash of an enrolment code (casework.Admission says how it is made), good until
// expires. An approved one admits a device without a further look; with another, people compare words first (Applicants).
func (e *Engine) AddCode(ctx context.Context, hash [32]byte, expires time.Time, approved bool) error {
	return e.write(ctx, "add enrolment code", func(t *tx) error {
		_, err := t.exec(`INSERT INTO codes (hash, made, expires, approved) VALUES ($1, $2, $3, $4)`,
			hash[:], t.now.UnixMilli(), expires.UnixMilli(), number(approved))
		return err
	})
}

// AddCodeFor is AddCode for a device that is here, whose next epoch the code admits. One that was revoked, or is not here,
// gives casework.ErrNotFound.
func (e *Engine) AddCodeFor(ctx context.Context, hash [32]byte, expires time.Time, approved bool, device screening.DeviceID) error {
	return e.write(ctx, "add code to enrol again", func(t *tx) error {
		switch trusted, err := isTrusted(t, device[:]); {
		case err != nil:
			return err
		case !trusted:
			return casework.ErrNotFound
		}
		_, err := t.exec(`INSERT INTO codes (hash, made, expires, approved, device_id) VALUES ($1, $2, $3, $4, $5)`,
			hash[:], t.now.UnixMilli(), expires.UnixMilli(), number(approved), device[:])
		return err
	})
}

// isTrusted says whether a device is here and was not revoked.
func isTrusted(t *tx, device []byte) (trusted bool, err error) {
	err = t.row(`SELECT EXISTS (SELECT 1 FROM devices WHERE device_id = $1 AND revoked IS NULL)`, device).Scan(&trusted)
	return trusted, err
}

// Admit uses up an enrolment code (intake.Register).
func (e *Engine) Admit(ctx context.Context, a casework.Admission) (d casework.Enrolled, grant []byte, err error) {
	var waits bool
	err = e.write(ctx, "admit device", func(t *tx) (err error) {
		if d, waits, err = admit(t, a); err != nil || waits {
			return err
		}
		return t.row(`SELECT grant_doc FROM devices WHERE device_id = $1 AND epoch = $2`, d.ID[:], d.Epoch).Scan(&grant)
	})
	if err == nil && waits {
		err = screening.Fail(screening.EWait, errors.New("nobody has compared the words"))
	}
	return d, grant, err
}

func refuse(why string) error { return screening.Fail(screening.ECode, errors.New(why)) }

// admit grants what a code is good for. waits says that the request was noted instead, for people to compare.
func admit(t *tx, a casework.Admission) (d casework.Enrolled, waits bool, err error) {
	var (
		expires            int64
		approved           bool
		used, asked, epoch sql.NullInt64
		device, sign, key  []byte
		to                 sql.NullString
	)
	err = t.row(`SELECT expires, approved, used, device_id, epoch, asked, asked_sign, asked_tls, asked_seal_to FROM codes WHERE hash = $1`, a.Code[:]).
		Scan(&expires, &approved, &used, &device, &epoch, &asked, &sign, &key, &to)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return d, false, refuse("unknown code")
	case err != nil:
		return d, false, err
	case used.Valid:
		d, err = again(t, a, device, epoch.Int64)
		return d, false, err
	case t.now.UnixMilli() >= expires:
		return d, false, refuse("code has expired")
	case asked.Valid && (!bytes.Equal(sign, a.SignKey[:]) || !bytes.Equal(key, a.TLSKey[:]) || to.String != a.SealTo):
		return d, false, refuse("code is another device's")
	}
	var taken bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM devices WHERE sign_pub IN ($1, $2) OR tls_pub IN ($1, $2))`,
		a.SignKey[:], a.TLSKey[:]).Scan(&taken); err != nil {
		return d, false, err
	}
	switch {
	case taken || a.SignKey == a.TLSKey:
		return d, false, refuse("key is another device's or epoch's")
	case !approved:
		return d, true, apply(t, a)
	}
	d, err = grant(t, a, device)
	return d, false, err
}

// again answers the same request with what it was granted the first time.
func again(t *tx, a casework.Admission, device []byte, epoch int64) (casework.Enrolled, error) {
	d, err := scanEnrolled(t.row(`SELECT `+enrolledColumns+` FROM devices AS d WHERE device_id = $1 AND epoch = $2`, device, epoch))
	if err != nil {
		return casework.Enrolled{}, err
	}
	if d.SignKey != a.SignKey || d.TLSKey != a.TLSKey || d.SealTo != a.SealTo {
		return casework.Enrolled{}, refuse("code was used")
	}
	d.Check = a.Check
	if _, err := t.exec(`UPDATE devices SET asked = $1 WHERE device_id = $2 AND epoch = $3`, a.Check[:], device, epoch); err != nil {
		return casework.Enrolled{}, fmt.Errorf("note request: %w", err)
	}
	return d, nil
}

// grant makes a new device, or the next epoch of the device for which the code was made.
func grant(t *tx, a casework.Admission, device []byte) (casework.Enrolled, error) {
	id, epoch, head := screening.NewDeviceID(), int64(1), make([]byte, sha256.Size)
	if device != nil {
		copy(id[:], device)
		switch trusted, err := isTrusted(t, device); {
		case err != nil:
			return casework.Enrolled{}, err
		case !trusted: // since the code was made
			return casework.Enrolled{}, refuse("device was revoked")
		}
		if err := t.row(`SELECT max(epoch) + 1 FROM devices WHERE device_id = $1`, id[:]).Scan(&epoch); err != nil {
			return casework.Enrolled{}, err
		}
		err := t.row(`SELECT batch_id FROM batches WHERE device_id = $1 AND epoch < $2 ORDER BY epoch DESC, seq DESC LIMIT 1`,
			id[:], epoch).Scan(&head)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return casework.Enrolled{}, err
		}
	}
	if _, err := t.exec(`INSERT INTO devices (device_id, epoch, sign_pub, tls_pub, seal_to, app, head, enrolled, asked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id[:], epoch, a.SignKey[:], a.TLSKey[:], a.SealTo, a.App, head, t.now.UnixMilli(), a.Check[:]); err != nil {
		return casework.Enrolled{}, fmt.Errorf("grant: %w", err)
	}
	if _, err := t.exec(`UPDATE codes SET used = $1, device_id = $2, epoch = $3 WHERE hash = $4`,
		t.now.UnixMilli(), id[:], epoch, a.Code[:]); err != nil {
		return casework.Enrolled{}, fmt.Errorf("use up code: %w", err)
	}
	if err := keepGrant(t, a, id, epoch); err != nil {
		return casework.Enrolled{}, fmt.Errorf("keep grant: %w", err)
	}
	return scanEnrolled(t.row(`SELECT `+enrolledColumns+` FROM devices AS d WHERE device_id = $1 AND epoch = $2`, id[:], epoch))
}

// keepGrant has the grant signed, keeps it and enters it into the log: nobody is admitted in secret.
func keepGrant(t *tx, a casework.Admission, id screening.DeviceID, epoch int64) error {
	d, err := scanEnrolled(t.row(`SELECT `+enrolledColumns+` FROM devices AS d WHERE device_id = $1 AND epoch = $2`, id[:], epoch))
	if err != nil {
		return err
	}
	size, root, err := t.logRoot()
	if err != nil {
		return err
	}
	grant, entry, err := a.Grant(d, size, root)
	if err != nil {
		return err
	}
	if _, err := t.enter(entry); err != nil {
		return err
	}
	_, err = t.exec(`UPDATE devices SET grant_doc = $1 WHERE device_id = $2 AND epoch = $3`, grant, id[:], epoch)
	return err
}

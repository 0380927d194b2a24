package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/screening"
	"leeward/schema"
)

// Setting returns a setting of this device, empty where none was made.
func (s *Store) Setting(ctx context.Context, name string) (value string, err error) {
	err = s.read(ctx, "read setting "+name, func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = ?`, name).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting keeps a setting of this device; the empty value removes it.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, "keep setting "+name, func(ctx context.Context, tx *sql.Tx) (err error) {
		if value == "" {
			_, err = tx.ExecContext(ctx, `DELETE FROM setting WHERE name = ?`, name)
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
}

// Questionnaire returns the canonical bytes of the questionnaire that ref names, or ErrNotFound.
func (s *Store) Questionnaire(ctx context.Context, ref schema.Ref) (canonical []byte, err error) {
	err = s.read(ctx, fmt.Sprintf("read questionnaire %s", ref), func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT canonical FROM questionnaire WHERE ref = ?`, ref[:]).Scan(&canonical)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	return canonical, err
}

// PutQuestionnaire keeps a questionnaire, so that an interview can be gone on with in the exact words in
// which it was begun, whatever a later program ships. ref must be the SHA-256 of the bytes.
func (s *Store) PutQuestionnaire(ctx context.Context, ref schema.Ref, canonical []byte) error {
	if sum := sha256.Sum256(canonical); !bytes.Equal(sum[:], ref[:]) {
		return screening.Fail(screening.CodeBadQuestions, fmt.Errorf("keep questionnaire %s: other bytes", ref))
	}
	return s.write(ctx, fmt.Sprintf("keep questionnaire %s", ref), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO questionnaire (ref, canonical) VALUES (?, ?)
			ON CONFLICT (ref) DO NOTHING`, ref[:], canonical)
		return err
	})
}

// Enrolment returns this device's admission and the office's root document as it was signed. A device
// that no office admitted gets the code not_enrolled.
func (s *Store) Enrolment(ctx context.Context) (e screening.Enrolment, office []byte, err error) {
	err = s.read(ctx, "read enrolment", func(ctx context.Context, tx *sql.Tx) error {
		var device, sign, tls []byte
		var at int64
		err := tx.QueryRowContext(ctx, `SELECT device, epoch, sign_key, tls_key, seal_to, root_version, at, office
			FROM enrolment`).Scan(&device, &e.Epoch, &sign, &tls, &e.SealTo, &e.RootVersion, &at, &office)
		if errors.Is(err, sql.ErrNoRows) {
			return screening.Fail(screening.CodeNotEnrolled, ErrNotFound)
		}
		copy(e.Device[:], device)
		copy(e.SignKey[:], sign)
		copy(e.TLSKey[:], tls)
		e.At = fromMillis(at)
		return err
	})
	return e, office, err
}

// SetEnrolment keeps an admission. A higher epoch begins a new chain of batches that links to the head of the grant, which
// is what the office has last of the epoch before; what lies in batches that no receipt came for waits again, to be sealed
// with the keys of this epoch. A lower epoch is refused with ErrSeq, another device's number with ErrChanged.
func (s *Store) SetEnrolment(ctx context.Context, e screening.Enrolment, office []byte) error {
	return s.write(ctx, "keep enrolment", func(ctx context.Context, tx *sql.Tx) error {
		var epoch uint64
		var another bool
		if err := tx.QueryRowContext(ctx, `SELECT epoch, EXISTS (SELECT 1 FROM enrolment WHERE device <> ?) FROM head`, e.Device[:]).
			Scan(&epoch, &another); err != nil {
			return err
		}
		switch {
		case another:
			return ErrChanged
		case e.Epoch < epoch:
			return ErrSeq
		case e.Epoch > epoch:
			if _, err := tx.ExecContext(ctx, `UPDATE head SET epoch = ?, seq = 0, prev = ?`, e.Epoch, e.Head[:]); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO enrolment
			(one, device, epoch, sign_key, tls_key, seal_to, root_version, at, office) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.Device[:], e.Epoch, e.SignKey[:], e.TLSKey[:], e.SealTo, e.RootVersion, millis(e.At), office)
		return err
	})
}

// EraseSetting replaces a setting and sees to it that nothing of the former value stays in the file; the
// empty value removes it.
func (s *Store) EraseSetting(ctx context.Context, name, value string) error {
	return s.erase(ctx, "erase setting "+name, func(ctx context.Context, tx *sql.Tx) error {
		if err := wipe(ctx, tx, `DELETE FROM setting WHERE name = ?`, name); err != nil || value == "" {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES (?, ?)`, name, value)
		return err
	})
}

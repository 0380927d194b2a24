package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
)

const personColumns = `p.id, p.name, p.role, p.lang, p.active, p.totp`

func scanPerson(row scanner, more ...any) (p casework.Person, totp string, err error) {
	err = row.Scan(append([]any{&p.ID, &p.Name, &p.Role, &p.Lang, &p.Active, &totp}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = casework.ErrNotFound
	}
	p.Coded = totp != ""
	return p, totp, err
}

// AddPerson lets somebody sign in with the passphrase of hash (dashboard.HashPassphrase). Names are
// compared without regard to case; a taken one is refused.
func (e *Engine) AddPerson(ctx context.Context, actor string, p casework.Person, hash string) (id int64, err error) {
	err = e.write(ctx, "add person", func(t *tx) error {
		err := t.row(`INSERT INTO people (name, role, lang, hash, made) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT DO NOTHING RETURNING id`, p.Name, p.Role, p.Lang, hash, t.now.UnixMilli()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrTaken
		}
		if err != nil {
			return err
		}
		return note(t, actor, casework.ActUser, fmt.Sprintf("%s: %s", p.Name, p.Role))
	})
	return id, err
}

// People returns everybody who may or might sign in, by name, with when they last did.
func (e *Engine) People(ctx context.Context) (all []casework.Person, err error) {
	err = e.read("people", func() error {
		return e.each(ctx, func(row scanner) error {
			var seen sql.NullInt64
			p, _, err := scanPerson(row, &seen)
			if err != nil {
				return err
			}
			p.Seen = fromNullMillis(seen)
			all = append(all, p)
			return nil
		}, `SELECT `+personColumns+`,
			(SELECT max(s.started) FROM sessions AS s WHERE s.person = p.id) FROM people AS p ORDER BY p.active DESC, lower(p.name)`)
	})
	return all, err
}

// Person returns somebody who may sign in, by name, with what they sign in with (dashboard.Staff).
func (e *Engine) Person(ctx context.Context, name string) (p casework.Person, k casework.Keys, err error) {
	err = e.read("person", func() (err error) {
		p, k.TOTP, err = scanPerson(e.db.QueryRowContext(ctx, `SELECT `+personColumns+`, p.hash, p.totp_step
			FROM people AS p WHERE lower(p.name) = lower($1) AND p.active = 1`, name), &k.Hash, &k.Step)
		if err != nil {
			return err
		}
		k.TOTP, err = revealText(e.box, personPlace(p.ID), k.TOTP)
		return err
	})
	return p, k, err
}

func personPlace(id int64) string { return place("people.totp", nil, uint64(id)) }

// SetPerson changes the role, the language and whether somebody may sign in. Whoever may not is signed out.
func (e *Engine) SetPerson(ctx context.Context, actor string, p casework.Person) error {
	return e.write(ctx, "set person", func(t *tx) error {
		n, err := t.exec(`UPDATE people SET role = $1, lang = $2, active = $3 WHERE id = $4`, p.Role, p.Lang, number(p.Active), p.ID)
		switch {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrNotFound
		}
		if err := signOut(t, p.ID); err != nil {
			return err
		}
		state := "may sign in"
		if !p.Active {
			state = "may not sign in"
		}
		return note(t, actor, casework.ActUserSet, fmt.Sprintf("%d: %s, %s", p.ID, p.Role, state))
	})
}

// SetLang changes in which language somebody reads the pages, and nothing else.
func (e *Engine) SetLang(ctx context.Context, actor string, id int64, lang string) error {
	return e.write(ctx, "set language", func(t *tx) error {
		n, err := t.exec(`UPDATE people SET lang = $1 WHERE id = $2`, lang, id)
		switch {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrNotFound
		}
		return note(t, actor, casework.ActUserSet, fmt.Sprintf("%d: language", id))
	})
}

// SetPassphrase replaces a passphrase and, with anew, forgets the one-time codes: they are set up at the next
// sign-in. Every session of that person ends.
func (e *Engine) SetPassphrase(ctx context.Context, actor string, id int64, hash string, anew bool) error {
	return e.write(ctx, "set passphrase", func(t *tx) error {
		query := `UPDATE people SET hash = $1 WHERE id = $2`
		if anew {
			query = `UPDATE people SET hash = $1, totp = '', totp_step = 0 WHERE id = $2`
		}
		n, err := t.exec(query, hash, id)
		switch {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrNotFound
		}
		return errors.Join(signOut(t, id), note(t, actor, casework.ActUserSet, fmt.Sprintf("%d: passphrase", id)))
	})
}

// SetTOTP keeps the secret of somebody's one-time codes (dashboard.Staff).
func (e *Engine) SetTOTP(ctx context.Context, actor string, id int64, secret string) error {
	return e.write(ctx, "set up one-time codes", func(t *tx) error {
		n, err := t.exec(`UPDATE people SET totp = $1, totp_step = 0 WHERE id = $2`, hideText(t.box, personPlace(id), secret), id)
		switch {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrNotFound
		}
		return note(t, actor, casework.ActUserSet, fmt.Sprintf("%d: one-time codes", id))
	})
}

// TakeStep takes the one-time code of a time step: false where that one, or a later one, was taken before.
func (e *Engine) TakeStep(ctx context.Context, id, step int64) (fresh bool, err error) {
	err = e.write(ctx, "take one-time code", func(t *tx) error {
		n, err := t.exec(`UPDATE people SET totp_step = $1 WHERE id = $2 AND totp_step < $1`, step, id)
		fresh = n == 1
		return err
	})
	return fresh, err
}

func signOut(t *tx, person int64) error {
	_, err := t.exec(`DELETE FROM sessions WHERE person = $1`, person)
	return err
}

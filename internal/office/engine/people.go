package engine

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// AddPerson lets somebody sign in with the passphrase of hash (dashboard.HashPassphrase). Names are
// compared without regard to case; a taken one is refused.
func (e *Engine) AddPerson(ctx context.Context, p casework.Person, hash string) (id int64, err error) {
	err = e.write(ctx, "add person", func(t *tx) error {
		err := t.row(`INSERT INTO people (name, role, lang, hash, made) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT DO NOTHING RETURNING id`, p.Name, p.Role, p.Lang, hash, t.now.UnixMilli()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrTaken
		}
		if err != nil {
			return err
		}
		return note(t, casework.Program, casework.ActUser, p.Name)
	})
	return id, err
}

// Person returns somebody by name, with their passphrase hash (dashboard.Staff).
func (e *Engine) Person(ctx context.Context, name string) (p casework.Person, hash string, err error) {
	err = e.read("person", func() error {
		err := e.db.QueryRowContext(ctx, `SELECT id, name, role, lang, hash FROM people WHERE lower(name) = lower($1) AND active = 1`, name).
			Scan(&p.ID, &p.Name, &p.Role, &p.Lang, &hash)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		return err
	})
	return p, hash, err
}

// sessionKept is how long a session that nobody ended is remembered; the dashboard ends it long before.
const sessionKept = 24 * time.Hour

// StartSession keeps the hash of a session's token (dashboard.Staff).
func (e *Engine) StartSession(ctx context.Context, token [32]byte, person int64) error {
	return e.write(ctx, "start session", func(t *tx) error {
		if _, err := t.exec(`DELETE FROM sessions WHERE started < $1`, t.now.Add(-sessionKept).UnixMilli()); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO sessions (token, person, started, seen) VALUES ($1, $2, $3, $3)`,
			token[:], person, t.now.UnixMilli())
		return err
	})
}

// seenEvery bounds how often looking at pages writes to the file.
const seenEvery = 60_000 // milliseconds

// Session returns a session as it stood before this request, and notes that it was used
// (dashboard.Staff).
func (e *Engine) Session(ctx context.Context, token [32]byte) (s casework.Session, err error) {
	var started, seen int64
	err = e.read("session", func() error {
		err := e.db.QueryRowContext(ctx, `SELECT p.id, p.name, p.role, p.lang, s.started, s.seen
			FROM sessions AS s JOIN people AS p ON p.id = s.person WHERE s.token = $1 AND p.active = 1`, token[:]).
			Scan(&s.Person.ID, &s.Person.Name, &s.Person.Role, &s.Person.Lang, &started, &seen)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		return err
	})
	if err != nil {
		return casework.Session{}, err
	}
	s.Started, s.Seen = fromMillis(started), fromMillis(seen)
	if e.now().UnixMilli()-seen < seenEvery {
		return s, nil
	}
	return s, e.write(ctx, "note session", func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET seen = $1 WHERE token = $2`, t.now.UnixMilli(), token[:])
		return err
	})
}

// EndSession forgets a session; one that is not there is no error (dashboard.Staff).
func (e *Engine) EndSession(ctx context.Context, token [32]byte) error {
	return e.write(ctx, "end session", func(t *tx) error {
		_, err := t.exec(`DELETE FROM sessions WHERE token = $1`, token[:])
		return err
	})
}

// Note writes a line into the audit log (dashboard.Staff).
func (e *Engine) Note(ctx context.Context, actor string, act casework.Act, object string) error {
	return e.write(ctx, "note "+string(act), func(t *tx) error { return note(t, actor, act, object) })
}

func note(t *tx, actor string, act casework.Act, object string) error {
	entry := casework.Entry{N: 1, At: fromMillis(t.now.UnixMilli()), Actor: actor, Act: act, Object: object}
	prev := make([]byte, 32)
	err := t.row(`SELECT n + 1, hash FROM audit ORDER BY n DESC LIMIT 1`).Scan(&entry.N, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	hash := entry.Hash([32]byte(prev))
	_, err = t.exec(`INSERT INTO audit (n, at, actor, act, object, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		entry.N, entry.At.UnixMilli(), actor, act, object, prev, hash[:])
	return err
}

// Audit returns the whole audit log after it has checked the chain of hashes: an entry that was changed,
// left out or put in gives an error that names the first entry that does not follow.
func (e *Engine) Audit(ctx context.Context) (all []casework.Entry, err error) {
	err = e.read("audit log", func() error {
		rows, err := e.db.QueryContext(ctx, `SELECT n, at, actor, act, object, prev, hash FROM audit ORDER BY n`)
		if err != nil {
			return err
		}
		defer rows.Close()
		var last [32]byte
		for rows.Next() {
			var entry casework.Entry
			var at int64
			var prev, hash []byte
			if err := rows.Scan(&entry.N, &at, &entry.Actor, &entry.Act, &entry.Object, &prev, &hash); err != nil {
				return err
			}
			entry.At = fromMillis(at)
			if entry.N != int64(len(all))+1 || [32]byte(prev) != last || [32]byte(hash) != entry.Hash(last) {
				return screening.Fail(screening.CodeDamaged, casework.BrokenAt(len(all)+1))
			}
			last = [32]byte(hash)
			all = append(all, entry)
		}
		return rows.Err()
	})
	return all, err
}

package engine

import (
	"context"
	"time"

	"leeward/internal/office/casework"
)

// sessionKept is how long a session that nobody ended is remembered; the dashboard ends it long before.
const sessionKept = 24 * time.Hour

// StartSession keeps the hash of a session's token (dashboard.Staff).
func (e *Engine) StartSession(ctx context.Context, token [32]byte, person int64, stage casework.Stage) error {
	return e.write(ctx, "start session", func(t *tx) error {
		if _, err := t.exec(`DELETE FROM sessions WHERE started < $1`, t.now.Add(-sessionKept).UnixMilli()); err != nil {
			return err
		}
		now := t.now.UnixMilli()
		_, err := t.exec(`INSERT INTO sessions (token, person, started, seen, stage, proved) VALUES ($1, $2, $3, $3, $4, $3)`,
			token[:], person, now, stage)
		return err
	})
}

// seenEvery bounds how often looking at pages writes to the file.
const seenEvery = 60_000 // milliseconds

// Session returns a session as it stood before this request, and notes that it was used
// (dashboard.Staff).
func (e *Engine) Session(ctx context.Context, token [32]byte) (s casework.Session, err error) {
	var started, seen, proved int64
	err = e.read("session", func() (err error) {
		s.Person, _, err = scanPerson(e.db.QueryRowContext(ctx, `SELECT `+personColumns+`, s.started, s.seen, s.stage, s.proved
			FROM sessions AS s JOIN people AS p ON p.id = s.person WHERE s.token = $1 AND p.active = 1`, token[:]),
			&started, &seen, &s.Stage, &proved)
		return err
	})
	if err != nil {
		return casework.Session{}, err
	}
	s.Started, s.Seen, s.Proved = fromMillis(started), fromMillis(seen), fromMillis(proved)
	if e.now().UnixMilli()-seen < seenEvery {
		return s, nil
	}
	return s, e.write(ctx, "note session", func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET seen = $1 WHERE token = $2`, t.now.UnixMilli(), token[:])
		return err
	})
}

// ProveSession notes that the person of a session has shown just now who they are (dashboard.Staff).
func (e *Engine) ProveSession(ctx context.Context, token [32]byte) error {
	return e.write(ctx, "confirm session", func(t *tx) error {
		_, err := t.exec(`UPDATE sessions SET proved = $1 WHERE token = $2`, t.now.UnixMilli(), token[:])
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

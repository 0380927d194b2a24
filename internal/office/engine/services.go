package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

const serviceColumns = `service_id, name, kinds, area, authority, reviewed, active, version, body`

func (e *Engine) scanService(row scanner) (s casework.Service, err error) {
	var id []byte
	var kinds, body string
	var reviewed int64
	if err := row.Scan(&id, &s.Name, &kinds, &s.Area, &s.Authority, &reviewed, &s.Active, &s.Version, &body); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return s, casework.ErrNotFound
		}
		return s, err
	}
	copy(s.ID[:], id)
	s.Kinds, s.Reviewed = strings.Fields(kinds), fromMillis(reviewed)
	if body, err = revealText(e.box, place("services.body", id, 0), body); err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(body), &s.Details); err != nil {
		return s, screening.Fail(screening.CodeDamaged, fmt.Errorf("entry %s of the directory: %w", s.ID, err))
	}
	return s, nil
}

// Services returns the directory by name; with all, entries that are no longer active too.
func (e *Engine) Services(ctx context.Context, all bool) (list []casework.Service, err error) {
	err = e.read("directory", func() error {
		return e.each(ctx, func(row scanner) error {
			s, err := e.scanService(row)
			if err != nil {
				return err
			}
			list = append(list, s)
			return nil
		}, `SELECT `+serviceColumns+` FROM services WHERE active >= $1 ORDER BY active DESC, name, service_id`, number(!all))
	})
	return list, err
}

// Service returns one entry of the directory, or casework.ErrNotFound.
func (e *Engine) Service(ctx context.Context, id casework.ServiceID) (s casework.Service, err error) {
	err = e.read("entry of the directory", func() (err error) {
		s, err = e.scanService(e.db.QueryRowContext(ctx, `SELECT `+serviceColumns+` FROM services WHERE service_id = $1`, id[:]))
		return err
	})
	return s, err
}

// PutService adds an entry (Version 0), or replaces the one that actor saw at s.Version. It was reviewed now.
func (e *Engine) PutService(ctx context.Context, actor string, s casework.Service) error {
	return e.write(ctx, "put entry of the directory", func(t *tx) error {
		text, err := json.Marshal(s.Details)
		if err != nil {
			return fmt.Errorf("write entry: %w", err)
		}
		body := hideText(t.box, place("services.body", s.ID[:], 0), string(text))
		args := []any{s.ID[:], s.Name, strings.Join(s.Kinds, " "), s.Area, number(s.Authority), t.now.UnixMilli(), number(s.Active), body}
		var n int64
		if s.Version == 0 {
			n, err = t.exec(`INSERT INTO services (service_id, name, kinds, area, authority, reviewed, active, body)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`, args...)
		} else {
			n, err = t.exec(`UPDATE services SET name = $2, kinds = $3, area = $4, authority = $5, reviewed = $6, active = $7, body = $8,
				version = version + 1 WHERE service_id = $1 AND version = $9`, append(args, s.Version)...)
		}
		switch {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrChanged
		}
		return note(t, actor, casework.ActService, s.ID.String())
	})
}

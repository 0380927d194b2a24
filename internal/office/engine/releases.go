package engine

import (
	"context"

	"leeward/internal/office/casework"
)

const releaseColumns = `n, at, actor, from_year, to_year, book`

func scanRelease(row scanner) (r casework.Release, err error) {
	var at int64
	err = row.Scan(&r.N, &at, &r.Actor, &r.From, &r.To, &r.Book)
	r.At = fromMillis(at)
	return r, err
}

// Releases returns the register of releases, oldest first.
func (e *Engine) Releases(ctx context.Context) (all []casework.Release, err error) {
	err = e.read("register of releases", func() error {
		return e.each(ctx, func(row scanner) error {
			r, err := scanRelease(row)
			if err != nil {
				return err
			}
			all = append(all, r)
			return nil
		}, `SELECT `+releaseColumns+` FROM releases ORDER BY n`)
	})
	return all, err
}

// AddRelease enters r into the register, if admit agrees to it after those that are there; its error is returned.
// The release and its line in the audit log are written together.
func (e *Engine) AddRelease(ctx context.Context, r casework.Release, admit func(released []casework.Release, from, to int) error) error {
	return e.write(ctx, "release report", func(t *tx) error {
		var before []casework.Release
		if err := each(t, func(row scanner) error {
			one, err := scanRelease(row)
			before = append(before, one)
			return err
		}, `SELECT `+releaseColumns+` FROM releases ORDER BY n`); err != nil {
			return err
		}
		if err := admit(before, r.From, r.To); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO releases (at, actor, from_year, to_year, book) VALUES ($1, $2, $3, $4, $5)`,
			r.At.UnixMilli(), r.Actor, r.From, r.To, r.Book); err != nil {
			return err
		}
		return note(t, r.Actor, casework.ActReport, r.At.UTC().Format("2006-01-02"))
	})
}

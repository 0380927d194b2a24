package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

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

// AuditHead returns the number and the hash of the newest entry of the audit log: who keeps it elsewhere can prove
// later that no entry before it was changed. In an empty log both are zero.
func (e *Engine) AuditHead(ctx context.Context) (n int64, hash [32]byte, err error) {
	err = e.read("head of the audit log", func() error {
		var b []byte
		err := e.db.QueryRowContext(ctx, `SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1`).Scan(&n, &b)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		copy(hash[:], b)
		return err
	})
	return n, hash, err
}

// Audit returns the whole audit log after it has checked the chain of hashes: an entry that was changed,
// left out or put in gives an error that names the first entry that does not follow.
func (e *Engine) Audit(ctx context.Context) (all []casework.Entry, err error) {
	_, err = e.CheckAudit(ctx, func(entry casework.Entry) { all = append(all, entry) })
	return all, err
}

// CheckAudit goes along the chain of hashes and shows each entry that follows. It returns how many there are.
func (e *Engine) CheckAudit(ctx context.Context, show func(casework.Entry)) (n int64, err error) {
	err = e.read("audit log", func() error {
		var last [32]byte
		return e.each(ctx, func(row scanner) error {
			var prev, hash []byte
			entry, err := scanEntry(row, &prev, &hash)
			if err != nil {
				return err
			}
			if entry.N != n+1 || [32]byte(prev) != last || [32]byte(hash) != entry.Hash(last) {
				return screening.Fail(screening.CodeDamaged, casework.BrokenAt(int(n)+1))
			}
			last, n = [32]byte(hash), entry.N
			show(entry)
			return nil
		}, `SELECT n, at, actor, act, object, prev, hash FROM audit ORDER BY n`)
	})
	return n, err
}

func scanEntry(row scanner, more ...any) (entry casework.Entry, err error) {
	var at int64
	err = row.Scan(append([]any{&entry.N, &at, &entry.Actor, &entry.Act, &entry.Object}, more...)...)
	entry.At = fromMillis(at)
	return entry, err
}

// AuditPage returns a page of the audit log, newest first.
func (e *Engine) AuditPage(ctx context.Context, q casework.EntryQuery) (page []casework.Entry, next int64, err error) {
	limit := min(max(q.Limit, 1), pageMost)
	where, args := `1 = 1`, []any{}
	for _, f := range []struct {
		column string
		value  any
		on     bool
	}{
		{"object =", q.Object, q.Object != ""},
		{"actor =", q.Actor, q.Actor != ""},
		{"act =", q.Act, q.Act != ""},
		{"n <", q.Before, q.Before > 0},
	} {
		if f.on {
			args = append(args, f.value)
			where += fmt.Sprintf(" AND %s $%d", f.column, len(args))
		}
	}
	err = e.read("audit log", func() error {
		return e.each(ctx, func(row scanner) error {
			entry, err := scanEntry(row)
			if err != nil {
				return err
			}
			page = append(page, entry)
			return nil
		}, fmt.Sprintf(`SELECT n, at, actor, act, object FROM audit WHERE %s ORDER BY n DESC LIMIT %d`,
			where, limit+1), args...)
	})
	if len(page) > limit {
		page = page[:limit]
		next = page[limit-1].N
	}
	return page, next, err
}

package engine

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Devices returns every epoch of every device, the one seen last first.
func (e *Engine) Devices(ctx context.Context) (all []casework.Device, err error) {
	err = e.read("list devices", func() error {
		return e.each(ctx, func(row scanner) error {
			var (
				d             casework.Device
				id            []byte
				enrolled      int64
				seen, revoked sql.NullInt64
				replaced      bool
			)
			var said uint64
			if err := row.Scan(&id, &d.Epoch, &enrolled, &seen, &revoked, &d.App, &replaced,
				&d.Batches, &d.LastSeq, &said, &d.Interviews, &d.News, &d.PutBack); err != nil {
				return err
			}
			d.Missing = int(max(d.LastSeq, said)) - d.Batches
			copy(d.ID[:], id)
			d.Enrolled, d.Seen, d.Status = fromMillis(enrolled), fromNullMillis(seen), casework.DeviceActive
			switch {
			case revoked.Valid:
				d.Status = casework.DeviceRevoked
			case replaced:
				d.Status = casework.DeviceReplaced
			}
			all = append(all, d)
			return nil
		}, `SELECT d.device_id, d.epoch, d.enrolled, d.seen, d.revoked, d.app,
				EXISTS (SELECT 1 FROM devices AS later WHERE later.device_id = d.device_id AND later.epoch > d.epoch),
				`+cameOf+`, coalesce((SELECT max(b.seq) FROM batches AS b WHERE b.device_id = d.device_id AND b.epoch = d.epoch), 0), d.said_seq,
				d.interviews, d.said_news,
				EXISTS (SELECT 1 FROM incidents AS i WHERE i.device_id = d.device_id AND i.kind IN ($1, $2) AND i.seen >= d.enrolled)
			FROM devices AS d ORDER BY coalesce(d.seen, d.enrolled) DESC, d.device_id, d.epoch DESC`,
			screening.EBehind, screening.EFork)
	})
	return all, err
}

// cameOf counts the batches of an epoch of a device (d): those without a gap below them are not looked at.
const cameOf = `d.linked + (SELECT count(*) FROM batches AS b WHERE b.device_id = d.device_id AND b.epoch = d.epoch AND b.seq > d.linked)`

// clockDoubt is how far a device's clock may be ahead of the office's before its times are doubted. Batches name
// their hour only.
const clockDoubt = 2 * time.Hour

// timesOf is how far back Arrivals looks at how long batches took, and at clocks: what was wrong last year is nobody's work
// tonight.
const timesOf = 90 * 24 * time.Hour

// Arrivals says for each device what came from it, and what about it needs a look. It costs little, however much came.
func (e *Engine) Arrivals(ctx context.Context) (all []casework.Incoming, err error) {
	err = e.read("list arrivals", func() error {
		return e.each(ctx, func(row scanner) error {
			var (
				in                  casework.Incoming
				id                  []byte
				last, behind, ahead int64
				waiting             sql.NullInt64
			)
			if err := row.Scan(&id, &in.Batches, &last, &behind, &ahead, &in.ClockDoubts, &in.Waiting, &waiting, &in.Quarantined); err != nil {
				return err
			}
			copy(in.Device[:], id)
			in.Last, in.WaitingSince = fromMillis(last), fromNullMillis(waiting)
			in.Slowest, in.Ahead = time.Duration(-behind)*time.Millisecond, time.Duration(max(ahead, 0))*time.Millisecond
			all = append(all, in)
			return nil
		}, `WITH came AS (SELECT d.device_id, sum(`+cameOf+`) AS n FROM devices AS d GROUP BY d.device_id),
				last AS (SELECT c.device_id, c.n, (SELECT max(b.received) FROM batches AS b WHERE b.device_id = c.device_id) AS at FROM came AS c WHERE c.n > 0),
				waits AS MATERIALIZED (SELECT device_id, received FROM batches WHERE level = 1 ORDER BY received),
				bad AS MATERIALIZED (SELECT device_id, received FROM batches WHERE level = 3 ORDER BY received)
			SELECT l.device_id, l.n, l.at,
				coalesce((SELECT min(b.made - b.received) FROM batches AS b WHERE b.device_id = l.device_id AND b.received >= $2), 0),
				coalesce((SELECT max(b.made - b.received) FROM batches AS b WHERE b.device_id = l.device_id AND b.received >= $2), 0),
				(SELECT count(*) FROM batches AS b WHERE b.device_id = l.device_id AND b.received >= $2 AND b.made > b.received + $1),
				(SELECT count(*) FROM waits AS w WHERE w.device_id = l.device_id), (SELECT min(w.received) FROM waits AS w WHERE w.device_id = l.device_id),
				(SELECT count(*) FROM bad AS q WHERE q.device_id = l.device_id)
			FROM last AS l ORDER BY l.at DESC, l.device_id`, clockDoubt.Milliseconds(), e.now().Add(-timesOf).UnixMilli())
	})
	return all, err
}

// Gaps lists batches that never came though later ones of their epoch did, the oldest gap first. Devices that were
// revoked are left out.
func (e *Engine) Gaps(ctx context.Context) (all []casework.Gap, err error) {
	err = e.read("list gaps", func() error {
		return e.each(ctx, func(row scanner) error {
			var g casework.Gap
			var device []byte
			var since int64
			if err := row.Scan(&device, &g.Epoch, &g.Span.From, &g.Span.To, &since); err != nil {
				return err
			}
			copy(g.Device[:], device)
			g.Since = fromMillis(since)
			all = append(all, g)
			return nil
		}, `SELECT device_id, epoch, before + 1, seq - 1, since FROM (
				SELECT b.device_id, b.epoch, b.seq, lag(b.seq, 1, d.linked) OVER (PARTITION BY b.device_id, b.epoch ORDER BY b.seq) AS before,
					min(b.received) OVER (PARTITION BY b.device_id, b.epoch ORDER BY b.seq
						ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS since
				FROM batches AS b JOIN devices AS d ON d.device_id = b.device_id AND d.epoch = b.epoch
				WHERE b.seq > d.linked AND d.revoked IS NULL) AS late
			WHERE seq > before + 1 ORDER BY since, device_id, epoch, seq`)
	})
	return all, err
}

// Incidents returns the newest incidents, at most limit.
func (e *Engine) Incidents(ctx context.Context, limit int) (all []casework.Incident, err error) {
	err = e.read("list incidents", func() error {
		return e.each(ctx, func(row scanner) error {
			var i casework.Incident
			var device, batch []byte
			var seen int64
			if err := row.Scan(&i.ID, &i.Kind, &device, &batch, &seen, &i.Held); err != nil {
				return err
			}
			copy(i.Device[:], device)
			copy(i.Batch[:], batch)
			i.Seen = fromMillis(seen)
			all = append(all, i)
			return nil
		}, `SELECT i.n, i.kind, i.device_id, i.batch_id, i.seen,
				EXISTS (SELECT 1 FROM batches AS b WHERE b.batch_id = i.batch_id AND b.level = $2 AND b.code = $3)
				OR EXISTS (SELECT 1 FROM capsules AS c WHERE c.capsule_id = i.batch_id AND c.level = $2 AND c.code = $3)
			FROM incidents AS i ORDER BY i.n DESC LIMIT $1`, limit, screening.LevelQuarantined, screening.ERevoked)
	})
	return all, err
}

// Stats counts what the office holds.
func (e *Engine) Stats(ctx context.Context) (s casework.Stats, err error) {
	err = e.read("count", func() error {
		return e.db.QueryRowContext(ctx, `SELECT
			(SELECT count(DISTINCT device_id) FROM devices WHERE revoked IS NULL),
			(SELECT coalesce(sum(`+cameOf+`), 0) FROM devices AS d),
			(SELECT coalesce(sum(interviews), 0) FROM devices WHERE epoch = 1) + (SELECT count(DISTINCT r.interview_id) FROM records AS r
				WHERE r.kind = 1 AND r.code <> '' AND NOT EXISTS
				(SELECT 1 FROM records AS good WHERE good.interview_id = r.interview_id AND good.kind = 1 AND good.code = '')),
			(SELECT coalesce(sum(interviews), 0) FROM devices WHERE epoch = 1),
			`+quarantined+`,
			(SELECT count(*) FROM incidents)`).
			Scan(&s.Devices, &s.Batches, &s.Interviews, &s.Opened, &s.Quarantined, &s.Incidents)
	})
	return s, err
}

// Attention counts what somebody has to look at. It costs little, however much the office holds.
func (e *Engine) Attention(ctx context.Context) (a casework.Attention, err error) {
	err = e.read("count what needs a look", func() error {
		return e.db.QueryRowContext(ctx, `SELECT
			`+quarantined+`,
			(SELECT count(*) FROM incidents)`).Scan(&a.Quarantined, &a.Incidents)
	})
	return a, err
}

// Setting returns a remembered fact about the office, "" where there is none. Secrets do not belong here.
func (e *Engine) Setting(ctx context.Context, name string) (value string, err error) {
	err = e.read("setting", func() error {
		err := e.db.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting remembers a fact about the office.
func (e *Engine) SetSetting(ctx context.Context, name, value string) error {
	return e.write(ctx, "set "+name, func(t *tx) error {
		_, err := t.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
		return err
	})
}

// PutSetting changes what people of the office may set; the audit log says who did, and to what.
func (e *Engine) PutSetting(ctx context.Context, actor, name, value string) error {
	return e.write(ctx, "set "+name, func(t *tx) error {
		if _, err := t.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value); err != nil {
			return err
		}
		return note(t, actor, casework.ActSetting, name+" = "+value)
	})
}

// quarantined counts single records that could not be used, batches of which nothing could, and capsules.
const quarantined = `(SELECT count(*) FROM records WHERE code <> '') + (SELECT count(*) FROM batches AS b
	WHERE level = 3 AND NOT EXISTS (SELECT 1 FROM records AS r WHERE r.batch_id = b.batch_id AND r.code <> ''))
	+ (SELECT count(*) FROM capsules WHERE level = 3)`

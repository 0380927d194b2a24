package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Publish carries a change out under the next number: documents, the signed list and bulletin, the log's entry and the
// audit log's are there together, or none. The number is above every one that a device has said to have, so that an
// office that was put back to an older day is heard again.
func (e *Engine) Publish(ctx context.Context, c casework.Publication) (news casework.News, err error) {
	err = e.write(ctx, "publish", func(t *tx) error {
		if news, err = newest(t.row); err != nil {
			return err
		}
		list := news.List
		var said uint64
		if err := t.row(`SELECT coalesce(max(said_news), 0) FROM devices`).Scan(&said); err != nil {
			return err
		}
		news.Version, news.Made = max(news.Version, said)+1, fromMillis(t.now.UnixMilli())
		if len(c.Put)+len(c.Remove) > 0 || list == nil {
			if err := exchange(t, c, news); err != nil {
				return err
			}
			news.Contents, list = news.Version, nil
		}
		if news.Documents, err = documents(t.rows); err != nil {
			return err
		}
		if err := orders(t, c.Orders); err != nil {
			return err
		}
		var entry []byte
		if news, entry, err = c.Sign(news, list); err != nil {
			return err
		}
		at, err := t.enter(entry)
		if err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO bulletins (version, contents, made, bulletin, list, entry) VALUES ($1, $2, $3, $4, $5, $6)`,
			news.Version, news.Contents, news.Made.UnixMilli(), news.Bulletin, news.List, at); err != nil {
			return fmt.Errorf("keep bulletin %d: %w", news.Version, err)
		}
		return note(t, c.Actor, c.Act, c.Object)
	})
	return news, err
}

// exchange puts documents in and out. What was out stays in the table: devices may be fetching it.
func exchange(t *tx, c casework.Publication, news casework.News) error {
	for _, d := range append(append([]casework.Document{}, c.Remove...), c.Put...) {
		if _, err := t.exec(`UPDATE documents SET gone = 1 WHERE kind = $1 AND name = $2 AND gone = 0`, d.Kind, d.Name); err != nil {
			return err
		}
	}
	for _, d := range c.Put {
		if _, err := t.exec(`INSERT INTO documents (kind, name, version, label, made, length, sum, size, ref, packed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			d.Kind, d.Name, news.Version, d.Label, news.Made.UnixMilli(), d.Length, d.Sum[:], d.Size, d.Ref[:], d.Packed); err != nil {
			return fmt.Errorf("keep document: %w", err)
		}
	}
	return nil
}

func orders(t *tx, list []casework.Order) error {
	for _, o := range list {
		if _, err := t.exec(`INSERT INTO orders (order_id, device_id, epoch, act, value, made, until, state, file)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, o.ID[:], o.Device[:], o.Epoch, o.Act, o.Value, t.now.UnixMilli(),
			o.Until.UnixMilli(), casework.OrderWaiting, o.File); err != nil {
			return fmt.Errorf("keep order: %w", err)
		}
	}
	return nil
}

// newest reads the bulletin with the highest number, without its documents; none is no error.
func newest(row func(query string, args ...any) *sql.Row) (n casework.News, err error) {
	var made int64
	err = row(`SELECT version, contents, made, bulletin, list FROM bulletins ORDER BY version DESC LIMIT 1`).
		Scan(&n.Version, &n.Contents, &made, &n.Bulletin, &n.List)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.News{}, nil
	}
	n.Made = fromMillis(made)
	return n, err
}

// documents lists what is out.
func documents(query func(query string, args ...any) (*sql.Rows, error)) (list []casework.Document, err error) {
	rows, err := query(`SELECT kind, name, version, label, made, length, sum, size, ref FROM documents WHERE gone = 0 ORDER BY kind, name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d casework.Document
		var made int64
		var sum, ref []byte
		if err := rows.Scan(&d.Kind, &d.Name, &d.Version, &d.Label, &made, &d.Length, &sum, &d.Size, &ref); err != nil {
			return nil, err
		}
		d.Made = fromMillis(made)
		copy(d.Sum[:], sum)
		copy(d.Ref[:], ref)
		list = append(list, d)
	}
	return list, rows.Err()
}

// News returns what is out; the zero News where nothing was ever published.
func (e *Engine) News(ctx context.Context) (n casework.News, err error) {
	err = e.read("news", func() error {
		n, err = newest(func(q string, args ...any) *sql.Row { return e.db.QueryRowContext(ctx, q, args...) })
		if err != nil {
			return err
		}
		n.Documents, err = documents(func(q string, args ...any) (*sql.Rows, error) { return e.db.QueryContext(ctx, q, args...) })
		return err
	})
	return n, err
}

// Document returns the packed bytes of a document by their hash, or casework.ErrNotFound.
func (e *Engine) Document(ctx context.Context, sum [32]byte) (packed []byte, err error) {
	err = e.read("document", func() error {
		err := e.db.QueryRowContext(ctx, `SELECT packed FROM documents WHERE sum = $1 LIMIT 1`, sum[:]).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		return err
	})
	return packed, err
}

// Delivery returns what an epoch of a device is to get beside what all get, and the newest bulletin that it is known to
// have.
func (e *Engine) Delivery(ctx context.Context, id screening.DeviceID, epoch uint64) (d casework.Delivery, has uint64, err error) {
	err = e.read("delivery", func() error {
		if d.Orders, err = files(ctx, e.db, `SELECT file FROM orders WHERE device_id = $1 AND epoch = $2 AND state = 'waiting' AND until >= $3
			ORDER BY made, order_id`, id[:], epoch, e.now().UnixMilli()); err != nil {
			return err
		}
		if d.Questions, err = files(ctx, e.db, `SELECT file FROM field_questions WHERE device_id = $1 AND epoch = $2 AND reported IS NULL
			ORDER BY made, question_id LIMIT 8`, id[:], epoch); err != nil {
			return err
		}
		err = e.db.QueryRowContext(ctx, `SELECT statement FROM revocations WHERE device_id = $1 AND epoch >= $2 ORDER BY epoch, entry DESC LIMIT 1`,
			id[:], epoch).Scan(&d.Revocation)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		err = e.db.QueryRowContext(ctx, `SELECT said_news FROM devices WHERE device_id = $1 AND epoch = $2`, id[:], epoch).Scan(&has)
		if errors.Is(err, sql.ErrNoRows) {
			return screening.Fail(screening.ESig, errors.New("no such device"))
		}
		return err
	})
	return d, has, err
}

func files(ctx context.Context, db *sql.DB, query string, args ...any) (list [][]byte, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var file []byte
		if err := rows.Scan(&file); err != nil {
			return nil, err
		}
		list = append(list, file)
	}
	return list, rows.Err()
}

// Orders lists all orders, newest first.
func (e *Engine) Orders(ctx context.Context) (list []casework.Order, err error) {
	err = e.read("list orders", func() error {
		return e.each(ctx, func(row scanner) error {
			var o casework.Order
			var id, device []byte
			var made, until int64
			var reported sql.NullInt64
			if err := row.Scan(&id, &device, &o.Epoch, &o.Act, &o.Value, &made, &until, &o.State, &reported); err != nil {
				return err
			}
			copy(o.ID[:], id)
			copy(o.Device[:], device)
			o.Made, o.Until, o.Reported = fromMillis(made), fromMillis(until), fromNullMillis(reported)
			list = append(list, o)
			return nil
		}, `SELECT order_id, device_id, epoch, act, value, made, until, state, reported
			FROM orders ORDER BY made DESC, order_id`)
	})
	return list, err
}

// Reported notes a device's signed word about an order, or that it has a question. The first word of an order stands, but
// for done after begun. What is not this device's gives casework.ErrNotFound.
func (e *Engine) Reported(ctx context.Context, o casework.Order, report []byte) error {
	return e.write(ctx, "note report", func(t *tx) error {
		if question, err := told(t, o); question || err != nil {
			return err
		}
		var state casework.OrderState
		err := t.row(`SELECT state FROM orders WHERE order_id = $1 AND device_id = $2 AND epoch = $3`, o.ID[:], o.Device[:], o.Epoch).Scan(&state)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return casework.ErrNotFound
		case err != nil:
			return err
		case state != casework.OrderWaiting && (state != casework.OrderBegun || o.State != casework.OrderDone):
			return nil
		}
		_, err = t.exec(`UPDATE orders SET state = $1, reported = $2, report = $3 WHERE order_id = $4`,
			o.State, t.now.UnixMilli(), report, o.ID[:])
		return err
	})
}

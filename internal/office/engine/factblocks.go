package engine

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"leeward/internal/office/casework"
)

// blockSize is over how many places in the order of changes a block of facts goes; the migration names it.
const blockSize = 4096

// PackFacts makes the blocks of facts that are missing or no longer true, so that reports read few large rows instead of
// many small ones. Each block is a write of its own; others get their turn in between. Nothing depends on it but time.
func (e *Engine) PackFacts(ctx context.Context) error {
	var due []int64
	err := e.read("look at blocks of facts", func() error {
		blocks, err := e.blocks(ctx, e.db)
		for _, b := range blocks {
			if b.whole && !b.good {
				due = append(due, b.n)
			}
		}
		return err
	})
	for _, n := range due {
		if err != nil || ctx.Err() != nil {
			break
		}
		err = e.write(ctx, "pack facts", func(t *tx) error { return packBlock(t, n) })
	}
	return err
}

// block is one stretch of the order of changes.
type block struct {
	n     int64
	whole bool // no further fact comes into it
	good  bool // what is packed is what the rows hold
}

type selecter interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// blocks looks at every stretch in which there are facts.
func (e *Engine) blocks(ctx context.Context, q selecter) (all []block, err error) {
	var last int64
	if err := q.QueryRowContext(ctx, `SELECT coalesce(max(seq), -1) FROM facts`).Scan(&last); err != nil {
		return nil, err
	}
	packed := map[int64]int64{}
	rows, err := q.QueryContext(ctx, `SELECT n, rows FROM fact_blocks`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n, count int64
		if err := rows.Scan(&n, &count); err != nil {
			return nil, err
		}
		packed[n] = count
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for n := int64(0); n*e.block <= last; n++ {
		var count int64
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM facts WHERE seq >= $1 AND seq < $2`, n*e.block, (n+1)*e.block).Scan(&count); err != nil {
			return nil, err
		}
		held, is := packed[n]
		if count > 0 || is {
			all = append(all, block{n: n, whole: (n+1)*e.block <= last, good: is && held == count})
		}
	}
	return all, nil
}

const factColumns = `SELECT f.seq, f.case_id, f.body, f.gone, c.finding FROM facts AS f JOIN cases AS c ON c.case_id = f.case_id`

func packBlock(t *tx, n int64) error {
	count, p := 0, newPacker()
	if err := each(t, func(row scanner) error {
		f, err := scanFacts(t.box, row)
		count++
		if err == nil && !f.Gone {
			p.add(f.Facts)
		}
		return err
	}, factColumns+` WHERE f.seq >= $1 AND f.seq < $2`, n*t.block, (n+1)*t.block); err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO fact_blocks (n, rows, body) VALUES ($1, $2, $3)
		ON CONFLICT (n) DO UPDATE SET rows = excluded.rows, body = excluded.body`,
		n, count, hide(t.box, blockPlace(n), p.bytes())); err != nil {
		return fmt.Errorf("keep block of facts: %w", err)
	}
	return nil
}

func blockPlace(n int64) string { return fmt.Sprintf("fact_blocks.body|%d", n) }

// unpackOf takes the block away that holds the facts of a case, before they are erased.
func unpackOf(t *tx, id []byte) error {
	if _, err := t.exec(`DELETE FROM fact_blocks WHERE n = (SELECT seq FROM facts WHERE case_id = $1) / $2`, id, t.block); err != nil {
		return fmt.Errorf("take facts out of their block: %w", err)
	}
	return nil
}

// Facts shows what is counted of every case that counts by itself, as all of them stood at one moment, in no order. It
// calls show from as many goroutines as there are lanes, each with its own lane from 0.
func (e *Engine) Facts(ctx context.Context, lanes int, show func(lane int, f casework.Facts)) error {
	bodies := make(chan packedBlock, 2*lanes)
	failed := make([]error, lanes)
	var work sync.WaitGroup
	for lane := range lanes {
		work.Go(func() {
			for b := range bodies {
				if failed[lane] == nil {
					failed[lane] = e.unpack(b, func(f casework.Facts) { show(lane, f) })
				}
			}
		})
	}
	err := e.read("read facts", func() error { return e.feed(ctx, bodies) })
	close(bodies)
	work.Wait()
	for _, f := range failed {
		if err == nil {
			err = f
		}
	}
	return err
}

// packedBlock is a block as it was read, or single facts.
type packedBlock struct {
	n     int64
	body  []byte
	alone []casework.Facts
}

func (e *Engine) unpack(b packedBlock, show func(casework.Facts)) error {
	for _, f := range b.alone {
		show(f)
	}
	if b.body == nil {
		return nil
	}
	body, err := reveal(e.box, blockPlace(b.n), b.body)
	if err != nil {
		return err
	}
	return unpackFacts(body, show)
}

// feed reads blocks that are true, and rows one by one where there is none, in one look at the database.
func (e *Engine) feed(ctx context.Context, bodies chan<- packedBlock) error {
	look, err := e.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer look.Rollback() // nothing was written
	all, err := e.blocks(ctx, look)
	if err != nil {
		return err
	}
	for _, b := range all {
		p := packedBlock{n: b.n}
		if b.good {
			err = look.QueryRowContext(ctx, `SELECT body FROM fact_blocks WHERE n = $1`, b.n).Scan(&p.body)
		} else {
			p.alone, err = e.factsIn(ctx, look, b.n)
		}
		if err != nil {
			return err
		}
		bodies <- p
	}
	return nil
}

func (e *Engine) factsIn(ctx context.Context, q selecter, n int64) (all []casework.Facts, err error) {
	rows, err := q.QueryContext(ctx, factColumns+` WHERE f.seq >= $1 AND f.seq < $2`, n*e.block, (n+1)*e.block)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		f, err := scanFacts(e.box, rows)
		if err != nil {
			return nil, err
		}
		if !f.Gone {
			all = append(all, f.Facts)
		}
	}
	return all, rows.Err()
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// keptTables are the tables that Salvage reads out, each after those that its rows refer to. A table that is ordered by
// a number can be asked for one row after the other where going through it ends at damage.
var keptTables = []keptTable{
	{name: "questionnaire", order: "rowid", numbered: true},
	{name: "interview", order: "n", numbered: true},
	{name: "answer", order: "seq", numbered: true},
	{name: "tally", order: "place, month, child"},
	{name: "batch", order: "n", numbered: true},
	{name: "hold", order: "batch, interview", refers: "batch"},
	{name: "withdrawal", order: "rowid", numbered: true, refers: "interview"},
	{name: "head", order: "one", numbered: true},
	{name: "enrolment", order: "one", numbered: true},
	{name: "setting", order: "name"},
	{name: "checkpoint", order: "one", numbered: true},
}

type keptTable struct {
	name, order string
	numbered    bool
	refers      string // column with the id of an interview or batch; empty for none
}

// misses is after how many rows in a row that cannot be read no more are asked for, where nothing tells how many there
// are. A page holds fewer.
const misses = 500

// reading is one Salvage under way.
type reading struct {
	file *encvfs.File
	from *sql.DB
	to   *Store
	got  Salvaged
	met  map[string]bool
}

func (r *reading) note(what string) {
	if !r.met[what] {
		r.met[what] = true
		r.got.Met = append(r.got.Met, what)
	}
}

// row is one row as it was read, by column.
type row map[string]any

// all reads table after table.
func (r *reading) all(ctx context.Context, tx *sql.Tx) error {
	kept := map[string]bool{} // ids of what others refer to
	for _, t := range keptTables {
		if t.name == "answer" {
			continue // with their interviews
		}
		whole, err := r.table(ctx, t, "1", nil, func(one row) error {
			switch t.name {
			case "interview":
				kept[fmt.Sprint(one["id"])] = true
				return r.interview(ctx, tx, one)
			case "batch":
				kept[fmt.Sprint(one["id"])] = true
				r.got.Batches++
			}
			if of, refers := one[t.refers]; refers && !kept[fmt.Sprint(of)] {
				return nil // to what is lost
			}
			return put(ctx, tx, t.name, one)
		})
		if err != nil {
			return err
		}
		if !whole {
			r.got.Gone = append(r.got.Gone, t.name)
		}
	}
	return r.lost(ctx, tx)
}

// interview keeps an interview and its answers.
func (r *reading) interview(ctx context.Context, tx *sql.Tx, one row) error {
	if err := put(ctx, tx, "interview", one); err != nil {
		return err
	}
	r.got.Interviews++
	at := slices.IndexFunc(keptTables, func(t keptTable) bool { return t.name == "answer" })
	whole, err := r.table(ctx, keptTables[at], "interview = ?", []any{one["id"]}, func(answer row) error {
		r.got.Answers++
		return put(ctx, tx, "answer", answer)
	})
	if !whole {
		r.got.Torn = append(r.got.Torn, idOf(one["id"]))
	}
	return err
}

// lost names the interviews of which an index knows, and the new store does not.
func (r *reading) lost(ctx context.Context, tx *sql.Tx) error {
	for _, q := range []string{
		"SELECT id FROM interview INDEXED BY sqlite_autoindex_interview_1 ORDER BY id",
		"SELECT id FROM interview INDEXED BY sqlite_autoindex_interview_1 ORDER BY id DESC",
		"SELECT DISTINCT interview FROM answer ORDER BY interview",
		"SELECT DISTINCT interview FROM answer ORDER BY interview DESC",
	} {
		err := r.rows(ctx, q, nil, func(one row) error {
			var id screening.InterviewID
			for _, v := range one {
				id = idOf(v)
			}
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM interview WHERE id = ?`, id[:]).Scan(&n); err != nil {
				return err
			}
			if n == 0 && !slices.Contains(r.got.Lost, id) {
				r.got.Lost = append(r.got.Lost, id)
			}
			return nil
		})
		if err != nil && !r.damage(err) {
			return err
		}
	}
	return nil
}

// table reads the rows of a table that fit: from the beginning up to damage, then from the end down to damage, then
// what lies between one by one. It says whether it met no damage.
func (r *reading) table(ctx context.Context, t keptTable, where string, args []any, keep func(row) error) (whole bool, err error) {
	seen := map[string]bool{}
	var low, high int64
	once := func(one row) error {
		key := keyOf(t, one)
		if seen[key] {
			return nil
		}
		seen[key] = true
		return keep(one)
	}
	from := fmt.Sprintf("SELECT %s AS row_order, * FROM %s NOT INDEXED WHERE %s", first(t.order), t.name, where)
	err = r.rows(ctx, from+" ORDER BY "+t.order, args, func(one row) error {
		low, _ = one["row_order"].(int64)
		return once(one)
	})
	if err == nil || !r.damage(err) {
		return err == nil, err
	}
	down := strings.ReplaceAll(t.order, ",", " DESC,") + " DESC"
	err = r.rows(ctx, from+" ORDER BY "+down, args, func(one row) error {
		high, _ = one["row_order"].(int64)
		return once(one)
	})
	if err == nil || !r.damage(err) || !t.numbered {
		return false, unlessDamage(r, err)
	}
	for n, missed := low+1, 0; n < high || high == 0 && missed < misses; n++ {
		missed++
		err := r.rows(ctx, from+" AND "+t.order+" = ?", append(slices.Clone(args), n), func(one row) error {
			missed = 0
			return once(one)
		})
		if err := unlessDamage(r, err); err != nil {
			return false, err
		}
	}
	return false, nil
}

func unlessDamage(r *reading, err error) error {
	if err == nil || r.damage(err) {
		return nil
	}
	return err
}

// damage reports whether an error comes from damage, and notes which.
func (r *reading) damage(err error) bool {
	if d, ok := errors.AsType[*encvfs.DamageError](err); ok {
		r.note(d.Error())
		return true
	}
	return false
}

// rows reads rows until there are none or one cannot be read.
func (r *reading) rows(ctx context.Context, query string, args []any, keep func(row) error) (err error) {
	rows, err := r.from.QueryContext(ctx, query, args...)
	if err != nil {
		return r.file.Cause(err)
	}
	defer func() { err = errors.Join(err, r.file.Cause(rows.Close())) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return r.file.Cause(err)
		}
		one := row{}
		for i, c := range columns {
			if values[i] == nil {
				values[i] = []byte{} // no column may be NULL; the driver has no other word for an empty BLOB
			}
			one[c] = values[i]
		}
		if err := keep(one); err != nil {
			return err
		}
	}
	return r.file.Cause(rows.Err())
}

func first(order string) string {
	name, _, _ := strings.Cut(order, ",")
	return name
}

// keyOf is what tells a row from the others of its table.
func keyOf(t keptTable, one row) string {
	if t.numbered {
		return fmt.Sprint(one["row_order"])
	}
	var key []any
	for column := range strings.SplitSeq(t.order, ", ") {
		key = append(key, one[column])
	}
	return fmt.Sprintf("%q", key)
}

// put inserts a row. What the new store has of its own, such as the beginning of the chain of batches, gives way.
func put(ctx context.Context, tx *sql.Tx, table string, one row) error {
	var columns, marks []string
	var values []any
	for c, v := range one {
		if c != "row_order" {
			columns, marks, values = append(columns, c), append(marks, "?"), append(values, v)
		}
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT OR REPLACE INTO %s (%s) VALUES (%s)",
		table, strings.Join(columns, ", "), strings.Join(marks, ", ")), values...)
	return err
}

func idOf(v any) (id screening.InterviewID) {
	b, _ := v.([]byte)
	copy(id[:], b)
	return id
}

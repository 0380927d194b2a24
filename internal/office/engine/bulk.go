package engine

import (
	"fmt"
	"strings"
)

// steps are how many rows one statement takes where a database takes no arrays: few enough texts to keep each prepared,
// few enough statements for a hundred rows.
var steps = [...]int{64, 16, 4, 1}

// bulk is a statement for any number of rows, or of keys. Places for values are "?" in their order: SQLite looks a number
// up among all those before it, so that a hundred rows would be slow.
type bulk struct {
	texts [len(steps)]string // by how many rows or keys they take
	array string             // a query for keys that come as one array

	into  string   // a table and its columns
	kinds []string // of the columns: "bytea", "bigint" or "text"
}

// width is how many values a row has.
func (b *bulk) width() int { return max(1, len(b.kinds)) }

// tableOf is an INSERT into a table with these columns, each a name and a kind.
func tableOf(name string, columns ...string) bulk {
	var names, kinds []string
	for _, list := range columns {
		fields := strings.Fields(list)
		kinds = append(kinds, fields[len(fields)-1])
		names = append(names, fields[:len(fields)-1]...)
		for range len(fields) - 2 {
			kinds = append(kinds, fields[len(fields)-1])
		}
	}
	into := name + " (" + strings.Join(names, ", ") + ")"
	row := "(" + strings.Repeat("?, ", len(names)-1) + "?)"
	b := bulk{into: into, kinds: kinds}
	for i, rows := range steps {
		b.texts[i] = "INSERT INTO " + into + " VALUES " + strings.Repeat(row+", ", rows-1) + row
	}
	return b
}

// lookupOf is a query for what is known under keys of bytes: "… = " stands at its end. Where they come one by one, each
// key is a query of its own, which every plan answers by an index; for "IN" with many keys a plan from when the table was
// small reads all of it.
func lookupOf(query string) bulk {
	b := bulk{array: query + "ANY ($1::bytea[])"}
	for i, keys := range steps {
		b.texts[i] = strings.Repeat(query+"? UNION ALL ", keys-1) + query + "?"
	}
	return b
}

// gathering is one statement for any number of rows of several tables, where a database takes arrays: one for each column.
func gathering(tables ...*bulk) string {
	var text strings.Builder
	n := 0
	for i, b := range tables {
		switch {
		case i == len(tables)-1:
			text.WriteString(" ")
		case i == 0:
			text.WriteString("WITH t0 AS (")
		default:
			fmt.Fprintf(&text, ", t%d AS (", i)
		}
		fmt.Fprintf(&text, "INSERT INTO %s SELECT * FROM unnest(", b.into)
		for c, kind := range b.kinds {
			n++
			if c > 0 {
				text.WriteString(", ")
			}
			fmt.Fprintf(&text, "$%d::%s[]", n, kind)
		}
		text.WriteString(")")
		if i < len(tables)-1 {
			text.WriteString(")")
		}
	}
	return text.String()
}

// rows are what goes into a table: the values of one row after the other.
type rows struct {
	into *bulk
	args []any
}

// insert adds rows to tables, in their order, or with the statement that was gathered for them.
func (t *tx) insert(gathered string, all []rows) error {
	if t.arrays != nil {
		var args []any
		for _, r := range all {
			args = append(args, t.columns(r)...)
		}
		_, err := t.exec(gathered, args...)
		return err
	}
	for _, r := range all {
		for i, many := range steps {
			for n := many * r.into.width(); len(r.args) >= n; r.args = r.args[n:] {
				if _, err := t.exec(r.into.texts[i], r.args[:n]...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// columns turns rows into an array for each column.
func (t *tx) columns(r rows) []any {
	width := r.into.width()
	arrays, column := make([]any, width), make([]any, len(r.args)/width)
	for c, kind := range r.into.kinds {
		for i := range column {
			column[i] = r.args[i*width+c]
		}
		arrays[c] = t.arrays(kind, column)
	}
	return arrays
}

// find calls show for each row that is there under one of the keys.
func (t *tx) find(what *bulk, keys []any, show func(row scanner) error) error {
	if t.arrays != nil {
		return each(t, show, what.array, t.arrays("bytea", keys))
	}
	for i, n := range steps {
		for ; len(keys) >= n; keys = keys[n:] {
			if err := each(t, show, what.texts[i], keys[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}

package engine

import (
	"fmt"
	"strings"
)

// steps are how many rows one statement takes: few enough texts to keep each prepared, few enough statements for a
// hundred rows.
var steps = [...]int{64, 16, 4, 1}

// bulk is a statement for any number of rows or keys, by how many it takes, in both ways to write places for values:
// by number, and in order. SQLite looks a number up among all those before it, so that a hundred rows would be slow.
type bulk struct {
	width             int
	numbered, ordered [len(steps)]string
}

// tableOf is an INSERT of rows of so many columns.
func tableOf(into string, width int) bulk {
	return bulkOf("INSERT INTO "+into+" VALUES (", width, "), (", ")")
}

// lookupOf is a query for what is known under keys: "… = " stands at its end. Each key is a query of its own, which
// every plan answers by an index; for "IN" with many keys a plan from when the table was small reads all of it.
func lookupOf(query string) bulk { return bulkOf(query, 1, " UNION ALL "+query, "") }

func bulkOf(query string, width int, between, end string) bulk {
	made := bulk{width: width}
	for i, rows := range steps {
		var numbered, ordered strings.Builder
		for n := range rows * width {
			sep := ", "
			switch {
			case n == 0:
				sep = query
			case n%width == 0:
				sep = between
			}
			fmt.Fprintf(&numbered, "%s$%d", sep, n+1)
			ordered.WriteString(sep + "?")
		}
		made.numbered[i], made.ordered[i] = numbered.String()+end, ordered.String()+end
	}
	return made
}

func (t *tx) texts(of *bulk) *[len(steps)]string {
	if t.ordered {
		return &of.ordered
	}
	return &of.numbered
}

// insert adds the rows whose values args are, one row after the other.
func (t *tx) insert(into *bulk, args []any) error {
	for i, rows := range steps {
		for n := rows * into.width; len(args) >= n; args = args[n:] {
			if _, err := t.exec(t.texts(into)[i], args[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}

// find calls show for each row that is there under one of the keys.
func (t *tx) find(what *bulk, keys []any, show func(row scanner) error) error {
	for i, n := range steps {
		for ; len(keys) >= n; keys = keys[n:] {
			if err := each(t, show, t.texts(what)[i], keys[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}

package postgres

import (
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5/pgtype"
)

// arrays turns values into an array of a kind (engine.Options.Arrays): nil is null, and numbers and texts may be of any type.
func arrays(kind string, values []any) any {
	switch kind {
	case "bytea":
		all := make([][]byte, len(values))
		for i, v := range values {
			all[i], _ = v.([]byte)
		}
		return all
	case "bigint":
		all := make([]pgtype.Int8, len(values))
		for i, v := range values {
			all[i] = number(v)
		}
		return all
	case "text":
		all := make([]pgtype.Text, len(values))
		for i, v := range values {
			all[i] = text(v)
		}
		return all
	}
	panic(fmt.Sprintf("no array of %q", kind)) // a word of the engine's own
}

func number(v any) pgtype.Int8 {
	switch n := v.(type) {
	case nil:
		return pgtype.Int8{}
	case int64:
		return pgtype.Int8{Int64: n, Valid: true}
	}
	n := reflect.ValueOf(v)
	if n.CanUint() {
		return pgtype.Int8{Int64: int64(n.Uint()), Valid: true}
	}
	return pgtype.Int8{Int64: n.Int(), Valid: true}
}

func text(v any) pgtype.Text {
	switch s := v.(type) {
	case nil:
		return pgtype.Text{}
	case string:
		return pgtype.Text{String: s, Valid: true}
	}
	return pgtype.Text{String: reflect.ValueOf(v).String(), Valid: true}
}

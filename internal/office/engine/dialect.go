package engine

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"testing/fstest"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Dialect is the words in which two databases differ where tables are made. Everything else of this
// package's SQL is read alike by SQLite and PostgreSQL.
type Dialect struct {
	Blob       string                    // bytes
	Int        string                    // 64 bits, signed
	Counter    string                    // a primary key that counts by itself and never counts again
	Keyed      string                    // after the columns of a table with a primary key that is not a counter
	Strict     string                    // after the columns of any other table
	NoCase     string                    // after a text column that is compared without regard to case
	Mark       string                    // a statement that marks the database as an office's
	References string                    // statements, as goose reads them, that hold rows to what they name in another way than so far
	AppendOnly func(table string) string // statements, as goose reads them, after which rows stay as they are
}

// dialectWord is a word in braces in a migration.
var dialectWord = regexp.MustCompile(`\$\{([A-Z_]+)(?: ([a-z_]+))?\}`)

// Steps returns the numbered migrations in the words of a database. An unknown word is an error: a
// migration that half fits must not run.
func (d Dialect) Steps() (fs.FS, error) {
	steps := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		var unknown string
		said := dialectWord.ReplaceAllStringFunc(string(text), func(found string) string {
			m := dialectWord.FindStringSubmatch(found)
			switch word, ok := d.words()[m[1]]; {
			case ok:
				return word
			case m[1] == "APPEND_ONLY":
				return d.AppendOnly(m[2])
			}
			unknown = found
			return found
		})
		if unknown != "" {
			return nil, fmt.Errorf("migration %s: unknown word %s", name, unknown)
		}
		steps[name[len("migrations/"):]] = &fstest.MapFile{Data: []byte(said)}
	}
	return steps, nil
}

func (d Dialect) words() map[string]string {
	return map[string]string{
		"BLOB": d.Blob, "INT": d.Int, "COUNTER": d.Counter, "KEYED": d.Keyed, "STRICT": d.Strict,
		"NOCASE": d.NoCase, "MARK": d.Mark, "REFERENCES": d.References,
	}
}

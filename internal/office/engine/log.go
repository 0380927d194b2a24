package engine

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/ledger"
)

// errUnlogged says that a batch came without what the log is to say of it.
var errUnlogged = errors.New("nothing for the log")

// logAdds is what a transaction adds to the log. It goes into the tables when everything else of the transaction is
// there, in as few statements as there can be.
type logAdds struct {
	size    uint64 // of the log with it, once known
	known   bool
	entries [][]byte
	nodes   []ledger.Node
	hashes  map[int64]tlog.Hash // of nodes
}

// enter adds an entry to the log, in the transaction that adds what it names, and returns its place.
func (t *tx) enter(entry []byte) (uint64, error) {
	if len(entry) == 0 {
		return 0, errUnlogged
	}
	size, err := t.logSize()
	if err != nil {
		return 0, err
	}
	added, err := ledger.Grow(size, [][]byte{entry}, t.node)
	if err != nil {
		return 0, err
	}
	if t.log.hashes == nil {
		t.log.hashes = map[int64]tlog.Hash{}
	}
	for _, n := range added {
		t.log.hashes[n.Place] = n.Hash
	}
	t.log.entries, t.log.nodes, t.log.size = append(t.log.entries, entry), append(t.log.nodes, added...), size+1
	return size, nil
}

// forget takes back what was added to the log since mark.
func (t *tx) forget(mark logAdds) {
	for _, n := range t.log.nodes[len(mark.nodes):] {
		delete(t.log.hashes, n.Place)
	}
	t.log.entries, t.log.nodes = t.log.entries[:len(mark.entries)], t.log.nodes[:len(mark.nodes)]
	t.log.size, t.log.known = mark.size, mark.known
}

var (
	logEntries = tableOf("log_entries", "idx bigint", "data bytea")
	logNodes   = tableOf("log_nodes", "pos bigint", "hash bytea")
	logBoth    = gathering(&logEntries, &logNodes)
)

// keepLog writes what was added to the log.
func (t *tx) keepLog() error {
	if len(t.log.entries) == 0 {
		return nil
	}
	entries, nodes := make([]any, 0, 2*len(t.log.entries)), make([]any, 0, 2*len(t.log.nodes))
	first := t.log.size - uint64(len(t.log.entries))
	for i, entry := range t.log.entries {
		entries = append(entries, first+uint64(i), entry)
	}
	for i := range t.log.nodes {
		nodes = append(nodes, t.log.nodes[i].Place, t.log.nodes[i].Hash[:])
	}
	if err := t.insert(logBoth, []rows{{&logEntries, entries}, {&logNodes, nodes}}); err != nil {
		return fmt.Errorf("add entries from %d: %w", first, err)
	}
	if _, err := t.exec(`UPDATE log_state SET size = $1 WHERE one = 1`, t.log.size); err != nil {
		return fmt.Errorf("grow log to %d: %w", t.log.size, err)
	}
	return nil
}

// logSize is the size of the log, this transaction's entries included.
func (t *tx) logSize() (uint64, error) {
	if t.log.known {
		return t.log.size, nil
	}
	err := t.row(`SELECT size FROM log_state WHERE one = 1`).Scan(&t.log.size)
	t.log.known = err == nil
	return t.log.size, err
}

// logRoot returns the size of the log and its root, this transaction's entries included.
func (t *tx) logRoot() (size uint64, root [32]byte, err error) {
	if size, err = t.logSize(); err != nil {
		return 0, root, err
	}
	root, err = ledger.Root(size, t.node)
	return size, root, err
}

// node reads nodes as this transaction sees them. What it did not add is committed.
func (t *tx) node(places []int64) ([]tlog.Hash, error) {
	for _, p := range places {
		if _, added := t.log.hashes[p]; added {
			return t.someAdded(places)
		}
	}
	return t.nodes.Through(func(places []int64) ([]tlog.Hash, error) {
		return readNodes(places, func(place int64, hash *[]byte) error {
			return t.row(`SELECT hash FROM log_nodes WHERE pos = $1`, place).Scan(hash)
		})
	})(places)
}

// someAdded is node where one at least was added by this transaction.
func (t *tx) someAdded(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		if hash, added := t.log.hashes[p]; added {
			out[i] = hash
			continue
		}
		one, err := t.node([]int64{p})
		if err != nil {
			return nil, err
		}
		out[i] = one[0]
	}
	return out, nil
}

func readNodes(places []int64, one func(place int64, hash *[]byte) error) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		var hash []byte
		if err := one(p, &hash); err != nil {
			return nil, fmt.Errorf("read node %d of the log: %w", p, err)
		}
		copy(out[i][:], hash)
	}
	return out, nil
}

// Prove proves entries of the committed log (intake.Ledger).
func (e *Engine) Prove(ctx context.Context, from uint64, entries []uint64) (p ledger.Proofs, err error) {
	err = e.read("prove the log", func() error {
		var size uint64
		if err := e.db.QueryRowContext(ctx, `SELECT size FROM log_state`).Scan(&size); err != nil {
			return err
		}
		p, err = ledger.Prove(size, from, entries, e.nodes.Through(e.committed(ctx)))
		return err
	})
	return p, err
}

// RootAt returns the root of the first size entries of the committed log, which has at least so many.
func (e *Engine) RootAt(ctx context.Context, size uint64) (root [32]byte, err error) {
	err = e.read("hash the log", func() error {
		root, err = ledger.Root(size, e.nodes.Through(e.committed(ctx)))
		return err
	})
	return root, err
}

// Nodes returns nodes of the log that are committed (intake.Log).
func (e *Engine) Nodes(ctx context.Context, places []int64) (hashes []tlog.Hash, err error) {
	err = e.read("read nodes of the log", func() error {
		hashes, err = e.nodes.Through(e.committed(ctx))(places)
		return err
	})
	return hashes, err
}

// committed reads nodes of the log that are committed.
func (e *Engine) committed(ctx context.Context) ledger.Reader {
	return func(places []int64) ([]tlog.Hash, error) {
		return readNodes(places, func(place int64, hash *[]byte) error {
			return e.db.QueryRowContext(ctx, `SELECT hash FROM log_nodes WHERE pos = $1`, place).Scan(hash)
		})
	}
}

// Entries returns entries of the log from a place on, at most limit.
func (e *Engine) Entries(ctx context.Context, from uint64, limit int) (list [][]byte, err error) {
	err = e.read("read the log", func() error {
		return e.each(ctx, func(row scanner) error {
			var data []byte
			if err := row.Scan(&data); err != nil {
				return err
			}
			list = append(list, data)
			return nil
		}, `SELECT data FROM log_entries WHERE idx >= $1 ORDER BY idx LIMIT $2`, from, limit)
	})
	return list, err
}

// Statements returns the signed grants and revocations that the log names.
func (e *Engine) Statements(ctx context.Context) (list [][]byte, err error) {
	err = e.read("read statements", func() error {
		return e.each(ctx, func(row scanner) error {
			var doc []byte
			if err := row.Scan(&doc); err != nil {
				return err
			}
			list = append(list, doc)
			return nil
		}, `SELECT grant_doc FROM devices WHERE grant_doc IS NOT NULL
			UNION ALL SELECT statement FROM revocations`)
	})
	return list, err
}

// NoteBackup notes that a backup off this machine holds the first size entries with the data that they name. A
// device drops its sealed copies on this word.
func (e *Engine) NoteBackup(ctx context.Context, size uint64) error {
	return e.write(ctx, "note backup", func(t *tx) error {
		_, err := t.exec(`UPDATE log_state SET kept = $1 WHERE size >= $1 AND kept < $1`, size)
		return err
	})
}

package ledger

import (
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// cached is how many nodes a Cache remembers: 4 MiB with its map, and every path to the newest 16,000 entries.
const cached = 1 << 15

// Cache remembers committed nodes. The zero Cache is empty and ready; any goroutine may use it.
type Cache struct {
	mu    sync.Mutex
	nodes map[int64]tlog.Hash
}

// Keep remembers nodes. Call it after their commit only: what was rolled back must not be proved.
func (c *Cache) Keep(nodes []Node) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range nodes {
		c.put(n.Place, n.Hash)
	}
}

func (c *Cache) put(place int64, h tlog.Hash) {
	if c.nodes == nil || len(c.nodes) >= cached { // everything again costs little, and which to drop costs thought
		c.nodes = make(map[int64]tlog.Hash, cached)
	}
	c.nodes[place] = h
}

// Through returns a Reader that asks read only for what is not remembered. read gives committed nodes.
func (c *Cache) Through(read Reader) Reader {
	return func(places []int64) ([]tlog.Hash, error) {
		c.mu.Lock()
		known := make(map[int64]tlog.Hash, len(places))
		for _, p := range places {
			if h, ok := c.nodes[p]; ok {
				known[p] = h
			}
		}
		c.mu.Unlock()
		out, err := overlay(known, places, read)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for i, p := range places {
			c.put(p, out[i])
		}
		return out, nil
	}
}

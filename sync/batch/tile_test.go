package batch

import (
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
)

// tilesOf is a log of so many entries as it is fetched, by paths.
func tilesOf(t *testing.T, size int) map[string][]byte {
	t.Helper()
	var entries [][]byte
	var nodes []tlog.Hash
	stored := tlog.HashReaderFunc(func(places []int64) (out []tlog.Hash, err error) {
		for _, p := range places {
			out = append(out, nodes[p])
		}
		return out, nil
	})
	for n := range size {
		entries = append(entries, BatchEntry(screening.BatchID{byte(n), byte(n >> 8)}))
		more, err := tlog.StoredHashes(int64(n), entries[n], stored)
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, more...)
	}
	root, err := tlog.TreeHash(int64(size), stored)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	if files["checkpoint"], err = SignCheckpoint(logRoot().Origin(), uint64(size), root, signer(21)); err != nil {
		t.Fatal(err)
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, int64(size)) {
		if files["tile/"+TilePath(tile)], err = tlog.ReadTileData(tile, stored); err != nil {
			t.Fatal(err)
		}
	}
	for at := 0; at < size; at += tileWidth {
		tile := tlog.Tile{H: tileHeight, L: -1, N: int64(at / tileWidth), W: min(tileWidth, size-at)}
		files["tile/"+TilePath(tile)] = JoinEntries(entries[at:min(at+tileWidth, size)])
	}
	return files
}

func reading(files map[string][]byte) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		b, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("open %s: %w", path, fs.ErrNotExist)
		}
		return b, nil
	}
}

// TestLogInTiles: what was fetched in tiles is the log, whatever its length; one byte changed anywhere, or a tile of entries
// left out, and it is not.
func TestLogInTiles(t *testing.T) {
	for _, size := range []int{1, 255, 256, 257, 700} {
		files := tilesOf(t, size)
		l, err := ReadTiles(reading(files), logRoot())
		if err != nil || l.Checkpoint.Size != uint64(size) || !l.Names(BatchEntry(screening.BatchID{byte(size - 1), byte((size - 1) >> 8)})) {
			t.Fatalf("%d entries: %v", size, err)
		}
		for path, file := range files {
			changed := maps.Clone(files)
			for _, at := range []int{0, len(file) / 2, len(file) - 1} {
				b := append([]byte{}, file...)
				b[at] ^= 1
				changed[path] = b
				if _, err := ReadTiles(reading(changed), logRoot()); err == nil && !strings.HasPrefix(path, "checkpoint") {
					t.Errorf("%d entries, byte %d of %s changed: believed", size, at, path)
				}
			}
			delete(changed, path)
			_, err := ReadTiles(reading(changed), logRoot())
			if needed := path == "checkpoint" || strings.Contains(path, "entries"); (err != nil) != needed {
				t.Errorf("%d entries without %s: got %v, needed %v", size, path, err, needed)
			}
		}
	}
}

// TestTilePaths: each tile has one path, and what is none is refused.
func TestTilePaths(t *testing.T) {
	for path, want := range map[string]uint64{
		"0/000": 256, "0/000.p/5": 5, "1/000": 1 << 16, "entries/x001/067": 1068 << 8, "entries/000.p/1": 1,
	} {
		tile, err := TileAt(path)
		if end, ok := TileEnd(tile); err != nil || !ok || end != want || TilePath(tile) != path {
			t.Errorf("%s: until entry %d, %v, as %s, %v; want %d", path, end, ok, TilePath(tile), err, want)
		}
	}
	for _, path := range []string{"", "0", "0/0", "0/000.p/0", "0/000.p/256", "data/000", "0/x000/000", "../root", "0/../000", "64/000", "-1/000", "8/0/000"} {
		if tile, err := TileAt(path); err == nil {
			if _, ok := TileEnd(tile); ok {
				t.Errorf("%q is taken for tile %+v", path, tile)
			}
		}
	}
}

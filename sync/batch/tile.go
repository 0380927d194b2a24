package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/screening"
)

// A log in tiles (FORMAT.md, Log): files that never change, of 256 hashes or entries each, by the paths of C2SP tlog-tiles.

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	entryTiles = "entries/"
)

// TileAt reads the path of a tile behind "tile/": "0/000", "1/x001/067", "entries/000.p/5". Level -1 is of entries. Errors
// carry E_FORMAT.
func TileAt(path string) (tlog.Tile, error) {
	if rest, ok := strings.CutPrefix(path, entryTiles); ok {
		path = "data/" + rest
	} else if strings.HasPrefix(path, "data/") {
		return tlog.Tile{}, malformed("tile", errField)
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, path))
	if err != nil {
		return tlog.Tile{}, malformed("tile", errField)
	}
	return t, nil
}

// TilePath is the path of a tile behind "tile/".
func TilePath(t tlog.Tile) string {
	path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if rest, ok := strings.CutPrefix(path, "data/"); ok {
		return entryTiles + rest
	}
	return path
}

// TileEnd is how many entries a log has to have for a tile to be whole, and whether it is one that a longer log has too
// by the same path.
func TileEnd(t tlog.Tile) (entries uint64, ok bool) {
	if t.L > 6 || t.N < 0 || t.N >= maxUint>>tileHeight {
		return 0, false
	}
	entries = uint64(t.N)*tileWidth + uint64(t.W)
	shift := tileHeight * max(t.L, 0)
	return entries << shift, entries<<shift>>shift == entries
}

// JoinEntries makes a tile of entries: each with its length before it in 4 bytes.
func JoinEntries(entries [][]byte) (out []byte) {
	for _, e := range entries {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(e))), e...)
	}
	return out
}

func splitEntries(tile []byte) (entries [][]byte, err error) {
	for len(tile) > 0 {
		if len(tile) < 4 || int(binary.BigEndian.Uint32(tile)) > len(tile)-4 || binary.BigEndian.Uint32(tile) == 0 {
			return nil, malformed("tile", errLength)
		}
		n := int(binary.BigEndian.Uint32(tile))
		entries, tile = append(entries, tile[4:4+n]), tile[4+n:]
	}
	return entries, nil
}

// ReadTiles reads a log that was fetched in tiles: "checkpoint", and every tile of entries behind "tile/", have to be there;
// hashes may be, and then have to be those of the entries. It has no statements. read gives a file, or fs.ErrNotExist. Errors
// are those of read and of [ReadLog].
func ReadTiles(read func(path string) ([]byte, error), root Root) (*LogFile, error) {
	note, err := read("checkpoint")
	if err != nil {
		return nil, err
	}
	c, err := VerifyCheckpoint(note, root.Origin(), root.Online)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for at := uint64(0); at < c.Size; at += tileWidth {
		t := tlog.Tile{H: tileHeight, L: -1, N: int64(at / tileWidth), W: int(min(tileWidth, c.Size-at))}
		tile, err := read("tile/" + TilePath(t))
		if err != nil {
			return nil, err
		}
		part, err := splitEntries(tile)
		if err != nil || len(part) != t.W {
			return nil, malformed("tile "+TilePath(t), errors.Join(err, errLength))
		}
		entries = append(entries, part...)
	}
	l, err := ReadLog(PackLog(note, entries, nil), root)
	if err != nil {
		return nil, err
	}
	return l, l.checkTiles(read)
}

// checkTiles compares every tile of hashes that is there with the entries.
func (l *LogFile) checkTiles(read func(path string) ([]byte, error)) error {
	var nodes []tlog.Hash
	stored := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			out[i] = nodes[p]
		}
		return out, nil
	})
	for n, leaf := range l.leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(n), leaf, stored)
		if err != nil {
			return err
		}
		nodes = append(nodes, more...)
	}
	for _, t := range tlog.NewTiles(tileHeight, 0, int64(len(l.leaves))) {
		got, err := read("tile/" + TilePath(t))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		want, err := tlog.ReadTileData(t, stored)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return screening.Fail(screening.CodeBadReceipt, fmt.Errorf("tile %s: %w", TilePath(t), ErrLog))
		}
	}
	return nil
}

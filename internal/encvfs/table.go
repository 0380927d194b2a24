package encvfs

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"
)

// table is the freshness table: the tag of every page of the main file. What is in memory rules; it is made
// durable before each reset of the log (FORMAT.md, table). Its own file holds two halves, chunk by chunk in
// turn, and the header says which half is in force and what its digest is.
type table struct {
	mu    sync.RWMutex
	tags  []tag               // of page i+1
	loose map[uint32]struct{} // pages that may hold any authentic version: their newest stands in the log
	stale [2]map[int]struct{} // chunks of a half that are not as in memory
}

const (
	chunkTags = 256
	chunkSize = chunkTags * tagSize // 4096

	loadChunks = 64 // of each half are read at once: a disk that has to fetch them takes long over every request

	noTable = 2 // in place of a half: no table was written yet, and it is made from the pages
)

func newTable() *table {
	t := &table{loose: map[uint32]struct{}{}}
	t.stale[0], t.stale[1] = map[int]struct{}{}, map[int]struct{}{}
	return t
}

// count is the number of pages of the main file.
func (t *table) count() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return int64(len(t.tags))
}

// admits reports whether a page that carries tag x may be what was last written there.
func (t *table) admits(page int64, x tag) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if page > int64(len(t.tags)) {
		return false
	}
	if t.tags[page-1] == x {
		return true
	}
	_, ok := t.loose[uint32(page)]
	return ok
}

// names reports whether a page that carries tag x is what was last written there, for sure.
func (t *table) names(page int64, x tag) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return page <= int64(len(t.tags)) && t.tags[page-1] == x
}

// set records the tag of a page that has just been written.
func (t *table) set(page int64, x tag) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for int64(len(t.tags)) < page {
		t.touch(len(t.tags))
		t.tags = append(t.tags, tag{})
	}
	t.tags[page-1] = x
	t.touch(int(page - 1))
	delete(t.loose, uint32(page))
}

// cut drops the tags of pages beyond n.
func (t *table) cut(n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n < int64(len(t.tags)) {
		t.touch(int(n))
		t.tags = t.tags[:n]
	}
}

func (t *table) touch(index int) {
	t.stale[0][index/chunkTags] = struct{}{}
	t.stale[1][index/chunkTags] = struct{}{}
}

// loosen lets pages hold any authentic version until they are next written; the table grows to hold them.
func (t *table) loosen(pages iter.Seq[uint32], count int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for int64(len(t.tags)) < count {
		t.touch(len(t.tags))
		t.tags = append(t.tags, tag{})
		t.loose[uint32(len(t.tags))] = struct{}{}
	}
	for p := range pages {
		t.loose[p] = struct{}{}
	}
}

// loosenAll lets every page hold any authentic version until it is next written.
func (t *table) loosenAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.tags {
		t.loose[uint32(i+1)] = struct{}{}
	}
}

// looseLeft lists pages of the file that are still loose.
func (t *table) looseLeft() (pages []int64) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for p := range t.loose {
		if int(p) <= len(t.tags) {
			pages = append(pages, int64(p))
		}
	}
	return pages
}

// sum is the digest of the table as it is in memory: SHA-256 over the count and the tags.
func (t *table) sum() [32]byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(t.tags))))
	b := make([]byte, 0, chunkSize)
	for chunk := range slices.Chunk(t.tags, chunkTags) {
		b = appendTags(b[:0], chunk)
		h.Write(b)
	}
	return [32]byte(h.Sum(nil))
}

func appendTags(b []byte, tags []tag) []byte {
	for i := range tags {
		b = append(b, tags[i][:]...)
	}
	return b
}

// chunkAt is the place of a chunk of a half in the table's file.
func chunkAt(index, half int) int64 { return int64(2*index+half) * chunkSize }

// save writes the given half and makes it durable, then returns count and digest for the header. The half in
// force is never written to.
func (t *table) save(d disk, half int) (pages uint64, sum [32]byte, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := make([]byte, 0, chunkSize)
	for index := range t.stale[half] {
		first := index * chunkTags
		if first >= len(t.tags) {
			continue
		}
		b = appendTags(b[:0], t.tags[first:min(first+chunkTags, len(t.tags))])
		clear(b[len(b):chunkSize])
		if _, err := d.WriteAt(b[:chunkSize], chunkAt(index, half)); err != nil {
			return 0, sum, err
		}
	}
	if err := d.Sync(); err != nil {
		return 0, sum, err
	}
	clear(t.stale[half])
	return uint64(len(t.tags)), t.sum(), nil
}

// load reads the half in force. It fails with ErrDamaged where the digest is not the header's.
func (t *table) load(d disk, s *state) error {
	if s.pages > 1<<32 {
		return ErrDamaged
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	half := int(s.tableHalf & 1)
	chunks := (int(s.pages) + chunkTags - 1) / chunkTags
	tags := make([]tag, 0, chunks*chunkTags)
	b := make([]byte, min(chunks, loadChunks)*2*chunkSize)
	for first := 0; first < chunks; first += loadChunks {
		n := min(loadChunks, chunks-first)
		need := (2*n - 1 + half) * chunkSize
		if _, err := d.ReadAt(b[:need], chunkAt(first, 0)); err != nil {
			if errors.Is(err, io.EOF) {
				return ErrDamaged
			}
			return err
		}
		for index := first; index < first+n; index++ {
			for at := range slices.Chunk(b[chunkAt(index-first, half):][:chunkSize], tagSize) {
				tags = append(tags, tag(at))
			}
			t.stale[1-half][index] = struct{}{}
		}
	}
	t.tags = tags[:s.pages]
	if t.sum() != s.tableSum {
		t.tags = nil
		return ErrDamaged
	}
	return nil
}

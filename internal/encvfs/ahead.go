package encvfs

import (
	"sync"
	"sync/atomic"
)

// ahead reads sealed pages from the main file before SQLite asks for them: where it goes through pages in their order,
// one system call reads many, and another processor opens some of them meanwhile. Nothing is trusted for having been
// read: a page is taken from here only while the table names just this version of it, and only if it opens. Whatever else
// SQLite asks for is read from the disk when it does, and what is wrong with it is found there.
type ahead struct {
	*window         // what was read last
	other   *window // takes its place while the helper is not done with it: the system may keep it waiting for long
	last    int64   // page that SQLite asked for before
	next    int     // pages that are read at once the next time; 0 while SQLite does not go through them in order
	helper  sync.WaitGroup
}

// window is pages that were read at once.
type window struct {
	first int64                     // number of the first page in units
	units []byte                    // sealed pages that follow each other, still as they were on the disk
	plain []byte                    // what the helper opened of them, page by page at the same place
	who   [aheadPages]atomic.Uint32 // opens each page
	helps atomic.Bool               // the helper is at it
}

const (
	aheadPages = 32 // are read at once at most: 128 KiB, and as much for what was opened of them
	aheadFrom  = 2  // pages are read at once the first time
	aheadGap   = 8  // pages that may be left out in between: those of an index, which lie among those of its table
)

// Who opens a page that was read ahead: whoever comes first. Neither waits for the other.
const (
	nobodyYet = iota
	taken     // by the reader, for whom it is opened at once; or by the helper, who is at it or met damage
	opened    // by the helper
)

// loadAhead decrypts page n into b if it was read ahead, or is to be now with those that follow it. Where it says no,
// nothing is known of the page.
func (p *pageFile) loadAhead(b []byte, n int64) bool {
	a := &p.ahead
	inOrder := n > a.last && n <= a.last+aheadGap
	a.last = n
	if !a.holds(n) {
		if !inOrder {
			a.next = 0
			return false
		}
		p.readAhead(n)
		if !a.holds(n) {
			return false
		}
	}
	w, i := a.window, int(n-a.first)
	if !p.table.names(n, unitTag(w.unit(i))) {
		return false
	}
	if w.who[i].Load() == opened {
		copy(b, w.plain[i*pageSize:])
		return true
	}
	w.who[i].CompareAndSwap(nobodyYet, taken)
	p.aad = pageAAD(p.aad, p.keys.id, n)
	return p.keys.pages.openTo(b, w.unit(i), p.aad)
}

func (a *ahead) holds(n int64) bool {
	return a.window != nil && n >= a.first && n < a.first+int64(len(a.units)/pageSize)
}

func (w *window) unit(i int) []byte { return w.units[i*pageSize : (i+1)*pageSize] }

// readAhead reads page n and those behind it, the more the longer SQLite has gone through them in order. Where it fails,
// reading the pages one by one tells why; a disk that takes long over a bad place is not asked for many again.
func (p *pageFile) readAhead(n int64) {
	a := &p.ahead
	if a.window == nil || a.helps.Load() {
		a.window, a.other = a.other, a.window
	}
	if a.window == nil {
		a.window = &window{units: make([]byte, 0, aheadPages*pageSize)}
	}
	a.next = min(max(aheadFrom, 2*a.next), aheadPages)
	want := min(int64(a.next), p.table.count()-n+1) * pageSize
	got, err := p.main.ReadAt(a.units[:want], pageAt(n))
	if err != nil {
		a.next = 0
	}
	a.first, a.units = n, a.units[:got/pageSize*pageSize]
	for i := range a.who {
		a.who[i].Store(nobodyYet)
	}
	if len(a.units) == aheadPages*pageSize && (a.other == nil || !a.other.helps.Load()) { // a long way: help pays
		w := a.window
		w.helps.Store(true)
		a.helper.Go(func() { w.open(p.keys) })
	}
}

// open is the helper: one a connection. It begins at the far end, and ends where it meets the reader.
func (w *window) open(k *keyring) {
	defer w.helps.Store(false)
	if w.plain == nil {
		w.plain = make([]byte, aheadPages*pageSize)
	}
	var aad []byte
	for i := aheadPages - 1; i > 0 && w.who[i].CompareAndSwap(nobodyYet, taken); i-- {
		aad = pageAAD(aad, k.id, w.first+int64(i))
		if k.pages.openTo(w.plain[i*pageSize:(i+1)*pageSize], w.unit(i), aad) {
			w.who[i].Store(opened)
		}
	}
}

// forget waits for the helper, since the keys may go next, and clears what it opened.
func (a *ahead) forget() {
	a.helper.Wait()
	for _, w := range []*window{a.window, a.other} {
		if w != nil {
			clear(w.plain)
		}
	}
}

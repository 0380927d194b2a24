package encvfs

// ahead is sealed pages that were read from the main file before SQLite asked for them: where it goes through pages in
// their order, one system call reads many. Nothing in it is trusted for having been read: a page is taken from here
// only while the table names just this version of it, and only if it opens. Whatever else SQLite asks for is read from
// the disk when it does, and what is wrong with it is found there.
type ahead struct {
	first int64  // number of the first page in units
	units []byte // sealed pages that follow each other, still as they were on the disk
	last  int64  // page that SQLite asked for before
	next  int    // pages that are read at once the next time; 0 while SQLite does not go through them in order
}

const (
	aheadPages = 16 // are read at once at most: 64 KiB a connection
	aheadFrom  = 2  // pages are read at once the first time
	aheadGap   = 8  // pages that may be left out in between: those of an index, which lie among those of its table
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
	at := (n - a.first) * pageSize
	unit := a.units[at : at+pageSize]
	if !p.table.names(n, unitTag(unit)) {
		return false
	}
	p.aad = pageAAD(p.aad, p.keys.id, n)
	return p.keys.pages.openTo(b, unit, p.aad)
}

func (a *ahead) holds(n int64) bool {
	return n >= a.first && n < a.first+int64(len(a.units)/pageSize)
}

// readAhead reads page n and those behind it, the more the longer SQLite has gone through them in order. Where it fails,
// reading the pages one by one tells why; a disk that takes long over a bad place is not asked for many again.
func (p *pageFile) readAhead(n int64) {
	a := &p.ahead
	a.next = min(max(aheadFrom, 2*a.next), aheadPages)
	if a.units == nil {
		a.units = make([]byte, 0, aheadPages*pageSize)
	}
	want := min(int64(a.next), p.table.count()-n+1) * pageSize
	got, err := p.main.ReadAt(a.units[:want], pageAt(n))
	if err != nil {
		a.next = 0
	}
	a.first, a.units = n, a.units[:got/pageSize*pageSize]
}

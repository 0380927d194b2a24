package encvfs

// ahead reads sealed pages before SQLite asks for them: where it goes through a table, one system call fetches many.
// What lies here is ciphertext, and is checked when it is taken as if it came from the disk at that moment.
type ahead struct {
	buf   []byte // sealed pages first to first+len/pageSize-1
	first int64
	last  int64 // page that was asked for last
	run   int   // how many requests in a row went forward in small steps
}

const (
	aheadPages = 16 // read at once
	aheadStep  = 4  // pages of other trees lie between those of a table
	aheadAfter = 3  // steps forward before reading ahead
)

// take decrypts page n into b from what was read ahead, and reads ahead where the requests are going forward. It
// reports false where the page must come from the disk: also where a page here does not open or is not the newest,
// since it may have been written over since.
func (a *ahead) take(p *pageFile, b []byte, n int64) bool {
	step := n - a.last
	a.last = n
	if step < 1 || step > aheadStep {
		a.run = 0
	} else {
		a.run++
	}
	if i := n - a.first; i >= 0 && i < int64(len(a.buf)/pageSize) {
		return a.open(p, b, a.buf[i*pageSize:][:pageSize], n)
	}
	if a.run < aheadAfter {
		return false
	}
	if a.buf == nil {
		a.buf = make([]byte, 0, aheadPages*pageSize)
	}
	a.buf, a.first = a.buf[:cap(a.buf)], n
	got, _ := p.main.ReadAt(a.buf, pageAt(n)) // short at the end of the file; an error shows when the page is read alone
	a.buf = a.buf[:got/pageSize*pageSize]
	return len(a.buf) > 0 && a.open(p, b, a.buf[:pageSize], n)
}

func (a *ahead) open(p *pageFile, b, unit []byte, n int64) bool {
	copy(b, unit)
	if !p.table.admits(n, unitTag(b)) {
		return false
	}
	p.aad = pageAAD(p.aad, p.keys.id, n)
	return p.keys.pages.open(b, p.aad)
}

package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// A block of facts: the version, 2 (before it, facts had no number of children); the texts that occur, the first of them empty; the lists of texts that occur, the first of
// them empty; the facts, each as flags and numbers in the order of packer.add. Counts, numbers and places are unsigned
// varints (encoding/binary), a text is its length and its bytes.
const packVersion = 2

const (
	flagCounted = 1 << iota
	flagChild
	flagDeclined
)

// packer writes facts of a block.
type packer struct {
	texts map[string]uint64
	lists map[string]uint64
	order []string   // texts
	many  [][]uint64 // lists
	count uint64
	body  []byte
}

func newPacker() *packer {
	return &packer{texts: map[string]uint64{"": 0}, lists: map[string]uint64{"": 0}, order: []string{""}, many: [][]uint64{nil}}
}

func (p *packer) text(s string) uint64 {
	at, known := p.texts[s]
	if !known {
		at = uint64(len(p.order))
		p.texts[s], p.order = at, append(p.order, s)
	}
	return at
}

func (p *packer) list(all []string) uint64 {
	key := strings.Join(all, "\x00")
	if len(all) > 0 {
		key += "\x00"
	}
	at, known := p.lists[key]
	if !known {
		at = uint64(len(p.many))
		var places []uint64
		for _, s := range all {
			places = append(places, p.text(s))
		}
		p.lists[key], p.many = at, append(p.many, places)
	}
	return at
}

func (p *packer) add(f casework.Facts) {
	p.count++
	flags := uint64(number(f.Counted)*flagCounted + number(f.Child)*flagChild + number(f.Declined)*flagDeclined)
	for _, n := range []uint64{
		flags, uint64(f.Opened), uint64(f.Assisted), uint64(f.Age), uint64(f.Site), p.text(f.Sex), p.text(f.Nationality), p.text(f.Origin),
		p.text(f.Exploited), p.text(f.Sector), p.text(f.Recruited), p.text(f.Education), p.text(f.Economy), p.text(f.Marital),
		p.text(string(f.Finding)), p.text(string(f.Lang)), p.list(f.Forms), p.list(f.Means), p.text(f.Children),
	} {
		p.body = binary.AppendUvarint(p.body, n)
	}
}

func (p *packer) bytes() []byte {
	b := binary.AppendUvarint([]byte{packVersion}, uint64(len(p.order)))
	for _, s := range p.order {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	b = binary.AppendUvarint(b, uint64(len(p.many)))
	for _, list := range p.many {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, at := range list {
			b = binary.AppendUvarint(b, at)
		}
	}
	return append(binary.AppendUvarint(b, p.count), p.body...)
}

var errPack = errors.New("block of facts cannot be read")

// unpacker reads what packer wrote. After a fault everything is zero.
type unpacker struct {
	b     []byte
	wrong bool
	texts []string
	lists [][]string
}

func (u *unpacker) number() uint64 {
	n, size := binary.Uvarint(u.b)
	if size <= 0 {
		u.wrong, u.b = true, nil
		return 0
	}
	u.b = u.b[size:]
	return n
}

// counted is a number of things of at least a byte each.
func (u *unpacker) counted() int {
	n := u.number()
	if n > uint64(len(u.b)) {
		u.wrong, u.b = true, nil
		return 0
	}
	return int(n)
}

func (u *unpacker) text() string {
	at := u.number()
	if at >= uint64(len(u.texts)) {
		u.wrong = true
		return ""
	}
	return u.texts[at]
}

func (u *unpacker) list() []string {
	at := u.number()
	if at >= uint64(len(u.lists)) {
		u.wrong = true
		return nil
	}
	return u.lists[at]
}

// unpackFacts shows the facts of a block. Lists are shared between them. Errors carry CodeDamaged.
func unpackFacts(b []byte, show func(casework.Facts)) error {
	if len(b) == 0 || b[0] < 1 || b[0] > packVersion {
		return screening.Fail(screening.CodeDamaged, errPack)
	}
	u, version := &unpacker{b: b[1:]}, b[0]
	for range u.counted() {
		n := u.counted()
		u.texts, u.b = append(u.texts, string(u.b[:n])), u.b[n:]
	}
	for range u.counted() {
		var list []string
		for range u.counted() {
			list = append(list, u.text())
		}
		u.lists = append(u.lists, list)
	}
	for range u.counted() {
		flags := u.number()
		f := casework.Facts{
			Counted: flags&flagCounted != 0, Child: flags&flagChild != 0, Declined: flags&flagDeclined != 0,
			Opened: int64(u.number()), Assisted: int64(u.number()), Age: int(u.number()), Site: int(u.number()), Sex: u.text(), Nationality: u.text(),
			Origin: u.text(), Exploited: u.text(), Sector: u.text(), Recruited: u.text(), Education: u.text(), Economy: u.text(), Marital: u.text(),
			Finding: casework.Finding(u.text()), Lang: schema.Lang(u.text()), Forms: u.list(), Means: u.list(),
		}
		if version > 1 {
			f.Children = u.text()
		}
		if u.wrong {
			break
		}
		show(f)
	}
	if u.wrong || len(u.b) > 0 {
		return screening.Fail(screening.CodeDamaged, fmt.Errorf("%w: %d bytes are left", errPack, len(u.b)))
	}
	return nil
}

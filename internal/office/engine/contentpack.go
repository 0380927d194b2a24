package engine

import (
	"encoding/binary"
	"errors"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"leeward/internal/screening"
	"leeward/schema"
)

// A packed content is the byte 3, the length of a zstd frame as a varint, the frame, and zeros up to a multiple of
// packStep bytes, so that a hidden column says little of what is in it. In the frame stand the values of pack in its
// order, without names. Numbers are varints (encoding/binary, signed). A text is a number: 0 for the text of the same
// field before it, 1 for one of which the bytes follow behind their number, or 2 and more for the place of one of those
// among all that were no longer than packShort.
const (
	packedContent = 3
	packStep      = 256
	packShort     = 64
	packMost      = 64 << 20 // bytes of values: more than an interview may have (sync/batch, MaxBody)
)

var errContent = errors.New("packed content cannot be read")

// The fields of an answer whose text is mostly that of the answer before.
const (
	fieldOther = iota
	fieldDir
	fieldValue
	fieldMissing
	fieldLang
	fieldWording
	fieldScreener
	fieldInterpreter
	fieldAbout
	fields
)

// packing goes through values in the order of pack: it writes them, or sets them to what it reads. That it is one order
// for both keeps the two alike. After a fault in what it reads it gives nothing more.
type packing struct {
	b       []byte
	reading bool
	wrong   bool
	last    [fields]string
	places  map[string]uint64 // of short texts, writing
	texts   []string          // short texts, reading
}

// pack goes through a content without its answers.
func (c *content) pack(p *packing) {
	p.bytes(c.ID[:])
	version := int64(c.Version)
	p.number(&version)
	c.Version = uint64(version)
	p.bytes(c.Questionnaire)
	p.flags(&c.Consent.Agreed, &c.ClockDoubt)
	p.text(fieldOther, &c.Code)
	p.text(fieldOther, &c.Status)
	p.text(fieldScreener, &c.Screener)
	p.text(fieldInterpreter, &c.Interpreter)
	p.text(fieldLang, &c.Lang)
	p.text(fieldOther, &c.ScreenerLang)
	p.text(fieldOther, &c.Consent.Keep)
	p.text(fieldOther, &c.Consent.Lang)
	p.text(fieldOther, &c.Consent.Wording)
	p.number(&c.Started)
	p.number(&c.Finished)
	p.number(&c.Consent.At)
}

// pack goes through an answer. Its number and times stand as what they are more than those of the answer before.
func (a *answer) pack(p *packing, before *answer) {
	seq := int64(a.Seq - before.Seq)
	at, elapsed := a.At-before.At, a.ElapsedMS-before.ElapsedMS
	p.number(&seq)
	p.number(&at)
	p.number(&elapsed)
	a.Seq, a.At, a.ElapsedMS = before.Seq+uint64(seq), before.At+at, before.ElapsedMS+elapsed
	p.flags(&a.Fallback, &a.Unreviewed)
	cut := strings.LastIndexByte(a.Path, '/') + 1
	dir, name := a.Path[:cut], a.Path[cut:]
	p.text(fieldDir, &dir)
	p.text(fieldOther, &name)
	if p.reading {
		a.Path = dir + name
	}
	p.text(fieldValue, &a.Value)
	p.text(fieldMissing, &a.Missing)
	p.text(fieldLang, &a.Lang)
	p.text(fieldWording, &a.Wording)
	p.text(fieldScreener, &a.Screener)
	p.text(fieldInterpreter, &a.Interpreter)
	p.text(fieldAbout, &a.About)
}

func (p *packing) fail() { p.wrong, p.b = true, nil }

func (p *packing) number(n *int64) {
	if !p.reading {
		p.b = binary.AppendVarint(p.b, *n)
		return
	}
	v, size := binary.Varint(p.b)
	if size <= 0 {
		p.fail()
		return
	}
	*n, p.b = v, p.b[size:]
}

func (p *packing) flags(one, two *bool) {
	both := number(*one) + 2*number(*two)
	p.number(&both)
	*one, *two = both&1 != 0, both&2 != 0
}

func (p *packing) bytes(b []byte) {
	switch {
	case !p.reading:
		p.b = append(p.b, b...)
	case len(p.b) < len(b):
		p.fail()
	default:
		p.b = p.b[copy(b, p.b):]
	}
}

// count reads a number of things of at least a byte each.
func (p *packing) count() int {
	n := p.unsigned()
	if n > uint64(len(p.b)) {
		p.fail()
		return 0
	}
	return int(n)
}

func (p *packing) unsigned() uint64 {
	v, size := binary.Uvarint(p.b)
	if size <= 0 {
		p.fail()
		return 0
	}
	p.b = p.b[size:]
	return v
}

func (p *packing) text(field int, s *string) {
	if p.reading {
		p.readText(field)
		*s = p.last[field]
		return
	}
	if *s == p.last[field] {
		p.b = append(p.b, 0)
		return
	}
	p.last[field] = *s
	place, met := p.places[*s]
	if met {
		p.b = binary.AppendUvarint(p.b, place)
		return
	}
	if len(*s) <= packShort {
		p.places[*s] = uint64(len(p.places)) + 2
	}
	p.b = append(binary.AppendUvarint(append(p.b, 1), uint64(len(*s))), *s...)
}

func (p *packing) readText(field int) {
	switch n := p.unsigned(); {
	case n == 0:
	case n == 1:
		size := p.count()
		p.last[field], p.b = string(p.b[:size]), p.b[size:]
		if size <= packShort {
			p.texts = append(p.texts, p.last[field])
		}
	case n-2 < uint64(len(p.texts)):
		p.last[field] = p.texts[n-2]
	default:
		p.fail()
	}
}

// Both serve any number of goroutines.
var (
	squeezer, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	expander, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(packMost))
)

// packers are kept for what they have allocated.
var packers = sync.Pool{New: func() any { return &packing{places: map[string]uint64{}} }}

// packed writes an interview.
func packed(iv *screening.Interview) []byte {
	p := packers.Get().(*packing)
	defer packers.Put(p)
	defer p.forget()
	c := headOf(iv)
	c.pack(p)
	p.b = binary.AppendUvarint(p.b, uint64(len(iv.Answers)))
	before := answer{At: c.Started}
	for i := range iv.Answers {
		a := answerOf(&iv.Answers[i])
		a.pack(p, &before)
		before = a
	}
	start := len(p.b)
	p.b = squeezer.EncodeAll(p.b, p.b) // it reads what is there and adds behind it
	return framed(p.b[start:])
}

// framed adds to a frame its number and what hides its length.
func framed(frame []byte) []byte {
	b := make([]byte, 0, (len(frame)/packStep+2)*packStep)
	b = append(binary.AppendUvarint(append(b, packedContent), uint64(len(frame))), frame...)
	return append(b, make([]byte, (packStep-len(b)%packStep)%packStep)...)
}

// forget makes a packing ready for another interview, and keeps nothing of this one.
func (p *packing) forget() {
	clear(p.b)
	clear(p.places)
	*p = packing{b: p.b[:0], places: p.places}
}

// unpacked reads what packed wrote.
func unpacked(b []byte) (c content, err error) {
	p := &packing{b: b[1:], reading: true}
	size := p.count()
	if p.wrong {
		return c, errContent
	}
	if p.b, err = expander.DecodeAll(p.b[:size], nil); err != nil {
		return c, errContent
	}
	c.V, c.Questionnaire = packedContent, make([]byte, len(schema.Ref{}))
	c.pack(p)
	c.Answers = make([]answer, p.count())
	before := &answer{At: c.Started}
	for i := range c.Answers {
		c.Answers[i].pack(p, before)
		before = &c.Answers[i]
	}
	if p.wrong || len(p.b) > 0 {
		return content{}, errContent
	}
	return c, nil
}

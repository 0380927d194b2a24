package batch

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"leeward/schema"
)

// An office reads thousands of interviews a second, each of 80 maps of which most fields are the same. What is here writes
// and reads them as encoder and decoder do (codec.go), without looking each field up.

// Major types of CBOR (RFC 8949, section 3.1), in the place where they stand.
const (
	cborUint  = 0 << 5
	cborMinus = 1 << 5
	cborBytes = 2 << 5
	cborText  = 3 << 5
	cborArray = 4 << 5
	cborMap   = 5 << 5
	cborFalse = 0xf4
	cborTrue  = 0xf5
)

// appendHead writes a type with its number in the fewest bytes.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(b, major|27), n)
}

// fieldWriter writes maps of at most 23 fields, in the order of their numbers. It leaves out what is empty.
type fieldWriter struct{ b []byte }

// begin leaves room for the head of a map.
func (w *fieldWriter) begin() (at int) {
	w.b = append(w.b, cborMap)
	return len(w.b) - 1
}

// key writes the number of a field of the map at a place, which thereby has one more.
func (w *fieldWriter) key(at int, n byte) {
	w.b[at]++
	w.b = append(w.b, n)
}

func (w *fieldWriter) number(at int, key byte, n uint64) {
	if n != 0 {
		w.key(at, key)
		w.b = appendHead(w.b, cborUint, n)
	}
}

func (w *fieldWriter) signed(at int, key byte, n int64) {
	switch {
	case n > 0:
		w.number(at, key, uint64(n))
	case n < 0:
		w.key(at, key)
		w.b = appendHead(w.b, cborMinus, uint64(-(n + 1)))
	}
}

func (w *fieldWriter) text(at int, key byte, s string) {
	if s != "" {
		w.key(at, key)
		w.b = append(appendHead(w.b, cborText, uint64(len(s))), s...)
	}
}

func (w *fieldWriter) flag(at int, key byte, is bool) {
	if is {
		w.key(at, key)
		w.b = append(w.b, cborTrue)
	}
}

// bytes are the canonical ones of an interview that passed check: its version, code and answers are there.
func (w *interviewWire) bytes() []byte {
	f := fieldWriter{make([]byte, 0, 256+64*len(w.Answers))}
	at := f.begin()
	f.number(at, 1, w.V)
	f.text(at, 2, w.Code)
	f.key(at, 3)
	f.b = append(appendHead(f.b, cborBytes, uint64(len(w.Questionnaire))), w.Questionnaire[:]...)
	f.text(at, 4, w.Screener)
	f.text(at, 5, w.Interpreter)
	f.text(at, 6, w.Language)
	f.text(at, 7, w.ScreenerLang)
	f.key(at, 8)
	said := f.begin()
	f.flag(said, 1, w.Consent.Agreed)
	f.text(said, 2, w.Consent.Keep)
	f.text(said, 3, w.Consent.Lang)
	f.text(said, 4, w.Consent.Wording)
	f.signed(said, 5, w.Consent.At)
	f.signed(at, 9, w.Started)
	f.signed(at, 10, w.Finished)
	f.key(at, 11)
	f.b = appendHead(f.b, cborArray, uint64(len(w.Answers)))
	for i := range w.Answers {
		w.Answers[i].write(&f)
	}
	f.flag(at, 12, w.ClockDoubt)
	return f.b
}

func (r *recordedWire) write(f *fieldWriter) {
	at := f.begin()
	f.key(at, 1)
	f.b = appendHead(f.b, cborUint, r.Seq)
	f.key(at, 2)
	f.b = append(appendHead(f.b, cborText, uint64(len(r.Path))), r.Path...)
	f.text(at, 3, r.Value)
	f.text(at, 4, r.Missing)
	f.text(at, 5, r.Lang)
	f.text(at, 6, r.Wording)
	f.flag(at, 7, r.Fallback)
	f.flag(at, 8, r.Unreviewed)
	f.signed(at, 9, r.At)
	f.signed(at, 10, r.Elapsed)
	f.text(at, 11, r.Screener)
	f.text(at, 12, r.Interpreter)
	f.text(at, 13, r.About)
}

// fieldReader reads maps. After a fault it reads nothing more. It is lenient about what comparing with the canonical bytes
// finds anyway: numbers that are longer than they need be, fields out of order, twice, or empty.
type fieldReader struct {
	b     []byte
	all   string // b, whole: texts are parts of it
	wrong bool
}

func (r *fieldReader) fail() { r.wrong, r.b = true, nil }

func (r *fieldReader) head() (major byte, n uint64) {
	if len(r.b) == 0 {
		r.fail()
		return 0, 0
	}
	major, short := r.b[0]&0xe0, r.b[0]&0x1f
	r.b = r.b[1:]
	if short < 24 {
		return major, uint64(short)
	}
	size := 1 << (short - 24)
	if short > 27 || len(r.b) < size {
		r.fail()
		return 0, 0
	}
	for _, b := range r.b[:size] {
		n = n<<8 | uint64(b)
	}
	r.b = r.b[size:]
	return major, n
}

func (r *fieldReader) expect(major byte) uint64 {
	got, n := r.head()
	if got != major {
		r.fail()
		return 0
	}
	return n
}

// count is how many things of at least a byte each follow.
func (r *fieldReader) count(major byte) int {
	n := r.expect(major)
	if n > uint64(len(r.b)) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *fieldReader) text() string {
	n := r.count(cborText)
	at := len(r.all) - len(r.b)
	if r.wrong || !utf8.ValidString(r.all[at:at+n]) {
		r.fail()
		return ""
	}
	r.b = r.b[n:]
	return r.all[at : at+n]
}

func (r *fieldReader) signed() int64 {
	major, n := r.head()
	if n > 1<<63-1 || major != cborUint && major != cborMinus {
		r.fail()
		return 0
	}
	if major == cborMinus {
		return -int64(n) - 1
	}
	return int64(n)
}

func (r *fieldReader) flag() bool {
	if len(r.b) == 0 || r.b[0] != cborTrue && r.b[0] != cborFalse {
		r.fail()
		return false
	}
	is := r.b[0] == cborTrue
	r.b = r.b[1:]
	return is
}

// fields reads a map, whose values set takes by their numbers.
func (r *fieldReader) fields(set func(key uint64)) {
	for range r.count(cborMap) {
		if key := r.expect(cborUint); !r.wrong {
			set(key)
		}
	}
}

// readInterview reads the canonical bytes of an interview, and no others.
func readInterview(b []byte) (w interviewWire, err error) {
	r := &fieldReader{b: b, all: string(b)}
	r.fields(func(key uint64) { w.read(r, key) })
	if r.wrong || len(r.b) > 0 {
		return interviewWire{}, errDecode
	}
	if err := w.check(); err != nil {
		return interviewWire{}, err
	}
	if !bytes.Equal(w.bytes(), b) {
		return interviewWire{}, errCanonical
	}
	return w, nil
}

func (w *interviewWire) read(r *fieldReader, key uint64) {
	switch key {
	case 1:
		w.V = r.expect(cborUint)
	case 2:
		w.Code = r.text()
	case 3:
		if n := r.count(cborBytes); n != len(schema.Ref{}) {
			r.fail()
		} else {
			r.b = r.b[copy(w.Questionnaire[:], r.b):]
		}
	case 4:
		w.Screener = r.text()
	case 5:
		w.Interpreter = r.text()
	case 6:
		w.Language = r.text()
	case 7:
		w.ScreenerLang = r.text()
	case 8:
		r.fields(func(key uint64) { w.Consent.read(r, key) })
	case 9:
		w.Started = r.signed()
	case 10:
		w.Finished = r.signed()
	case 11:
		n := r.count(cborArray)
		if n > maxAnswers || w.Answers != nil {
			r.fail()
			return
		}
		w.Answers = make([]recordedWire, n)
		for i := range w.Answers {
			a := &w.Answers[i]
			r.fields(func(key uint64) { a.read(r, key) })
		}
	case 12:
		w.ClockDoubt = r.flag()
	default:
		r.fail()
	}
}

func (c *consentWire) read(r *fieldReader, key uint64) {
	switch key {
	case 1:
		c.Agreed = r.flag()
	case 2:
		c.Keep = r.text()
	case 3:
		c.Lang = r.text()
	case 4:
		c.Wording = r.text()
	case 5:
		c.At = r.signed()
	default:
		r.fail()
	}
}

func (a *recordedWire) read(r *fieldReader, key uint64) {
	switch key {
	case 1:
		a.Seq = r.expect(cborUint)
	case 2:
		a.Path = r.text()
	case 3:
		a.Value = r.text()
	case 4:
		a.Missing = r.text()
	case 5:
		a.Lang = r.text()
	case 6:
		a.Wording = r.text()
	case 7:
		a.Fallback = r.flag()
	case 8:
		a.Unreviewed = r.flag()
	case 9:
		a.At = r.signed()
	case 10:
		a.Elapsed = r.signed()
	case 11:
		a.Screener = r.text()
	case 12:
		a.Interpreter = r.text()
	case 13:
		a.About = r.text()
	default:
		r.fail()
	}
}

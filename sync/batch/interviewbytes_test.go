package batch

import (
	"bytes"
	"reflect"
	"testing"

	"leeward/internal/screening/eighty"
)

// asOther wants that a body is read, or refused, as the decoder of all other maps does.
func asOther(t *testing.T, body []byte) {
	t.Helper()
	var want interviewWire
	other := decode(body, &want)
	if other == nil {
		other = want.check()
	}
	got, err := readInterview(body)
	if (err == nil) != (other == nil) || err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%x is read as %v (%v), want %v (%v)", body, got, err, want, other)
	}
}

// TestInterviewBytesAreCanonical wants the bytes that the encoder of all other maps writes, and each of them to count: one
// that is changed, left out or put in is refused, or is what that encoder would have written.
func TestInterviewBytesAreCanonical(t *testing.T) {
	for n := range 40 {
		for name, iv := range map[string]interviewWire{"plain": wireOf(t, n, false), "told": wireOf(t, n, true)} {
			want, err := encode(iv)
			if err != nil {
				t.Fatal(err)
			}
			if got := iv.bytes(); !bytes.Equal(got, want) {
				t.Fatalf("%s interview %d:\ngot  %x\nwant %x", name, n, got, want)
			}
			asOther(t, want)
		}
	}
	small := wireOf(t, 1, false)
	small.Answers = small.Answers[:4]
	small.Started, small.Answers[1].At, small.Answers[2].Elapsed = -1, -62167219200000, 1<<40
	body := small.bytes()
	for i := range body {
		for _, b := range []byte{0, 1, 0x17, 0x18, 0x19, 0x1b, 0x20, 0x40, 0x60, 0x61, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xf4, 0xf5, 0xf6, 0xff, body[i] ^ 1, body[i] + 1} {
			changed := bytes.Clone(body)
			changed[i] = b
			asOther(t, changed)
			asOther(t, append(append(bytes.Clone(body[:i]), b), body[i:]...))
		}
		asOther(t, body[:i])
		asOther(t, append(bytes.Clone(body[:i]), body[i+1:]...))
	}
}

// wireOf is an invented interview as it goes on the wire, with fields that stand for nothing in turn.
func wireOf(t *testing.T, n int, told bool) (w interviewWire) {
	t.Helper()
	iv := eighty.Interview(n)
	if told {
		iv = eighty.Told(n)
	}
	iv.ClockDoubt = n%2 == 1
	for i := range iv.Answers {
		if (i+n)%5 == 0 {
			iv.Answers[i].Lang, iv.Answers[i].Screener, iv.Answers[i].Elapsed = "", "", 0
		}
	}
	body, err := EncodeInterview(iv)
	if err != nil {
		t.Fatal(err)
	}
	if err := decode(body, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

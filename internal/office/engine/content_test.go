package engine_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/engine"
	"leeward/internal/screening"
	"leeward/internal/screening/eighty"
	"leeward/schema"
)

// asked are interviews with all that an interview may have.
func asked() map[string]screening.Interview {
	odd := interview(7)
	odd.Status, odd.Finished, odd.Consent, odd.Setting.Interpreter = screening.Draft, time.Time{}, screening.Consent{}, "i-2"
	odd.Answers = []screening.Recorded{
		{Seq: 9, Path: "top", Answer: schema.Answer{Value: strings.Repeat("long ", 20_000)}, At: time.UnixMilli(-5).UTC(), Elapsed: time.Hour},
		{Seq: 10, Path: "/data/a[2]/b", Answer: schema.Answer{Value: "2020-01-01", About: schema.AboutYear}, Elapsed: time.Second, Screener: "s-1"},
		{Seq: 1 << 63, Path: "/data/a[2]/", Answer: schema.Answer{Missing: schema.Declined}, Lang: "km", At: time.UnixMilli(1 << 50).UTC(), Fallback: true},
		{Seq: 1<<64 - 1, Path: "/data/a[2]/b", Lang: "km", Wording: "w", Unreviewed: true, Interpreter: "i-2"},
	}
	empty := screening.Interview{ID: screening.NewInterviewID(), Status: screening.Final, Answers: []screening.Recorded{}}
	return map[string]screening.Interview{"usual": eighty.Told(1), "short": interview(1), "odd": odd, "empty": empty}
}

func TestContentOfEachVersionIsReadAlike(t *testing.T) {
	for name, iv := range asked() {
		for version := 1; version <= 3; version++ {
			kept, err := engine.PackContent(iv), error(nil)
			if version < 3 {
				kept, err = engine.OldContent(iv, version)
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := engine.ReadContent(kept)
			if err != nil || !reflect.DeepEqual(got, iv) {
				t.Errorf("%s interview, version %d: read %v (%v), want what was written", name, version, got, err)
			}
		}
	}
}

// TestContentTakesLittle wants the usual interview in a fifth of the bytes that it took before, and lengths that tell
// apart only what differs a lot.
func TestContentTakesLittle(t *testing.T) {
	before, err := engine.OldContent(eighty.Told(1), 2)
	if err != nil {
		t.Fatal(err)
	}
	lengths := map[int]bool{}
	for n := range 20 {
		lengths[len(engine.PackContent(eighty.Told(n)))] = true
	}
	for n := range lengths {
		if n%256 != 0 || n > len(before)/5 {
			t.Errorf("%d bytes, want a multiple of 256 and at most a fifth of %d", n, len(before))
		}
	}
	if len(lengths) > 2 {
		t.Errorf("20 interviews of one form have %d lengths", len(lengths))
	}
}

// TestOldContentStaysReadable puts what programs before wrote into the rows of an office.
func TestOldContentStaysReadable(t *testing.T) {
	b := newFile(t)
	iv := interview(1)
	b.take(arrival(b.device(), 1, ""), held(iv))
	for version := 1; version <= 2; version++ {
		kept, err := engine.OldContent(iv, version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Raw().Exec(`UPDATE versions SET content = $1 WHERE interview_id = $2`, kept, iv.ID[:]); err != nil {
			t.Fatal(err)
		}
		if rec, err := b.View(t.Context(), "reviewer", iv.ID); err != nil || !reflect.DeepEqual(rec.Interview, iv) {
			t.Errorf("version %d: read %v (%v), want what was written", version, rec.Interview, err)
		}
	}
}

// FuzzContent reads any bytes as what is in a packed content: they are refused, or are what would be written again.
func FuzzContent(f *testing.F) {
	for _, iv := range asked() {
		f.Add(engine.PackContent(iv), true)
	}
	f.Add([]byte{3, 0}, false)
	f.Add([]byte{3, 200, 200, 200}, false)
	f.Add([]byte("\x03\x04zstd"), false)
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		if !whole {
			b = engine.FrameOf(b)
		} else if len(b) == 0 || b[0] != 3 {
			return
		}
		iv, err := engine.ReadContent(b)
		if err != nil {
			return
		}
		again, err := engine.ReadContent(engine.PackContent(iv))
		if err != nil || !reflect.DeepEqual(again, iv) {
			t.Errorf("read, written and read again: %v (%v), want %v", again, err, iv)
		}
	})
}

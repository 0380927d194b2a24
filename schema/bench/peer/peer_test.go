package peer_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/bench"
	"leeward/schema/bench/peer"
	"leeward/schema/xlsform"
)

var (
	dir      = flag.String("dir", "", "folder to put large.xlsx, large.xml and ours.json into")
	workbook = flag.String("workbook", "", "workbook to write as an XForm into -dir")
)

// TestXForm wants XML that holds together, and references as pyxform writes them.
func TestXForm(t *testing.T) {
	inner := schema.Item{Name: "pet", Kind: schema.Repeat, Items: []schema.Item{
		{Name: "owner", Kind: schema.Calculate, Calculation: "concat(${name}, ${top}, indexed-repeat(${name}, ${child}, 1))"},
	}}
	q := bench.Questionnaire(20, 2)
	q.Items = append(q.Items, schema.Item{Name: "top", Kind: schema.TextKind}, schema.Item{
		Name: "child", Kind: schema.Repeat, Items: []schema.Item{{Name: "name", Kind: schema.TextKind, Default: "<&>"}, inner},
	})
	got := peer.XForm(q)
	for d := xml.NewDecoder(strings.NewReader(got)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("not XML: %v", err)
		}
	}
	for _, want := range []string{
		`<child jr:template=""><name>&lt;&amp;&gt;</name><pet jr:template=""><owner></owner></pet></child><child><name>&lt;&amp;&gt;</name><pet><owner></owner></pet></child>`,
		"concat( ../../name ,  /data/top , indexed-repeat( /data/child/name ,  /data/child , 1))",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
	}
}

// TestWriteForPeer measures this engine and writes what the other one needs; run.sh asks for it.
func TestWriteForPeer(t *testing.T) {
	if *dir == "" {
		t.Skip("run.sh gives -dir")
	}
	if *workbook != "" {
		b, err := os.ReadFile(*workbook)
		check(t, err)
		im := xlsform.Read(b, xlsform.Options{})
		check(t, im.Err())
		check(t, os.WriteFile(filepath.Join(*dir, filepath.Base(*workbook)+".xml"), []byte(peer.XForm(im.Questionnaire)), 0o644))
		return
	}
	q := bench.Questionnaire(bench.Questions, bench.Chain)
	book, err := xlsform.Write(q)
	check(t, err)
	ours, err := json.Marshal(measure(t, book))
	check(t, err)
	for name, b := range map[string][]byte{"large.xlsx": book, "large.xml": []byte(peer.XForm(q)), "ours.json": ours} {
		check(t, os.WriteFile(filepath.Join(*dir, name), b, 0o644))
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// measure takes milliseconds: from the bytes of the workbook to the first State, and from an answer to the
// question at which the chain begins to the next State.
func measure(t *testing.T, book []byte) map[string]float64 {
	const loads, steps = 5, 1000
	env := schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en", Seed: 1}
	var load, took []time.Duration
	var s *schema.State
	var answers schema.Answers
	for range loads {
		start := time.Now()
		im := xlsform.Read(book, xlsform.Options{})
		check(t, im.Err())
		answers = im.Form.Begin(env)
		s = im.Form.Evaluate(answers, env)
		load = append(load, time.Since(start))
	}
	for i := range steps {
		a := schema.Answer{Value: fmt.Sprint(18 + i%60)}
		start := time.Now()
		changes, next := s.Record("/data/g0/q0", a, answers, env)
		took = append(took, time.Since(start))
		answers, s = answers.With(changes), next
	}
	return map[string]float64{"load": percentile(load, 50), "answer": percentile(took, 50), "answer_p99": percentile(took, 99)}
}

func percentile(took []time.Duration, percent int) float64 {
	slices.Sort(took)
	return float64(took[len(took)*percent/100].Microseconds()) / 1000
}

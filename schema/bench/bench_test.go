package bench_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/bench"
)

var env = schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en", Seed: 1}

func form(tb testing.TB) *schema.Form {
	tb.Helper()
	f, err := schema.Compile(bench.Questionnaire(bench.Questions, bench.Chain))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// TestChain wants the chain to run from the first question to the last link.
func TestChain(t *testing.T) {
	f := form(t)
	answers := bench.Answers(f)
	changes, s := f.Evaluate(answers, env).Record("/data/g0/q0", schema.Answer{Value: "5"}, answers, env)
	if got, want := s.Value("/data/g19/q999"), fmt.Sprint(5+bench.Chain); got != want {
		t.Errorf("the last link is %q, want %s", got, want)
	}
	if n := len(f.Paths()); n != bench.Questions+20 {
		t.Errorf("got %d items, want %d questions in 20 groups", n, bench.Questions)
	}
	if p := f.Evaluate(answers.With(changes), env).Problems(); len(p) > 0 {
		t.Errorf("the answers have %d problems, the first at %s", len(p), p[0].Path)
	}
}

func BenchmarkCompile(b *testing.B) {
	q := bench.Questionnaire(bench.Questions, bench.Chain)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schema.Compile(q); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	f := form(b)
	answers := bench.Answers(f)
	b.ReportAllocs()
	for b.Loop() {
		f.Evaluate(answers, env)
	}
}

// BenchmarkAnswer answers one question after another, each tenth time the one that the chain begins at, and
// reports the median and the 99th percentile of the time to the next State.
func BenchmarkAnswer(b *testing.B) {
	f := form(b)
	answers := bench.Answers(f)
	s := f.Evaluate(answers, env)
	var asked []schema.Path
	for _, p := range f.Paths() {
		if it, _ := f.Item(p); it.Kind == schema.Integer {
			asked = append(asked, p)
		}
	}
	var took []time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := asked[i%len(asked)]
		if i%10 == 0 {
			at = asked[0]
		}
		start := time.Now()
		a := schema.Answer{Value: fmt.Sprint(18 + i%60)}
		_, s = s.Record(at, a, answers, env)
		answers[at] = a
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs/median")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs/p99")
}

// BenchmarkMemory reports what a form and its State hold.
func BenchmarkMemory(b *testing.B) {
	held := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	for b.Loop() {
		before := held()
		f := form(b)
		s := f.Evaluate(bench.Answers(f), env)
		b.ReportMetric((held()-before)/(1<<20), "MB")
		runtime.KeepAlive(s)
	}
}

package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/invented"
	"leeward/internal/screening"
	"leeward/schema"
)

// TestPackedFactsAreWhole fills every field of facts: one that the blocks forget is found here.
func TestPackedFactsAreWhole(t *testing.T) {
	var all []casework.Facts
	one := reflect.New(reflect.TypeFor[casework.Facts]()).Elem()
	for i := range one.NumField() {
		switch f := one.Field(i); f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString(fmt.Sprint("word ", i))
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{fmt.Sprint("a", i), fmt.Sprint("b", i)}))
		default:
			f.SetInt(int64(1000 + i))
		}
		if one.Field(i).IsZero() {
			t.Fatalf("field %d is not filled", i)
		}
		all = append(all, one.Interface().(casework.Facts)) // one field more each time
	}
	all = append(all, casework.Facts{}, casework.Facts{Age: -1, Forms: []string{""}})
	packed := engine.PackedFacts(all...)
	var got []casework.Facts
	if err := engine.UnpackFacts(packed, func(f casework.Facts) { got = append(got, f) }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, all) {
		t.Error("what is unpacked is not what was packed")
	}
	old := engine.PackedFacts(casework.Facts{})
	old[0], old = 1, old[:len(old)-1] // as it was before facts had a number of children
	if err := engine.UnpackFacts(old, func(f casework.Facts) { got = append(got, f) }); err != nil || len(got) != len(all)+1 {
		t.Errorf("a block of version 1: %v", err)
	}
	for i := range packed {
		if err := engine.UnpackFacts(packed[:i], func(casework.Facts) {}); err == nil {
			t.Fatalf("the first %d bytes of %d pass for a block", i, len(packed))
		}
		broken := slices.Clone(packed)
		broken[i] ^= byte(1 + rand.IntN(255))
		_ = engine.UnpackFacts(broken, func(casework.Facts) {}) // whatever it gives, it stops
	}
}

func codes() func() screening.RespondentCode {
	random := rand.New(rand.NewPCG(1, rand.Uint64()))
	return func() screening.RespondentCode { return invented.Code(random) }
}

// everyFact is what reports read, sorted.
func (b *bench) everyFact() (all []string) {
	b.t.Helper()
	var mu sync.Mutex
	if err := b.Facts(b.t.Context(), 2, func(_ int, f casework.Facts) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, fmt.Sprintf("%#v", [...]any{f.Opened, f.Sex, f.Age, f.Nationality, f.Forms, f.Means, string(f.Finding), string(f.Lang)}))
	}); err != nil {
		b.t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// TestBlocksSayWhatRowsSay: before and after packing, after changes, a merge and a withdrawal, and with batches that
// arrive meanwhile, reports read the same from blocks as from rows. What was erased is in no block.
func TestBlocksSayWhatRowsSay(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const people = smallBlock + 6 // a block, and a part of another
		b.SmallBlocks(smallBlock)
		if err := b.Invent(t.Context(), 0, invented.Cases(people, 5, b.now, schema.Ref{}), codes(), func(int) {}); err != nil {
			t.Fatal(err)
		}
		same := func(doing string) {
			t.Helper()
			packed := b.everyFact()
			var blocks int
			if err := b.Raw().QueryRow(`SELECT count(*) FROM fact_blocks`).Scan(&blocks); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Raw().Exec(`DELETE FROM fact_blocks`); err != nil {
				t.Fatal(err)
			}
			if rows := b.everyFact(); !slices.Equal(packed, rows) {
				t.Errorf("%s: %d facts in %d blocks, %d in rows, or others", doing, len(packed), blocks, len(rows))
			}
			if err := b.PackFacts(t.Context()); err != nil {
				t.Fatal(err)
			}
			if again := b.everyFact(); !slices.Equal(packed, again) {
				t.Errorf("%s: packed anew, others", doing)
			}
		}
		same("invented")
		rows := b.counts(0)
		first, second := b.file(rows[10].Case), b.file(rows[20].Case)
		actual := casework.FindingActual
		if err := b.ChangeCase(t.Context(), "noor", first.ID, first.Version, casework.CaseChange{Finding: &actual, Note: "read with a colleague"}); err != nil {
			t.Fatal(err)
		}
		before := b.everyFact()
		same("a finding")
		if err := b.PutFacts(t.Context(), second.ID, casework.Facts{Counted: true, Opened: 3, Sex: "x"}); err != nil {
			t.Fatal(err)
		}
		if slices.Equal(before, b.everyFact()) {
			t.Error("facts that changed do not show before they are packed")
		}
		same("facts that changed")

		gone, d := interview(1), b.device()
		said := held(gone)
		said.Facts = casework.Facts{Counted: true, Opened: 7, Nationality: "erased", Sex: "f"}
		b.take(arrival(d, 1, ""), said)
		b.fill(people)
		if err := b.PackFacts(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.take(arrival(d, 2, ""), withdrawal(gone.ID, 3))
		same("a withdrawal")
	})
}

// smallBlock is how many places a block has here.
const smallBlock = 64

// fill adds facts until every block that has any is full.
func (b *bench) fill(from int) {
	b.t.Helper()
	if err := b.Invent(b.t.Context(), 0, invented.Cases(smallBlock, uint64(from), b.now, schema.Ref{}), codes(), func(int) {}); err != nil {
		b.t.Fatal(err)
	}
}

// TestErasedFactsLeaveTheirBlock looks at the bytes.
func TestErasedFactsLeaveTheirBlock(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.SmallBlocks(smallBlock)
		gone, d := interview(1), b.device()
		said := held(gone)
		said.Facts = casework.Facts{Counted: true, Opened: 7, Sex: "f"}
		b.take(arrival(d, 1, ""), said)
		b.fill(9)
		if err := b.PackFacts(t.Context()); err != nil {
			t.Fatal(err)
		}
		held := func() (n int) {
			if err := b.Raw().QueryRow(`SELECT count(*) FROM fact_blocks WHERE n = 0`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if held() != 1 {
			t.Fatal("the block is not there: the test proves nothing")
		}
		b.take(arrival(d, 2, ""), withdrawal(gone.ID, 3))
		if held() != 0 {
			t.Error("the block still holds who withdrew")
		}
	})
}

// TestOneLookWhileBatchesArrive: nobody is counted twice or not at all, whatever changes meanwhile.
func TestOneLookWhileBatchesArrive(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const people = 3*smallBlock + 20
		b.SmallBlocks(smallBlock)
		if err := b.Invent(t.Context(), 0, invented.Cases(people, 5, b.now, schema.Ref{}), codes(), func(int) {}); err != nil {
			t.Fatal(err)
		}
		rows := b.counts(0)
		ctx, stop := context.WithCancel(t.Context())
		var work sync.WaitGroup
		var moved atomic.Int64
		work.Go(func() {
			defer moved.Store(1 << 40)
			for i := 0; ctx.Err() == nil; i++ { // the same people, moved about
				if err := b.PutFacts(context.WithoutCancel(ctx), rows[i%people].Case, rows[i%people].Facts); err != nil {
					t.Error(err)
					return
				}
				if moved.Add(1)%50 == 0 {
					_ = b.PackFacts(ctx)
				}
			}
		})
		for looks := 0; looks < 20 || moved.Load() < 300; looks++ {
			if n := len(b.everyFact()); n != people {
				t.Errorf("%d people, want %d", n, people)
			}
		}
		stop()
		work.Wait()
	})
}

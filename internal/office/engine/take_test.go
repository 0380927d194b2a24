package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// tellable are queries for everything that arriving batches leave in the tables, without ids that are drawn.
var tellable = []string{
	`SELECT batch_id, seq, level, code, proof, entry, outcome FROM batches ORDER BY batch_id`,
	`SELECT batch_id, redacted, body FROM payloads ORDER BY batch_id`,
	`SELECT epoch, linked, said_log, interviews FROM devices WHERE seal_to = 'the same' ORDER BY sign_pub`,
	`SELECT batch_id, pos, kind, interview_id, version, leaf, code, redact FROM records ORDER BY batch_id, pos`,
	`SELECT interview_id, version, status, code, lang, screener_lang, level, needs FROM interviews ORDER BY interview_id`,
	`SELECT interview_id, version, batch_id, pos, questionnaire, needs, flags, signs FROM versions ORDER BY interview_id, version`,
	`SELECT l.interview_id, c.status, c.level, c.due - c.opened, c.since - c.opened, c.lang, c.child, c.phone, c.needs, c.version,
		(SELECT count(*) FROM case_events AS e WHERE e.case_id = c.case_id),
		(SELECT count(*) FROM duties AS d WHERE d.case_id = c.case_id AND d.home_case = c.case_id AND d.interview_id = l.interview_id),
		(SELECT f.gone FROM facts AS f WHERE f.case_id = c.case_id)
		FROM case_links AS l JOIN cases AS c ON c.case_id = l.case_id ORDER BY l.interview_id`,
	`SELECT kind, batch_id, pos FROM incidents ORDER BY kind, batch_id, pos`,
	`SELECT idx, data FROM log_entries WHERE idx >= 3 ORDER BY idx`,
	`SELECT size FROM log_state`,
}

// told is what the queries say. Devices have drawn ids, so that what names one is left out.
func (b *bench) told(t *testing.T) (all string) {
	t.Helper()
	var text strings.Builder
	for _, query := range tellable {
		rows, err := b.Raw().Query(query)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(names))
			into := make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&text, "%.20s %v\n", query[7:], values)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		_ = rows.Close()
	}
	return text.String()
}

// planned is a batch that a test hands in; what it holds is the same however often it is made.
type planned struct {
	device, seq int
	salt        string
	records     []casework.OpenedRecord
	quarantined bool
}

// plan draws batches of three devices: mostly new interviews in order, and now and then everything else that can come.
func plan(r *rand.Rand, n int) (all []planned) {
	next := [3]int{1, 1, 1}
	var told []screening.Interview
	for range n {
		p := planned{device: r.IntN(3)}
		switch p.seq = next[p.device]; r.IntN(8) {
		case 0:
			p.seq++ // a hole
		case 1:
			p.seq, p.salt = max(1, p.seq-1), "fork"
		case 2:
			p.seq = max(1, p.seq-1) // the same again, with other contents: never looked at
		}
		if p.seq == next[p.device] {
			next[p.device]++
		}
		for range r.IntN(6) {
			p.records = append(p.records, somethingSaid(r, &told))
		}
		p.quarantined = slices.ContainsFunc(p.records, func(r casework.OpenedRecord) bool { return r.Code != "" })
		all = append(all, p)
	}
	return all
}

func somethingSaid(r *rand.Rand, told *[]screening.Interview) casework.OpenedRecord {
	kind := r.IntN(12)
	if len(*told) == 0 {
		kind = 11
	}
	switch kind {
	case 0:
		return casework.OpenedRecord{Kind: casework.KindHeartbeat}
	case 1:
		return withdrawal((*told)[r.IntN(len(*told))].ID, 9)
	case 2:
		again := (*told)[r.IntN(len(*told))]
		again.Version += uint64(r.IntN(3))
		return held(again)
	case 3:
		bad := held(interview(1))
		bad.Content, bad.Code = nil, screening.EForm
		return bad
	case 4:
		return casework.OpenedRecord{Kind: 77, Interview: screening.NewInterviewID(), Version: 1, Code: screening.EVersion}
	}
	iv := interview(1)
	*told = append(*told, iv)
	one := held(iv)
	one.Needs = [][]casework.Need{
		nil, one.Needs, {{Kind: "safety", Level: "amber"}, {Kind: "medical", Level: "red"}, {Kind: "safety", Level: "red"}},
	}[r.IntN(3)]
	one.Child = r.IntN(2) == 0
	return one
}

// hand gives a batch to an engine, and says what it was told.
func (b *bench) hand(t *testing.T, d casework.Enrolled, p planned, take bool) string {
	t.Helper()
	a := arrival(d, uint64(p.seq), p.salt)
	o := opened(a, slices.Clone(p.records)...)
	if p.quarantined {
		o.Level, o.Code, o.Proof = screening.LevelQuarantined, screening.EForm, [32]byte{}
	}
	if take {
		got, err := b.Take(t.Context(), a, o)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(got.Receipt, got.Rival != nil, got.Ahead, got.Redact)
	}
	got, err := b.Receive(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if got.Receipt.Level == screening.LevelStored {
		done, err := b.Engine.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		got.Receipt, got.Redact = done.Receipt, done.Redact
	}
	return fmt.Sprint(got.Receipt, got.Rival != nil, got.Ahead, got.Redact)
}

// TestTakeIsReceiveAndOpen hands the same batches in by both ways: what is told and what is kept are the same.
func TestTakeIsReceiveAndOpen(t *testing.T) {
	for seed := range uint64(4) {
		one, other := newFile(t), newFile(t)
		sameBothWays(t, seed, one, other)
		if got, want := one.told(t), other.told(t); got != want {
			t.Fatalf("seed %d: the tables differ:\n%s\nwant\n%s", seed, firstDifference(got, want), firstDifference(want, got))
		}
	}
	sameBothWays(t, 4, newServer(t), newFile(t)) // a server hides columns, each time otherwise
}

func sameBothWays(t *testing.T, seed uint64, one, other *bench) {
	t.Helper()
	var devices []casework.Enrolled
	for range 3 {
		other.device() // so that both logs are as long
		devices = append(devices, one.device())
	}
	for _, d := range devices {
		if _, err := other.Raw().Exec(`INSERT INTO devices (device_id, epoch, sign_pub, tls_pub, seal_to, app, head, enrolled)
			VALUES ($1, $2, $3, $4, 'the same', '', $5, 0)`, d.ID[:], d.Epoch, d.SignKey[:], d.TLSKey[:], d.Head[:]); err != nil {
			t.Fatal(err)
		}
		if _, err := one.Raw().Exec(`UPDATE devices SET seal_to = 'the same'`); err != nil {
			t.Fatal(err)
		}
	}
	for n, p := range plan(rand.New(rand.NewPCG(seed, 7)), 60) {
		got, want := one.hand(t, devices[p.device], p, true), other.hand(t, devices[p.device], p, false)
		if got != want {
			t.Fatalf("seed %d, batch %d: %s, want %s", seed, n, got, want)
		}
	}
}

func firstDifference(a, b string) string {
	lines, others := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i, l := range lines {
		if i >= len(others) || l != others[i] {
			return l
		}
	}
	return ""
}

// TestTakenTogether lets many devices hand in at once: each is answered for its own batch, and one batch that the tables
// refuse takes nothing else with it.
func TestTakenTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const devices, each = 12, 10
		var work sync.WaitGroup
		for n := range devices {
			d := b.device()
			work.Go(func() {
				for seq := uint64(1); seq <= each; seq++ {
					a := arrival(d, seq, "")
					if n == 0 { // of this device none is ever kept
						a.Sig = nil
					}
					got, err := b.Take(t.Context(), a, opened(a, held(interview(1)), held(interview(1))))
					if n == 0 && err == nil {
						t.Error("a batch without a signature was kept")
					}
					if n > 0 && (err != nil || got.Receipt.Batch != a.Batch || got.Receipt.Level != screening.LevelOpened || got.Receipt.Next != seq+1) {
						t.Errorf("device %d, batch %d: %+v, %v", n, seq, got.Receipt, err)
					}
					if n > 0 && err == nil {
						if err := b.inLog(a.Entry, got.Receipt.Entry); err != nil {
							t.Errorf("device %d, batch %d: %v", n, seq, err)
						}
					}
				}
			})
		}
		work.Wait()
		b.wantStats(casework.Stats{Devices: devices, Batches: (devices - 1) * each, Interviews: 2 * (devices - 1) * each, Opened: 2 * (devices - 1) * each})
	})
}

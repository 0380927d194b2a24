package engine_test

import (
	"bytes"
	"flag"
	"maps"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// model is an office as anybody can follow it: what each batch was, what each interview says, and how long the log is.
type model struct {
	t       *rapid.T
	b       *bench
	devices []casework.Enrolled
	batches []map[uint64]*modelBatch // of each device, by number
	people  map[screening.InterviewID]*modelInterview
	told    []screening.InterviewID
	log     uint64
	first   uint64 // entries of the log before this run
	leaves  map[uint64][]byte
}

type modelBatch struct {
	casework.Arrival
	receipt screening.Receipt
}

type modelInterview struct {
	screening.Interview
	owner     int
	withdrawn bool
}

// TestOfficeFollowsItsModel does at random what devices do to an office, in any order, and starts it anew now and then:
// receipts, gaps, interviews and the log are always what the model says.
//
// It runs a few times; -rapid.checks with a number says how often.
func TestOfficeFollowsItsModel(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set("8")
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	onBoth(t, func(t *testing.T, b *bench) {
		rapid.Check(t, func(t *rapid.T) {
			m := &model{t: t, b: b, people: map[screening.InterviewID]*modelInterview{}, leaves: map[uint64][]byte{}}
			for range 2 {
				m.devices = append(m.devices, b.device())
				m.batches = append(m.batches, map[uint64]*modelBatch{})
			}
			proofs, err := b.Prove(b.t.Context(), 0, nil)
			must(t, err)
			m.log, m.first = proofs.Size, proofs.Size
			t.Repeat(map[string]func(*rapid.T){
				"receive": m.receive, "open": m.open, "greet": m.greet, "restart": func(*rapid.T) { b.reopen() }, "": m.look,
			})
		})
	})
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// next is the lowest number that is not here.
func (m *model) next(device int) uint64 {
	n := uint64(1)
	for m.batches[device][n] != nil {
		n++
	}
	return n
}

// receive hands in a batch: mostly one of the next, now and then one that is there, another with its number, or one from
// far ahead.
func (m *model) receive(t *rapid.T) {
	device := rapid.IntRange(0, 1).Draw(t, "device")
	seq := max(3, m.next(device)+uint64(rapid.IntRange(0, 4).Draw(t, "number"))) - 2
	if rapid.IntRange(0, 15).Draw(t, "far") == 0 {
		seq += casework.Window + 5
	}
	salt := rapid.SampledFrom([]string{"", "", "", "other"}).Draw(t, "salt")
	a := arrival(m.devices[device], seq, salt)
	got, err := m.b.Receive(m.b.t.Context(), a)
	must(t, err)
	there := m.batches[device][seq]
	switch {
	case there != nil && there.Batch == a.Batch:
		want := there.receipt
		want.Next = m.next(device)
		if !got.Duplicate || got.Receipt != want {
			t.Fatalf("batch %d again: got %+v, want the receipt %+v", seq, got, want)
		}
	case there != nil:
		if !bytes.Equal(got.Rival, there.Header) {
			t.Fatalf("another batch %d: got %+v, want the header that is there", seq, got)
		}
	case seq >= m.next(device)+casework.Window:
		if !got.Ahead {
			t.Fatalf("batch %d of which %d comes next: got %+v, want ahead", seq, m.next(device), got)
		}
	default:
		m.batches[device][seq] = &modelBatch{Arrival: a}
		want := screening.Receipt{Batch: a.Batch, Level: screening.LevelStored, Next: m.next(device), Entry: m.log}
		if got.Receipt != want || got.Duplicate || got.Ahead || got.Rival != nil {
			t.Fatalf("batch %d: got %+v, want %+v", seq, got, want)
		}
		m.batches[device][seq].receipt = want
		m.enter(a.Entry)
	}
}

func (m *model) enter(entry []byte) {
	m.leaves[m.log] = entry
	m.log++
}

// open reads a batch that is stored: an interview, a later or an older version of one, or a withdrawal, of the device's
// own or of the other's.
func (m *model) open(t *rapid.T) {
	device := rapid.IntRange(0, 1).Draw(t, "device")
	stored := slices.Sorted(maps.Keys(m.batches[device]))
	stored = slices.DeleteFunc(stored, func(seq uint64) bool { return m.batches[device][seq].receipt.Level != screening.LevelStored })
	if len(stored) == 0 {
		t.Skip("nothing is stored")
	}
	b := m.batches[device][rapid.SampledFrom(stored).Draw(t, "batch")]
	o := opened(b.Arrival, m.record(t, device))
	done, err := m.b.Engine.Open(m.b.t.Context(), o)
	must(t, err)
	b.receipt.Level, b.receipt.Outcome, b.receipt.Proof = screening.LevelOpened, m.log, o.Proof
	m.enter(o.Entry)
	want := b.receipt
	want.Next = m.next(device)
	if done.Receipt != want {
		t.Fatalf("open batch %d: got %+v, want %+v", b.Seq, done.Receipt, want)
	}
}

// record draws what is in a batch, and tells the model.
func (m *model) record(t *rapid.T, device int) casework.OpenedRecord {
	kind := rapid.SampledFrom([]string{"new", "new", "version", "withdrawal", "nothing"}).Draw(t, "record")
	switch {
	case kind == "nothing":
		return casework.OpenedRecord{Kind: casework.KindHeartbeat}
	case kind == "new" || len(m.told) == 0:
		iv := interview(1)
		m.people[iv.ID] = &modelInterview{Interview: iv, owner: device}
		m.told = append(m.told, iv.ID)
		return held(iv)
	}
	one := m.people[m.told[rapid.IntRange(0, len(m.told)-1).Draw(t, "whose")]]
	if kind == "withdrawal" {
		if one.owner == device {
			one.withdrawn = true
		}
		return withdrawal(one.ID, one.Version+1)
	}
	iv := one.Interview
	iv.Version = uint64(rapid.IntRange(1, 5).Draw(t, "version"))
	if one.owner == device && !one.withdrawn && iv.Version > one.Version {
		one.Interview = iv
	}
	return held(iv)
}

// greet compares what the office says to a device about its batches.
func (m *model) greet(t *rapid.T) {
	device := rapid.IntRange(0, 1).Draw(t, "device")
	last := uint64(rapid.IntRange(0, 12).Draw(t, "last"))
	hello := casework.Hello{Device: m.devices[device].ID, Epoch: 1, Seq: last, At: m.b.now}
	want := map[screening.BatchID]screening.Receipt{}
	for seq := range 14 {
		if b := m.batches[device][uint64(seq)]; b != nil {
			hello.Pending = append(hello.Pending, b.Batch)
			want[b.Batch] = b.receipt
		}
	}
	got, err := m.b.Greet(m.b.t.Context(), hello)
	must(t, err)
	if got.Next != m.next(device) || len(got.Receipts) != len(want) {
		t.Fatalf("next %d and %d receipts, want %d and %d", got.Next, len(got.Receipts), m.next(device), len(want))
	}
	for _, r := range got.Receipts {
		r.Next = 0
		one := want[r.Batch]
		if one.Next = 0; r != one {
			t.Fatalf("got %+v, want %+v", r, one)
		}
	}
	missing := map[uint64]bool{}
	for _, span := range got.Missing {
		for seq := span.From; seq <= span.To; seq++ {
			missing[seq] = true
		}
	}
	for seq := uint64(1); seq <= last; seq++ {
		if there := m.batches[device][seq] != nil; missing[seq] == there {
			t.Fatalf("number %d of %d: missing %v, there %v", seq, last, missing[seq], there)
		}
	}
}

// look compares every interview and the log with the model.
func (m *model) look(t *rapid.T) {
	for _, id := range m.told {
		one := m.people[id]
		var version uint64
		var status screening.Status
		must(t, m.b.Raw().QueryRow(`SELECT version, status FROM interviews WHERE interview_id = $1`, id[:]).Scan(&version, &status))
		if one.withdrawn != (status == screening.Withdrawn) || !one.withdrawn && version != one.Version {
			t.Fatalf("interview: version %d, %s; want version %d, withdrawn %v", version, status, one.Version, one.withdrawn)
		}
	}
	entries := slices.Sorted(maps.Keys(m.leaves))
	if len(entries) > 8 {
		entries = entries[len(entries)-8:]
	}
	proofs, err := m.b.Prove(m.b.t.Context(), m.first, entries)
	must(t, err)
	if proofs.Size != m.log {
		t.Fatalf("the log has %d entries, want %d", proofs.Size, m.log)
	}
	for i, at := range entries {
		path := make([]tlog.Hash, len(proofs.Inclusion[i]))
		for j, h := range proofs.Inclusion[i] {
			path[j] = h
		}
		must(t, tlog.CheckRecord(path, int64(proofs.Size), proofs.Root, int64(at), tlog.RecordHash(m.leaves[at])))
	}
}

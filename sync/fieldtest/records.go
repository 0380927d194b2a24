package fieldtest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// Records is an office's records in memory: intake.Ledger and intake.Register, written from the comments
// of those interfaces alone. Fail makes the named method fail once.
type Records struct {
	Mu        sync.Mutex
	Devices   []casework.Enrolled
	Codes     map[[32]byte]casework.Admission // used ones hold whom they admitted
	Batches   []*Kept
	Rows      map[screening.InterviewID]*Row
	Incidents []Incident
	NotShown  []screening.BatchID // of which a device said that it was not shown them
	Hellos    []casework.Hello
	Commits   int
	Fail      map[string]error
	Log       Tree
	grants    map[[32]byte][]byte // by signing key
}

// Prove implements intake.Ledger, as the methods below do, or intake.Register.
func (m *Records) Prove(_ context.Context, from uint64, entries []uint64) (ledger.Proofs, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.Fail["Prove"]; err != nil {
		delete(m.Fail, "Prove")
		return ledger.Proofs{}, err
	}
	return m.Log.Prove(from, entries)
}

// Nodes implements intake.Log, and so does Entries.
func (m *Records) Nodes(_ context.Context, places []int64) ([]tlog.Hash, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	return m.Log.Read(places)
}

func (m *Records) Entries(_ context.Context, from uint64, limit int) ([][]byte, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	rest := m.Log.Entries[min(from, m.Log.Size()):]
	return rest[:min(limit, len(rest))], nil
}

// Kept is a batch as it is recorded.
type Kept struct {
	casework.Arrival
	Receipt screening.Receipt
	Records []casework.OpenedRecord
	Redact  []int
}

// Row is the readable state of one interview.
type Row struct {
	casework.Standing
	Content *screening.Interview
	Needs   []casework.Need
	Flags   []casework.Flag
}

// Incident is a fork that was noted.
type Incident struct {
	Code   screening.Code
	Header []byte
	Rival  []byte
}

// NewRecords returns the records of an office that knows nobody.
func NewRecords() *Records {
	return &Records{
		Codes: map[[32]byte]casework.Admission{}, Rows: map[screening.InterviewID]*Row{}, Fail: map[string]error{},
		grants: map[[32]byte][]byte{},
	}
}

// Clone is a backup of the records, whole and of one moment.
func (m *Records) Clone() *Records {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	c := &Records{
		Devices: slices.Clone(m.Devices), Codes: maps.Clone(m.Codes), Incidents: slices.Clone(m.Incidents), Hellos: slices.Clone(m.Hellos),
		Rows: map[screening.InterviewID]*Row{}, Fail: map[string]error{}, grants: maps.Clone(m.grants),
		Log: Tree{Entries: slices.Clone(m.Log.Entries), nodes: maps.Clone(m.Log.nodes)},
	}
	for _, b := range m.Batches {
		one := *b
		one.Records, one.Redact = slices.Clone(b.Records), slices.Clone(b.Redact)
		c.Batches = append(c.Batches, &one)
	}
	for id, r := range m.Rows {
		one := *r
		c.Rows[id] = &one
	}
	return c
}

// step begins a transaction: it fails if it is told to, once.
func (m *Records) step(name string) error {
	err := m.Fail[name]
	delete(m.Fail, name)
	if err == nil {
		m.Commits++
	}
	return err
}

func (m *Records) Receive(_ context.Context, a casework.Arrival) (casework.Reception, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.step("Receive"); err != nil {
		return casework.Reception{}, err
	}
	for _, b := range m.Batches {
		if b.Batch == a.Batch {
			return casework.Reception{Receipt: m.receipt(b), Duplicate: true}, nil
		}
		if b.Device == a.Device && b.Epoch == a.Epoch && b.Seq == a.Seq {
			m.Incidents = append(m.Incidents, Incident{screening.EFork, a.Header, b.Header})
			return casework.Reception{Rival: b.Header}, nil
		}
	}
	if a.Seq >= m.next(a.Device, a.Epoch)+casework.Window {
		return casework.Reception{Ahead: true}, nil
	}
	b := &Kept{Arrival: a, Receipt: screening.Receipt{Batch: a.Batch, Level: screening.LevelStored, Entry: m.Log.Enter(a.Entry)}}
	b.Header, b.Sig, b.Payload = slices.Clone(a.Header), slices.Clone(a.Sig), slices.Clone(a.Payload)
	if a.Hold != "" {
		b.Receipt.Level, b.Receipt.Code, b.Receipt.Outcome = screening.LevelQuarantined, a.Hold, m.Log.Enter(a.HoldEntry)
	}
	m.Batches = append(m.Batches, b)
	return casework.Reception{Receipt: m.receipt(b)}, nil
}

// receipt is what is stored, with the number that is expected next.
func (m *Records) receipt(b *Kept) screening.Receipt {
	r := b.Receipt
	r.Next = m.next(b.Device, b.Epoch)
	return r
}

func (m *Records) next(device screening.DeviceID, epoch uint64) uint64 {
	for n := uint64(1); ; n++ {
		if !slices.ContainsFunc(m.Batches, func(b *Kept) bool { return b.Device == device && b.Epoch == epoch && b.Seq == n }) {
			return n
		}
	}
}

// Find returns a batch, or nil.
func (m *Records) Find(id screening.BatchID) *Kept {
	for _, b := range m.Batches {
		if b.Batch == id {
			return b
		}
	}
	return nil
}

func (m *Records) Open(_ context.Context, o casework.Opened) (casework.Settled, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.step("Open"); err != nil {
		return casework.Settled{}, err
	}
	b := m.Find(o.Batch)
	if b.Receipt.Level == screening.LevelOpened {
		return casework.Settled{Receipt: m.receipt(b)}, nil
	}
	b.Receipt.Level, b.Receipt.Code, b.Receipt.Proof = o.Level, o.Code, o.Proof
	b.Receipt.Outcome = m.Log.Enter(o.Entry)
	b.Records = slices.Clone(o.Records)
	due := false
	for i := range b.Records {
		due = m.admit(b, &b.Records[i]) || due
	}
	return casework.Settled{Receipt: m.receipt(b), Redact: due}, nil
}

// Take is Receive and Open. What one of them is told to fail of fails before anything is recorded; a failure of Receive
// that may not pass meets who tries again with Receive alone, as well.
func (m *Records) Take(ctx context.Context, a casework.Arrival, o casework.Opened) (casework.Reception, error) {
	m.Mu.Lock()
	err := cmp.Or(m.Fail["Open"], m.Fail["Receive"])
	delete(m.Fail, "Open")
	if code := screening.CodeOf(err); code == screening.EFull || code == screening.EBusy {
		delete(m.Fail, "Receive")
	}
	m.Mu.Unlock()
	if err != nil {
		return casework.Reception{}, err
	}
	got, err := m.Receive(ctx, a)
	if err != nil || got.Rival != nil || got.Ahead || got.Receipt.Level != screening.LevelStored {
		return got, err
	}
	done, err := m.Open(ctx, o)
	got.Receipt, got.Redact = done.Receipt, done.Redact
	return got, err
}

// Stored implements intake.Holdings.
func (m *Records) Stored(_ context.Context, id screening.BatchID) (casework.Arrival, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if b := m.Find(id); b != nil {
		return b.Arrival, nil
	}
	return casework.Arrival{}, casework.ErrNotFound
}

// Mend implements intake.Holdings.
func (m *Records) Mend(_ context.Context, id screening.BatchID, payload []byte) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	b := m.Find(id)
	if b == nil || b.Redacted || len(b.Redact) > 0 {
		return casework.ErrNotFound
	}
	b.Payload = payload
	return nil
}

// Unshown implements intake.Holdings.
func (m *Records) Unshown(_ context.Context, _ screening.DeviceID, id screening.BatchID, _ []byte) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	m.NotShown = append(m.NotShown, id)
	return nil
}

// Known implements intake.Ledger.
func (m *Records) Known(_ context.Context, id screening.BatchID) (screening.Receipt, bool, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if b := m.Find(id); b != nil {
		return m.receipt(b), true, nil
	}
	return screening.Receipt{}, false, nil
}

// admit carries one record into the rows and says whether payloads are now due for redaction.
func (m *Records) admit(b *Kept, r *casework.OpenedRecord) bool {
	if r.Kind != casework.KindInterview && r.Kind != casework.KindWithdrawal {
		return false
	}
	have := m.Rows[r.Interview]
	if have == nil {
		have = &Row{}
	}
	verdict := have.Admit(b.Device, r.Kind, r.Version)
	if r.Code != "" && verdict != casework.Erase {
		return false
	}
	switch verdict {
	case casework.Foreign:
		r.Code = screening.EOwner
		return false
	case casework.History:
		return false
	case casework.Show:
		have.Standing = casework.Standing{Known: true, Owner: b.Device, Version: r.Version}
		have.Content, have.Needs, have.Flags = r.Content, r.Needs, r.Flags
	case casework.Erase:
		have.Standing = casework.Standing{Known: true, Owner: b.Device, Version: max(have.Version, r.Version), Withdrawn: true}
		have.Content, have.Needs, have.Flags = nil, nil, nil
		m.Rows[r.Interview] = have
		return m.markDue(r.Interview)
	}
	m.Rows[r.Interview] = have
	return false
}

func (m *Records) markDue(id screening.InterviewID) bool {
	due := false
	for _, b := range m.Batches {
		for i := range b.Records {
			r := &b.Records[i]
			if r.Interview == id && r.Kind == casework.KindInterview && !r.Redacted && !slices.Contains(b.Redact, r.Pos) {
				r.Body, r.Content = nil, nil
				b.Redact = append(b.Redact, r.Pos)
				due = true
			}
		}
	}
	return due
}

func (m *Records) Redact(_ context.Context, r casework.Redaction) error {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.step("Redact"); err != nil {
		return err
	}
	b := m.Find(r.Batch)
	m.Log.Enter(r.Entry)
	b.Payload, b.Redacted = r.Payload, true
	for _, place := range r.Places {
		b.Records[place].Redacted = true
	}
	b.Redact = slices.DeleteFunc(b.Redact, func(p int) bool { return slices.Contains(r.Places, p) })
	return nil
}

func (m *Records) Due(_ context.Context, most int, skip []screening.BatchID) (tasks []casework.Task, err error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	for _, b := range m.Batches {
		if len(tasks) == most || slices.Contains(skip, b.Batch) {
			continue
		}
		if b.Receipt.Level == screening.LevelStored || len(b.Redact) > 0 {
			tasks = append(tasks, casework.Task{Arrival: b.Arrival, Redact: slices.Clone(b.Redact)})
		}
	}
	return tasks, m.step("Due")
}

func (m *Records) Greet(_ context.Context, h casework.Hello) (casework.Account, error) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	if err := m.step("Greet"); err != nil {
		return casework.Account{}, err
	}
	m.Hellos = append(m.Hellos, h)
	account := casework.Account{Next: m.next(h.Device, h.Epoch)}
	for _, id := range h.Pending {
		if b := m.Find(id); b != nil && b.Device == h.Device {
			account.Receipts = append(account.Receipts, m.receipt(b))
		}
	}
	return account, nil
}

func (m *Records) Report(ctx context.Context, id screening.DeviceID, epoch uint64, most int) (casework.Account, error) {
	m.Mu.Lock()
	h := casework.Hello{Device: id, Epoch: epoch}
	var known uint64
	for _, b := range m.Batches {
		if b.Device == id && b.Epoch == epoch {
			h.Pending, h.Seq, known = append(h.Pending, b.Batch), max(h.Seq, b.Seq), max(known, b.Log.Size)
		}
	}
	m.Mu.Unlock()
	h.Pending = h.Pending[max(0, len(h.Pending)-most):]
	a, err := m.Greet(ctx, h)
	m.Mu.Lock()
	defer m.Mu.Unlock()
	a.LogSize = known
	for _, h := range m.Hellos {
		if h.Device == id && h.Epoch == epoch {
			a.LogSize = max(a.LogSize, h.LogSize)
		}
	}
	return a, err
}

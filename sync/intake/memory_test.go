package intake_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// memory is an office's records in memory: intake.Ledger and intake.Register, written from the comments
// of those interfaces alone. fail makes the named method fail once.
type memory struct {
	mu        sync.Mutex
	devices   []casework.Enrolled
	codes     map[[32]byte]casework.Admission // used ones hold whom they admitted
	batches   []*kept
	rows      map[screening.InterviewID]*row
	incidents []incident
	hellos    []casework.Hello
	commits   int
	fail      map[string]error
	log       tree
	grants    map[[32]byte][]byte // by signing key
}

// tree is the office's log in memory.
type tree struct {
	entries [][]byte
	nodes   map[int64]tlog.Hash
}

func (t *tree) read(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		out[i] = t.nodes[p]
	}
	return out, nil
}

// enter adds an entry and returns its place.
func (t *tree) enter(entry []byte) uint64 {
	if len(entry) == 0 {
		panic("an empty entry")
	}
	added, err := ledger.Grow(uint64(len(t.entries)), [][]byte{entry}, t.read)
	if err != nil {
		panic(err)
	}
	for _, n := range added {
		t.nodes[n.Place] = n.Hash
	}
	t.entries = append(t.entries, entry)
	return uint64(len(t.entries) - 1)
}

func (m *memory) Prove(_ context.Context, from uint64, entries []uint64) (ledger.Proofs, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return ledger.Prove(uint64(len(m.log.entries)), from, entries, m.log.read)
}

type kept struct {
	casework.Arrival
	receipt screening.Receipt
	records []casework.OpenedRecord
	redact  []int
}

type row struct {
	casework.Standing
	content *screening.Interview
	needs   []casework.Need
	flags   []casework.Flag
}

type incident struct {
	code   screening.Code
	header []byte
	rival  []byte
}

func newMemory() *memory {
	return &memory{
		codes: map[[32]byte]casework.Admission{}, rows: map[screening.InterviewID]*row{}, fail: map[string]error{},
		log: tree{nodes: map[int64]tlog.Hash{}}, grants: map[[32]byte][]byte{},
	}
}

// step begins a transaction: it fails if it is told to, once.
func (m *memory) step(name string) error {
	err := m.fail[name]
	delete(m.fail, name)
	if err == nil {
		m.commits++
	}
	return err
}

func (m *memory) Device(_ context.Context, id screening.DeviceID, epoch uint64) (casework.Enrolled, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		if d.ID == id && d.Epoch == epoch {
			return d, nil
		}
	}
	return casework.Enrolled{}, screening.Fail(screening.ESig, errors.New("no such device"))
}

func (m *memory) DeviceOf(_ context.Context, key [32]byte) (casework.Enrolled, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		if d.TLSKey == key {
			return d, nil
		}
	}
	return casework.Enrolled{}, screening.Fail(screening.ESig, errors.New("no such key"))
}

func (m *memory) Admit(_ context.Context, a casework.Admission) (casework.Enrolled, []byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("Admit"); err != nil {
		return casework.Enrolled{}, nil, err
	}
	used, ok := m.codes[a.Code]
	if !ok {
		return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("unknown code"))
	}
	for _, d := range m.devices {
		if d.SignKey == a.SignKey && d.TLSKey == a.TLSKey && used.SignKey == a.SignKey {
			return d, m.grants[d.SignKey], nil
		}
		if d.SignKey == a.SignKey || d.TLSKey == a.TLSKey {
			return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("key in use"))
		}
	}
	if used.SignKey != [32]byte{} {
		return casework.Enrolled{}, nil, screening.Fail(screening.ECode, errors.New("used code"))
	}
	m.codes[a.Code] = a
	d := casework.Enrolled{
		ID: screening.NewDeviceID(), Epoch: 1, Current: true, SignKey: a.SignKey, TLSKey: a.TLSKey, SealTo: a.SealTo, Enrolled: a.At,
	}
	m.devices = append(m.devices, d)
	root, err := ledger.Root(uint64(len(m.log.entries)), m.log.read)
	if err != nil {
		return casework.Enrolled{}, nil, err
	}
	grant, entry, err := a.Grant(d, uint64(len(m.log.entries)), root)
	if err != nil {
		return casework.Enrolled{}, nil, err
	}
	m.log.enter(entry)
	m.grants[d.SignKey] = grant
	return d, grant, nil
}

func (m *memory) Receive(_ context.Context, a casework.Arrival) (casework.Reception, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("Receive"); err != nil {
		return casework.Reception{}, err
	}
	for _, b := range m.batches {
		if b.Batch == a.Batch {
			return casework.Reception{Receipt: m.receipt(b), Duplicate: true}, nil
		}
		if b.Device == a.Device && b.Epoch == a.Epoch && b.Seq == a.Seq {
			m.incidents = append(m.incidents, incident{screening.EFork, a.Header, b.Header})
			return casework.Reception{Rival: b.Header}, nil
		}
	}
	if a.Seq >= m.next(a.Device, a.Epoch)+casework.Window {
		return casework.Reception{Ahead: true}, nil
	}
	b := &kept{Arrival: a, receipt: screening.Receipt{Batch: a.Batch, Level: screening.LevelStored, Entry: m.log.enter(a.Entry)}}
	b.Header, b.Sig, b.Payload = slices.Clone(a.Header), slices.Clone(a.Sig), slices.Clone(a.Payload)
	if a.Hold != "" {
		b.receipt.Level, b.receipt.Code, b.receipt.Outcome = screening.LevelQuarantined, a.Hold, m.log.enter(a.HoldEntry)
	}
	m.batches = append(m.batches, b)
	return casework.Reception{Receipt: m.receipt(b)}, nil
}

// receipt is what is stored, with the number that is expected next.
func (m *memory) receipt(b *kept) screening.Receipt {
	r := b.receipt
	r.Next = m.next(b.Device, b.Epoch)
	return r
}

func (m *memory) next(device screening.DeviceID, epoch uint64) uint64 {
	for n := uint64(1); ; n++ {
		if !slices.ContainsFunc(m.batches, func(b *kept) bool { return b.Device == device && b.Epoch == epoch && b.Seq == n }) {
			return n
		}
	}
}

func (m *memory) find(id screening.BatchID) *kept {
	for _, b := range m.batches {
		if b.Batch == id {
			return b
		}
	}
	return nil
}

func (m *memory) Open(_ context.Context, o casework.Opened) (casework.Settled, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("Open"); err != nil {
		return casework.Settled{}, err
	}
	b := m.find(o.Batch)
	if b.receipt.Level == screening.LevelOpened {
		return casework.Settled{Receipt: m.receipt(b)}, nil
	}
	b.receipt.Level, b.receipt.Code, b.receipt.Proof = o.Level, o.Code, o.Proof
	b.receipt.Outcome = m.log.enter(o.Entry)
	b.records = slices.Clone(o.Records)
	due := false
	for i := range b.records {
		due = m.admit(b, &b.records[i]) || due
	}
	return casework.Settled{Receipt: m.receipt(b), Redact: due}, nil
}

// admit carries one record into the rows and says whether payloads are now due for redaction.
func (m *memory) admit(b *kept, r *casework.OpenedRecord) bool {
	if r.Kind != casework.KindInterview && r.Kind != casework.KindWithdrawal {
		return false
	}
	have := m.rows[r.Interview]
	if have == nil {
		have = &row{}
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
		have.content, have.needs, have.flags = r.Content, r.Needs, r.Flags
	case casework.Erase:
		have.Standing = casework.Standing{Known: true, Owner: b.Device, Version: max(have.Version, r.Version), Withdrawn: true}
		have.content, have.needs, have.flags = nil, nil, nil
		m.rows[r.Interview] = have
		return m.markDue(r.Interview)
	}
	m.rows[r.Interview] = have
	return false
}

func (m *memory) markDue(id screening.InterviewID) bool {
	due := false
	for _, b := range m.batches {
		for i := range b.records {
			r := &b.records[i]
			if r.Interview == id && r.Kind == casework.KindInterview && !r.Redacted && !slices.Contains(b.redact, r.Pos) {
				r.Body, r.Content = nil, nil
				b.redact = append(b.redact, r.Pos)
				due = true
			}
		}
	}
	return due
}

func (m *memory) Redact(_ context.Context, r casework.Redaction) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("Redact"); err != nil {
		return err
	}
	b := m.find(r.Batch)
	m.log.enter(r.Entry)
	b.Payload, b.Redacted = r.Payload, true
	for _, place := range r.Places {
		b.records[place].Redacted = true
	}
	b.redact = slices.DeleteFunc(b.redact, func(p int) bool { return slices.Contains(r.Places, p) })
	return nil
}

func (m *memory) Due(_ context.Context, most int, skip []screening.BatchID) (tasks []casework.Task, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.batches {
		if len(tasks) == most || slices.Contains(skip, b.Batch) {
			continue
		}
		if b.receipt.Level == screening.LevelStored || len(b.redact) > 0 {
			tasks = append(tasks, casework.Task{Arrival: b.Arrival, Redact: slices.Clone(b.redact)})
		}
	}
	return tasks, m.step("Due")
}

func (m *memory) Greet(_ context.Context, h casework.Hello) (casework.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.step("Greet"); err != nil {
		return casework.Account{}, err
	}
	m.hellos = append(m.hellos, h)
	account := casework.Account{Next: m.next(h.Device, h.Epoch)}
	for _, id := range h.Pending {
		if b := m.find(id); b != nil && b.Device == h.Device {
			account.Receipts = append(account.Receipts, m.receipt(b))
		}
	}
	return account, nil
}

func (m *memory) Report(ctx context.Context, id screening.DeviceID, epoch uint64, most int) (casework.Account, error) {
	m.mu.Lock()
	h := casework.Hello{Device: id, Epoch: epoch}
	var known uint64
	for _, b := range m.batches {
		if b.Device == id && b.Epoch == epoch {
			h.Pending, h.Seq, known = append(h.Pending, b.Batch), max(h.Seq, b.Seq), max(known, b.Log.Size)
		}
	}
	m.mu.Unlock()
	h.Pending = h.Pending[max(0, len(h.Pending)-most):]
	a, err := m.Greet(ctx, h)
	m.mu.Lock()
	defer m.mu.Unlock()
	a.LogSize = known
	for _, h := range m.hellos {
		if h.Device == id && h.Epoch == epoch {
			a.LogSize = max(a.LogSize, h.LogSize)
		}
	}
	return a, err
}

func (m *memory) Enrolled(context.Context) (list []casework.Enrolled, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.devices {
		if d.Current && d.Revoked.IsZero() {
			list = append(list, d)
		}
	}
	return list, nil
}

// revoke ends the trust in a device.
func (m *memory) revoke(id screening.DeviceID, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.devices {
		if m.devices[i].ID == id {
			m.devices[i].Revoked = at
		}
	}
}

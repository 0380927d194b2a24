package batch

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// grove is an office's log in memory.
type grove struct {
	size  uint64
	nodes map[int64]tlog.Hash
}

func (g *grove) read(places []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(places))
	for i, p := range places {
		out[i] = g.nodes[p]
	}
	return out, nil
}

// enter adds an entry and returns its place.
func (g *grove) enter(entry []byte) uint64 {
	added, err := ledger.Grow(g.size, [][]byte{entry}, g.read)
	if err != nil {
		panic(err)
	}
	if g.nodes == nil {
		g.nodes = map[int64]tlog.Hash{}
	}
	for _, n := range added {
		g.nodes[n.Place] = n.Hash
	}
	g.size++
	return g.size - 1
}

// prove completes receipts with the log, as it continues the one of size known.
func (g *grove) prove(t *testing.T, r *Receipts, known uint64) {
	t.Helper()
	r.Paths = make([]Paths, len(r.Receipts))
	for i, one := range r.Receipts {
		p, err := ledger.Prove(g.size, known, []uint64{one.Entry, one.Outcome}, g.read)
		if err != nil {
			t.Fatal(err)
		}
		if r.Paths[i].Entry = p.Inclusion[0]; one.Level != screening.LevelStored {
			r.Paths[i].Outcome = p.Inclusion[1]
		}
	}
	p, err := ledger.Prove(g.size, known, nil, g.read)
	if err != nil {
		t.Fatal(err)
	}
	r.From, r.Since = known, p.Consistency
	r.Log = screening.Checkpoint{Size: p.Size, Root: p.Root}
	if r.Log.Note, err = SignCheckpoint(logRoot().Origin(), p.Size, p.Root, signer(21)); err != nil {
		t.Fatal(err)
	}
}

// logRoot is what a device needs of a root to believe receipts.
func logRoot() Root { return Root{Online: signer(21).Public(), Log: [8]byte{7}} }

// testReceipts speaks of three batches in a log that has others too.
func testReceipts(t *testing.T, g *grove) Receipts {
	t.Helper()
	r := Receipts{
		Device: screening.DeviceID{1}, Epoch: 2, At: madeAt.Truncate(time.Millisecond), Nonce: [16]byte{3}, Next: 9,
		Missing: []screening.Span{{From: 9, To: 9}, {From: 12, To: 14}}, Held: 4096, Kept: 2, Bulletin: 5,
		Receipts: []screening.Receipt{
			{Batch: screening.BatchID{1}, Level: screening.LevelStored, Next: 9},
			{Batch: screening.BatchID{2}, Level: screening.LevelOpened, Proof: [32]byte{4}, Next: 9},
			{Batch: screening.BatchID{3}, Level: screening.LevelQuarantined, Code: screening.EOpen, Next: 9},
		},
	}
	for n := range 20 {
		g.enter([]byte{byte(n)})
	}
	for i := range r.Receipts {
		one := &r.Receipts[i]
		one.Entry = g.enter(BatchEntry(one.Batch))
		if one.Level != screening.LevelStored {
			one.Outcome = g.enter(OutcomeEntry(one.Batch, one.Level, one.Code))
		}
	}
	g.prove(t, &r, 11)
	return r
}

func TestReceiptsRoundTrip(t *testing.T) {
	var g grove
	want := testReceipts(t, &g)
	file, err := SignReceipts(want, signer(21))
	if err != nil {
		t.Fatal(err)
	}
	if len(file) != 2048 {
		t.Errorf("got %d bytes for 3 receipts with their proofs, want 2048", len(file))
	}
	got, err := VerifyReceipts(file, logRoot())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for i := range file {
		broken := bytes.Clone(file)
		broken[i] ^= 0x10
		if _, err := VerifyReceipts(broken, logRoot()); screening.CodeOf(err) != screening.CodeBadReceipt {
			t.Fatalf("byte %d flipped: got %v, want bad_receipt", i, err)
		}
		if _, err := VerifyReceipts(file[:i], logRoot()); err == nil {
			t.Fatalf("cut to %d bytes: verifies", i)
		}
	}
	if _, err := VerifyReceipts(append(file, make([]byte, 2048)...), logRoot()); err == nil {
		t.Error("with more padding: verifies")
	}
	if _, err := VerifyReceipts(file, Root{Online: signer(22).Public(), Log: [8]byte{7}}); err == nil {
		t.Error("another key: verifies")
	}
	if _, err := VerifyReceipts(file, Root{Online: signer(21).Public(), Log: [8]byte{8}}); err == nil {
		t.Error("another log: verifies")
	}
}

// TestReceiptsWithoutEntry signs what an office that lies could sign: each receipt has to stand in the log.
func TestReceiptsWithoutEntry(t *testing.T) {
	for name, lie := range map[string]func(*Receipts){
		"another batch":     func(r *Receipts) { r.Receipts[0].Batch[5]++ },
		"another place":     func(r *Receipts) { r.Receipts[0].Entry-- },
		"beyond the log":    func(r *Receipts) { r.Receipts[0].Entry = r.Log.Size },
		"a better outcome":  func(r *Receipts) { r.Receipts[2].Level, r.Receipts[2].Code = screening.LevelOpened, "" },
		"another reason":    func(r *Receipts) { r.Receipts[2].Code = screening.EForm },
		"no path":           func(r *Receipts) { r.Paths[0].Entry = nil },
		"no outcome path":   func(r *Receipts) { r.Paths[1].Outcome = nil },
		"a path of another": func(r *Receipts) { r.Paths[0] = r.Paths[1] },
		"a log by nobody":   func(r *Receipts) { r.Log.Note = []byte("leeward\n1\n") },
		"a longer log": func(r *Receipts) {
			note, err := SignCheckpoint(logRoot().Origin(), r.Log.Size+1, r.Log.Root, signer(21))
			if err != nil {
				panic(err)
			}
			r.Log.Note = note
		},
	} {
		var g grove
		r := testReceipts(t, &g)
		lie(&r)
		file, err := SignReceipts(r, signer(21))
		if err != nil {
			t.Errorf("%s: the lie itself cannot be signed: %v", name, err)
			continue
		}
		if _, err := VerifyReceipts(file, logRoot()); screening.CodeOf(err) != screening.CodeBadReceipt {
			t.Errorf("%s: got %v, want bad_receipt", name, err)
		}
	}
}

// An office that contradicts itself signs nothing, and a device believes no such file.
func TestReceiptsRules(t *testing.T) {
	note, err := SignCheckpoint(logRoot().Origin(), 0, tlog.Hash{}, signer(21))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]screening.Receipt{
		"no level":                 {},
		"level 4":                  {Level: 4},
		"quarantined without code": {Level: screening.LevelQuarantined},
		"stored with code":         {Level: screening.LevelStored, Code: screening.EOpen},
		"endless code":             {Level: screening.LevelQuarantined, Code: screening.Code(strings.Repeat("E", 99))},
		"place out of bounds":      {Level: screening.LevelStored, Entry: 1 << 60},
	} {
		one := Receipts{
			Epoch: 1, At: madeAt, Log: screening.Checkpoint{Note: note}, Receipts: []screening.Receipt{r}, Paths: make([]Paths, 1),
		}
		if _, err := SignReceipts(one, signer(21)); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
	for name, spans := range map[string][]screening.Span{
		"backwards": {{From: 4, To: 3}}, "out of order": {{From: 4, To: 5}, {From: 5, To: 6}}, "from zero": {{From: 0, To: 3}},
	} {
		if _, err := SignReceipts(Receipts{Epoch: 1, At: madeAt, Log: screening.Checkpoint{Note: note}, Missing: spans}, signer(21)); err == nil {
			t.Errorf("missing numbers %s: signed", name)
		}
	}
	most := MaxReceipts + 1
	if _, err := SignReceipts(Receipts{Epoch: 1, Receipts: make([]screening.Receipt, most), Paths: make([]Paths, most)}, signer(21)); err == nil {
		t.Error("too many: signed")
	}
	// A signature in another name space is worth nothing here.
	var g grove
	good, err := SignReceipts(testReceipts(t, &g), signer(21))
	if err != nil {
		t.Fatal(err)
	}
	doc, _, err := unframe(receiptsMagic, good, sigSize)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := signer(21).Sign(grantNamespace, doc)
	if err != nil {
		t.Fatal(err)
	}
	file, err := frame(receiptsMagic, doc, sig[:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := VerifyReceipts(file, logRoot()); err == nil {
		t.Error("a grant's signature verifies receipts")
	}
}

// TestFollows shows a device every history that is not the continuation of the one it saw.
func TestFollows(t *testing.T) {
	var g, other grove
	checkpoint := func(g *grove, size uint64) screening.Checkpoint {
		root, err := ledger.Root(size, g.read)
		if err != nil {
			t.Fatal(err)
		}
		return screening.Checkpoint{Size: size, Root: root}
	}
	for n := range 40 {
		g.enter([]byte{byte(n)})
		other.enter([]byte{byte(n), byte(n / 20)}) // another history from the start
	}
	since := func(g *grove, to, from uint64) [][32]byte {
		p, err := ledger.Prove(to, from, nil, g.read)
		if err != nil {
			t.Fatal(err)
		}
		return p.Consistency
	}
	follows := func(before, now screening.Checkpoint, proof [][32]byte) error {
		return Receipts{From: before.Size, Log: now, Since: proof}.Follows(before)
	}
	for size := uint64(1); size <= 40; size++ {
		for before := uint64(0); before <= size; before++ {
			if err := follows(checkpoint(&g, before), checkpoint(&g, size), since(&g, size, before)); err != nil {
				t.Fatalf("%d after %d: %v", size, before, err)
			}
		}
	}
	for name, err := range map[string]error{
		"shrunk":              follows(checkpoint(&g, 20), checkpoint(&g, 19), nil),
		"forked":              follows(checkpoint(&g, 20), checkpoint(&other, 30), since(&other, 30, 20)),
		"forked, same size":   follows(checkpoint(&g, 20), checkpoint(&other, 20), nil),
		"no proof":            follows(checkpoint(&g, 20), checkpoint(&g, 30), nil),
		"proof of other size": follows(checkpoint(&g, 20), checkpoint(&g, 30), since(&g, 30, 19)),
	} {
		if !errors.Is(err, ErrLog) || screening.CodeOf(err) != screening.CodeBadReceipt {
			t.Errorf("%s: got %v, want %v", name, err, ErrLog)
		}
	}
	late := Receipts{From: 19, Log: checkpoint(&g, 30), Since: since(&g, 30, 19)}
	if err := late.Follows(checkpoint(&g, 20)); !errors.Is(err, ErrOld) || errors.Is(err, ErrLog) {
		t.Errorf("made for what was known before: got %v, want %v", err, ErrOld)
	}
}

// TestCheckpointIsASignedNote verifies a checkpoint as any program that knows signed notes does, and refuses
// every change of it.
func TestCheckpointIsASignedNote(t *testing.T) {
	signed, err := SignCheckpoint(logRoot().Origin(), 5, [32]byte{9}, signer(21))
	if err != nil {
		t.Fatal(err)
	}
	stock, err := note.NewVerifier(logRoot().VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := note.Open(signed, note.VerifierList(stock)); err != nil || !strings.HasPrefix(n.Text, "leeward/0700000000000000\n5\n") {
		t.Fatalf("a stock verifier: %v", err)
	}
	want := screening.Checkpoint{Size: 5, Root: [32]byte{9}, Note: signed}
	if got, err := VerifyCheckpoint(signed, logRoot().Origin(), logRoot().Online); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v", got, err)
	}
	witness, err := note.Sign(&note.Note{Text: strings.SplitAfter(string(signed), "\n\n")[0][:len(strings.SplitAfter(string(signed), "\n\n")[0])-1]},
		noteKey{name: "witness", pub: signer(40).Public(), signer: signer(40)})
	if err != nil {
		t.Fatal(err)
	}
	line := strings.SplitAfter(string(witness), "\n\n")[1]
	if _, err := VerifyCheckpoint(append(bytes.Clone(signed), line...), logRoot().Origin(), logRoot().Online); err != nil {
		t.Errorf("with the signature of a witness: %v", err)
	}
	for i := range signed {
		broken := bytes.Clone(signed)
		broken[i] ^= 1
		if _, err := VerifyCheckpoint(broken, logRoot().Origin(), logRoot().Online); screening.CodeOf(err) != screening.CodeBadReceipt {
			t.Errorf("byte %d flipped: got %v, want bad_receipt", i, err)
		}
	}
	for _, text := range []string{"\n5\n", "\n05\n" + tlog.Hash{}.String() + "\n", "\n-1\n" + tlog.Hash{}.String() + "\n", "\n5\n" + tlog.Hash{}.String() + "\nmore\n"} {
		n, err := note.Sign(&note.Note{Text: logRoot().Origin() + text}, noteKey{name: logRoot().Origin(), pub: signer(21).Public(), signer: signer(21)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := VerifyCheckpoint(n, logRoot().Origin(), logRoot().Online); err == nil {
			t.Errorf("%q verifies", text)
		}
	}
}

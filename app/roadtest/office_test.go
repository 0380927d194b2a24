package roadtest

import (
	"bytes"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

// office is a regional office in one folder, with its real vault, engine and intake behind TLS.
type office struct {
	t       testing.TB
	dir     string
	parts   string // of uploads that were cut
	vault   *vault.Vault
	doc     []byte
	root    batch.Root
	holders []seal.Signer // of its root keys
	records *engine.Engine
	in      *intake.Intake
	addr    string
	server  *http.Server
	clock   *clock
	log     *logbook
	logger  *slog.Logger
	config  func() intake.Config // what start builds on

	away  atomic.Bool           // the payload key is locked away
	front atomic.Pointer[front] // stands between the wire and intake

	mu    sync.Mutex
	forms map[schema.Ref]*schema.Form
	seen  [][]byte // bodies of uploads, as they came
}

// front may answer instead of intake, or in its way.
type front func(w http.ResponseWriter, r *http.Request, next http.Handler)

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), addr: "127.0.0.1:0", clock: &clock{}}
	o.forms = map[schema.Ref]*schema.Form{instrument.Form().Ref(): instrument.Form()}
	o.log, o.logger = newLogbook(t, "office")
	spec := vault.Spec{
		Sign: []string{"online", "registrar"}, TLS: []string{"devices"}, Seal: []string{"intake", "vault"}, Data: true,
	}
	var err error
	o.vault, err = vault.Create(t.Context(), filepath.Join(o.dir, "office.vault"), []byte(passphrase), spec,
		vault.Options{KDF: vault.FloorKDF, Weak: true, Log: o.logger})
	ok(t, err)
	o.root = batch.Root{
		Version: 1, Office: "Harbour", Demo: true, Online: o.vault.Signer("online").Public(),
		Registrar: o.vault.Signer("registrar").Public(), Intake: o.vault.Recipient("intake"),
		Payload: []seal.Recipient{o.vault.Recipient("vault")}, Threshold: 2, Log: batch.NewLog(),
	}
	o.root.TLS, err = batch.PeerKey(o.vault.TLS("devices").Leaf)
	ok(t, err)
	o.holders = []seal.Signer{seal.NewSigner([32]byte{1}), seal.NewSigner([32]byte{2})}
	for _, key := range o.holders {
		o.root.Keys = append(o.root.Keys, key.Public())
	}
	o.doc, err = batch.SignRoot(o.root, o.holders...)
	ok(t, err)
	o.parts = filepath.Join(o.dir, "parts")
	ok(t, os.MkdirAll(o.parts, 0o700))
	o.config = func() intake.Config {
		return intake.Config{
			Ledger: o.records, Register: o.records, Capsules: o.records, Press: o.records, Holdings: o.records,
			Root: o.doc, Online: o.vault.Signer("online"),
			Registrar: o.vault.Signer("registrar"), Requests: o.vault.Opener("intake"), Payload: o.payload,
			Parts: o.parts, Forms: o.form, Now: o.clock.now, Log: o.logger,
		}
	}
	o.start()
	t.Cleanup(o.stop)
	return o
}

func (o *office) payload() seal.Opener {
	if o.away.Load() {
		return nil
	}
	return o.vault.Opener("vault")
}

func (o *office) form(ref schema.Ref) (*schema.Form, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	f, known := o.forms[ref]
	return f, known
}

// learn makes a questionnaire known to the office.
func (o *office) learn(f *schema.Form) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.forms[f.Ref()] = f
}

// start opens the records and serves, at the address of the time before if there was one.
func (o *office) start() {
	o.t.Helper()
	var err error
	o.records, err = o.openRecords(o.dir)
	ok(o.t, err)
	o.in, err = intake.New(o.config())
	ok(o.t, err)
	l, err := net.Listen("tcp", o.addr)
	ok(o.t, err)
	o.addr = l.Addr().String()
	handler := o.in.Handler()
	o.server = intake.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := o.front.Load(); f != nil {
			(*f)(w, r, handler)
			return
		}
		handler.ServeHTTP(w, r)
	}), intake.TLSConfig(o.vault.TLS("devices")))
	go func() { _ = o.server.ServeTLS(l, "", "") }()
}

func (o *office) openRecords(dir string) (records *engine.Engine, err error) {
	err = o.vault.LendDataKey(func(key encvfs.Key) (err error) {
		records, err = sqlite.Open(background, filepath.Join(dir, "office.db"), key, engine.Options{Now: o.clock.now, Log: o.logger})
		return err
	})
	return records, err
}

// stop goes off the network and closes the records. It is no error to stop twice.
func (o *office) stop() {
	if o.records == nil {
		return
	}
	_ = o.server.Close()
	if err := o.records.Close(); err != nil {
		o.t.Error(err)
	}
	o.records = nil
}

// behind puts f between the wire and intake until the test, or another f, takes its place; nil goes away.
func (o *office) behind(f front) {
	if f == nil {
		o.front.Store(nil)
		return
	}
	o.front.Store(&f)
}

// answering runs intake and returns what it would have answered.
func answering(r *http.Request, next http.Handler) (status int, body []byte) {
	w := httptest.NewRecorder()
	next.ServeHTTP(w, r)
	return w.Code, w.Body.Bytes()
}

// swallow lets uploads in and no answer to them out.
func swallow(w http.ResponseWriter, r *http.Request, next http.Handler) {
	if r.Method == http.MethodPatch {
		answering(r, next)
		panic(http.ErrAbortHandler)
	}
	next.ServeHTTP(w, r)
}

// code makes an enrolment code for one device.
func (o *office) code() string {
	o.t.Helper()
	text, _ := o.codeFor(true)
	return text
}

// codeFor is a code with which a device joins, or with which it may only ask to.
func (o *office) codeFor(approved bool) (text string, hash [32]byte) {
	o.t.Helper()
	print, err := batch.Fingerprint(o.doc)
	ok(o.t, err)
	code := batch.EnrolCode{URL: "https://" + o.addr, Root: print, Secret: batch.NewSecret()}
	text, err = code.Text()
	ok(o.t, err)
	hash = batch.CodeHash(code.Secret)
	ok(o.t, o.records.AddCode(background, hash, time.Now().Add(time.Hour), approved))
	return text, hash
}

// view reads one interview as a reviewer does.
func (o *office) view(id screening.InterviewID) casework.Record {
	o.t.Helper()
	rec, err := o.records.View(background, "reviewer", id)
	ok(o.t, err)
	return rec
}

func (o *office) stats() casework.Stats {
	o.t.Helper()
	s, err := o.records.Stats(background)
	ok(o.t, err)
	return s
}

// look opens a copy of the office's disk as it stands and shows its tables, and every page of it in the
// clear, the free ones too, with what is packed on them behind.
func (o *office) look(do func(db *sql.DB, pages []byte)) {
	o.t.Helper()
	dir := o.t.TempDir()
	ok(o.t, copyFolder(o.dir, dir))
	ok(o.t, o.vault.LendDataKey(func(key encvfs.Key) error { return readable(filepath.Join(dir, "office.db"), key, do) }))
}

// readable opens an encrypted database and hands out its tables and its pages in the clear.
func readable(path string, key encvfs.Key, do func(db *sql.DB, pages []byte)) (err error) {
	f, err := encvfs.Open(path, key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	db, err := f.DB()
	if err != nil {
		return err
	}
	conn, err := db.Conn(background)
	if err != nil {
		return err
	}
	var pages []byte
	err = conn.Raw(func(c any) (err error) {
		pages, err = c.(interface {
			driver.Conn
			Serialize() ([]byte, error)
		}).Serialize()
		return err
	})
	if err = errors.Join(err, conn.Close()); err == nil {
		do(db, append(pages, unpacked(pages)...))
	}
	return err
}

// unpacked is what can be read of all that looks like the beginning of something packed with zstd, whole or not.
func unpacked(pages []byte) (all []byte) {
	magic := []byte{0x28, 0xb5, 0x2f, 0xfd}
	for i := bytes.Index(pages, magic); i >= 0; {
		if frame, err := zstd.NewReader(bytes.NewReader(pages[i:]), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20)); err == nil {
			b, _ := io.ReadAll(frame) // up to where it is spoilt
			all = append(all, b...)
			frame.Close()
		}
		next := bytes.Index(pages[i+1:], magic)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return all
}

// once fails unless the office holds exactly these interviews, of one device that enrolled once, with no gap in its batches
// and nothing that anybody has to look at.
func (o *office) once(ids ...screening.InterviewID) {
	o.t.Helper()
	o.recorded(ids...)
	o.look(func(db *sql.DB, _ []byte) {
		var batches, last int
		ok(o.t, db.QueryRow(`SELECT count(*), coalesce(max(seq), 0) FROM batches`).Scan(&batches, &last))
		if batches != last {
			o.t.Fatalf("the office has %d batches of which the last is number %d", batches, last)
		}
	})
	if s := o.stats(); s.Incidents != 0 || s.Quarantined != 0 {
		o.t.Fatalf("the office counts %+v, want no incident", s)
	}
}

// recorded fails unless the office holds exactly these interviews, each recorded in exactly one batch, read and shown.
func (o *office) recorded(ids ...screening.InterviewID) {
	o.t.Helper()
	o.look(func(db *sql.DB, _ []byte) {
		var records, people int
		ok(o.t, db.QueryRow(`SELECT count(*), count(DISTINCT interview_id) FROM records WHERE kind = 1 AND code = ''`).Scan(&records, &people))
		if records != len(ids) || people != len(ids) {
			o.t.Fatalf("the office recorded %d times %d interviews, want each of %d once", records, people, len(ids))
		}
	})
	for _, id := range ids {
		if rec := o.view(id); rec.Status != screening.Final || rec.Versions != 1 {
			o.t.Fatalf("interview %s: status %s, %d versions, want one final", id, rec.Status, rec.Versions)
		}
	}
}

// hello is the question to which r is the answer, about its one batch.
func hello(r batch.Receipts) casework.Hello {
	return casework.Hello{Device: r.Device, Epoch: r.Epoch, Pending: []screening.BatchID{r.Receipts[0].Batch}, At: r.At}
}

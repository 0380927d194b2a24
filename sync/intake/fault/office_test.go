//go:build linux

// Package fault holds tests only: an office whose machine fails under it. The office is a program of its own, with its
// real records on a real disk; its system calls fail, its disk is full, or it is killed, while a courier hands
// interviews in. What a device was told holds afterwards.
package fault

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

// asOffice makes the test binary the office of a folder.
const asOffice = "LEEWARD_FAULT_OFFICE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(asOffice); dir != "" {
		if err := playOffice(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// secrets are what an office has in its vault. They are invented, and lie open in its folder.
type secrets struct {
	Root     []byte
	Requests string
	Payload  string
}

var dataKey = encvfs.Key{1, 2, 3}

func records(dir string) (*engine.Engine, error) {
	return sqlite.Open(context.Background(), filepath.Join(dir, "disk", "office.db"), dataKey, engine.Options{})
}

// playOffice serves until its input ends. Its one line of output is its address.
func playOffice(dir string) error {
	var s secrets
	b, err := os.ReadFile(filepath.Join(dir, "secrets"))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil {
		return err
	}
	requests, err := seal.OpenerFor(s.Requests)
	if err != nil {
		return err
	}
	payload, err := seal.OpenerFor(s.Payload)
	if err != nil {
		return err
	}
	db, err := records(dir)
	if err != nil {
		return err
	}
	in, err := intake.New(intake.Config{
		Ledger: db, Register: db, Root: s.Root, Online: fieldtest.Signer(fieldtest.OnlineKey), Registrar: fieldtest.Signer(fieldtest.RegistrarKey),
		Requests: requests, Payload: func() seal.Opener { return payload }, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Forms: func(ref schema.Ref) (*schema.Form, bool) { return fieldtest.Form(), ref == fieldtest.Form().Ref() }, Parts: filepath.Join(dir, "disk", "parts"),
	})
	if err != nil {
		return err
	}
	_ = in.Resume(context.Background()) // what fails is tried again later
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := intake.NewServer(in.Handler(), intake.TLSConfig(fieldtest.Certificate(fieldtest.TLSKey)))
	go func() { _ = server.ServeTLS(l, "", "") }()
	fmt.Println(l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	return errors.Join(server.Close(), db.Close())
}

// place is an office's folder with one device that it admitted.
type place struct {
	t       *testing.T
	dir     string
	box     *fieldtest.Outbox
	courier *courier.Courier
	address atomic.Pointer[string]
	said    int // interviews
}

// keys is the seed of the device's signing key; that of its connections follows.
const keys = 20

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	var s secrets
	root := fieldtest.DemoRoot()
	var err error
	if s.Requests, root.Intake, err = seal.NewIdentity(); err == nil {
		var vault seal.Recipient
		s.Payload, vault, err = seal.NewIdentity()
		root.Payload = []seal.Recipient{vault}
	}
	ok(t, err)
	s.Root = fieldtest.SignRoot(t, root)
	b, err := json.Marshal(s)
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(p.dir, "secrets"), b, 0o600))
	ok(t, os.MkdirAll(filepath.Join(p.dir, "disk"), 0o700))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%d interviews, batches %v", p.said, p.box.Rungs())
		}
	})
	return p.enrol(s.Root)
}

// enrol makes the records with a code for one device, which enrols over the network as any other.
func (p *place) enrol(root []byte) *place {
	p.t.Helper()
	ok(p.t, os.MkdirAll(filepath.Join(p.dir, "disk", "parts"), 0o700))
	print, err := batch.Fingerprint(root)
	ok(p.t, err)
	code := batch.EnrolCode{URL: "https://office.test:443", Root: print, Secret: batch.NewSecret()}
	db, err := records(p.dir)
	ok(p.t, err)
	ok(p.t, errors.Join(db.AddCode(p.t.Context(), batch.CodeHash(code.Secret), time.Now().Add(time.Hour), true), db.Close()))
	o := p.serve()
	defer o.stop()
	_, sealTo, err := seal.NewIdentity()
	ok(p.t, err)
	certificate := fieldtest.Certificate(keys + 1)
	got, err := courier.Enrol(p.t.Context(), code, courier.Keys{Sign: fieldtest.Signer(keys), TLS: certificate, SealTo: sealTo}, "test", time.Now, p.dial, nil)
	ok(p.t, err)
	p.box = &fieldtest.Outbox{Enrolled: &got.Enrolment, Office: got.Root, Log: got.Log}
	p.courier = p.newCourier(certificate)
	return p
}

func (p *place) newCourier(certificate tls.Certificate) *courier.Courier {
	return courier.New(courier.Config{
		Outbox: p.box, Sign: fieldtest.Signer(keys), TLS: certificate, URL: "https://office.test:443", Dial: p.dial, Now: time.Now,
		Generation: func() (uint64, [16]byte) { return 1, [16]byte{1} }, Log: slog.New(slog.DiscardHandler),
	})
}

// dial goes to the office's program of now.
func (p *place) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, *p.address.Load())
}

// again is the same office and device in another folder, as they are now.
func (p *place) again(t *testing.T) *place {
	t.Helper()
	other := &place{t: t, dir: t.TempDir(), box: p.box.Clone(), said: p.said}
	ok(t, os.CopyFS(other.dir, os.DirFS(p.dir)))
	other.courier = other.newCourier(fieldtest.Certificate(keys + 1))
	return other
}

// program is the office while it runs.
type program struct {
	t     *testing.T
	c     *exec.Cmd
	in    io.Closer
	ended chan struct{}
}

// serve starts the office's program, under another one if words name it. It returns nil where it does not get as far as
// to listen.
func (p *place) serve(under ...string) *program {
	p.t.Helper()
	words := append(under, os.Args[0], "-test.run=^$")
	c := exec.Command(words[0], words[1:]...)
	c.Env = append(os.Environ(), asOffice+"="+p.dir)
	in, err := c.StdinPipe()
	ok(p.t, err)
	out, err := c.StdoutPipe()
	ok(p.t, err)
	ok(p.t, c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	o := &program{t: p.t, c: c, in: in, ended: make(chan struct{})}
	go func() { defer close(o.ended); _ = c.Wait() }()
	if err != nil {
		o.stop()
		if len(under) == 0 {
			p.t.Fatal("the office does not start")
		}
		return nil
	}
	address := strings.TrimSpace(line)
	p.address.Store(&address)
	return o
}

// stop ends the program as its owner does.
func (o *program) stop() {
	_ = o.in.Close()
	select {
	case <-o.ended:
	case <-time.After(2 * time.Minute):
		o.t.Error("the office does not stop")
		o.kill()
	}
}

func (o *program) kill() {
	_ = o.c.Process.Kill()
	<-o.ended
}

// finish keeps an interview of so many bytes on the device.
func (p *place) finish(bytes int) {
	p.said++
	p.box.Mu.Lock()
	defer p.box.Mu.Unlock()
	p.box.Finals = append(p.box.Finals, screening.Interview{
		ID: screening.InterviewID{7, byte(p.said >> 8), byte(p.said)}, Version: 1, Code: "7K2F-QX9B", Questionnaire: fieldtest.Form().Ref(),
		Status: screening.Final, Setting: screening.Setting{Screener: "S-1", Language: "en", ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "en", At: fieldtest.Today}, Started: fieldtest.Today, Finished: fieldtest.Today,
		Answers: []screening.Recorded{{Seq: 1, Path: "/data/q", Answer: schema.Answer{Value: fieldtest.Noise(bytes)}, Lang: "en", At: fieldtest.Today}},
	})
}

// sync hands in. Whatever the office's machine does, a device is told nothing worse than to come again.
func (p *place) sync() error {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.t.Context(), 5*time.Minute)
	defer stop()
	_, err := p.courier.Sync(ctx)
	no, refused := errors.AsType[*courier.Refused](err)
	switch {
	case err == nil, screening.CodeOf(err) == screening.CodeOffline:
	case refused && (no.Temporary() || no.Code == screening.EHash || no.Code == screening.EOffset):
	default:
		p.t.Errorf("sync: %v", err)
	}
	return err
}

// holds fails unless the office has what the device was told, as far as it was told. Nobody serves.
func (p *place) holds(when string) (opened int) {
	p.t.Helper()
	db, err := records(p.dir)
	if err != nil {
		p.t.Fatalf("%s: open the records: %v", when, err)
	}
	defer func() { ok(p.t, db.Close()) }()
	for _, b := range p.box.Batches {
		if b.Rung < screening.RungStored {
			continue
		}
		r, known, err := db.Known(p.t.Context(), b.ID)
		ok(p.t, err)
		if !known || b.Rung == screening.RungOpened && r.Level != screening.LevelOpened {
			p.t.Errorf("%s: the device was told %s of batch %d, the office has %v at level %d", when, b.Rung, b.Seq, known, r.Level)
		}
		opened++
	}
	return opened
}

// arrives lets an office without faults take the rest, and counts: everything is there once.
func (p *place) arrives() {
	p.t.Helper()
	o := p.serve()
	for range 5 {
		p.finish(100)
		if p.sync() == nil {
			break
		}
	}
	o.stop()
	p.holds("at the end")
	db, err := records(p.dir)
	ok(p.t, err)
	defer func() { ok(p.t, db.Close()) }()
	s, err := db.Stats(p.t.Context())
	ok(p.t, err)
	if s.Interviews != p.said || s.Opened != p.said || s.Batches != len(p.box.Batches) || s.Quarantined+s.Incidents != 0 {
		p.t.Errorf("%d interviews in %d batches were handed in, the office counts %+v", p.said, len(p.box.Batches), s)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refusal is the code with which an office said no; "" for anything else.
func refusal(err error) screening.Code {
	if no, refused := errors.AsType[*courier.Refused](err); refused {
		return no.Code
	}
	return ""
}

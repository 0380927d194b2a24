package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/dashboard"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

const testPassphrase = "demonstration harbour passphrase"

// testOffice is a demonstration office in a temporary folder, cheap to unlock.
type testOffice struct {
	t     *testing.T
	dir   string
	pass  string // file
	dsn   string // of a server, or ""
	log   *lockedBuffer
	first made
}

// lockedBuffer is what several goroutines write to.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTestOffice(t *testing.T) *testOffice {
	t.Helper()
	return newTestOfficeOn(t, "")
}

func newTestOfficeOn(t *testing.T, dsn string) *testOffice {
	t.Helper()
	o := &testOffice{t: t, dsn: dsn, dir: filepath.Join(t.TempDir(), "office"), pass: filepath.Join(t.TempDir(), "pass"), log: &lockedBuffer{}}
	if err := os.WriteFile(o.pass, []byte(testPassphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := o.run("init", "-demo", "-json")
	if err := json.Unmarshal([]byte(out), &o.first); err != nil {
		t.Fatalf("init answered %q: %v", out, err)
	}
	return o
}

func (o *testOffice) program(out io.Writer) *Program {
	p := cheap()
	p.Stdout, p.Stderr, p.Log = out, o.log, testLog(o.log)
	return p
}

// cheap is the program with passphrases that cost as little as they may: it is started hundreds of times here.
func cheap() *Program {
	return &Program{KDF: vault.FloorKDF, Cost: dashboard.Cost{Time: 1, Memory: 64, Lanes: 1}}
}

// run runs a command that must succeed and returns what it answers.
func (o *testOffice) run(command string, flags ...string) string {
	o.t.Helper()
	var out bytes.Buffer
	words := []string{command}
	if len(flags) > 0 && !strings.HasPrefix(flags[0], "-") { // a command of its own
		words, flags = append(words, flags[0]), flags[1:]
	}
	args := append(words, append([]string{"-data", o.dir, "-passphrase-file", o.pass, "-dsn", o.dsn}, flags...)...)
	if code := o.program(&out).Run(o.t.Context(), args); code != exitOK {
		o.t.Fatalf("%s: exit %d\n%s", command, code, o.log)
	}
	return out.String()
}

// start serves the office until stop, and returns its address.
func (o *testOffice) start() (url string, stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- o.program(w).Run(ctx, []string{"serve", "-data", o.dir, "-passphrase-file", o.pass, "-dsn", o.dsn, "-listen", "127.0.0.1:0"})
		_ = w.Close()
	}()
	line, err := bufio.NewReader(r).ReadBytes('\n')
	var told ready
	if err != nil || json.Unmarshal(line, &told) != nil {
		cancel()
		o.t.Fatalf("serve answered %q (%v)\n%s", line, err, o.log)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if code := <-ended; code != exitOK {
				o.t.Errorf("serve ended with %d\n%s", code, o.log)
			}
		})
	}
	o.t.Cleanup(stop)
	return told.URL, stop
}

// browser is a client as a browser is one: it keeps cookies and follows redirects.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{
		Jar: jar, Timeout: 2 * time.Minute,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // self-signed, on this machine
	}
}

// sender is an enrolled device that hands batches to intake, as a courier would.
type sender struct {
	t      *testing.T
	office *office
	in     *intake.Intake
	root   batch.Root
	device casework.Enrolled
	key    *seal.Key
	seq    uint64
	prev   screening.BatchID
}

// withSenders opens the office that nobody serves and runs do with devices enrolled there.
func (o *testOffice) withSenders(n int, do func([]*sender)) {
	o.t.Helper()
	o.opened(func(opened *office) {
		in, err := opened.intake(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		var all []*sender
		for range n {
			all = append(all, newSender(o.t, opened, in))
		}
		do(all)
	})
}

// opened runs do with the office that nobody serves.
func (o *testOffice) opened(do func(*office)) {
	o.t.Helper()
	p := o.program(io.Discard)
	p.Now = time.Now
	opened, err := p.openOffice(o.t.Context(), where{data: o.dir, passphrase: o.pass, dsn: o.dsn})
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() {
		if err := opened.close(); err != nil {
			o.t.Error(err)
		}
	}()
	do(opened)
}

func newSender(t *testing.T, o *office, in *intake.Intake) *sender {
	t.Helper()
	a := admission(o)
	s := &sender{t: t, office: o, in: in, root: o.root, key: a.key}
	if err := o.records.AddCode(t.Context(), a.Code, time.Now().Add(time.Hour), true); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.device, _, err = o.records.Admit(t.Context(), a.Admission); err != nil {
		t.Fatal(err)
	}
	return s
}

// asked is what a new device asks with a code that nobody has made yet, and its key.
type asked struct {
	casework.Admission
	key *seal.Key
}

func admission(o *office) asked {
	var seed, tlsSeed, code [32]byte
	for _, b := range [][]byte{seed[:], tlsSeed[:], code[:]} {
		_, _ = rand.Read(b)
	}
	key := seal.NewSigner(seed)
	return asked{key: key, Admission: casework.Admission{
		Code: code, SignKey: key.Public(), TLSKey: seal.NewSigner(tlsSeed).Public(), SealTo: o.root.Intake.String(), App: "test", Check: code,
		Grant: func(d casework.Enrolled, size uint64, root [32]byte) (grant, entry []byte, err error) {
			grant, err = batch.SignGrant(batch.Grant{
				Device: d.ID, Epoch: d.Epoch, Sign: d.SignKey, TLS: d.TLSKey, SealTo: d.SealTo, RootVersion: o.root.Version,
				LogSize: size, LogRoot: root, At: d.Enrolled,
			}, o.vault.Signer(keyRegistrar))
			return grant, batch.GrantEntry(grant), err
		},
	}}
}

// pack makes the next batch.
func (s *sender) pack(records ...batch.Record) []byte {
	s.t.Helper()
	s.seq++
	packed, err := batch.Pack(batch.Parameters{
		Device: s.device.ID, Epoch: 1, Seq: s.seq, Prev: s.prev, Made: time.Now(), RootVersion: 1,
	}, records, s.key, s.root.Payload)
	if err != nil {
		s.t.Fatal(err)
	}
	s.prev = packed.ID
	return packed.File
}

// capsule packs a recovery copy of an interview that is going on.
func (s *sender) capsule() []byte {
	s.t.Helper()
	r, err := batch.FromDraft(screening.Interview{
		ID: screening.NewInterviewID(), Version: 1, Code: screening.NewRespondentCode(), Status: screening.Draft,
		Setting: screening.Setting{Screener: "s-1", Language: "ar", ScreenerLang: "en"}, Started: time.Now().UTC(), Questionnaire: [32]byte{7},
	}, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	file, err := batch.PackCapsule(batch.Parameters{Device: s.device.ID, Epoch: 1, Made: time.Now(), RootVersion: 1}, r, s.key, s.root.Payload)
	if err != nil {
		s.t.Fatal(err)
	}
	return file
}

// send packs records and hands them in.
func (s *sender) send(records ...batch.Record) screening.Receipt {
	s.t.Helper()
	receipt, err := s.in.Receive(s.t.Context(), s.pack(records...))
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt
}

// interview sends one interview, which the office has to open.
func (s *sender) interview(iv screening.Interview) {
	s.t.Helper()
	r, err := batch.FromInterview(iv)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := s.send(r); got.Level != screening.LevelOpened {
		s.t.Fatalf("receipt: got %+v, want opened", got)
	}
}

func (s *sender) withdraw(iv screening.Interview) {
	s.t.Helper()
	if _, err := s.in.Receive(s.t.Context(), s.withdrawal(iv)); err != nil {
		s.t.Fatal(err)
	}
}

// withdrawal packs a withdrawal.
func (s *sender) withdrawal(iv screening.Interview) []byte {
	s.t.Helper()
	r, err := batch.FromWithdrawal(screening.Withdrawal{Interview: iv.ID, Version: iv.Version + 1, At: time.Now().UTC()})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.pack(r)
}

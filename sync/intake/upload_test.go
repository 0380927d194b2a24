package intake_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
)

// spilled is more than an upload keeps in memory.
const spilled = 33 << 10

// sender is one device that sends parts by hand.
type sender struct {
	t    *testing.T
	c    *http.Client
	url  string
	file []byte
}

// newSender has a file that an office does not keep in memory.
func newSender(t *testing.T, o *office, url string, seed byte) *sender {
	return senderOf(t, o, url, seed, 40)
}

func senderOf(t *testing.T, o *office, url string, seed byte, interviews int) *sender {
	t.Helper()
	d := o.enrolled(seed)
	var records []batch.Record
	for n := range byte(interviews) {
		noise := make([]byte, 700)
		_, _ = rand.Read(noise)
		iv := said(o, n, 1, map[schema.Path]string{"/data/told": hex.EncodeToString(noise)})
		iv.ID = screening.NewInterviewID()
		records = append(records, interviewRecord(t, iv))
	}
	return &sender{t, client(t, &d.cert), url, d.pack(t, records...).File}
}

// part sends bytes of the file from one place to another, and returns the status, the code and where to go on.
func (s *sender) part(from, to int) (status int, code screening.Code, held string) {
	s.t.Helper()
	return s.send(from, len(s.file), bytes.NewReader(s.file[from:to]))
}

func (s *sender) send(from, length int, body io.Reader) (status int, code screening.Code, held string) {
	s.t.Helper()
	req, err := http.NewRequest("PATCH", up(s.url, s.file), body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Upload-Offset", strconv.Itoa(from))
	req.Header.Set("Upload-Length", strconv.Itoa(length))
	resp, err := s.c.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if no, err := batch.ParseRefusal(answer); err == nil {
		code = no.Code
	}
	return resp.StatusCode, code, resp.Header.Get("Upload-Offset")
}

func (s *sender) head() string {
	s.t.Helper()
	resp, err := s.c.Head(up(s.url, s.file))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.Header.Get("Upload-Offset")
}

func (o *office) partFiles(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(o.Parts, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestUploadGoesOn sends a file in parts, some of them twice, with a new handler in between as after a restart.
func TestUploadGoesOn(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	n := len(s.file)
	if got := s.head(); got != "0" {
		t.Errorf("before the first byte: %s bytes are held", got)
	}
	for _, step := range []struct {
		from, to   int
		held       string
		wantStatus int
	}{
		{0, 5000, "5000", 409}, {5000, 6000, "6000", 409}, {9000, 9500, "6000", 409}, {2000, 7000, "7000", 409}, {1000, 3000, "7000", 409},
	} {
		if status, code, held := s.part(step.from, step.to); status != step.wantStatus || code != screening.EOffset || held != step.held {
			t.Fatalf("%d to %d: got %d %s, held %s, want %s", step.from, step.to, status, code, held, step.held)
		}
	}
	s.url = o.serve(t)
	if got := s.head(); got != "7000" {
		t.Errorf("after a restart: %s bytes are held, want 7000", got)
	}
	if status, code, _ := s.part(7000, n); status != http.StatusOK {
		t.Fatalf("the rest: got %d %s", status, code)
	}
	if len(o.records.Batches) != 1 || len(o.partFiles(t)) != 0 {
		t.Errorf("%d batches, parts %v, want the one batch and no part", len(o.records.Batches), o.partFiles(t))
	}
	if status, code, _ := s.part(n, n); status != 409 || code != screening.EOffset {
		t.Errorf("the end of what is not there: got %d %s", status, code)
	}
}

func TestUploadRefusals(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	n := len(s.file)
	wrong := bytes.Clone(s.file)
	wrong[n-1] ^= 1
	for name, c := range map[string]struct {
		from, length int
		body         []byte
		status       int
		code         screening.Code
	}{
		"other bytes":       {0, n, wrong, 422, screening.EHash},
		"longer than said":  {0, n - 1, s.file, 413, screening.EFormat},
		"no length":         {0, 0, nil, 400, screening.EFormat},
		"behind the end":    {n + 1, n, nil, 400, screening.EFormat},
		"endless":           {0, batch.MaxFile + 1, s.file, 413, screening.EFormat},
		"far beyond":        {n - 1, n, s.file[n-1:], 409, screening.EOffset},
		"other bytes in it": {0, n, append(bytes.Clone(s.file[:n-1]), 0), 422, screening.EHash},
	} {
		if status, code, _ := s.send(c.from, c.length, bytes.NewReader(c.body)); status != c.status || code != c.code {
			t.Errorf("%s: got %d %s, want %d %s", name, status, code, c.status, c.code)
		}
	}
	if files := o.partFiles(t); len(files) != 0 {
		t.Errorf("parts %v are left of what was refused", files)
	}
	if status, _, _ := s.part(0, n); status != http.StatusOK {
		t.Errorf("the right bytes afterwards: got %d", status)
	}
}

// TestTwoWritersAtOnce is the threat table's hung connection: the newer request ends the older, which would else hold the
// upload until its patience is over.
func TestTwoWritersAtOnce(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	r, w := io.Pipe()
	hung := make(chan error, 1)
	go func() {
		req, err := http.NewRequest("PATCH", up(s.url, s.file), r)
		if err == nil {
			whole(req, len(s.file))
			other := &http.Client{Transport: &http.Transport{TLSClientConfig: s.c.Transport.(*http.Transport).TLSClientConfig.Clone()}}
			var resp *http.Response
			if resp, err = other.Do(req); err == nil {
				err = resp.Body.Close()
			}
			other.CloseIdleConnections()
		}
		hung <- err
	}()
	if _, err := w.Write(s.file[:3000]); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // until it is at the other end; too little makes the test easier, never red
	began := time.Now()
	if status, code, _ := s.part(0, len(s.file)); status != http.StatusOK {
		t.Errorf("the newer request: got %d %s", status, code)
	}
	if took := time.Since(began); took > 40*time.Second {
		t.Errorf("the newer request waited %v for the older", took)
	}
	_ = w.Close()
	<-hung
	if len(o.records.Batches) != 1 {
		t.Errorf("%d batches, want 1", len(o.records.Batches))
	}
}

// halves sends the first bytes of so many files that differ.
func (s *sender) halves(n int) {
	s.t.Helper()
	original := s.file
	for k := range n {
		s.file = append(bytes.Clone(original), byte(k))
		if status, code, held := s.part(0, 4000); code != screening.EOffset || held != "4000" {
			s.t.Errorf("half %d: got %d %s, held %s", k, status, code, held)
		}
	}
	s.file = original
}

// TestUploadExhaustion is the threat table's device that fills the office with halves: the ones it left go, its neighbour's
// stay, and it can send as before.
func TestUploadExhaustion(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	neighbour := newSender(t, o, s.url, 11)
	if _, code, _ := neighbour.part(0, 4000); code != screening.EOffset {
		t.Errorf("another device: got %s", code)
	}
	s.halves(9)
	if files := o.partFiles(t); len(files) != 4+1 {
		t.Errorf("%d parts are kept, want 4 of the device and 1 of its neighbour", len(files))
	}
	if held := neighbour.head(); held != "4000" {
		t.Errorf("of the neighbour's upload %s bytes are held, want 4000", held)
	}
	if status, code, _ := s.part(0, len(s.file)); status != http.StatusOK {
		t.Errorf("a whole file after the halves: got %d %s", status, code)
	}
	old := time.Unix(1, 0)
	for _, name := range o.partFiles(t) {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if status, code, _ := s.part(0, len(s.file)); status != http.StatusOK {
		t.Errorf("when the halves are old: got %d %s", status, code)
	}
	if files := o.partFiles(t); len(files) != 0 {
		t.Errorf("old parts %v are still there", files)
	}
}

// TestUploadsAtOnce: what is being written is not taken away for another upload; the device is told to wait.
func TestUploadsAtOnce(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	original, length := s.file, len(s.file)
	var hung sync.WaitGroup
	var ends []io.Closer
	defer func() {
		for _, w := range ends {
			_ = w.Close()
		}
		hung.Wait()
	}()
	for k := range 4 {
		s.file = append(bytes.Clone(original), byte(k))
		r, w := io.Pipe()
		req, err := http.NewRequest("PATCH", up(s.url, s.file), r)
		if err != nil {
			t.Fatal(err)
		}
		whole(req, len(s.file))
		hung.Go(func() {
			if resp, err := s.c.Do(req); err == nil {
				_ = resp.Body.Close()
			}
		})
		ends = append(ends, w)
		if _, err := w.Write(s.file[:spilled]); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(2 * time.Minute); len(o.partFiles(t)) < 4; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the uploads never came to the disk")
		}
	}
	s.file = original
	if status, code, _ := s.part(0, length); status != http.StatusTooManyRequests || code != screening.EQuota {
		t.Errorf("a fifth at one time: got %d %s, want E_QUOTA", status, code)
	}
	if files := o.partFiles(t); len(files) != 4 {
		t.Errorf("%d parts, want the 4 that are written to", len(files))
	}
}

// TestLateRequests: on a bad network requests that were cut arrive after the one that ended the upload. However many, the
// device is not shut out by what they leave.
func TestLateRequests(t *testing.T) {
	o := newOffice(t)
	s := newSender(t, o, o.serve(t), 1)
	original := s.file
	for n := range 6 {
		s.file = append(bytes.Clone(original), byte(n)) // each with its own name, refused as no batch once it is whole
		if status, code, _ := s.part(0, len(s.file)); status == http.StatusOK || code == screening.EQuota {
			t.Fatalf("upload %d: got %d %s", n, status, code)
		}
		if _, code, _ := s.part(0, 4000); code != screening.EOffset {
			t.Fatalf("late request %d: got %s", n, code)
		}
	}
	s.file = original
	if status, code, _ := s.part(0, len(original)); status != http.StatusOK {
		t.Errorf("after six late requests: got %d %s", status, code)
	}
}

// TestPartSurvivesARefusalForNow: the office cannot record a file at the last moment, whether it came in parts or at once,
// and nothing has to be sent again.
func TestPartSurvivesARefusalForNow(t *testing.T) {
	for name, c := range map[string]struct {
		before int
		method string
		err    error
		status int
	}{
		"in parts, disk full":       {40, "Receive", screening.Fail(screening.EFull, fmt.Errorf("disk")), http.StatusInsufficientStorage},
		"at once, disk full":        {0, "Receive", screening.Fail(screening.EFull, fmt.Errorf("disk")), http.StatusInsufficientStorage},
		"at once, nobody waited":    {0, "Receive", context.Canceled, http.StatusInternalServerError},
		"at once, but for receipts": {0, "Prove", context.Canceled, http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			s := senderOf(t, o, o.serve(t), 1, 2)
			n := len(s.file)
			if c.before > 0 {
				s.part(0, c.before)
			}
			o.records.Fail[c.method] = c.err
			if status, _, _ := s.part(c.before, n); status != c.status {
				t.Fatalf("got %d, want %d", status, c.status)
			}
			if got := s.head(); got != strconv.Itoa(n) {
				t.Errorf("held %s, want all %d", got, n)
			}
			if status, code, _ := s.part(n, n); status != http.StatusOK {
				t.Errorf("asked again without a byte: got %d %s", status, code)
			}
			if len(o.records.Batches) != 1 || len(o.partFiles(t)) != 0 {
				t.Errorf("%d batches, parts %v, want the one batch and no part", len(o.records.Batches), o.partFiles(t))
			}
		})
	}
}

// slowOpener opens nothing until it is released.
type slowOpener struct {
	seal.Opener
	entered, release chan struct{}
}

func (o *slowOpener) Open(sealed []byte, recipients int) ([]byte, error) {
	o.entered <- struct{}{}
	<-o.release
	return o.Opener.Open(sealed, recipients)
}

// TestHeldWhileItIsRecorded: a device gives up on an office that has the whole file and is slow to record it, asks, and
// sends none of it again.
func TestHeldWhileItIsRecorded(t *testing.T) {
	o := newOffice(t)
	s := senderOf(t, o, o.serve(t), 1, 2)
	n := len(s.file)
	slow := &slowOpener{Opener: o.opener, entered: make(chan struct{}, 9), release: make(chan struct{})}
	o.opener = slow
	ctx, giveUp := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPatch, up(s.url, s.file), bytes.NewReader(s.file))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Upload-Offset", "0")
	req.Header.Set("Upload-Length", strconv.Itoa(n))
	gone := make(chan error, 1)
	go func() {
		resp, err := s.c.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		gone <- err
	}()
	<-slow.entered
	giveUp()
	if err := <-gone; err == nil {
		t.Error("the first request was answered")
	}
	if got := s.head(); got != strconv.Itoa(n) {
		t.Errorf("held %s, want all %d", got, n)
	}
	close(slow.release)
	status, code, _ := s.part(n, n)
	if code == screening.EOffset { // it was recorded before the office saw that nobody hears its answer
		status, code, _ = s.part(0, n)
	}
	if status != http.StatusOK {
		t.Errorf("asked again without a byte: got %d %s", status, code)
	}
	if len(o.records.Batches) != 1 || len(o.partFiles(t)) != 0 {
		t.Errorf("%d batches, parts %v, want the one batch and no part", len(o.records.Batches), o.partFiles(t))
	}
}

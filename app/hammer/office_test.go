package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
)

// builtOffice is the office program as its users run it, driven over its command line.
type builtOffice struct {
	t    *testing.T
	bin  string
	dir  string
	pass string // file
	log  bytes.Buffer
	stop func()
	kill func()
}

// officeProgram builds the office program, once for all tests, and as the tests are built: then only its linking is new.
var officeProgram = sync.OnceValues(func() (path string, err error) {
	path = filepath.Join(built, "leeward-office")
	build := exec.Command("go", "build", "-tags", "ci", "-ldflags", "-s -w", "-o", path, "leeward/sync/office")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the office: %w\n%s", err, out)
	}
	return path, nil
})

// built is where programs are built; it goes when the tests end.
var built string

// serveOffice makes a demonstration office and serves it until the test ends.
func serveOffice(t *testing.T) *builtOffice {
	t.Helper()
	o := &builtOffice{
		t: t, dir: filepath.Join(t.TempDir(), "office"), pass: filepath.Join(t.TempDir(), "passphrase"),
	}
	var err error
	if o.bin, err = officeProgram(); err != nil {
		t.Fatal(err)
	}
	ok(t, os.WriteFile(o.pass, []byte("demonstration harbour passphrase\n"), 0o600))
	o.command("init", "-demo", "-json", "-data", o.dir, "-passphrase-file", o.pass)

	o.serve("127.0.0.1:0")
	t.Cleanup(func() { o.stop() })
	return o
}

// serve starts the program, and knows then how to stop and how to kill it.
func (o *builtOffice) serve(listen string) {
	t := o.t
	t.Helper()
	serve := exec.Command(o.bin, "serve", "-data", o.dir, "-passphrase-file", o.pass, "-listen", listen)
	serve.Stderr = &o.log
	out, err := serve.StdoutPipe()
	ok(t, err)
	ok(t, serve.Start())
	o.stop = sync.OnceFunc(func() {
		ok(t, serve.Process.Signal(os.Interrupt))
		if err := serve.Wait(); err != nil {
			t.Errorf("serve: %v\n%s", err, o.log.String())
		}
	})
	o.kill = func() {
		_ = serve.Process.Kill()
		_ = serve.Wait()
	}
	from := bufio.NewReader(out)
	if _, err := from.ReadBytes('\n'); err != nil { // its one line says that it is ready
		t.Fatalf("serve: %v\n%s", err, o.log.String())
	}
	go func() { _, _ = io.Copy(io.Discard, from) }()
}

func (o *builtOffice) command(args ...string) []byte {
	o.t.Helper()
	var said bytes.Buffer
	c := exec.Command(o.bin, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		o.t.Fatalf("leeward-office %s: %v\n%s", args[0], err, said.String())
	}
	return out
}

// codes writes the file that the hammer reads.
func (o *builtOffice) codes(count string) (path string) {
	o.t.Helper()
	path = filepath.Join(o.t.TempDir(), "codes.json")
	ok(o.t, os.WriteFile(path, o.command("enrol", "-count", count, "-json", "-data", o.dir), 0o600))
	return path
}

type officeStats struct{ Devices, Batches, Interviews, Opened, Quarantined, Incidents int }

func (o *builtOffice) stats() (s officeStats) {
	o.t.Helper()
	ok(o.t, json.Unmarshal(o.command("stats", "-json", "-data", o.dir), &s))
	return s
}

// search fails for every file under dir that shows the marker, by name or content, and returns how many
// files and bytes it read.
func search(t *testing.T, dir, marker string) (files int, size int64) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		files, size = files+1, size+int64(len(b))
		if strings.Contains(d.Name(), marker) || shows(b, marker) {
			t.Errorf("%s shows what was said", path)
		}
		return err
	}))
	return files, size
}

// shows looks for the marker in UTF-8 and in UTF-16, either way round.
func shows(b []byte, marker string) bool {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(marker)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	return bytes.Contains(b, []byte(marker)) || bytes.Contains(b, little) || bytes.Contains(b, big)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument/synthetic"
	"leeward/sync/batch"
	"leeward/sync/fieldtest"
)

const marker = "ZQXhammermarkQXZ"

// The whole of it as a user runs it: flags in, JSON out, an office in another process.
func TestEverythingArrives(t *testing.T) {
	office := serveOffice(t)
	codes, dir := office.codes("2"), filepath.Join(t.TempDir(), "devices")
	var out, notes bytes.Buffer
	args := []string{
		"-codes", codes, "-devices", "2", "-interviews", "2", "-data", dir, "-marker", marker, "-seed", "7", "-json",
	}
	if code := run(t.Context(), args, &out, &notes); code != exitOK {
		t.Fatalf("exit %d, want %d\n%s", code, exitOK, notes.String())
	}
	var got map[string]float64
	ok(t, json.Unmarshal(out.Bytes(), &got))
	for name, want := range map[string]float64{"devices": 2, "finished": 4, "opened": 4} {
		if got[name] != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
	s := office.stats()
	if s != (officeStats{Devices: 2, Batches: int(got["batches"]), Interviews: 4, Opened: 4}) {
		t.Errorf("the office counts %+v, the hammer %v", s, got)
	}
	if got["bytes_sent"] < 4*1000 || got["seconds"] <= 0 {
		t.Errorf("sent %v bytes in %v seconds", got["bytes_sent"], got["seconds"])
	}
	f, err := newFleet(options{Seed: 7}, nil, nil)
	ok(t, err)
	said := 0
	for n := range 2 {
		for i := range 2 {
			for _, step := range synthetic.Interview(f.person(n+1, i), f.form, marker) {
				said += strings.Count(step.Answer.Value, marker)
			}
		}
	}
	if said < 4 {
		t.Fatalf("the marker stands in %d answers: a search for it shows nothing", said)
	}
	office.stop()
	if files, _ := search(t, dir, marker); files < 4 {
		t.Errorf("%d files under the devices: they were not left for inspection", files)
	}
	search(t, office.dir, marker)
	if strings.Contains(out.String()+notes.String()+office.log.String(), marker) {
		t.Error("what was said stands in the output or the office's log")
	}
	if code := run(t.Context(), args, &out, &notes); code != exitLoss || !strings.Contains(notes.String(), "holds a device already") {
		t.Errorf("a second run in the same folder: exit %d\n%s", code, notes.String())
	}
}

// TestMain lets the test binary be the program of one device, as the tool itself is.
func TestMain(m *testing.M) {
	if os.Getenv(asDevice) != "" {
		os.Exit(playDevice(context.Background(), os.Stdin, os.Stdout))
	}
	var err error
	if built, err = os.MkdirTemp("", "hammer"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// Devices that are killed in the middle of longer interviews, over a link that is cut, lose nothing and double nothing.
func TestKilledDevicesLoseNothing(t *testing.T) {
	office := serveOffice(t)
	long := filepath.Join(t.TempDir(), "long.json")
	var out, notes bytes.Buffer
	if code := run(t.Context(), []string{"-forms", "250", "-questionnaire"}, &out, &notes); code != exitOK {
		t.Fatalf("exit %d\n%s", code, notes.String())
	}
	ok(t, os.WriteFile(long, out.Bytes(), 0o600))
	office.command("form", "keep", long, "-data", office.dir)
	out.Reset()
	args := []string{
		"-codes", office.codes("2"), "-devices", "2", "-interviews", "2", "-data", filepath.Join(t.TempDir(), "devices"), "-forms", "250",
		"-kill", "1", "-link", "cuts", "-quick", "-json", "-counted", office.bin + " stats -json -data " + office.dir,
	}
	if code := run(t.Context(), args, &out, &notes); code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out.String(), notes.String())
	}
	var got tally
	ok(t, json.Unmarshal(out.Bytes(), &got))
	if got.Finished != 4 || got.Opened != 4 || got.Kills < 4 || got.Receipts < 4 || got.Follows == 0 || got.BytesNeeded == 0 {
		t.Errorf("got %+v", got)
	}
	t.Logf("%+v", got)
}

// A device that comes back from a kill without what the screen showed as saved is noticed.
func TestAnAnswerLostInAKillIsNoticed(t *testing.T) {
	f, err := newFleet(options{Data: t.TempDir(), Interviews: 1, Quick: true, Marker: marker}, []string{""}, io.Discard)
	ok(t, err)
	d := f.day(life{N: 1, Passphrase: "harbour lantern thistle anchor violet meadow"}, &near{fleet: f, n: 1})
	ok(t, os.MkdirAll(d.dir, 0o700))
	ok(t, d.device.Create(t.Context(), d.Passphrase))
	defer func() { _ = d.device.Lock(context.Background()) }()
	for name, c := range map[string]struct {
		told life
		says string
	}{
		"a finished interview": {life{Finished: 1}, "1 interviews were finished before a kill"},
		"a draft":              {life{Saved: map[schema.Path]string{"/data/consent/b2": "x"}}, "is gone after a kill"},
		"nothing":              {life{}, ""},
	} {
		d.life = c.told
		_, _, err := d.found(t.Context())
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
	s, err := d.device.Start(t.Context(), screening.Setting{Screener: "S1", Language: "en", ScreenerLang: "en"})
	ok(t, err)
	talk := &talk{day: d, s: s, order: f.form.Paths(), pause: -1}
	steps := synthetic.Interview(1, f.form, marker)
	for at, step := range steps[:40] {
		ok(t, talk.step(t.Context(), at, step))
	}
	ok(t, s.Stop(t.Context()))
	d.life = life{Saved: map[schema.Path]string{steps[0].Path: "another answer"}}
	_, draft, err := d.found(t.Context())
	ok(t, err)
	if err := d.conduct(t.Context(), 0, draft); err == nil || !strings.Contains(err.Error(), "does not stand") {
		t.Errorf("got %v, want that the saved answer does not stand", err)
	}
}

// Receipts that do not verify, and two logs of one length, are noticed whatever the devices say.
func TestBadProofsAreNoticed(t *testing.T) {
	root := fieldtest.SignRoot(t, fieldtest.DemoRoot())
	online := fieldtest.Signer(fieldtest.OnlineKey)
	receipts := func(first byte) []byte {
		log := screening.Checkpoint{Size: 1, Root: [32]byte{first}}
		var err error
		log.Note, err = batch.SignCheckpoint(fieldtest.DemoRoot().Origin(), log.Size, log.Root, online)
		ok(t, err)
		file, err := batch.SignReceipts(batch.Receipts{
			Device: screening.DeviceID{1}, Epoch: 1, At: fieldtest.Today, Next: 1, Log: log,
		}, online)
		ok(t, err)
		return file
	}
	p := newProofs()
	p.see(1, root, receipts(1))
	p.see(2, root, receipts(1))
	ok(t, p.tell(&tally{}))
	p.see(3, root, receipts(2))
	if err := p.tell(&tally{}); !errors.Is(err, errTwoLogs) {
		t.Errorf("another log of the same length: got %v", err)
	}
	p = newProofs()
	file := receipts(1)
	file[len(file)-1] ^= 1
	p.see(1, root, file)
	if p.tell(&tally{}) == nil {
		t.Error("a receipts file with another signature was taken")
	}
}

// A device that loses its records between the last receipt and the next look is noticed, and so is an
// office that goes away; what the other devices did stands in the report all the same.
func TestALossIsNoticed(t *testing.T) {
	office := serveOffice(t)
	o := options{devices: 2, atOnce: 2, Interviews: 1, Marker: marker, Seed: 3, Quick: true, Tries: 6, Data: filepath.Join(t.TempDir(), "devices")}
	codes, err := readCodes(office.codes("2"), 2)
	ok(t, err)
	var notes bytes.Buffer
	f, err := newFleet(o, codes, &notes)
	ok(t, err)
	f.between = func(dir string) {
		if filepath.Base(dir) != "device-002" {
			return
		}
		left, err := filepath.Glob(filepath.Join(dir, "store?.db*"))
		ok(t, err)
		for _, path := range left {
			ok(t, os.Remove(path))
		}
	}
	total, err := f.run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "device 002: finished 1 interviews, and the device counts") {
		t.Errorf("got %v, want the loss on device 002", err)
	}
	if total.Devices != 1 || total.Finished != 2 || total.Opened != 1 {
		t.Errorf("got %+v, want one of two devices and one of two interviews", total)
	}
	office.stop()
	var out bytes.Buffer
	code := run(t.Context(), []string{
		"-codes", office.spent(codes), "-devices", "1", "-interviews", "1", "-tries", "3", "-data", filepath.Join(t.TempDir(), "more"),
	}, &out, &notes)
	if code != exitLoss || !strings.Contains(notes.String(), "not everything arrived") || !strings.Contains(out.String(), "opened       0") {
		t.Errorf("without an office: exit %d\n%s%s", code, out.String(), notes.String())
	}
}

// spent writes codes that nobody takes any more.
func (o *builtOffice) spent(codes []string) (path string) {
	o.t.Helper()
	b, err := json.Marshal(map[string][]string{"codes": codes})
	ok(o.t, err)
	path = filepath.Join(o.t.TempDir(), "spent.json")
	ok(o.t, os.WriteFile(path, b, 0o600))
	return path
}

func TestCountsThatDoNotAddUp(t *testing.T) {
	for name, c := range map[string]struct {
		finished int
		counts   store.Counts
		lost     bool
	}{
		"all opened":      {3, store.Counts{Opened: 3}, false},
		"one gone":        {3, store.Counts{Opened: 2}, true},
		"one too many":    {3, store.Counts{Opened: 4}, true},
		"one only stored": {3, store.Counts{Opened: 2, Stored: 1}, true},
		"one quarantined": {3, store.Counts{Opened: 2, Quarantined: 1}, true},
		"a draft as well": {3, store.Counts{Opened: 3, Drafts: 1}, true},
		"somebody erased": {3, store.Counts{Opened: 3, Withdrawals: 1}, true},
	} {
		if got := loss(c.finished, c.counts); (got != nil) != c.lost {
			t.Errorf("%s: got %v, want loss %v", name, got, c.lost)
		}
	}
}

func TestFlags(t *testing.T) {
	dir := t.TempDir()
	few := filepath.Join(dir, "few.json")
	ok(t, os.WriteFile(few, []byte(`{"codes":["LWE1:A"]}`), 0o600))
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing":       {nil, exitUsage, "-codes FILE and -data DIR are needed"},
		"no such file":  {[]string{"-codes", filepath.Join(dir, "none"), "-data", dir}, exitUsage, "read enrolment codes"},
		"too few codes": {[]string{"-codes", few, "-data", dir, "-devices", "2"}, exitUsage, "1 enrolment codes for 2 devices"},
		"no devices":    {[]string{"-codes", few, "-data", dir, "-devices", "0"}, exitUsage, "-devices is 1 to 999"},
		"no marker":     {[]string{"-codes", few, "-data", dir, "-devices", "1", "-marker", ""}, exitUsage, "-marker"},
		"help":          {[]string{"-h"}, exitOK, "-interviews"},
	} {
		var out, notes bytes.Buffer
		if code := run(t.Context(), c.args, &out, &notes); code != c.code || !strings.Contains(notes.String(), c.says) {
			t.Errorf("%s: exit %d, want %d; said %q, want %q", name, code, c.code, notes.String(), c.says)
		}
	}
}

func TestTheSearchFinds(t *testing.T) {
	for name, b := range map[string][]byte{
		"utf-8":     []byte("xx" + marker + "yy"),
		"utf-16 le": wide(marker, 0, 1),
		"utf-16 be": wide(marker, 1, 0),
	} {
		if !shows(b, marker) {
			t.Errorf("%s: not found", name)
		}
	}
	if shows([]byte(marker[1:]), marker) {
		t.Error("found what is not there")
	}
}

func wide(s string, low, high int) []byte {
	b := make([]byte, 2*len(s))
	for i := range len(s) {
		b[2*i+low], b[2*i+high] = s[i], 0
	}
	return b
}

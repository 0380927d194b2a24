package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/schema"
	"leeward/sync/batch"
)

// What TestFigures measures; `make figures-office` asks for a million cases.
var (
	figureCases  = flag.Int("figure-cases", 200, "cases of the office that TestFigures fills")
	figureRounds = flag.Int("figure-rounds", 1, "how often TestFigures asks for each page")
	figureOffice = flag.String("figure-office", "", "a demonstration that was filled before, with a file \"pass\" beside it, instead of a new one")
)

// TestFigures fills an office and asks for every list, every case page and every report, first alone and then while batches
// arrive one after another. It prints what each took, and how much memory the office had. How long anything takes is
// reported and never judged: only that each page is there, and that what arrived meanwhile was opened.
func TestFigures(t *testing.T) {
	o := newTestOffice(t)
	if *figureOffice == "" {
		o.run("demo", "-cases", fmt.Sprint(*figureCases))
	} else {
		o.dir, o.pass = *figureOffice, filepath.Join(filepath.Dir(*figureOffice), "pass")
	}
	var tag [3]byte
	_, _ = rand.Read(tag[:])
	o.first.User = "figures " + hex.EncodeToString(tag[:])
	if err := json.Unmarshal([]byte(o.run("user", "add", "-name", o.first.User, "-role", "supervisor registrar administrator auditor", "-json")), &o.first); err != nil {
		t.Fatal(err)
	}
	files := o.packed(4, 8**figureRounds)
	f := o.figures(t)
	defer f.stop()
	f.release(o, "2000", "2020", "2000-2020")
	f.pages = append(f.pages, f.found()...)
	alone := f.round(*figureRounds)
	stop, arrived := f.arrive(o, files)
	beside := f.round(*figureRounds)
	stop()
	t.Logf("| page | bytes | CPU ms | p50 ms | p95 ms | p50, p95 while batches arrive |")
	for i, p := range f.pages {
		t.Logf("| %s | %d | %.1f | %s | %s |", p, alone[i].bytes, alone[i].cpu, alone[i].times(), beside[i].times())
	}
	t.Logf("start %d ms; %d batches arrived meanwhile; memory %s kB, at most %s kB; %d processors",
		f.started.Milliseconds(), *arrived, f.status("VmRSS"), f.status("VmHWM"), runtime.NumCPU())
	if *arrived == 0 {
		t.Error("nothing arrived: what was measured is not what it says")
	}
}

// packed are batches of one interview each, of as many devices.
func (o *testOffice) packed(devices, each int) (files [][]byte) {
	o.t.Helper()
	o.withSenders(devices, func(all []*sender) {
		for i := range each {
			for j, s := range all {
				r, err := batch.FromInterview(invent(o.t, uint64(i*len(all)+j), []schema.Lang{"ar", "my", "en"}[i%3], "An invented sentence.", nil))
				if err != nil {
					o.t.Fatal(err)
				}
				files = append(files, s.pack(r))
			}
		}
	})
	return files
}

// figures is a served office with somebody signed in.
type figures struct {
	t       *testing.T
	cmd     *exec.Cmd
	stop    func()
	url     string
	me      *http.Client
	started time.Duration
	pages   []string
}

// figure is what a page took, again and again.
type figure struct {
	took  []time.Duration
	bytes int
	cpu   float64 // milliseconds of the office's processor time for one
}

func (g figure) times() string {
	all := slices.Sorted(slices.Values(g.took))
	at := func(share float64) int64 { return all[int(share*float64(len(all)-1))].Milliseconds() }
	return fmt.Sprintf("%d | %d", at(.5), at(.95))
}

// figures serves the office in a process of its own and signs in.
func (o *testOffice) figures(t *testing.T) *figures {
	t.Helper()
	f := &figures{t: t, me: browser(t)}
	f.cmd = exec.CommandContext(t.Context(), "leeward-office", "serve", "-data", o.dir, "-passphrase-file", o.pass, "-listen", "127.0.0.1:0")
	f.cmd.Stderr = o.log
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	f.stop = sync.OnceFunc(func() {
		_ = f.cmd.Process.Signal(os.Interrupt)
		if err := f.cmd.Wait(); err != nil {
			t.Errorf("serve: %v\n%s", err, o.log)
		}
	})
	var told ready
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &told) != nil {
		t.Fatalf("serve answered %q (%v)\n%s", line, err, o.log)
	}
	f.started, f.url = time.Since(began), told.URL
	resp, err := f.me.PostForm(f.url+"/sign-in", neturl.Values{"name": {o.first.User}, "passphrase": {o.first.Passphrase}})
	if err != nil {
		t.Fatal(err)
	}
	if body := bodyOf(t, resp); !strings.Contains(body, "<nav") {
		t.Fatalf("sign-in: %d %.200q", resp.StatusCode, body)
	}
	return f
}

// status is a line of what the system says of the process, in kB.
func (f *figures) status(name string) string {
	f.t.Helper()
	said, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.cmd.Process.Pid))
	if err != nil {
		return "?" // another system than Linux
	}
	return regexp.MustCompile(name + `:\s+(\d+)`).FindStringSubmatch(string(said))[1]
}

// spent is the processor time of the process so far, in milliseconds; 0 where the system does not say.
func (f *figures) spent() float64 {
	said, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", f.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	of := strings.Fields(string(said[strings.LastIndexByte(string(said), ')')+1:]))
	user, _ := strconv.Atoi(of[11])
	system, _ := strconv.Atoi(of[12])
	return float64(user+system) * 10 // a hundredth of a second each
}

func (f *figures) get(path string) string {
	f.t.Helper()
	resp, err := f.me.Get(f.url + path)
	if err != nil {
		f.t.Fatal(err)
	}
	body := bodyOf(f.t, resp)
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Request.URL.Path, strings.SplitN(path, "?", 2)[0]) {
		f.t.Fatalf("%s: status %d at %s", path, resp.StatusCode, resp.Request.URL)
	}
	return body
}

// release counts some years, unless they were released before, and says how long all tables together took.
func (f *figures) release(o *testOffice, from, to, years string) {
	f.t.Helper()
	if strings.Contains(f.get("/releases"), years) {
		return
	}
	spent, began := f.spent(), time.Now()
	o.run("report", "-from", from, "-to", to)
	f.t.Logf("counting all reports of %s: %d ms, CPU %.0f ms", years, time.Since(began).Milliseconds(), f.spent()-spent)
}

// found are all lists, and the pages of one case, one interview and one device that stand in them.
func (f *figures) found() []string {
	f.t.Helper()
	link := func(page, pattern string) string {
		f.t.Helper()
		m := regexp.MustCompile(`href="(` + pattern + `)"`).FindStringSubmatch(f.get(page))
		if m == nil {
			f.t.Fatalf("%s leads to no %s", page, pattern)
		}
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	kase, interview := link("/cases", `/cases/[0-9a-f-]{36}`), link("/interviews", `/interviews/[0-9a-f-]{36}`)
	pages := []string{
		"/triage", "/triage?until=all", "/cases", "/cases?status=closed", "/cases?status=open", "/cases?code=7K2F", "/cases?code=7", kase, kase + "/merge",
		"/interviews", "/interviews?need=any", "/interviews?code=7K2F", "/interviews?code=7", interview, "/arrivals", "/devices", link("/devices", `/devices/[0-9a-f]{32}`),
		"/questionnaires", "/directory", "/people", "/exports", "/releases", "/settings", "/audit", "/audit?object=" + strings.TrimPrefix(kase, "/cases/"), "/audit?actor=noor", "/about",
	}
	for _, list := range []string{"/cases", "/interviews", "/triage?until=all"} { // further on
		if m := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(f.get(list)); m != nil {
			pages = append(pages, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
	for _, m := range regexp.MustCompile(`<option value="(T[\w-]+)"`).FindAllStringSubmatch(f.get("/reports"), -1) {
		pages = append(pages, "/reports?table="+m[1])
	}
	return pages
}

// round asks for every page so many times.
func (f *figures) round(n int) []figure {
	f.t.Helper()
	all := make([]figure, len(f.pages))
	for range n {
		for i, page := range f.pages {
			spent, began := f.spent(), time.Now()
			all[i].bytes = len(f.get(page))
			all[i].took = append(all[i].took, time.Since(began))
			all[i].cpu += (f.spent() - spent) / float64(n)
		}
	}
	return all
}

// arrive hands in batches, one after another, until stop.
func (f *figures) arrive(o *testOffice, files [][]byte) (stop func(), arrived *int) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(f.t.Context())
	desk, err := dialDesk(ctx, o.dir)
	if err != nil {
		f.t.Fatal(err)
	}
	arrived = new(int)
	first, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for _, file := range files {
			got, err := desk.Receive(f.t.Context(), file)
			if err != nil || len(got) != 1 {
				f.t.Errorf("a batch: %d answers, %v", len(got), err)
			}
			if *arrived++; *arrived == 1 {
				close(first)
			}
			if ctx.Err() != nil {
				return
			}
		}
	}()
	<-first
	return func() { cancel(); <-done; desk.close() }, arrived
}

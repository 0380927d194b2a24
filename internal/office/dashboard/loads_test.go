package dashboard

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestUploadsAreBounded: in size, for one person by the hour, and of everybody at once; each refusal says what to do.
func TestUploadsAreBounded(t *testing.T) {
	b := newBench(t)
	me := b.in()
	if a := b.send(me, "check", make([]byte, mostUpload+1)); a.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(a.body, "up to 8 MB") {
		t.Errorf("a huge workbook: status %d", a.StatusCode)
	}
	for range allowances[loadUpload].burst - 1 {
		if a := b.send(me, "check", []byte("no workbook")); a.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("within the allowance: status %d", a.StatusCode)
		}
	}
	a := b.send(me, "check", []byte("no workbook"))
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "301" || !strings.Contains(a.body, "Wait 6 minutes") {
		t.Errorf("beyond the allowance: status %d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
	if _, ok := b.loads.allow(99, loadUpload); !ok {
		t.Error("somebody else is held up")
	}
	if _, ok := b.loads.allow(1, loadFile); !ok {
		t.Error("other work is held up")
	}
	b.now = b.now.Add(allowances[loadUpload].every)
	if a := b.send(me, "check", []byte("no workbook")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("after the wait: status %d", a.StatusCode)
	}
}

// TestFilesTakeTurns: while others make files one waits, and is told; a turn that was given back is free again.
func TestFilesTakeTurns(t *testing.T) {
	b := newBench(t)
	iv, _ := b.arriveSaying("none")
	me := b.in()
	b.loads.patience = time.Millisecond
	paper := func() answer { return b.post("/interviews/"+iv.ID.String()+"/copy", form("safe", "yes"), me) }
	for range loadsAtOnce {
		b.loads.turns <- struct{}{}
	}
	if a := paper(); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "Try again in a minute") {
		t.Errorf("while others make files: status %d", a.StatusCode)
	}
	if a := b.get("/interviews", me); a.StatusCode != http.StatusOK {
		t.Errorf("a page waits for files: status %d", a.StatusCode)
	}
	<-b.loads.turns
	for range 3 {
		if a := paper(); a.StatusCode != http.StatusOK {
			t.Errorf("with one turn free: status %d", a.StatusCode)
		}
	}
	<-b.loads.turns
	if n := len(b.loads.turns); n != 0 {
		t.Errorf("%d turns were not given back", n)
	}
}

// TestCostlyRoutesAreBounded: whatever takes a file in, or gives one out, has an allowance.
func TestCostlyRoutesAreBounded(t *testing.T) {
	costly := map[string]load{
		"POST /questionnaires": loadUpload, "POST /reopen": loadUpload, "GET /reports/{table}": loadFile, "POST /reports": loadFile,
		"POST /interviews/{id}/copy": loadFile, "POST /exports/new": loadFile, "POST /cases/{case}/duties/{duty}/packet": loadPacket,
	}
	for _, rt := range newBench(t).routes() {
		if rt.body > 0 && rt.load == "" {
			t.Errorf("%s takes a file and is not bounded", rt.pattern)
		}
		if want := costly[rt.pattern]; rt.load != want {
			t.Errorf("%s has load %q, want %q", rt.pattern, rt.load, want)
		}
		delete(costly, rt.pattern)
	}
	for pattern := range costly {
		t.Errorf("there is no %s", pattern)
	}
}

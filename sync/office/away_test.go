package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

// TestServerAwayForAMinute stops the database's server while the office serves, and starts it again.
func TestServerAwayForAMinute(t *testing.T) {
	server, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Remove()
	devicesWhileAway(t, server)
	peopleWhileAway(t, server)
}

// devicesWhileAway: while the database's server is away devices are told to come again and nothing is acknowledged; when
// it is back the same program records the same bytes, once.
func devicesWhileAway(t *testing.T, server *pgtest.Server) {
	o := newTestOfficeOn(t, server.Database(t))
	r, err := batch.FromInterview(staged(t, "ar", marker))
	if err != nil {
		t.Fatal(err)
	}
	o.withSenders(1, func(devices []*sender) {
		d := devices[0]
		file := d.pack(r)
		if err := server.Halt(); err != nil {
			t.Fatal(err)
		}
		if _, err := d.in.Receive(t.Context(), file); screening.CodeOf(err) != screening.EBusy {
			t.Errorf("handing in while the database is away: %v, want E_BUSY", err)
		}
		if err := server.Serve(); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the device did not hear the first answer
			if got, err := d.in.Receive(t.Context(), file); err != nil || got.Level != screening.LevelOpened {
				t.Errorf("when it is back: %+v (%v), want opened", got, err)
			}
		}
		want := casework.Stats{Devices: 1, Batches: 1, Interviews: 1, Opened: 1}
		if stats, err := d.office.Stats(t.Context()); err != nil || stats != want {
			t.Errorf("stats %+v (%v), want %+v", stats, err, want)
		}
	})
}

// peopleWhileAway: a page says 503 and when to try again, gives back what was typed, and the same program and the same
// session go on when the server is back.
func peopleWhileAway(t *testing.T, server *pgtest.Server) {
	o := newTestOfficeOn(t, server.Database(t))
	o.withSenders(1, func(s []*sender) { s[0].interview(staged(t, "ar", marker)) })
	office, stop := o.start()
	defer stop()
	b := browser(t)
	ask := func(path string, form url.Values) (status int, again, body string) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, office+path, nil)
		if form != nil {
			r, err = http.NewRequest(http.MethodPost, office+path, strings.NewReader(form.Encode()))
		}
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := b.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		page, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header.Get("Retry-After"), string(page)
	}
	status, _, page := ask("/sign-in", url.Values{"name": {o.first.User}, "passphrase": {o.first.Passphrase}, "next": {"/cases"}})
	path := regexp.MustCompile(`/cases/[0-9a-f-]{36}`).FindString(page)
	if status != http.StatusOK || path == "" {
		t.Fatalf("signing in: status %d, and no case", status)
	}
	note := url.Values{"version": {"1"}, "note": {"a careful note"}}
	if err := server.Halt(); err != nil {
		t.Fatal(err)
	}
	for _, form := range []url.Values{nil, note} {
		to := path
		if form != nil {
			to += "/change"
		}
		if status, again, page := ask(to, form); status != http.StatusServiceUnavailable || again == "" || !strings.Contains(page, "Try again in a minute") {
			t.Errorf("%s while the server is away: status %d, Retry-After %q", to, status, again)
		} else if form != nil && !strings.Contains(page, "a careful note") {
			t.Error("what was typed while the server is away is gone")
		}
	}
	if err := server.Serve(); err != nil {
		t.Fatal(err)
	}
	if status, _, page := ask(path+"/change", note); status != http.StatusOK || !strings.Contains(page, "a careful note") {
		t.Errorf("when it is back: status %d", status)
	}
}

// TestSlowClientIsTold: who sends half a form and stops gets an answer; what keeps coming is waited for, however long a
// page may take.
func TestSlowClientIsTold(t *testing.T) {
	server := httptest.NewServer(patient(100*time.Millisecond, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch _, err := io.Copy(io.Discard, r.Body); {
		case errors.Is(err, os.ErrDeadlineExceeded):
			w.WriteHeader(http.StatusRequestTimeout)
		case err != nil:
			w.WriteHeader(http.StatusInternalServerError)
		}
	})))
	defer server.Close()
	for what, c := range map[string]struct {
		rest string
		want string
	}{
		"half a form":       {"", "408"},
		"a file on its way": {strings.Repeat("x", 64<<10), "200"},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: office\r\nContent-Length: 131072\r\n\r\n"+c.rest)
		if c.rest != "" { // its first half buys two minutes
			time.Sleep(300 * time.Millisecond)
			_, err2 := io.WriteString(conn, c.rest)
			err = errors.Join(err, err2)
		}
		if err != nil {
			t.Fatal(err)
		}
		first := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(conn, first); err != nil || !strings.HasSuffix(string(first), c.want) {
			t.Errorf("%s: %q (%v), want %s", what, first, err, c.want)
		}
		_ = conn.Close()
	}
}

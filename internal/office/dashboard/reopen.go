package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"leeward/internal/office/casework"
)

// mostLog is how large a log this page takes; the command takes larger ones.
const mostLog = 32 << 20

// reopenRoutes are for whoever keeps the office, who reads nobody's answers either before or after.
func (d *Dashboard) reopenRoutes() []route {
	keep := []casework.Power{casework.KeepSettings}
	return []route{
		{pattern: "GET /reopen", any: keep, proof: true, shut: true, serve: (*Dashboard).reopenPage},
		{pattern: "POST /reopen", any: keep, proof: true, shut: true, body: mostLog, load: loadUpload, serve: (*Dashboard).reopen},
	}
}

// sayShut answers in place of every page while nobody may read: why, and what opens the office.
func (d *Dashboard) sayShut(w http.ResponseWriter, r *http.Request, s casework.Session) {
	w.Header().Set("Retry-After", "60")
	to := ""
	if s.Person.Name == "" || s.Person.Role.May(casework.KeepSettings) {
		to = "/reopen"
	}
	d.problemTo(w, r, s, http.StatusServiceUnavailable, "closed", to)
}

type reopenData struct {
	Problem string // a word key
	Most    int    // megabytes
	Open    bool   // it is done
	Erased  int
}

func (d *Dashboard) reopenPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if !d.o.Shut() {
		return casework.ErrNotFound
	}
	return d.show(w, r, s, http.StatusOK, "reopen", reopenData{Most: mostLog >> 20})
}

// reopen lets people read again: after whoever withdrew by a newer log was erased, or because somebody says that there is
// no such log.
func (d *Dashboard) reopen(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if !d.o.Shut() {
		return casework.ErrChanged
	}
	data := reopenData{Most: mostLog >> 20, Open: true}
	log, err := logFile(r)
	if err != nil {
		return err
	}
	// Whoever asked may go away before the last payload was rewritten: the work is done for the office.
	data.Erased, err = d.o.Reopen(context.WithoutCancel(r.Context()), s.Person.Name, log)
	if errors.Is(err, casework.RefuseLog) {
		data.Problem, data.Open = "rule."+string(casework.RefuseLog), false
		return d.show(w, r, s, http.StatusUnprocessableEntity, "reopen", data)
	}
	if err != nil {
		return fmt.Errorf("reopen: %w", err)
	}
	return d.show(w, r, s, http.StatusOK, "reopen", data)
}

// logFile is what a form brought; nothing where it says with a tick that there is no log.
func logFile(r *http.Request) ([]byte, error) {
	if r.FormValue("do") == "without" {
		if r.FormValue("sure") != "yes" {
			return nil, errForm
		}
		return nil, nil
	}
	part, _, err := r.FormFile("log")
	if err != nil {
		return nil, errForm
	}
	defer part.Close()
	log, err := io.ReadAll(part)
	if err != nil || len(log) == 0 { // an empty log would say that there is none
		return nil, errForm
	}
	return log, nil
}

package dashboard

import (
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"leeward/internal/office/casework"
)

// load is a kind of work that costs more than a page does.
type load string

const (
	loadFile   load = "file"   // a table or a copy is drawn, or years are counted
	loadPacket load = "packet" // for a service that is to help: nobody's help waits for a limit in a day's work
	loadUpload load = "upload" // a workbook is read
)

// allowance is how much of a kind of work one person may ask for: so many at once, then one more after each time.
type allowance struct {
	burst int
	every time.Duration
}

// allowances leave room for an hour of busy work and none for a machine that asks all day.
var allowances = map[load]allowance{loadFile: {30, 2 * time.Minute}, loadPacket: {120, 20 * time.Second}, loadUpload: {12, 5 * time.Minute}}

const (
	loadsAtOnce  = 2                // of everybody together: the machine has other work, and a workbook takes memory
	loadPatience = 10 * time.Second // how long one waits for its turn
)

// loads bounds what costs more than a page: at once, and for each person.
type loads struct {
	now      func() time.Time
	patience time.Duration
	turns    chan struct{}

	mu     sync.Mutex
	people map[personLoad]*limit
}

type personLoad struct {
	person int64
	load   load
}

func newLoads(now func() time.Time) *loads {
	return &loads{now: now, patience: loadPatience, turns: make(chan struct{}, loadsAtOnce), people: map[personLoad]*limit{}}
}

// allow takes one piece of work of a person. A refusal says how long to wait.
func (l *loads) allow(person int64, work load) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, a := l.now(), allowances[work]
	taken := fetch(l.people, personLoad{person, work}, now, rate.Every(a.every), a.burst).ReserveN(now, 1)
	if wait = taken.DelayFrom(now); wait > 0 {
		taken.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// turn waits until there is room. Who got a turn gives it back by calling free.
func (l *loads) turn(r *http.Request) (free func(), ok bool) {
	free = func() { <-l.turns }
	select {
	case l.turns <- struct{}{}:
		return free, true
	default:
	}
	late := time.NewTimer(l.patience)
	defer late.Stop()
	select {
	case l.turns <- struct{}{}:
		return free, true
	case <-late.C:
	case <-r.Context().Done():
	}
	return nil, false
}

// begin lets a request do what costs more than a page, or says why not now. What a slow line brings is read before it
// takes a turn.
func (d *Dashboard) begin(w http.ResponseWriter, r *http.Request, s casework.Session, rt route) (free func(), ok bool) {
	if wait, ok := d.loads.allow(s.Person.ID, rt.load); !ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		d.problem(w, r, s, http.StatusTooManyRequests, "often", "wait", d.many(int(wait/time.Minute)+1, "wait.minutes"))
		return nil, false
	}
	forget := func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}
	if rt.body > 0 {
		if err := r.ParseMultipartForm(rt.body); err != nil {
			if _, large := errors.AsType[*http.MaxBytesError](err); large {
				d.problem(w, r, s, http.StatusRequestEntityTooLarge, "large", "n", rt.body>>20)
			} else {
				d.broken(w, r, s, err)
			}
			return nil, false
		}
	}
	done, ok := d.loads.turn(r)
	if !ok {
		forget()
		w.Header().Set("Retry-After", "60")
		d.problem(w, r, s, http.StatusServiceUnavailable, "crowded")
		return nil, false
	}
	return func() { done(); forget() }, true
}

package main

import (
	"sync"
	"time"
)

// meeting lets so many devices at a time lead their interviews, and with -together holds back who is done until all are:
// then every device of the run turns to the office in the same moment.
type meeting struct {
	places  chan struct{}
	leading sync.WaitGroup

	mu     sync.Mutex
	opened time.Time // when the last was done
	last   time.Time // when somebody came back from the office after that
}

func newMeeting(o options) *meeting {
	m := &meeting{places: make(chan struct{}, max(o.atOnce, 1))}
	m.leading.Add(o.devices)
	return m
}

// enter waits for a place. It is given back once, however often leave is called.
func (m *meeting) enter() (leave func()) {
	m.places <- struct{}{}
	return sync.OnceFunc(func() {
		<-m.places
		m.leading.Done()
	})
}

// wait returns when nobody leads an interview any more.
func (m *meeting) wait() {
	m.leading.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.opened.IsZero() {
		m.opened = time.Now()
	}
}

// seen notes that a device came back from the office.
func (m *meeting) seen() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last = time.Now()
}

// tell adds how long the office took for all of them.
func (m *meeting) tell(t *tally) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d := m.last.Sub(m.opened).Seconds(); !m.opened.IsZero() && d > 0 {
		t.Delivering, t.DeliveredPer = d, float64(t.Opened)/d
	}
}

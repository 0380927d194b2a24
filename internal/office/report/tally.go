package report

import (
	"slices"
	"strconv"
	"time"

	"leeward/internal/office/casework"
)

// sheet is one table before anything is hidden, by finding.
type sheet map[casework.Finding]counts

func (s sheet) of(f casework.Finding) counts {
	if s[f] == nil {
		s[f] = counts{}
	}
	return s[f]
}

// tally counts people into every table in one pass. Several tallies of parts of the same people add up to one.
type tally struct {
	from, to int
	all      []definition
	sheets   []sheet
	means    sheet
	meansBy  []split
	people   map[casework.Finding]int
	now      person // the one that is counted
}

// split is a table of means by another attribute: how many of each class were met with each means, and how many they are.
type split struct{ met, people sheet }

// person is somebody as tables ask for them: what many of them need is found once.
type person struct {
	casework.Facts
	year  string // in which the office first knew of them
	group string // women, men, girls, boys …
	told  bool   // one of the findings that have tables of their own

	years map[int64]year
	flows map[[2]string]string
}

type year struct {
	n     int
	name  string
	month string // of the day, "01" to "12"
}

func newTally(from, to int) *tally {
	t := &tally{from: from, to: to, all: definitions(), means: sheet{}, people: map[casework.Finding]int{}}
	t.now.years, t.now.flows = map[int64]year{}, map[[2]string]string{}
	for range t.all {
		t.sheets = append(t.sheets, sheet{})
	}
	for range meansBy {
		t.meansBy = append(t.meansBy, split{sheet{}, sheet{}})
	}
	return t
}

// yearOn is the year of a day, as Facts keeps it.
func (p *person) yearOn(day int64) year {
	y, known := p.years[day]
	if !known {
		at := time.Unix(day*24*60*60, 0).UTC()
		y = year{at.Year(), strconv.Itoa(at.Year()), at.Format("01")}
		p.years[day] = y
	}
	return y
}

func (p *person) yearName(day int64) string { return p.yearOn(day).name }

func (p *person) flow(to, from string) string {
	key := [2]string{to, from}
	name, there := p.flows[key]
	if !there {
		name = known(to) + Origin + from
		p.flows[key] = name
	}
	return name
}

// add counts a person, unless they did not agree to it or the office knew of them in another year.
func (t *tally) add(f casework.Facts) {
	if !f.Counted {
		return
	}
	p := &t.now
	y := p.yearOn(f.Opened)
	if y.n < t.from || y.n > t.to {
		return
	}
	p.Facts, p.year, p.group, p.told = f, y.name, sexGroup(f), slices.Contains(Findings(), f.Finding)
	for i, d := range t.all {
		if of, ok := d.of(p); ok {
			t.sheets[i].of(of)[place{d.row(p), d.column(p)}]++
		}
	}
	t.people[f.Finding]++
	if p.told {
		t.addMeans(p)
	}
}

// addMeans counts a person once for each means.
func (t *tally) addMeans(p *person) {
	f := p.Finding
	for i, by := range meansBy {
		t.meansBy[i].people.of(f)[place{"", by.of(p)}]++
	}
	for i, m := range meansOf(p.Facts) {
		if slices.Contains(p.Means[:min(i, len(p.Means))], m) {
			continue
		}
		t.means.of(f)[place{m, ""}]++
		for j, by := range meansBy {
			t.meansBy[j].met.of(f)[place{m, by.of(p)}]++
		}
	}
}

var noMeans = []string{Unknown}

func meansOf(f casework.Facts) []string {
	if len(f.Means) == 0 {
		return noMeans
	}
	return f.Means
}

// join adds what another tally of the same years counted.
func (t *tally) join(other *tally) {
	for i, s := range other.sheets {
		t.sheets[i].join(s)
	}
	t.means.join(other.means)
	for i, s := range other.meansBy {
		t.meansBy[i].met.join(s.met)
		t.meansBy[i].people.join(s.people)
	}
	for f, n := range other.people {
		t.people[f] += n
	}
}

func (s sheet) join(other sheet) {
	for f, c := range other {
		for at, n := range c {
			s.of(f)[at] += n
		}
	}
}

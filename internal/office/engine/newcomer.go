package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
)

// newcomer is what a record of a batch, and the case of the interview that it holds, say in rows, where nothing of them
// is in the tables yet: of records, interviews, versions, cases, case_links and duties, and the body of facts.
type newcomer struct {
	id                                             casework.CaseID
	record, interview, version, kase, link, duties []any
	facts                                          []byte
}

// newcomerOf writes what can be written before it is known whether the record is new: that takes longer than the rows do.
func newcomerOf(box *seal.Box, o *casework.Opened, i int, received int64) (n newcomer, err error) {
	r := &o.Records[i]
	var id any
	if r.Interview != (screening.InterviewID{}) {
		id = r.Interview[:]
	}
	n.record = []any{o.Batch[:], r.Pos, r.Kind, id, r.Version, r.Leaf[:], r.Code}
	if r.Code != "" || r.Kind != casework.KindInterview || r.Redacted {
		return n, nil
	}
	if r.Content == nil {
		return n, errNoContent
	}
	if n.interview, err = shown(box, o.Device, *r, received); err != nil {
		return n, err
	}
	w, err := write(box, *r)
	if err != nil {
		return n, err
	}
	n.version = w.version(o.Batch[:], r.Pos, *r)
	return n, n.openCase(box, r, received)
}

// openCase writes the case of an interview, as openCase does where there may be one.
func (n *newcomer) openCase(box *seal.Box, r *casework.OpenedRecord, received int64) error {
	n.id = casework.NewCaseID()
	phone := casework.PhoneUnknown
	if r.Phone != "" {
		phone = r.Phone
	}
	level, since, due, needs, err := n.open(box, newDuties(n.id, map[string]bool{}, *r, received))
	if err != nil {
		return err
	}
	n.kase = []any{
		n.id[:], screening.NewRespondentCode(), "open", received, received, level, since, due,
		r.Content.Setting.Language, number(r.Child), phone, hideText(box, place("cases.needs", n.id[:], 0), needs),
	}
	n.link = []any{r.Interview[:], n.id[:], n.id[:]}
	f := r.Facts
	f.Opened = casework.Day(time.UnixMilli(received))
	body, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	n.facts = hide(box, place("facts.body", n.id[:], 0), body)
	return nil
}

// open writes the duties of a new case, and returns what a list shows of it: the highest level, since when, the soonest
// time, and the needs, most urgent first.
func (n *newcomer) open(box *seal.Box, duties []casework.Duty) (level int, since, due any, needs string, err error) {
	slices.SortStableFunc(duties, func(a, b casework.Duty) int { return levels[b.Level] - levels[a.Level] })
	list := make([]casework.Need, 0, len(duties))
	var soonest int64
	for i := range duties {
		d := &duties[i]
		body, err := json.Marshal(d.Body)
		if err != nil {
			return 0, nil, nil, "", fmt.Errorf("write duty: %w", err)
		}
		list = append(list, casework.Need{Kind: d.Body.Need, Level: d.Level})
		if by := d.Due.UnixMilli(); i == 0 || by < soonest {
			soonest = by
		}
		n.duties = append(n.duties, d.ID[:], d.Case[:], d.Case[:], orNull(d.Interview), d.Kind, levels[d.Level], d.Made.UnixMilli(),
			d.Due.UnixMilli(), hideText(box, place("duties.body", d.ID[:], 0), string(body)))
	}
	if len(duties) > 0 {
		level, since, due = levels[duties[0].Level], duties[0].Made.UnixMilli(), soonest
	}
	text, err := json.Marshal(list)
	return level, since, due, string(text), err
}

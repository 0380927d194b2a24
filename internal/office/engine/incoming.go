package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Tables into which arriving batches go, in the order in which rows name one another.
var (
	intoBatches = tableOf(`batches (batch_id, device_id, epoch, seq, prev, made, received, header, sig, level, code, proof, settled,
		entry, outcome)`, 15)
	intoPayloads   = tableOf(`payloads (batch_id, redacted, body)`, 3)
	intoRecords    = tableOf(`records (batch_id, pos, kind, interview_id, version, leaf, code)`, 7)
	intoInterviews = tableOf(`interviews (interview_id, owner, version, status, received, code, lang, screener_lang, level, needs)`, 10)
	intoVersions   = tableOf(`versions (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs)`, 9)
	intoCases      = tableOf(`cases (case_id, code, status, opened, changed, level, since, due, lang, child, phone, needs)`, 12)
	intoLinks      = tableOf(`case_links (interview_id, case_id, home_case)`, 3)
	intoEvents     = tableOf(`case_events (case_id, n, at, actor, act)`, 5)
	intoFacts      = tableOf(`facts (case_id, seq, body)`, 3)
	intoAlike      = tableOf(`likenesses (tag, interview_id)`, 2)
	intoDuties     = tableOf(`duties (duty_id, case_id, home_case, interview_id, kind, level, made, due, body)`, 9)
)

// incoming gathers the rows of plain batches (known.plain): nothing that they bring is in the tables yet.
type incoming struct {
	*tx
	batches, payloads, records, interviews, versions, cases, links, events, facts, duties, alike []any

	counted int64 // the last place in the order of facts; 0 until it was read
}

// keep writes what was gathered.
func (in *incoming) keep() error {
	for _, rows := range []struct {
		into *bulk
		args []any
	}{
		{&intoBatches, in.batches},
		{&intoPayloads, in.payloads},
		{&intoRecords, in.records},
		{&intoInterviews, in.interviews},
		{&intoVersions, in.versions},
		{&intoCases, in.cases},
		{&intoLinks, in.links},
		{&intoEvents, in.events},
		{&intoFacts, in.facts},
		{&intoDuties, in.duties},
		{&intoAlike, in.alike},
	} {
		if err := in.insert(rows.into, rows.args); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
	}
	return nil
}

// batch gathers a batch and what it holds, and settles its receipt.
func (in *incoming) batch(k *taking) error {
	a, o := &k.a, &k.o
	received := a.Received
	if received.IsZero() {
		received = in.now
	}
	entry, err := in.enter(a.Entry)
	if err != nil {
		return err
	}
	outcome, err := in.enter(o.Entry)
	if err != nil {
		return err
	}
	k.got = casework.Reception{Receipt: screening.Receipt{
		Batch: a.Batch, Level: o.Level, Code: o.Code, Next: a.Seq + 1, Entry: entry, Outcome: outcome,
	}}
	var proof any
	if o.Level == screening.LevelOpened {
		proof, k.got.Receipt.Proof = o.Proof[:], o.Proof
	}
	in.batches = append(in.batches, a.Batch[:], a.Device[:], a.Epoch, a.Seq, a.Prev[:], a.Made.UnixMilli(), received.UnixMilli(),
		a.Header, a.Sig, o.Level, o.Code, proof, in.now.UnixMilli(), entry, outcome)
	in.payloads = append(in.payloads, a.Batch[:], int64(0), a.Payload)
	if o.Level == screening.LevelQuarantined && len(o.Records) == 0 {
		if err := noteIncident(in.tx, incident{kind: o.Code, device: a.Device, batch: a.Batch, pos: -1}); err != nil {
			return err
		}
	}
	held := int64(0)
	for i := range o.Records {
		more, err := in.record(k, i, received.UnixMilli())
		if err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		held += more
	}
	if _, err := in.exec(`UPDATE devices SET interviews = interviews + $1, linked = CASE WHEN epoch = $2 THEN $3 ELSE linked END,
			seen = CASE WHEN epoch <> $2 OR seen > $4 THEN seen ELSE $4 END,
			said_log = CASE WHEN epoch <> $2 OR said_log > $5 THEN said_log ELSE $5 END WHERE device_id = $6`,
		held, a.Epoch, a.Seq, in.now.UnixMilli(), a.Log.Size, a.Device[:]); err != nil {
		return fmt.Errorf("note device: %w", err)
	}
	return nil
}

// record gathers one record, and says how many interviews it is (1 or 0).
func (in *incoming) record(k *taking, i int, received int64) (interviews int64, err error) {
	o, r := &k.o, &k.o.Records[i]
	var id any
	if r.Interview != (screening.InterviewID{}) {
		id = r.Interview[:]
	}
	in.records = append(in.records, o.Batch[:], r.Pos, r.Kind, id, r.Version, r.Leaf[:], r.Code)
	if r.Code != "" {
		return 0, noteIncident(in.tx, incident{kind: r.Code, device: o.Device, batch: o.Batch, pos: r.Pos})
	}
	if r.Kind != casework.KindInterview {
		return 0, nil
	}
	if r.Content == nil {
		return 0, errNoContent
	}
	row, err := shown(in.box, o.Device, *r, received)
	if err != nil {
		return 0, err
	}
	in.interviews = append(in.interviews, row...)
	in.versions = append(in.versions, k.rows[i].version(o.Batch[:], r.Pos, *r)...)
	tags, err := tagsOf(in.tx, r)
	if err != nil {
		return 0, err
	}
	for _, tag := range tags {
		in.alike = append(in.alike, tag, r.Interview[:])
	}
	return 1, in.newCase(r, received)
}

// newCase gathers the case of an interview, as newCase does for one alone.
func (in *incoming) newCase(r *casework.OpenedRecord, received int64) error {
	id := casework.NewCaseID()
	phone := casework.PhoneUnknown
	if r.Phone != "" {
		phone = r.Phone
	}
	duties := newDuties(id, map[string]bool{}, *r, received)
	level, since, due, needs, err := in.open(duties)
	if err != nil {
		return err
	}
	in.cases = append(in.cases, id[:], screening.NewRespondentCode(), "open", received, received, level, since, due,
		r.Content.Setting.Language, number(r.Child), phone, hideText(in.box, place("cases.needs", id[:], 0), needs))
	in.links = append(in.links, r.Interview[:], id[:], id[:])
	in.events = append(in.events, id[:], int64(1), in.now.UnixMilli(), casework.Program, casework.CaseOpened)
	f := r.Facts
	f.Opened = casework.Day(time.UnixMilli(received))
	body, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	if in.counted == 0 {
		if err := in.row(`SELECT coalesce(max(seq), 0) FROM facts`).Scan(&in.counted); err != nil {
			return err
		}
	}
	in.counted++
	in.facts = append(in.facts, id[:], in.counted, hide(in.box, place("facts.body", id[:], 0), body))
	return nil
}

// open gathers the duties of a new case, and returns what a list shows of it: the highest level, since when, the soonest
// time, and the needs, most urgent first.
func (in *incoming) open(duties []casework.Duty) (level int, since, due any, needs string, err error) {
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
		in.duties = append(in.duties, d.ID[:], d.Case[:], d.Case[:], orNull(d.Interview), d.Kind, levels[d.Level], d.Made.UnixMilli(),
			d.Due.UnixMilli(), hideText(in.box, place("duties.body", d.ID[:], 0), string(body)))
	}
	if len(duties) > 0 {
		level, since, due = levels[duties[0].Level], duties[0].Made.UnixMilli(), soonest
	}
	text, err := json.Marshal(list)
	return level, since, due, string(text), err
}

package engine

import (
	"fmt"

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

	counted int64 // the last place in the order of facts
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
	in.batches = append(in.batches, a.Batch[:], a.Device[:], a.Epoch, a.Seq, a.Prev[:], a.Made.UnixMilli(), a.Received.UnixMilli(),
		a.Header, a.Sig, o.Level, o.Code, proof, in.now.UnixMilli(), entry, outcome)
	in.payloads = append(in.payloads, a.Batch[:], int64(0), a.Payload)
	if o.Level == screening.LevelQuarantined && len(o.Records) == 0 {
		if err := noteIncident(in.tx, incident{kind: o.Code, device: a.Device, batch: a.Batch, pos: -1}); err != nil {
			return err
		}
	}
	held := int64(0)
	for i := range o.Records {
		more, err := in.record(k, i)
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
func (in *incoming) record(k *taking, i int) (interviews int64, err error) {
	o, r, n := &k.o, &k.o.Records[i], &k.new[i]
	in.records = append(in.records, n.record...)
	if r.Code != "" {
		return 0, noteIncident(in.tx, incident{kind: r.Code, device: o.Device, batch: o.Batch, pos: r.Pos})
	}
	if r.Kind != casework.KindInterview {
		return 0, nil
	}
	in.interviews, in.versions = append(in.interviews, n.interview...), append(in.versions, n.version...)
	in.cases, in.links, in.duties = append(in.cases, n.kase...), append(in.links, n.link...), append(in.duties, n.duties...)
	in.events = append(in.events, n.id[:], int64(1), in.now.UnixMilli(), casework.Program, casework.CaseOpened)
	tags, err := tagsOf(in.tx, r)
	if err != nil {
		return 0, err
	}
	for _, tag := range tags {
		in.alike = append(in.alike, tag, r.Interview[:])
	}
	in.counted++
	in.facts = append(in.facts, n.id[:], in.counted, n.facts)
	return 1, nil
}

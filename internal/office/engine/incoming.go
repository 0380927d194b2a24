package engine

import (
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Tables into which arriving batches go, in the order in which rows name one another.
var (
	intoBatches = tableOf("batches", "batch_id device_id bytea", "epoch seq bigint", "prev bytea", "made received bigint", "header sig bytea",
		"level bigint", "code text", "proof bytea", "settled entry outcome bigint")
	intoPayloads   = tableOf("payloads", "batch_id bytea", "redacted bigint", "body bytea")
	intoRecords    = tableOf("records", "batch_id bytea", "pos kind bigint", "interview_id bytea", "version bigint", "leaf bytea", "code text")
	intoInterviews = tableOf("interviews", "interview_id owner bytea", "version bigint", "status text", "received bigint",
		"code lang screener_lang text", "level bigint", "needs text")
	intoVersions = tableOf("versions", "interview_id bytea", "version bigint", "batch_id bytea", "pos bigint", "questionnaire content bytea",
		"needs flags signs text")
	intoCases = tableOf("cases", "case_id bytea", "code status text", "opened changed level since due bigint", "lang text", "child bigint",
		"phone needs text")
	intoLinks  = tableOf("case_links", "interview_id case_id home_case bytea")
	intoEvents = tableOf("case_events", "case_id bytea", "n at bigint", "actor act text")
	intoFacts  = tableOf("facts", "case_id bytea", "seq bigint", "body bytea")
	intoDuties = tableOf("duties", "duty_id case_id home_case interview_id bytea", "kind text", "level made due bigint", "body text")
	intoAlike  = tableOf("likenesses", "tag interview_id bytea")

	intoAll = gathering(&intoBatches, &intoPayloads, &intoRecords, &intoInterviews, &intoVersions, &intoCases, &intoLinks, &intoEvents,
		&intoFacts, &intoDuties, &intoAlike)
)

// incoming gathers the rows of plain batches (known.plain): nothing that they bring is in the tables yet.
type incoming struct {
	*tx
	batches, payloads, records, interviews, versions, cases, links, events, facts, duties, alike []any

	counted int64 // the last place in the order of facts

	stood  []stood // where devices stand with these batches
	places map[screening.DeviceID]int
}

// stood is what batches of one epoch of a device change about it.
type stood struct {
	device     screening.DeviceID
	epoch, seq uint64
	interviews int64
	log        uint64 // size of the log as the device knows it
}

// stand notes that a batch with so many interviews is the last one of its device.
func (in *incoming) stand(a *casework.Arrival, interviews int64) error {
	at, ok := in.places[a.Device]
	if ok && in.stood[at].epoch != a.Epoch { // the rows of a device change once in a statement
		if err := in.keepStands(); err != nil {
			return err
		}
		ok = false
	}
	if !ok {
		if in.places == nil {
			in.places = map[screening.DeviceID]int{}
		}
		at = len(in.stood)
		in.stood, in.places[a.Device] = append(in.stood, stood{device: a.Device, epoch: a.Epoch}), at
	}
	s := &in.stood[at]
	s.seq, s.interviews, s.log = a.Seq, s.interviews+interviews, max(s.log, a.Log.Size)
	return nil
}

// standing is the change of devices; the values of one of them, or of many in arrays, come from "n".
const standing = `UPDATE devices SET interviews = devices.interviews + n.held,
	linked = CASE WHEN devices.epoch = n.epoch THEN n.seq ELSE devices.linked END,
	seen = CASE WHEN devices.epoch <> n.epoch OR devices.seen > n.now THEN devices.seen ELSE n.now END,
	said_log = CASE WHEN devices.epoch <> n.epoch OR devices.said_log > n.log THEN devices.said_log ELSE n.log END
	FROM %s WHERE devices.device_id = n.device_id`

var (
	standsOf = bulk{kinds: []string{"bytea", "bigint", "bigint", "bigint", "bigint", "bigint"}}
	oneStand = fmt.Sprintf(standing, `(SELECT ? AS device_id, ? AS epoch, ? AS seq, ? AS held, ? AS now, ? AS log) AS n`)
	allStand = fmt.Sprintf(standing, `unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
	AS n (device_id, epoch, seq, held, now, log)`)
)

// keepStands writes where devices stand.
func (in *incoming) keepStands() error {
	var args []any
	for i := range in.stood {
		s := &in.stood[i]
		args = append(args, s.device[:], s.epoch, s.seq, s.interviews, in.now.UnixMilli(), s.log)
	}
	var err error
	if in.arrays != nil {
		_, err = in.exec(allStand, in.columns(rows{&standsOf, args})...)
		args = nil
	}
	for n := standsOf.width(); err == nil && len(args) > 0; args = args[n:] {
		_, err = in.exec(oneStand, args[:n]...)
	}
	if err != nil {
		return fmt.Errorf("note devices: %w", err)
	}
	in.stood, in.places = in.stood[:0], nil
	return nil
}

// keep writes what was gathered.
func (in *incoming) keep() error {
	err := in.insert(intoAll, []rows{
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
	})
	if err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	return in.keepStands()
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
	return in.stand(a, held)
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
	if err := noteClock(in.tx, o.Device, r); err != nil {
		return 0, err
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

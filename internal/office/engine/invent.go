package engine

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// inventedAtOnce is how many invented cases one transaction adds.
const inventedAtOnce = 5000

// inventedDevices is on how many devices they are said to have been held.
const inventedDevices = 40

// Invent adds cases of a demonstration. They stand in the tables as arrived cases do, but no sealed payload stands
// behind them: Rebuild leaves them as they are. told hears how many are in. code draws codes of cases.
func (e *Engine) Invent(ctx context.Context, owner int64, cases iter.Seq[casework.Invented], code func() screening.RespondentCode, told func(int)) error {
	next, stop := iter.Pull(cases)
	defer stop()
	devices := e.inventedDevices()
	for done := 0; ; {
		var some []casework.Invented
		for len(some) < inventedAtOnce {
			c, ok := next()
			if !ok {
				break
			}
			some = append(some, c)
		}
		if len(some) == 0 {
			return errors.Join(e.PackFacts(ctx), e.Note(ctx, casework.Program, casework.ActDemo, fmt.Sprint(done)))
		}
		err := e.writeWithin(ctx, 10*time.Minute, "invent cases", func(t *tx) error {
			in := &inventor{tx: t, owner: owner, code: code, devices: devices, at: done}
			return in.add(some)
		})
		if err != nil {
			return err
		}
		done += len(some)
		told(done)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (e *Engine) inventedDevices() (all []screening.DeviceID) {
	for i := range inventedDevices {
		sum := sha256.Sum256(fmt.Appendf(nil, "leeward invented device %d", i))
		all = append(all, screening.DeviceID(sum[:16]))
	}
	return all
}

// inventor adds cases.
type inventor struct {
	*tx
	owner   int64
	code    func() screening.RespondentCode
	devices []screening.DeviceID
	at      int
	seq     int64
}

func (in *inventor) put(query string, args ...any) error {
	_, err := in.exec(query, args...)
	return err
}

// add puts the cases in, one batch a device.
func (in *inventor) add(some []casework.Invented) error {
	if err := in.row(`SELECT coalesce(max(seq), 0) FROM facts`).Scan(&in.seq); err != nil {
		return err
	}
	batches, err := in.batches(len(some), some[len(some)-1].Received)
	if err != nil {
		return err
	}
	for i, c := range some {
		d := i % inventedDevices
		if err := in.interview(c, batches[d], in.devices[d], i/inventedDevices); err != nil {
			return fmt.Errorf("invent interview: %w", err)
		}
		if err := in.caseOf(c); err != nil {
			return fmt.Errorf("invent case: %w", err)
		}
	}
	return nil
}

// batches makes the next batch of each device, among which n interviews are dealt out, and the devices where they are
// missing.
func (in *inventor) batches(n int, received time.Time) (all []screening.BatchID, err error) {
	for i, d := range in.devices {
		sign, tls := sha256.Sum256(append([]byte("sign"), d[:]...)), sha256.Sum256(append([]byte("tls"), d[:]...))
		if err := in.put(`INSERT INTO devices (device_id, epoch, sign_pub, tls_pub, seal_to, app, head, enrolled, seen)
			VALUES ($1, 1, $2, $3, 'invented', 'invented', $4, $5, $5) ON CONFLICT DO NOTHING`,
			d[:], sign[:], tls[:], make([]byte, 32), received.UnixMilli()); err != nil {
			return nil, fmt.Errorf("invent device: %w", err)
		}
		var seq int64
		if err := in.row(`SELECT coalesce(max(seq), 0) + 1 FROM batches WHERE device_id = $1`, d[:]).Scan(&seq); err != nil {
			return nil, err
		}
		id := screening.BatchID(sha256.Sum256(fmt.Appendf(nil, "leeward invented batch %d %d", i, seq)))
		if err := in.put(`INSERT INTO batches (batch_id, device_id, epoch, seq, prev, made, received, header, sig, level, proof, settled)
			VALUES ($1, $2, 1, $3, $4, $5, $5, $6, $7, 2, $1, $5)`,
			id[:], d[:], seq, make([]byte, 32), received.UnixMilli(), []byte("invented"), make([]byte, 64)); err != nil {
			return nil, fmt.Errorf("invent batch: %w", err)
		}
		if err := in.put(`UPDATE devices SET linked = $1, said_seq = $1, seen = $2, interviews = interviews + $3 WHERE device_id = $4`,
			seq, received.UnixMilli(), (n+inventedDevices-1-i)/inventedDevices, d[:]); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, nil
}

func (in *inventor) interview(c casework.Invented, batch screening.BatchID, device screening.DeviceID, pos int) error {
	iv := c.Interview
	content := packed(&iv)
	needs, err := json.Marshal(emptyNotNull(append(c.Needs[:len(c.Needs):len(c.Needs)], c.Met...)))
	if err != nil {
		return fmt.Errorf("write needs: %w", err)
	}
	level := levels[casework.Row{Needs: append(c.Needs[:len(c.Needs):len(c.Needs)], c.Met...)}.Level()]
	if err := in.put(`INSERT INTO interviews (interview_id, owner, version, status, received, code, lang, screener_lang, level, needs)
		VALUES ($1, $2, 1, 'final', $3, $4, $5, $6, $7, $8)`, iv.ID[:], device[:], c.Received.UnixMilli(), iv.Code,
		iv.Setting.Language, iv.Setting.ScreenerLang, level, hideText(in.box, place("interviews.needs", iv.ID[:], 0), string(needs))); err != nil {
		return err
	}
	leaf := sha256.Sum256(iv.ID[:])
	if err := in.put(`INSERT INTO records (batch_id, pos, kind, interview_id, version, leaf) VALUES ($1, $2, 1, $3, 1, $4)`,
		batch[:], pos, iv.ID[:], leaf[:]); err != nil {
		return err
	}
	at := func(column string) string { return place("versions."+column, iv.ID[:], 1) }
	return in.put(`INSERT INTO versions (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs)
		VALUES ($1, 1, $2, $3, $4, $5, $6, '[]', '[]')`, iv.ID[:], batch[:], pos, iv.Questionnaire[:],
		hide(in.box, at("content"), content), hideText(in.box, at("needs"), string(needs)))
}

func (in *inventor) caseOf(c casework.Invented) error {
	id := casework.CaseID(c.Interview.ID)
	id[15] ^= 1
	var owner any
	if c.Owned && in.owner != 0 {
		owner = in.owner
	}
	at := c.Received.UnixMilli()
	for added := int64(0); added == 0; { // a code may be taken: among a million two meet
		var err error
		if added, err = in.exec(`INSERT INTO cases (case_id, code, status, opened, changed, owner, lang, child, phone, quiet, finding)
			VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (code) DO NOTHING`, id[:], in.code(), c.Status, at, owner,
			c.Interview.Setting.Language, number(c.Child), c.Phone, number(c.Quiet), c.Facts.Finding); err != nil {
			return err
		}
	}
	if err := in.put(`INSERT INTO case_links (interview_id, case_id, home_case) VALUES ($1, $2, $2)`, c.Interview.ID[:], id[:]); err != nil {
		return err
	}
	if err := in.put(`INSERT INTO case_events (case_id, n, at, actor, act) VALUES ($1, 1, $2, $3, 'opened')`, id[:], at, casework.Program); err != nil {
		return err
	}
	in.seq++
	if err := putFactsAt(in, id[:], c.Facts); err != nil {
		return err
	}
	if len(c.Needs)+len(c.Met) == 0 {
		return nil
	}
	for i, n := range append(c.Needs[:len(c.Needs):len(c.Needs)], c.Met...) {
		if err := in.duty(id, c, n, i >= len(c.Needs)); err != nil {
			return err
		}
	}
	return settleCase(in.tx, id[:])
}

func (in *inventor) duty(id casework.CaseID, c casework.Invented, n casework.Need, met bool) error {
	d := casework.Duty{
		ID: casework.NewDutyID(), Case: id, Kind: casework.DutyNeed, Interview: c.Interview.ID, Level: n.Level, Made: c.Received,
		Due: c.Received.Add(needWithin[n.Level]), Body: casework.DutyBody{Need: n.Kind},
	}
	if err := insertDuty(in.tx, d); err != nil || !met {
		return err
	}
	return in.put(`UPDATE duties SET done = $1 WHERE duty_id = $2`, d.Due.Add(-time.Duration(rand.IntN(30))*time.Minute).UnixMilli(), d.ID[:])
}

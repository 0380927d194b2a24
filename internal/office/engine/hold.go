package engine

import (
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// heldBatches are the batches of a device ($1) that are held because it was revoked, heldCapsules its capsules.
const (
	heldBatches  = `SELECT batch_id FROM batches WHERE device_id = $1 AND level = 3 AND code = 'E_REVOKED'`
	heldCapsules = `SELECT capsule_id FROM capsules WHERE device_id = $1 AND level = 3 AND code = 'E_REVOKED'`
)

// holdSince holds what the office received of a device after the place in the log from which it is revoked, and what is
// not vouched for by what it told of before. What was read from it is not readable until a supervisor lets it go; an
// earlier version of the same interview is read again. What people did about a case stays, for somebody may be in need;
// so does what was taken back, which nobody can undo.
func holdSince(t *tx, r casework.Revocation) (held int, err error) {
	batches, err := idsOf(t, `SELECT batch_id FROM batches WHERE device_id = $1
		AND entry >= (SELECT log FROM revocations WHERE device_id = $1 ORDER BY entry DESC LIMIT 1)
		AND NOT (level = 3 AND code = 'E_REVOKED') AND batch_id NOT IN (`+vouched+`) ORDER BY entry`, r.Device[:])
	if err != nil {
		return 0, err
	}
	for _, id := range batches {
		outcome, err := t.enter(r.Hold(screening.BatchID(id)))
		if err != nil {
			return 0, err
		}
		if _, err := t.exec(`UPDATE batches SET level = 3, code = 'E_REVOKED', settled = $1, outcome = $2 WHERE batch_id = $3`,
			t.now.UnixMilli(), outcome, id); err != nil {
			return 0, fmt.Errorf("hold batch: %w", err)
		}
	}
	capsules, err := idsOf(t, `SELECT capsule_id FROM capsules WHERE device_id = $1
		AND entry >= (SELECT log FROM revocations WHERE device_id = $1 ORDER BY entry DESC LIMIT 1)
		AND NOT (level = 3 AND code = 'E_REVOKED') AND kind <> 7 AND length(payload) > 0 ORDER BY entry`, r.Device[:])
	if err != nil {
		return 0, err
	}
	for _, id := range capsules {
		if _, err := t.exec(`UPDATE capsules SET level = 3, code = 'E_REVOKED' WHERE capsule_id = $1`, id); err != nil {
			return 0, fmt.Errorf("hold capsule: %w", err)
		}
	}
	for _, id := range append(batches, capsules...) {
		if err := noteIncident(t, incident{kind: screening.ERevoked, device: r.Device, batch: screening.BatchID(id), pos: -1}); err != nil {
			return 0, err
		}
	}
	return len(batches) + len(capsules), hideHeld(t, r.Device)
}

// hideHeld takes what was read from the held batches and capsules of a device out of what is shown and counted.
func hideHeld(t *tx, device screening.DeviceID) error {
	shown, err := idsOf(t, `SELECT i.interview_id FROM interviews AS i WHERE i.owner = $1 AND i.status <> 'withdrawn' AND i.interview_id IN (
		SELECT interview_id FROM versions WHERE batch_id IN (`+heldBatches+`) OR capsule_id IN (`+heldCapsules+`))`, device[:])
	if err != nil {
		return err
	}
	for _, id := range shown {
		if err := hideInterview(t, device, id); err != nil {
			return fmt.Errorf("hold interview: %w", err)
		}
	}
	return countInterviews(t, ` WHERE device_id = $1`, device[:])
}

// hideInterview forgets what was read of an interview, as a rebuild does, and makes due again what is not held of it.
func hideInterview(t *tx, device screening.DeviceID, id []byte) error {
	const read = `SELECT batch_id FROM records WHERE interview_id = $1 AND kind = 1 AND code = '' AND redact = 0`
	for _, step := range []string{
		`UPDATE batches SET level = 1, code = '' WHERE code <> 'E_REVOKED' AND batch_id IN (` + read + `)
			AND batch_id IN (SELECT batch_id FROM payloads)`,
		`UPDATE capsules SET level = 1, code = '' WHERE interview_id = $1 AND level = 2 AND kind IN (1, 3) AND length(payload) > 0`,
		`DELETE FROM versions WHERE interview_id = $1 AND (batch_id IN (SELECT batch_id FROM batches WHERE level <> 2)
			OR capsule_id IN (SELECT capsule_id FROM capsules WHERE interview_id = $1 AND level <> 2))`,
		`DELETE FROM records WHERE interview_id = $1 AND kind = 1 AND code = '' AND redact = 0
			AND batch_id IN (SELECT batch_id FROM batches WHERE level <> 2)`,
		`UPDATE interviews SET version = (SELECT coalesce(max(version), 0) FROM versions WHERE interview_id = $1) WHERE interview_id = $1`,
	} {
		if _, err := t.exec(step, id); err != nil {
			return err
		}
	}
	if err := forgetAlike(t, id); err != nil {
		return err
	}
	cases, err := idsOf(t, `SELECT case_id FROM case_links WHERE interview_id = $1`, id)
	if err != nil {
		return err
	}
	for _, of := range cases {
		if err := putFacts(t, of, casework.Facts{}, true); err != nil { // it counts again when something of it is read again
			return err
		}
		if err := event(t, of, casework.Program, casework.CaseHeld, ""); err != nil {
			return err
		}
	}
	return nil
}

// countInterviews counts anew the interviews that devices were the first to hand in.
func countInterviews(t *tx, which string, args ...any) error {
	if _, err := t.exec(`UPDATE devices SET interviews = (SELECT count(*) FROM interviews AS i WHERE i.owner = devices.device_id
		AND (EXISTS (SELECT 1 FROM records AS r WHERE r.interview_id = i.interview_id AND r.kind = 1 AND r.code = '')
			OR EXISTS (SELECT 1 FROM capsules AS c WHERE c.interview_id = i.interview_id AND c.kind IN (1, 3) AND c.level = 2)))`+which,
		args...); err != nil {
		return fmt.Errorf("count interviews: %w", err)
	}
	return nil
}

// idsOf runs a query for ids.
func idsOf(t *tx, query string, args ...any) (ids [][]byte, err error) {
	err = each(t, func(row scanner) error {
		var id []byte
		if err := row.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	}, query, args...)
	return ids, err
}

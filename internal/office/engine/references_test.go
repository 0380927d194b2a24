package engine_test

import (
	"strings"
	"testing"
)

// TestRowsNameWhatIsThere adds rows that name others that are not there, changes rows so that they do, and deletes rows
// that are named: each database refuses all of it, and takes the same rows where what they name is there.
func TestRowsNameWhatIsThere(t *testing.T) {
	refused := map[string]string{
		"batches":               `INSERT INTO batches (batch_id, device_id, epoch, seq, prev, made, received, header, sig, level) SELECT prev, device_id, 9, seq, prev, made, received, header, sig, level FROM batches`,
		"payloads":              `INSERT INTO payloads (batch_id, body) SELECT leaf, leaf FROM records`,
		"records":               `INSERT INTO records (batch_id, pos, kind, version, leaf) SELECT leaf, 0, 1, 1, leaf FROM records`,
		"versions, interview":   `INSERT INTO versions (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs) SELECT duty_id, 1, r.batch_id, r.pos, leaf, leaf, '', '', '' FROM records AS r, duties`,
		"versions, record":      `INSERT INTO versions (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs) SELECT interview_id, 2, batch_id, 7, leaf, leaf, '', '', '' FROM records`,
		"versions, capsule":     `INSERT INTO versions (interview_id, version, capsule_id, questionnaire, content, needs, flags, signs) SELECT interview_id, 2, leaf, leaf, leaf, '', '', '' FROM records`,
		"links":                 `INSERT INTO case_links (interview_id, case_id, home_case) SELECT duty_id, case_id, case_id FROM duties`,
		"links, moved":          `UPDATE case_links SET case_id = (SELECT duty_id FROM duties)`,
		"links, home moved":     `UPDATE case_links SET home_case = (SELECT duty_id FROM duties)`,
		"events":                `INSERT INTO case_events (case_id, n, at, actor, act) SELECT duty_id, 1, 1, '', '' FROM duties`,
		"facts":                 `INSERT INTO facts (case_id, seq, body) SELECT duty_id, 99, duty_id FROM duties`,
		"duties, case":          `UPDATE duties SET case_id = duty_id`,
		"duties, home":          `UPDATE duties SET home_case = duty_id`,
		"duties, interview":     `UPDATE duties SET interview_id = duty_id`,
		"duties, service":       `UPDATE duties SET service_id = duty_id`,
		"likenesses":            `INSERT INTO likenesses (tag, interview_id) SELECT duty_id, duty_id FROM duties`,
		"delete devices":        `DELETE FROM devices`,
		"delete batches":        `DELETE FROM batches`,
		"delete records":        `DELETE FROM records`,
		"delete interviews":     `DELETE FROM interviews`,
		"delete cases":          `DELETE FROM cases`,
		"delete what is hidden": `DELETE FROM cases WHERE case_id IN (SELECT home_case FROM duties)`,
	}
	taken := []string{
		`UPDATE duties SET service_id = NULL, interview_id = NULL, home_case = case_id`,
		`INSERT INTO case_events (case_id, n, at, actor, act) SELECT case_id, 2, 1, '', '' FROM duties`,
		`INSERT INTO versions (interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs) SELECT interview_id, 2, batch_id, pos, leaf, leaf, '', '', '' FROM records`,
		`DELETE FROM likenesses`, `DELETE FROM versions`, `DELETE FROM records`,
	}
	onBoth(t, func(t *testing.T, b *bench) {
		r := held(interview(1))
		r.Alike, r.Leaf = []string{"a form"}, [32]byte{5}
		a := arrival(b.device(), 1, "")
		if _, err := b.Take(t.Context(), a, opened(a, r)); err != nil {
			t.Fatal(err)
		}
		for what, statement := range refused {
			_, err := b.Raw().Exec(statement)
			if err == nil || !strings.Contains(err.Error(), "FOREIGN KEY") && !strings.Contains(err.Error(), "SQLSTATE 23503") {
				t.Errorf("%s: got %v, want a refusal for what the rows name", what, err)
			}
		}
		for _, statement := range taken {
			if done, err := b.Raw().Exec(statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			} else if n, err := done.RowsAffected(); n == 0 {
				t.Errorf("%s: %d rows (%v), want some", statement, n, err)
			}
		}
	})
}

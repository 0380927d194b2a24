package engine

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
)

// likeKey is the setting that holds the key of likenesses.
const likeKey = "likeness"

// keyOfLikenesses returns the key under which this office hashes forms of people, and makes it where there is none.
func keyOfLikenesses(t *tx) (key []byte, err error) {
	if t.likeness == nil {
		t.likeness, err = keptKey(t)
	}
	return t.likeness, err
}

func keptKey(t *tx) ([]byte, error) {
	var kept string
	err := t.row(`SELECT value FROM settings WHERE name = $1`, likeKey).Scan(&kept)
	if err == nil {
		if kept, err = revealText(t.box, place("settings.value", []byte(likeKey), 0), kept); err != nil {
			return nil, err
		}
		return base64.RawStdEncoding.DecodeString(kept)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	_, err = t.exec(`INSERT INTO settings (name, value) VALUES ($1, $2)`, likeKey,
		hideText(t.box, place("settings.value", []byte(likeKey), 0), base64.RawStdEncoding.EncodeToString(key)))
	return key, err
}

// tagsOf hashes the forms of a record.
func tagsOf(t *tx, r *casework.OpenedRecord) (tags [][]byte, err error) {
	if len(r.Alike) == 0 {
		return nil, nil
	}
	key, err := keyOfLikenesses(t)
	if err != nil {
		return nil, fmt.Errorf("key of likenesses: %w", err)
	}
	for _, form := range r.Alike {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(form))
		tags = append(tags, mac.Sum(nil)[:16])
	}
	return tags, nil
}

// keepAlike keeps by what the person of an interview may be found again, in place of what an earlier version said.
func keepAlike(t *tx, r *casework.OpenedRecord) error {
	if err := forgetAlike(t, r.Interview[:]); err != nil {
		return err
	}
	tags, err := tagsOf(t, r)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		if _, err := t.exec(`INSERT INTO likenesses (tag, interview_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, tag, r.Interview[:]); err != nil {
			return fmt.Errorf("keep likeness: %w", err)
		}
	}
	return nil
}

func forgetAlike(t *tx, interview []byte) error {
	if _, err := t.exec(`DELETE FROM likenesses WHERE interview_id = $1`, interview); err != nil {
		return fmt.Errorf("forget likeness: %w", err)
	}
	return nil
}

// mostAlike bounds how many cases are suggested.
const mostAlike = 5

// alikeCases are the cases that share a form with one and stand by themselves, without those of which somebody said
// that they are another person's.
func (e *Engine) alikeCases(t *tx, f *casework.CaseFile) (all []casework.Case, err error) {
	apart := map[string]bool{}
	for _, ev := range f.Events {
		if ev.Act == casework.CaseApart {
			apart[ev.Text] = true
		}
	}
	err = each(t, func(row scanner) error {
		c, err := e.scanCase(row)
		if err == nil && !apart[c.ID.String()] && len(all) < mostAlike {
			all = append(all, c)
		}
		return err
	}, `SELECT `+caseColumns+` FROM `+caseTables+` WHERE c.status <> 'merged' AND c.case_id <> $1 AND c.case_id IN (
		SELECT l.case_id FROM case_links AS own JOIN likenesses AS mine ON mine.interview_id = own.interview_id
			JOIN likenesses AS other ON other.tag = mine.tag JOIN case_links AS l ON l.interview_id = other.interview_id
		WHERE own.case_id = $1) ORDER BY c.opened DESC`, f.ID[:])
	return all, err
}

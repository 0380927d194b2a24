package engine

import (
	"context"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
)

// putFacts keeps the facts of a case; gone ends that it counts.
func putFacts(t *tx, id []byte, f casework.Facts, gone bool) error {
	if gone {
		if err := unpackOf(t, id); err != nil {
			return err
		}
	}
	body, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	if _, err := t.exec(`INSERT INTO facts (case_id, seq, body, gone) SELECT $1, coalesce(max(seq), 0) + 1, $2, $3 FROM facts WHERE 1 = 1
		ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, body = excluded.body, gone = excluded.gone`,
		id, hide(t.box, place("facts.body", id, 0), body), number(gone)); err != nil {
		return fmt.Errorf("keep facts: %w", err)
	}
	return nil
}

// putFactsAt is putFacts for a case that is new, at the next place of an inventor.
func putFactsAt(in *inventor, id []byte, f casework.Facts) error {
	body, err := cbor.Marshal(f)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	return in.put(`INSERT INTO facts (case_id, seq, body) VALUES ($1, $2, $3)`, id, in.seq, hide(in.box, place("facts.body", id, 0), body))
}

// PutFacts keeps what is counted of a case.
func (e *Engine) PutFacts(ctx context.Context, id casework.CaseID, f casework.Facts) error {
	return e.write(ctx, "put facts", func(t *tx) error { return putFacts(t, id[:], f, false) })
}

func scanFacts(box *seal.Box, row scanner) (f casework.FactsRow, err error) {
	var id, body []byte
	var finding casework.Finding
	if err := row.Scan(&f.Seq, &id, &body, &f.Gone, &finding); err != nil {
		return f, err
	}
	copy(f.Case[:], id)
	if f.Gone {
		return f, nil
	}
	if body, err = reveal(box, place("facts.body", id, 0), body); err != nil {
		return f, err
	}
	if err := cbor.Unmarshal(body, &f.Facts); err != nil {
		return f, screening.Fail(screening.CodeDamaged, fmt.Errorf("facts of case %s cannot be read", f.Case))
	}
	if finding != casework.FindingOpen && f.Facts.Counted {
		f.Facts.Finding = finding
	}
	return f, nil
}

// recount renews the place of a case in the order of changes: it counts by itself, or no longer does.
func recount(t *tx, id []byte, gone bool) error {
	if _, err := t.exec(`UPDATE facts SET gone = $1, seq = (SELECT max(seq) + 1 FROM facts) WHERE case_id = $2`, number(gone), id); err != nil {
		return fmt.Errorf("recount case: %w", err)
	}
	return nil
}

package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leeward/internal/office/casework"
)

// mostTalks bounds how many interviews of one day are looked at.
const mostTalks = 5000

// Talks counts the interviews that began since from, by the devices' clocks, and have arrived: by who led them, in the
// order of their codes.
func (e *Engine) Talks(ctx context.Context, from time.Time) (list []casework.Talks, err error) {
	by := map[string]casework.Talks{}
	err = e.read("count talks", func() error {
		return e.each(ctx, func(row scanner) error {
			var id, body []byte
			var version uint64
			var level int
			if err := row.Scan(&id, &version, &level, &body); err != nil {
				return err
			}
			if body, err = reveal(e.box, place("versions.content", id, version), body); err != nil {
				return err
			}
			iv, err := readContent(body)
			if err != nil {
				return fmt.Errorf("read talk: %w", err)
			}
			if iv.Started.Before(from) || iv.Setting.Screener == "" {
				return nil
			}
			t := by[iv.Setting.Screener]
			t.Screener, t.Led = iv.Setting.Screener, t.Led+1
			if levelNames[level] == casework.Red {
				t.Urgent++
			}
			by[t.Screener] = t
			return nil
		}, `SELECT i.interview_id, i.version, i.level, v.content FROM interviews AS i
			JOIN versions AS v ON v.interview_id = i.interview_id AND v.version = i.version
			WHERE i.received >= $1 AND i.status <> 'withdrawn' ORDER BY i.received DESC LIMIT $2`, from.UnixMilli(), mostTalks)
	})
	return slices.SortedFunc(maps.Values(by), func(a, b casework.Talks) int { return strings.Compare(a.Screener, b.Screener) }), err
}

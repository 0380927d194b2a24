// Package assess says what the answers of a screening interview support, and on which of them that rests.
//
// It decides nothing. It counts no points, gives no percentage and no colour: a named person reads the
// profile and sets the result (screening outline, L3 and L7). Two results stand side by side and are never
// merged: the legal shape (act, means and purpose; under 18 act and purpose), and "exploited, eligible for
// assistance", which needs no means. Neither opens or closes help.
//
// # Rules
//
//   - An indicator is present, possible, absent (asked, and not found) or not asked. Declined, does not know,
//     not asked and not applicable never count as absent.
//   - One answer makes at most one indicator of a dimension present; further ones it marks there are possible.
//   - A circumstance (poverty, no papers, an earlier harm) alone is never more than possible abuse of it.
//   - A dimension is positive with two strong indicators, or one strong and one other, or three medium, or two
//     medium and one weak (dimension rule of the ILO brochure, p. 3, as cited by a secondary source). Only what
//     is present counts; with what is possible as well it may be possibly positive.
//   - Each list says how many of its indicators were asked.
//   - The lists for sexual exploitation are not verified, say so, and are not ILO's.
//   - The signs of forced criminality follow UNODC's key indicators (2023, for scam compounds), an addition of
//     this program that counts in no dimension.
//   - The person's own view of danger only ever raises the risk that a screener sees.
//
// Everything is a pure function of the evaluated interview.
package assess

import (
	"fmt"
	"io"
	"log/slog"
)

// quiet keeps what was said out of every way of printing the types that embed it.
type quiet struct{}

// Format keeps answers out of every fmt verb.
func (quiet) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[assessment]") }

// LogValue keeps answers out of logs.
func (quiet) LogValue() slog.Value { return slog.StringValue("[assessment]") }

// MarshalJSON keeps answers out of logs in JSON.
func (quiet) MarshalJSON() ([]byte, error) { return []byte(`"[assessment]"`), nil }

package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
)

// FieldQuestion is what a reviewer asks back about an interview. It goes to the device that was the first to hand it in.
type FieldQuestion struct {
	ID        [16]byte
	Interview screening.InterviewID
	Actor     string
	Text      string // personal; only the device and the case's own events hold it

	// Seal makes the bytes that travel to a device. It is called inside the transaction.
	Seal func(to Enrolled, q FieldQuestion, code screening.RespondentCode, at time.Time) ([]byte, error)
}

// Asked is how far a question came.
type Asked struct {
	ID   [16]byte
	At   time.Time
	Told time.Time // when the device said to have it; zero until then
}

// MaxQuestion is the longest question back to the field, in bytes.
const MaxQuestion = 1000

// Format prints nothing of what is asked.
func (q FieldQuestion) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[question about %s]", q.Interview)
}

// LogValue keeps the question out of logs.
func (q FieldQuestion) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(q)) }

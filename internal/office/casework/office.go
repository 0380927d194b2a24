package casework

import (
	"time"

	"leeward/internal/screening"
)

// Device is one enrolled device as a list shows it.
type Device struct {
	ID         screening.DeviceID
	Epoch      uint64
	Status     DeviceStatus
	App        string // version of its program, as it said at enrolment
	Enrolled   time.Time
	Seen       time.Time // last batch or greeting; zero if never
	Batches    int
	Interviews int
	LastSeq    uint64 // highest sequence number of this epoch
	PutBack    bool   // since this enrolment it was seen that its records were put back to an earlier day, or copied
	Missing    int    // batches that the device has made, as far as is known here, and that have not arrived
	News       uint64 // the newest bulletin that it has said to have
}

// Incoming is what came from one device, over all its epochs.
type Incoming struct {
	Device       screening.DeviceID
	Batches      int
	Last         time.Time     // when the newest batch was received
	Slowest      time.Duration // between making a batch, by the device's clock, and its arrival
	Ahead        time.Duration // how far the device's clock was ahead at most
	ClockDoubts  int           // batches whose device was ahead of the office by more than two hours
	Waiting      int           // batches that are not opened yet
	WaitingSince time.Time     // since when the oldest of them waits; zero where none does
	Quarantined  int
}

// DeviceStatus is what an epoch of a device may still do.
type DeviceStatus string

// The states of an epoch.
const (
	DeviceActive   DeviceStatus = "active"
	DeviceReplaced DeviceStatus = "replaced" // the device enrolled again
	DeviceRevoked  DeviceStatus = "revoked"
)

// Stats counts what an office holds. The JSON names are the program's (leeward-office stats -json).
type Stats struct {
	Devices     int `json:"devices"`     // active
	Batches     int `json:"batches"`     // heartbeats too
	Interviews  int `json:"interviews"`  // recorded once each, whatever the number of versions
	Opened      int `json:"opened"`      // interviews that were decrypted, read and recorded
	Quarantined int `json:"quarantined"` // batches, and single records, that are kept but not usable
	Incidents   int `json:"incidents"`
}

// Attention counts what somebody has to look at, as in Stats.
type Attention struct {
	Quarantined int
	Incidents   int
}

// Incident is something that should not happen and that a supervisor has to look at: a fork, a batch
// that does not open, a record of another device.
type Incident struct {
	ID     int64
	Kind   string // a code of the wire: "E_FORK", "E_OPEN", …
	Device screening.DeviceID
	Batch  screening.BatchID
	Seen   time.Time
	Held   bool // the batch is held until a supervisor vouches for it
}

// SettingPhone is the setting of an office with the phone that referrals name: a line on which it is safe to call back.
const SettingPhone = "referral_phone"

// Held is what is held of a revoked device until a supervisor vouches for it. Nothing of it was read.
type Held struct {
	Batches     int
	Copies      int // recovery copies of single interviews
	Bytes       int64
	First, Last time.Time   // when it was received; zero where nothing is held
	Mark        uint64      // the last place in the office's log at which something of it stands
	Newest      []HeldPiece // the last that came first; not all of them where they are many
}

// HeldPiece is one batch, or recovery copy, that is held.
type HeldPiece struct {
	ID       screening.BatchID
	Copy     bool   // of a single interview, handed in from a stick
	Seq      uint64 // its number on the device; 0 for a copy
	Made     time.Time
	Received time.Time
	Bytes    int64 // sealed
}

// Talks is how many interviews somebody led on a day, as far as they have arrived: for the care of staff, never to compare
// people (REQ-52).
type Talks struct {
	Screener string // the code of the member of staff
	Led      int
	Urgent   int // of them, in how many somebody was in need at once
}

// SettingMonths is the setting of an office that says for how many months it keeps closed cases.
const SettingMonths = "keep_months"

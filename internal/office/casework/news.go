package casework

import (
	"time"

	"leeward/internal/screening"
)

// NewsKind is what a published document is for; the numbers are those of sync/bulletin.
type NewsKind uint64

// The kinds of documents that an office publishes to its devices.
const (
	NewsQuestionnaire NewsKind = 1
	NewsPolicy        NewsKind = 2
	NewsDirectory     NewsKind = 3
	NewsWords         NewsKind = 4
)

// Document is one document that devices get.
type Document struct {
	Kind    NewsKind
	Name    string // of a questionnaire its id, of words their language; else ""
	Label   string // for people: the version that a questionnaire gives itself
	Version uint64 // number of the bulletin that first had it
	Made    time.Time
	Length  uint64   // bytes as it travels, packed
	Sum     [32]byte // SHA-256 of those bytes
	Size    uint64   // bytes unpacked
	Ref     [32]byte // SHA-256 of the bytes unpacked: of a questionnaire, its Ref
	Packed  []byte   // nil in lists
}

// Manuscript is what somebody hands in to be published, as they have it: of a questionnaire an XLSForm workbook or JSON,
// of anything else JSON. Publishing reads it as a device will.
type Manuscript struct {
	Kind NewsKind `json:"kind"`
	Name string   `json:"name,omitempty"` // of words their language; else ""
	File []byte   `json:"file"`
}

// Unfit says why devices could not use what was handed in to be published, a line for each fault.
type Unfit struct{ Why []string }

// Error names the first fault.
func (u *Unfit) Error() string {
	if len(u.Why) == 0 {
		return "devices cannot use it"
	}
	return u.Why[0]
}

// News is what an office has out.
type News struct {
	Version   uint64 // of the bulletin; 0 for none
	Contents  uint64 // of the list
	Made      time.Time
	Bulletin  []byte     // as the online key signed it
	List      []byte     // as the registrar key signed it
	Documents []Document // that the list names, by kind and name
}

// OrderState is how far an order came.
type OrderState string

// The states of an order. Each of the last three is the device's own signed word.
const (
	OrderWaiting OrderState = "waiting" // not known to have reached the device
	OrderBegun   OrderState = "begun"   // a wipe that the device began: it has no key to say more with
	OrderDone    OrderState = "done"
	OrderRefused OrderState = "refused"
)

// Order is one that two people signed, for one device (internal/vault, Orders).
type Order struct {
	ID       [16]byte
	Device   screening.DeviceID
	Epoch    uint64
	Act      uint64
	Value    uint64
	Made     time.Time
	Until    time.Time
	State    OrderState
	Reported time.Time // when the report came; zero while waiting
	File     []byte    // as it was signed; nil in lists
}

// Publication is one change: documents that come or take the place of others, documents that go, and orders.
type Publication struct {
	Put    []Document // Version and Made are not read
	Remove []Document // Kind and Name only
	Orders []Order
	Actor  string
	Act    Act
	Object string

	// Sign makes the list and the bulletin of a number, and the entry that the log gets for them. list is the one that is
	// out and stays, or nil for a new one of the documents that n holds. It is called inside the transaction.
	Sign func(n News, list []byte) (signed News, entry []byte, err error)
}

// Delivery is what one epoch of a device is to get beside what all get.
type Delivery struct {
	Orders     [][]byte // that it has not reported on, and that still hold
	Questions  [][]byte // of reviewers, sealed to it, that it is not known to have
	Revocation []byte   // nil while it is trusted
}

package bulletin

import (
	"bytes"
	"crypto/sha256"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

// Parcel is news as they reach one device, by network or stick: the bulletin with its contents, documents, and what
// concerns this device alone. Each part is signed by itself, so a parcel is not.
type Parcel struct {
	Bulletin   []byte
	Contents   []byte         // nil where the device is thought to have it
	Documents  map[Sum][]byte // packed, by their hash
	Orders     [][]byte       // of two root keys (internal/vault, Orders)
	Questions  [][]byte       // of reviewers, sealed to this device
	Revocation []byte         // of this device
	Roots      [][]byte       // that come after the device's, in order
}

const (
	minParcel = 4 << 10
	// MaxParcel is the longest answer to a question for news in bytes; documents are asked for one by one.
	MaxParcel = 128 << 10
	maxOrders = 16 // that one parcel carries, and as many questions
)

// Items lists the parts of a parcel as a stick has them.
func (p Parcel) Items() (items [][]byte) {
	items = append(items, p.Roots...)
	for _, one := range [][]byte{p.Bulletin, p.Contents, p.Revocation} {
		if one != nil {
			items = append(items, one)
		}
	}
	items = append(items, p.Orders[:min(len(p.Orders), maxOrders)]...)
	items = append(items, p.Questions[:min(len(p.Questions), maxOrders)]...)
	for _, packed := range p.Documents {
		items = append(items, Document(packed))
	}
	return items
}

// Encode gives the bytes of a parcel, padded, so that an order looks like none. Documents do not travel in it.
func (p Parcel) Encode() ([]byte, error) {
	p.Documents = nil
	return batch.JoinItems(p.Items(), minParcel)
}

// ParseParcel reads a parcel. Errors carry E_FORMAT.
func ParseParcel(b []byte) (Parcel, error) {
	if len(b) > MaxParcel {
		return Parcel{}, screening.Fail(screening.EFormat, ErrLength)
	}
	items, err := batch.SplitItems(b, minParcel)
	if err != nil {
		return Parcel{}, err
	}
	return Sort(items), nil
}

// Sort finds the news among the items of a stick, and passes over everything else. Where there are two bulletins the
// last one counts.
func Sort(items [][]byte) (p Parcel) {
	for _, item := range items {
		switch packed, isDocument := bytes.CutPrefix(item, []byte(documentMagic)); {
		case isDocument && len(packed) <= MaxPacked:
			if p.Documents == nil {
				p.Documents = map[Sum][]byte{}
			}
			p.Documents[sha256.Sum256(packed)] = packed
		case isBulletin(item):
			p.Bulletin = item
		case isContents(item):
			p.Contents = item
		case batch.IsRevocation(item):
			p.Revocation = item
		case batch.IsRoot(item):
			p.Roots = append(p.Roots, item)
		case isQuestion(item) && len(p.Questions) < maxOrders:
			p.Questions = append(p.Questions, item)
		case vault.IsOrder(item) && len(p.Orders) < maxOrders:
			p.Orders = append(p.Orders, item)
		}
	}
	return p
}

// Empty says whether there is no news in a parcel.
func (p Parcel) Empty() bool {
	return p.Bulletin == nil && p.Revocation == nil && len(p.Orders) == 0 && len(p.Questions) == 0 && len(p.Roots) == 0
}

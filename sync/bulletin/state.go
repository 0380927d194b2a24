package bulletin

import (
	"crypto/sha256"
	"slices"
	"time"

	"leeward/internal/seal"
	"leeward/sync/batch"
)

// State is what a device has of its office: the newest numbers, and the documents that they name. Nothing in it is
// secret, nor about a person. The zero State is that of a device that never heard anything.
type State struct {
	Bulletin  uint64    `json:"bulletin"`
	Sum       Sum       `json:"sum"`      // of the bulletin
	Contents  uint64    `json:"contents"` // version
	Listed    Sum       `json:"listed"`   // of the list of contents
	Made      time.Time `json:"made"`     // of the bulletin, office time
	Until     time.Time `json:"until"`
	Items     []Item    `json:"items"`
	Online    Sum       `json:"online"`    // the keys under which the numbers count: with another key they begin anew,
	Registrar Sum       `json:"registrar"` // so that a stolen key cannot hold a device for ever
}

// under is the state as it counts under the keys of a root.
func (s State) under(root batch.Root) State {
	if s.Online != Sum(root.Online) {
		s.Bulletin, s.Sum = 0, Sum{}
	}
	if s.Registrar != Sum(root.Registrar) {
		s.Contents, s.Listed = 0, Sum{}
		s.Items = slices.Clone(s.Items)
		for n := range s.Items {
			s.Items[n].Version = 0
		}
	}
	s.Online, s.Registrar = Sum(root.Online), Sum(root.Registrar)
	return s
}

// Take checks news against what a device has, in the order of FORMAT.md, and returns what it has afterwards and which
// documents it lacks for that. contents may be nil where the list is the one that is here already. Nothing is kept
// until every document is here.
//
// Errors carry E_FORMAT, E_SIG, or bad_news with one of ErrRoot, ErrRollback, ErrMixed, ErrLength, ErrHash beneath.
func (s State) Take(root batch.Root, news, contents []byte) (next State, lacking []Item, err error) {
	b, err := Verify(news, root.Online)
	if err != nil {
		return State{}, nil, err
	}
	s = s.under(root)
	sum := Sum(sha256.Sum256(news))
	switch {
	case b.Root != root.Version:
		return State{}, nil, refuse("bulletin", ErrRoot)
	case b.Version < s.Bulletin:
		return State{}, nil, refuse("bulletin", ErrRollback)
	case b.Version == s.Bulletin && sum != s.Sum:
		return State{}, nil, refuse("bulletin", ErrMixed)
	case b.Contents < s.Contents:
		return State{}, nil, refuse("contents", ErrRollback)
	case b.Contents == s.Contents && b.Sum != s.Listed:
		return State{}, nil, refuse("contents", ErrMixed)
	}
	next = s
	next.Bulletin, next.Sum, next.Made, next.Until = b.Version, sum, b.Made, b.Until
	if b.Contents == s.Contents {
		return next, nil, nil
	}
	list, err := s.list(b, contents, root.Registrar)
	if err != nil {
		return State{}, nil, err
	}
	next.Contents, next.Listed, next.Items = b.Contents, b.Sum, list.Items
	for _, item := range list.Items {
		if !slices.ContainsFunc(s.Items, func(have Item) bool { return have.Sum == item.Sum && have.same(item) }) {
			lacking = append(lacking, item)
		}
	}
	return next, lacking, nil
}

// list reads the contents that a bulletin names: length and hash, then the signature, then the versions.
func (s State) list(b Bulletin, file []byte, registrar seal.PublicKey) (Contents, error) {
	switch {
	case uint64(len(file)) != b.Length:
		return Contents{}, refuse("contents", ErrLength)
	case sha256.Sum256(file) != b.Sum:
		return Contents{}, refuse("contents", ErrHash)
	}
	list, err := VerifyContents(file, registrar)
	if err != nil {
		return Contents{}, err
	}
	if list.Version != b.Contents {
		return Contents{}, refuse("contents", ErrMixed)
	}
	for _, item := range list.Items {
		for _, have := range s.Items {
			switch {
			case !have.same(item):
			case item.Version < have.Version:
				return Contents{}, refuse("document", ErrRollback)
			case item.Version == have.Version && item.Sum != have.Sum:
				return Contents{}, refuse("document", ErrMixed)
			}
		}
	}
	return list, nil
}

// Item returns the document of a kind and name, if the office has one out.
func (s State) Item(kind Kind, name string) (Item, bool) {
	for _, i := range s.Items {
		if i.Kind == kind && i.Name == name {
			return i, true
		}
	}
	return Item{}, false
}

// Newest returns the document of a kind that was published last.
func (s State) Newest(kind Kind) (newest Item, ok bool) {
	for _, i := range s.Items {
		if i.Kind == kind && (!ok || i.Version > newest.Version) {
			newest, ok = i, true
		}
	}
	return newest, ok
}

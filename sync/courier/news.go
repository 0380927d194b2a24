package courier

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// Newsroom is where a device keeps what its office publishes. Each method is durable when it returns.
type Newsroom interface {
	// News returns what is here.
	News(ctx context.Context) (bulletin.State, error)
	// TakeNews keeps news that were checked, with the documents that came with them, unpacked, by the hash under which
	// the list names them: all, or nothing. With an error the office is asked again the next time.
	TakeNews(ctx context.Context, next bulletin.State, documents map[bulletin.Sum][]byte) error
	// Heed takes what concerns this device alone, and verifies it by itself: orders, sealed questions about interviews that
	// it handed in, and its revocation, or nil. An order that destroys the device is kept until the courier has ended.
	// What Heed did is in Reports.
	Heed(ctx context.Context, orders, questions [][]byte, revocation []byte) error
	// Follow keeps the root that came after the one of the enrolment; it was checked.
	Follow(ctx context.Context, root []byte) error
	// Reports returns signed words about orders that the office was not told of yet.
	Reports(ctx context.Context) ([][]byte, error)
	// Told forgets a report that the office took, or will never take.
	Told(ctx context.Context, report []byte) error
}

// News is what a sync brought down.
type News struct {
	Bulletin  uint64 // the newest one that was heard of; 0 where there is none
	Taken     bool   // it is kept with all its documents
	Documents int    // that came with it
	Err       error  // why it was not taken; what was sent is not touched by it
}

// hear asks for what the office published, if it said that there is something new, and takes what concerns this device
// alone. It returns what is still to be fetched.
func (v *visit) hear(ctx context.Context, newest uint64) (*pending, error) {
	if v.News == nil {
		return nil, nil
	}
	v.result.News.Bulletin = newest
	have, err := v.News.News(ctx)
	if err != nil {
		return nil, err
	}
	if newest <= have.Bulletin { // an older one is an office that was put back: it will number above what it hears of
		return nil, nil
	}
	p, err := v.parcel(ctx, have.Contents)
	if err != nil {
		return nil, err
	}
	return v.unpack(ctx, p)
}

// parcel asks for what the office has for this device beyond a list of contents, and beyond the root that is known here.
func (v *visit) parcel(ctx context.Context, list uint64) (bulletin.Parcel, error) {
	answer, err := v.link.ask(ctx, "GET", fmt.Sprintf("/v1/bulletin?list=%d&root=%d", list, v.m.root.Version), nil)
	if err != nil {
		return bulletin.Parcel{}, err
	}
	return bulletin.ParseParcel(answer)
}

// catchUp follows the roots that came after the one known here, and reports whether there were any: an office that has
// another key since signs with it, and what it says cannot be verified before.
func (v *visit) catchUp(ctx context.Context) bool {
	if v.News == nil {
		return false
	}
	before := v.m.root.Version
	err := v.gossip(ctx, func() error {
		p, err := v.parcel(ctx, 0)
		if err != nil {
			return err
		}
		return v.followRoots(ctx, p.Roots)
	})
	return err == nil && v.m.root.Version > before
}

// pending is news of which documents are still on their way.
type pending struct {
	next      bulletin.State
	lacking   []bulletin.Item
	documents map[bulletin.Sum][]byte // unpacked
}

// unpack heeds what a parcel holds for this device alone, and checks the rest of it.
func (v *visit) unpack(ctx context.Context, p bulletin.Parcel) (*pending, error) {
	if len(p.Orders)+len(p.Questions) > 0 || p.Revocation != nil {
		if err := v.News.Heed(ctx, p.Orders, p.Questions, p.Revocation); err != nil {
			return nil, err
		}
	}
	if err := v.followRoots(ctx, p.Roots); err != nil {
		return nil, err
	}
	if p.Bulletin == nil {
		return nil, nil
	}
	have, err := v.News.News(ctx)
	if err != nil {
		return nil, err
	}
	next, lacking, err := have.Take(v.m.root, p.Bulletin, p.Contents)
	if err != nil {
		return nil, err
	}
	return &pending{next, lacking, map[bulletin.Sum][]byte{}}, nil
}

// followRoots goes from the root of the enrolment to later ones, each of which the one before has to have signed.
func (v *visit) followRoots(ctx context.Context, roots [][]byte) error {
	for _, file := range roots {
		_, before, err := v.Outbox.Enrolment(ctx)
		if err != nil {
			return err
		}
		root, err := batch.VerifyRoot(file)
		if err != nil {
			return err
		}
		if root.Version <= v.m.root.Version {
			continue
		}
		if root, err = batch.FollowRoot(before, file); err != nil {
			return err
		}
		if err := v.News.Follow(ctx, file); err != nil {
			return err
		}
		v.m.root, v.m.document = root, file
		v.Log.Info("root", "version", root.Version)
		if root.Branch.Size == 0 {
			continue
		}
		if err := v.again(ctx, root.Branch); err != nil {
			return err
		}
	}
	return nil
}

// again begins anew where an office that was restored says, by its root keys, that its log goes on.
func (v *visit) again(ctx context.Context, from screening.Checkpoint) (err error) {
	before := v.log.Size
	if v.log, err = v.Outbox.Checkpoint(ctx); err != nil {
		return err
	}
	v.Log.Warn("the office was restored", "known", before, "from", from.Size)
	v.unsent, err = v.Outbox.Unsent(ctx)
	return err
}

// fetch gets the documents that are lacking over the network, and keeps everything at once. What came of a document
// when a connection broke is gone on with, in this sync or a later one.
func (v *visit) fetch(ctx context.Context, p *pending) error {
	for _, item := range p.lacking {
		packed, err := v.download(ctx, item)
		if err != nil {
			return err
		}
		delete(v.partial, item.Sum)
		if p.documents[item.Sum], err = item.Unpack(packed); err != nil {
			return err
		}
	}
	clear(v.partial) // of documents that are out no more
	return v.keep(ctx, p)
}

func (v *visit) keep(ctx context.Context, p *pending) error {
	if err := v.News.TakeNews(ctx, p.next, p.documents); err != nil {
		return err
	}
	v.result.News.Taken, v.result.News.Documents = true, len(p.documents)
	v.Log.Info("news", "bulletin", p.next.Bulletin, "documents", len(p.documents))
	return nil
}

// download reads one document in parts, and never more of it than was signed.
func (v *visit) download(ctx context.Context, item bulletin.Item) ([]byte, error) {
	for tries := 0; uint64(len(v.partial[item.Sum])) < item.Length; {
		have := v.partial[item.Sum]
		part, err := v.link.ask(ctx, "GET", fmt.Sprintf("/v1/doc/%s?at=%d", item.Sum, len(have)), nil)
		if screening.CodeOf(err) == screening.CodeOffline && err != nil && ctx.Err() == nil && tries < idleTries {
			tries++
			v.link.client.CloseIdleConnections()
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(part) == 0 || uint64(len(have)+len(part)) > item.Length {
			delete(v.partial, item.Sum)
			return nil, screening.Fail(screening.CodeBadNews, fmt.Errorf("document %s: %w", item.Sum.String()[:8], bulletin.ErrLength))
		}
		tries = 0
		v.partial[item.Sum] = append(have, part...)
	}
	return v.partial[item.Sum], nil
}

// tell hands the office what this device did with orders. A word that the office will never take is dropped.
func (v *visit) tell(ctx context.Context) error {
	if v.News == nil {
		return nil
	}
	reports, err := v.News.Reports(ctx)
	if err != nil {
		return err
	}
	for _, report := range reports {
		_, err := v.link.ask(ctx, "POST", "/v1/obeyed", report)
		if no, refused := errors.AsType[*Refused](err); err != nil && (!refused || no.Temporary()) {
			return err
		}
		if err := v.News.Told(ctx, report); err != nil {
			return err
		}
	}
	return nil
}

// gossip is the part of a visit that brings news down. What goes wrong in it is noted, and only a link that broke ends
// the visit: nobody's interview waits for a bulletin.
func (v *visit) gossip(ctx context.Context, do func() error) error {
	err := do()
	if err == nil {
		return nil
	}
	v.Log.Warn("news", "code", screening.CodeOf(err), "err", err)
	v.result.News.Err = errors.Join(v.result.News.Err, err)
	if screening.CodeOf(err) == screening.CodeOffline || ctx.Err() != nil {
		return err
	}
	return nil
}

// lastWord asks for what concerns a device that its office refuses: the signed reason, and orders.
func (v *visit) lastWord(ctx context.Context, refused error) error {
	no, ok := errors.AsType[*Refused](refused)
	if !ok || no.Code != screening.ERevoked || v.News == nil {
		return refused
	}
	_ = v.gossip(ctx, func() error {
		p, err := v.parcel(ctx, 0)
		if err == nil {
			_, err = v.unpack(ctx, p)
		}
		return errors.Join(err, v.tell(ctx))
	})
	return refused
}

// rootsOnStick follows the roots among the items of a stick.
func (v *visit) rootsOnStick(ctx context.Context, items [][]byte) error {
	if v.News == nil {
		return nil
	}
	return v.followRoots(ctx, bulletin.Sort(items).Roots)
}

// newsOnStick takes news from the items of a stick: everything has to be there, or to be here already.
func (v *visit) newsOnStick(ctx context.Context, items [][]byte) error {
	if v.News == nil {
		return nil
	}
	parcel := bulletin.Sort(items)
	if parcel.Empty() {
		return nil
	}
	p, err := v.unpack(ctx, parcel)
	if err != nil || p == nil {
		return err
	}
	v.result.News.Bulletin = p.next.Bulletin
	for _, item := range p.lacking {
		packed, ok := parcel.Documents[item.Sum]
		if !ok {
			return screening.Fail(screening.CodeBadNews, fmt.Errorf("document %s: %w", item.Sum.String()[:8], bulletin.ErrLength))
		}
		if p.documents[item.Sum], err = item.Unpack(packed); err != nil {
			return err
		}
	}
	return v.keep(ctx, p)
}

package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// Press is what intake needs of an office's records to publish to devices. Each method is one transaction.
type Press interface {
	// News returns what is out; the zero News where nothing was ever published.
	News(ctx context.Context) (casework.News, error)
	// Document returns the packed bytes of a document by their hash, or casework.ErrNotFound.
	Document(ctx context.Context, sum [32]byte) ([]byte, error)
	// Delivery returns what one epoch of a device is to get beside what all get, and the newest bulletin that it is
	// known to have.
	Delivery(ctx context.Context, id screening.DeviceID, epoch uint64) (d casework.Delivery, has uint64, err error)
	// Publish carries a publication out under a number above all before, with its entry in the log.
	Publish(ctx context.Context, p casework.Publication) (casework.News, error)
	// Reported notes a device's word about an order or a question, or returns casework.ErrNotFound for one that is not the
	// device's.
	Reported(ctx context.Context, o casework.Order, report []byte) error
	// AskField puts a question on its way to the device of its interview.
	AskField(ctx context.Context, q casework.FieldQuestion) error
}

const (
	// lasting is after how long without a new one devices say that the news of their office are old.
	lasting = 30 * 24 * time.Hour
	// helping is how many bytes of a document one answer holds at most.
	helping = 64 << 10
)

var (
	errNoNews = errors.New("nothing is published here")
	errPlace  = errors.New("not a place in a document")
)

// Publish signs what is to be out and puts it out: documents under the registrar's key, the bulletin under the online
// key. Devices hear of it with their next greeting. Documents have to be packed (Document).
func (i *Intake) Publish(ctx context.Context, p casework.Publication) (casework.News, error) {
	if i.Press == nil {
		return casework.News{}, fmt.Errorf("publish: %w", errNoNews)
	}
	p.Sign = i.signNews
	i.pressing.Lock()
	defer i.pressing.Unlock()
	news, err := i.Press.Publish(ctx, p)
	if err != nil {
		return casework.News{}, err
	}
	i.news = &news
	i.Log.Info("published", "bulletin", news.Version, "documents", len(news.Documents), "orders", len(p.Orders))
	return news, nil
}

// Document packs a document for Publish. label is for people: the version that a questionnaire gives itself.
func Document(kind casework.NewsKind, name, label string, plain []byte) (casework.Document, error) {
	item, packed, err := bulletin.Pack(bulletin.Kind(kind), name, plain)
	return casework.Document{
		Kind: kind, Name: name, Label: label, Length: item.Length, Sum: item.Sum, Size: item.Size, Ref: sha256.Sum256(plain), Packed: packed,
	}, err
}

// Renew signs what is out again when half of its time is over, so that devices hear that their office lives, or when the
// root is another one since.
func (i *Intake) Renew(ctx context.Context) error {
	news, err := i.current(ctx)
	if err != nil || news.Version == 0 || i.signedNow(news) && i.Now().Before(news.Made.Add(lasting/2)) {
		return err
	}
	_, err = i.Publish(ctx, casework.Publication{Actor: casework.Program, Act: casework.ActNews, Object: "again"})
	return err
}

// AskField sends a reviewer's question back to the device that handed an interview in: signed with the online key, sealed
// to that device alone. Errors are those of Press.AskField.
func (i *Intake) AskField(ctx context.Context, actor string, about screening.InterviewID, text string) error {
	if i.Press == nil {
		return fmt.Errorf("ask the field: %w", errNoNews)
	}
	q := casework.FieldQuestion{ID: batch.NewNonce(), Interview: about, Actor: actor, Text: text}
	q.Seal = func(to casework.Enrolled, q casework.FieldQuestion, code screening.RespondentCode, at time.Time) ([]byte, error) {
		recipient, err := seal.ParseRecipient(to.SealTo)
		if err != nil {
			return nil, fmt.Errorf("ask device %s: %w", to.ID, err)
		}
		return bulletin.SealQuestion(bulletin.Question{
			ID: q.ID, Device: to.ID, Epoch: to.Epoch, Interview: q.Interview, Code: code, At: at, Text: q.Text,
		}, i.Online, recipient)
	}
	return i.Press.AskField(ctx, q)
}

// announced is the number that a device is told: above what it has where something waits for it alone, or the root that it
// knows is not the newest.
func (i *Intake) announced(ctx context.Context, d casework.Enrolled, has, root uint64) (uint64, error) {
	news, err := i.current(ctx)
	if err != nil || i.Press == nil {
		return 0, err
	}
	if root < i.root.Version {
		return max(news.Version, has+1), nil
	}
	own, _, err := i.Press.Delivery(ctx, d.ID, d.Epoch)
	if err == nil && len(own.Orders)+len(own.Questions) > 0 {
		return max(news.Version, has+1), nil
	}
	return news.Version, err
}

// signedNow reports whether a bulletin was made under the root that holds now.
func (i *Intake) signedNow(n casework.News) bool {
	b, err := bulletin.Verify(n.Bulletin, i.root.Online)
	return err == nil && b.Root == i.root.Version
}

func (i *Intake) signNews(n casework.News, list []byte) (casework.News, []byte, error) {
	n.List = list
	if _, err := bulletin.VerifyContents(list, i.root.Registrar); err != nil { // new, or signed by the registrar before
		c := bulletin.Contents{Version: n.Contents, Made: n.Made}
		for _, d := range n.Documents {
			c.Items = append(c.Items, bulletin.Item{
				Kind: bulletin.Kind(d.Kind), Name: d.Name, Version: d.Version, Length: d.Length, Sum: d.Sum, Size: d.Size,
			})
		}
		var err error
		if n.List, err = bulletin.SignContents(c, i.Registrar); err != nil {
			return n, nil, err
		}
	}
	b := bulletin.Bulletin{Version: n.Version, Made: n.Made, Until: n.Made.Add(lasting), Root: i.root.Version}.Of(n.Contents, n.List)
	var err error
	n.Bulletin, err = bulletin.Sign(b, i.Online)
	return n, batch.BulletinEntry(n.Bulletin), err
}

// current is what is out. It is read once: nobody but Publish changes it while the office is open.
func (i *Intake) current(ctx context.Context) (casework.News, error) {
	if i.Press == nil {
		return casework.News{}, nil
	}
	i.pressing.Lock()
	defer i.pressing.Unlock()
	if i.news == nil {
		news, err := i.Press.News(ctx)
		if err != nil {
			return casework.News{}, err
		}
		i.news = &news
	}
	return *i.news, nil
}

// parcel is what one device gets that has the list of a version, and the root of one. One that was revoked gets what concerns it alone.
func (i *Intake) parcel(ctx context.Context, d casework.Enrolled, list, root uint64) (p bulletin.Parcel, has uint64, err error) {
	news, err := i.current(ctx)
	if err != nil || i.Press == nil {
		return p, 0, err
	}
	own, has, err := i.Press.Delivery(ctx, d.ID, d.Epoch)
	if err != nil {
		return p, 0, err
	}
	p.Roots = i.after(root)
	p.Orders, p.Questions, p.Revocation = own.Orders, own.Questions, own.Revocation
	if d.Revoked.IsZero() && news.Version > 0 {
		p.Bulletin = news.Bulletin
		if list != news.Contents {
			p.Contents = news.List
		}
	}
	return p, has, nil
}

// carried is the news as a stick takes them: with the documents that the device lacks, as many as there is room for.
func (i *Intake) carried(ctx context.Context, d casework.Enrolled, room int) ([][]byte, error) {
	p, has, err := i.parcel(ctx, d, 0, 0)
	if err != nil || p.Empty() {
		return nil, err
	}
	p.Documents = map[bulletin.Sum][]byte{}
	if p.Bulletin != nil {
		news, err := i.current(ctx)
		if err != nil {
			return nil, err
		}
		for _, doc := range news.Documents {
			size := batch.CarrySize(int(doc.Length) + len("LWSD1\n"))
			if doc.Version <= has || size > room {
				continue
			}
			room -= size
			if p.Documents[doc.Sum], err = i.Press.Document(ctx, doc.Sum); err != nil {
				return nil, err
			}
		}
	}
	return p.Items(), nil
}

// getBulletin answers a device's question for news. ?list= is the version of the list that it has, ?root= that of the root.
func (h *handler) getBulletin(_ http.ResponseWriter, r *http.Request) ([]byte, error) {
	d, err := h.peer(r)
	if err != nil {
		return nil, err
	}
	list, err := queried(r, "list")
	if err != nil {
		return nil, err
	}
	root, err := queried(r, "root")
	if err != nil {
		return nil, err
	}
	p, _, err := h.parcel(r.Context(), d, list, root)
	if err != nil {
		return nil, fmt.Errorf("news for device: %w", err)
	}
	return p.Encode()
}

// getDocument gives a part of a document from a byte on.
func (h *handler) getDocument(_ http.ResponseWriter, r *http.Request) ([]byte, error) {
	if _, err := h.device(r); err != nil {
		return nil, err
	}
	at, err := queried(r, "at")
	if err != nil {
		return nil, err
	}
	var sum bulletin.Sum
	if err := sum.UnmarshalText([]byte(r.PathValue("name"))); err != nil || h.Press == nil {
		return nil, screening.Fail(screening.EFormat, errName)
	}
	packed, err := h.Press.Document(r.Context(), sum)
	if errors.Is(err, casework.ErrNotFound) {
		return nil, screening.Fail(screening.EFormat, err)
	}
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", hex.EncodeToString(sum[:4]), err)
	}
	if at >= uint64(len(packed)) {
		return nil, screening.Fail(screening.EFormat, errPlace)
	}
	return packed[at:min(uint64(len(packed)), at+helping)], nil
}

// postObeyed takes a device's word about an order. It may be a device that was revoked: a lost one is wiped so.
func (h *handler) postObeyed(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	d, err := h.peer(r)
	if err != nil {
		return nil, err
	}
	file, err := readBody(w, r, max(bulletin.MaxReport, batch.MaxUnshown))
	if err != nil {
		return nil, err
	}
	return nil, h.obeyed(r.Context(), file, &d)
}

// obeyed notes a report, or that a batch was not shown, from a connection or, where from is nil, from a stick.
func (i *Intake) obeyed(ctx context.Context, file []byte, from *casework.Enrolled) error {
	if batch.IsUnshown(file) {
		return i.unshown(ctx, file, from)
	}
	report, verify, err := bulletin.ParseReport(file)
	if err != nil {
		return err
	}
	if from != nil && (report.Device != from.ID || report.Epoch != from.Epoch) || i.Press == nil {
		return screening.Fail(screening.ESig, errOther)
	}
	d, err := i.Ledger.Device(ctx, report.Device, report.Epoch)
	if err != nil {
		return err
	}
	if err := verify(seal.PublicKey(d.SignKey)); err != nil {
		return err
	}
	state := map[bulletin.Outcome]casework.OrderState{
		bulletin.Done: casework.OrderDone, bulletin.Begun: casework.OrderBegun, bulletin.Refused: casework.OrderRefused,
	}[report.Outcome]
	err = i.Press.Reported(context.WithoutCancel(ctx), casework.Order{ID: report.Order, Device: d.ID, Epoch: d.Epoch, State: state}, file)
	if errors.Is(err, casework.ErrNotFound) {
		return screening.Fail(screening.EFormat, err)
	}
	if err == nil {
		i.Log.Info("order reported", "device", d.ID.String(), "state", string(state))
	}
	return err
}

// queried reads a number of a question; 0 where it is left out.
func queried(r *http.Request, name string) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 53)
	if err != nil {
		return 0, screening.Fail(screening.EFormat, fmt.Errorf("%s: %w", name, strconv.ErrSyntax))
	}
	return n, nil
}

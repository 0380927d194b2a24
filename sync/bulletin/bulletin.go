package bulletin

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// The documents of this package beside batch's own (FORMAT.md).
const (
	bulletinMagic                    = "LWSN1\n"
	bulletinNamespace seal.Namespace = "leeward/bulletin/v1"
	contentsMagic                    = "LWSC1\n"
	contentsNamespace seal.Namespace = "leeward/contents/v1"
	documentMagic                    = "LWSD1\n"

	maxStatement = 64 << 10 // bytes of a bulletin or a list of contents
)

// Bulletin says which list of contents holds, under the office's online key. It is what changes most often, and small.
type Bulletin struct {
	Version  uint64    // +1 with every publication
	Made     time.Time // office time
	Until    time.Time // after it screens say that the news are old; nothing else happens
	Root     uint64    // version of the root under which it was made
	Contents uint64    // version of the list of contents
	Length   uint64    // of that list as a file
	Sum      Sum       // of that list as a file
}

type bulletinWire struct {
	V        uint64 `cbor:"1,keyasint"`
	Version  uint64 `cbor:"2,keyasint"`
	Made     int64  `cbor:"3,keyasint"`
	Until    int64  `cbor:"4,keyasint"`
	Root     uint64 `cbor:"5,keyasint"`
	Contents uint64 `cbor:"6,keyasint"`
	Length   uint64 `cbor:"7,keyasint"`
	Sum      Sum    `cbor:"8,keyasint"`
}

func (w bulletinWire) check() error {
	switch {
	case w.V != 1 || w.Version < 1 || w.Version >= maxNumber || w.Root < 1 || w.Root >= maxNumber:
		return ErrForm
	case w.Contents < 1 || w.Contents > w.Version || w.Length < 1 || w.Length > maxStatement:
		return ErrForm
	case w.Made < 0 || w.Made >= maxNumber || w.Until < w.Made || w.Until >= maxNumber:
		return ErrForm
	}
	return nil
}

// Sign makes a bulletin, signed by the online key.
func Sign(b Bulletin, online seal.Signer) ([]byte, error) {
	w := bulletinWire{1, b.Version, b.Made.UnixMilli(), b.Until.UnixMilli(), b.Root, b.Contents, b.Length, b.Sum}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign bulletin: %w", err)
	}
	file, err := batch.SignStatement(bulletinMagic, bulletinNamespace, w, online)
	if err != nil {
		return nil, fmt.Errorf("sign bulletin: %w", err)
	}
	return file, nil
}

// Verify reads a bulletin with the online key of the root. Errors carry E_FORMAT or E_SIG.
func Verify(file []byte, online seal.PublicKey) (Bulletin, error) {
	var w bulletinWire
	if err := batch.ReadStatement("bulletin", bulletinMagic, bulletinNamespace, online, file, &w); err != nil {
		return Bulletin{}, err
	}
	if err := w.check(); err != nil {
		return Bulletin{}, screening.Fail(screening.EFormat, fmt.Errorf("parse bulletin: %w", err))
	}
	return Bulletin{w.Version, moment(w.Made), moment(w.Until), w.Root, w.Contents, w.Length, w.Sum}, nil
}

// Contents lists every document that an office has out, under the registrar's key.
type Contents struct {
	Version uint64 // the number of the bulletin that first had it
	Made    time.Time
	Items   []Item // by kind, then name
}

type contentsWire struct {
	V       uint64 `cbor:"1,keyasint"`
	Version uint64 `cbor:"2,keyasint"`
	Made    int64  `cbor:"3,keyasint"`
	Items   []Item `cbor:"4,keyasint"`
}

func (w contentsWire) check() error {
	if w.V != 1 || w.Version < 1 || w.Version >= maxNumber || w.Made < 0 || w.Made >= maxNumber || w.Items == nil || len(w.Items) > MaxItems {
		return ErrForm
	}
	for n, i := range w.Items {
		if err := i.check(); err != nil {
			return err
		}
		if i.Version > w.Version || n > 0 && !w.Items[n-1].before(i) {
			return ErrForm
		}
	}
	return nil
}

// SignContents makes a list of contents, signed by the registrar key.
func SignContents(c Contents, registrar seal.Signer) ([]byte, error) {
	w := contentsWire{1, c.Version, c.Made.UnixMilli(), c.Items}
	if w.Items == nil {
		w.Items = []Item{}
	}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign contents: %w", err)
	}
	file, err := batch.SignStatement(contentsMagic, contentsNamespace, w, registrar)
	if err != nil {
		return nil, fmt.Errorf("sign contents: %w", err)
	}
	if len(file) > maxStatement {
		return nil, fmt.Errorf("sign contents: %w", ErrLength)
	}
	return file, nil
}

// VerifyContents reads a list of contents with the registrar key of the root. Errors carry E_FORMAT or E_SIG.
func VerifyContents(file []byte, registrar seal.PublicKey) (Contents, error) {
	var w contentsWire
	if err := batch.ReadStatement("contents", contentsMagic, contentsNamespace, registrar, file, &w); err != nil {
		return Contents{}, err
	}
	if err := w.check(); err != nil {
		return Contents{}, screening.Fail(screening.EFormat, fmt.Errorf("parse contents: %w", err))
	}
	return Contents{w.Version, moment(w.Made), w.Items}, nil
}

// Of makes the bulletin of a list of contents; the signer gives it its other members.
func (b Bulletin) Of(version uint64, contents []byte) Bulletin {
	b.Contents, b.Length, b.Sum = version, uint64(len(contents)), sha256.Sum256(contents)
	return b
}

// Document is a packed document as an item of a parcel or a stick.
func Document(packed []byte) []byte { return append([]byte(documentMagic), packed...) }

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func isBulletin(item []byte) bool { return bytes.HasPrefix(item, []byte(bulletinMagic)) }
func isContents(item []byte) bool { return bytes.HasPrefix(item, []byte(contentsMagic)) }

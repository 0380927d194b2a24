package bulletin

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"leeward/internal/screening"
)

// Bounds of what an office publishes. A reader holds to them before it takes memory.
const (
	MaxItems  = 256
	MaxPacked = 8 << 20  // bytes of one document as it travels
	MaxSize   = 16 << 20 // bytes of one document when it is unpacked
	maxName   = 128      // bytes
	maxNumber = 1 << 53
)

// Why news are refused. Each comes beneath an error with the code bad_news.
var (
	ErrRollback = errors.New("older than what is here")
	ErrMixed    = errors.New("does not belong with the others")
	ErrLength   = errors.New("has another length than was signed")
	ErrHash     = errors.New("has another hash than was signed")
	ErrRoot     = errors.New("made under another root")
	ErrForm     = errors.New("not as the format has it")
)

func refuse(what string, why error) error {
	return screening.Fail(screening.CodeBadNews, fmt.Errorf("%s: %w", what, why))
}

// Kind says what a document is for. A device passes over kinds that it does not know.
type Kind uint64

// The kinds (FORMAT.md, Documents).
const (
	Questionnaire Kind = 1 // canonical JSON of a questionnaire; its name is the questionnaire's id
	Policy        Kind = 2 // see ReadPolicy; one, without a name
	Directory     Kind = 3 // see ReadDirectory; one, without a name
	Words         Kind = 4 // words of the program in one language, by its tag
)

// Sum is a SHA-256. As text it is hexadecimal.
type Sum [sha256.Size]byte

// String returns the sum in hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// MarshalText implements encoding.TextMarshaler.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It takes what MarshalText gives and nothing else.
func (s *Sum) UnmarshalText(b []byte) error {
	raw, err := hex.DecodeString(string(b))
	if err != nil || len(raw) != len(s) || hex.EncodeToString(raw) != string(b) {
		return ErrForm
	}
	copy(s[:], raw)
	return nil
}

// Item names one document of an office: what it is, and which bytes it is.
type Item struct {
	_       struct{} `cbor:",toarray"`
	Kind    Kind     `json:"kind"`
	Name    string   `json:"name,omitempty"`
	Version uint64   `json:"version"` // the number of the bulletin that first had these bytes
	Length  uint64   `json:"length"`  // of the packed document
	Sum     Sum      `json:"sum"`     // of the packed document
	Size    uint64   `json:"size"`    // of the document when it is unpacked
}

func (i Item) check() error {
	switch {
	case i.Kind < 1 || i.Kind >= maxNumber || len(i.Name) > maxName || !utf8.ValidString(i.Name):
		return ErrForm
	case i.Version < 1 || i.Version >= maxNumber || i.Length < 1 || i.Length > MaxPacked || i.Size < 1 || i.Size > MaxSize:
		return ErrForm
	case (i.Kind == Questionnaire || i.Kind == Words) != (i.Name != "") && i.Kind <= Words:
		return ErrForm
	}
	return nil
}

// same says whether two items are versions of one document.
func (i Item) same(other Item) bool { return i.Kind == other.Kind && i.Name == other.Name }

// before is the order of items in a list.
func (i Item) before(other Item) bool {
	return i.Kind < other.Kind || i.Kind == other.Kind && i.Name < other.Name
}

var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderCRC(false),
		zstd.WithWindowSize(4<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		panic(err) // the options contradict one another
	}
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxSize), zstd.WithDecoderMaxWindow(MaxSize), zstd.WithDecoderConcurrency(1))
	if err != nil {
		panic(err) // the options contradict one another
	}
	return d
})

// Pack makes a document ready to travel: compressed, and named by length and hash. The version is the publisher's to
// give.
func Pack(kind Kind, name string, plain []byte) (Item, []byte, error) {
	if len(plain) < 1 || len(plain) > MaxSize {
		return Item{}, nil, refuse("pack document", ErrLength)
	}
	packed := packer().EncodeAll(plain, nil)
	i := Item{Kind: kind, Name: name, Version: 1, Length: uint64(len(packed)), Sum: sha256.Sum256(packed), Size: uint64(len(plain))}
	if err := i.check(); err != nil {
		return Item{}, nil, refuse("pack document", err)
	}
	return i, packed, nil
}

// Unpack checks a packed document against its item, length and hash first, and returns what it holds.
func (i Item) Unpack(packed []byte) ([]byte, error) {
	switch {
	case uint64(len(packed)) != i.Length:
		return nil, refuse("document", ErrLength)
	case sha256.Sum256(packed) != i.Sum:
		return nil, refuse("document", ErrHash)
	}
	var h zstd.Header
	if err := h.Decode(packed); err != nil || h.Skippable || h.DictionaryID != 0 || h.HasFCS && h.FrameContentSize != i.Size {
		return nil, refuse("document", ErrForm)
	}
	plain, err := unpacker().DecodeAll(packed, make([]byte, 0, i.Size))
	if err != nil {
		return nil, refuse("document", ErrForm)
	}
	if uint64(len(plain)) != i.Size {
		return nil, refuse("document", ErrLength)
	}
	return plain, nil
}

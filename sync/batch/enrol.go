package batch

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const (
	codePrefix = "LWE1:"
	codeV1     = 1
	codeSum    = 4 // bytes of checksum, against mistyping only
	maxURL     = 200

	requestMagic                    = "LWSQ1\n"
	requestNamespace seal.Namespace = "leeward/enrol/v1"
	grantMagic                      = "LWSG1\n"
	grantNamespace   seal.Namespace = "leeward/grant/v1"

	maxApp = 64
	// MaxRequest is the longest sealed request for enrolment in bytes.
	MaxRequest = 16 << 10
)

var errCode = errors.New("not an enrolment code, or mistyped")

// EnrolCode is what an office hands to a person who is to enrol a device: where the office is, which root
// it has, and a secret that works once. Whoever holds it can enrol: it prints only through Text.
type EnrolCode struct {
	URL    string   // https://host:port
	Root   [32]byte // fingerprint of the office's root
	Secret [16]byte
}

// NewSecret makes the secret of an enrolment code.
func NewSecret() (s [16]byte) {
	_, _ = rand.Read(s[:]) // never fails (crypto/rand)
	return s
}

// Format keeps the secret out of logs, whatever the verb.
func (c EnrolCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[enrolment code]") }

// LogValue keeps the secret out of logs of JSON too.
func (c EnrolCode) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// CodeHash is what an office keeps of the secret.
func CodeHash(secret [16]byte) [32]byte {
	return sha256.Sum256(append([]byte("leeward/enrol-code/v1\x00"), secret[:]...))
}

// Text returns the code as it is shown, copied or put into a QR image: "LWE1:" and upper-case base32.
func (c EnrolCode) Text() (string, error) {
	if err := checkURL(c.URL); err != nil {
		return "", fmt.Errorf("write enrolment code: %w", err)
	}
	b := append([]byte{codeV1}, c.Root[:]...)
	b = append(append(b, c.Secret[:]...), c.URL...)
	sum := sha256.Sum256(b)
	return codePrefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(append(b, sum[:codeSum]...)), nil
}

// ParseEnrolCode reads a code as people hand it on: in lower case, with spaces, hyphens and line breaks.
// Every error carries CodeBadCode.
func ParseEnrolCode(s string) (EnrolCode, error) {
	if len(s) > 1024 {
		return EnrolCode{}, screening.Fail(screening.CodeBadCode, errCode)
	}
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n-", r) {
			return -1
		}
		return r
	}, s))
	body, ok := strings.CutPrefix(s, codePrefix)
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(body)
	if !ok || err != nil || len(b) < 1+32+16+codeSum || b[0] != codeV1 {
		return EnrolCode{}, screening.Fail(screening.CodeBadCode, errCode)
	}
	b, check := b[:len(b)-codeSum], b[len(b)-codeSum:]
	if sum := sha256.Sum256(b); !bytes.Equal(sum[:codeSum], check) {
		return EnrolCode{}, screening.Fail(screening.CodeBadCode, errCode)
	}
	c := EnrolCode{URL: string(b[49:]), Root: [32]byte(b[1:33]), Secret: [16]byte(b[33:49])}
	if err := checkURL(c.URL); err != nil {
		return EnrolCode{}, screening.Fail(screening.CodeBadCode, err)
	}
	return c, nil
}

// checkURL wants an address of an office and nothing that could lead elsewhere.
func checkURL(s string) error {
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Scheme != "https" || u.Hostname() == "" || s != "https://"+u.Host {
		return fmt.Errorf("address of the office: %w", errField)
	}
	return nil
}

// EnrolRequest is what a device asks: admit these keys.
type EnrolRequest struct {
	Secret [16]byte
	Sign   seal.PublicKey
	TLS    seal.PublicKey
	SealTo seal.Recipient
	Root   [32]byte // fingerprint of the root that the device saw
	App    string   // version of the program
}

// Format keeps the secret out of logs, whatever the verb.
func (r EnrolRequest) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[request for enrolment]") }

// LogValue keeps the secret out of logs of JSON too.
func (r EnrolRequest) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

type requestWire struct {
	V      uint64         `cbor:"1,keyasint"`
	Secret [16]byte       `cbor:"2,keyasint"`
	Sign   seal.PublicKey `cbor:"3,keyasint"`
	TLS    seal.PublicKey `cbor:"4,keyasint"`
	SealTo string         `cbor:"5,keyasint"`
	Root   [32]byte       `cbor:"6,keyasint"`
	App    string         `cbor:"7,keyasint"`
	Nonce  [16]byte       `cbor:"8,keyasint"`
}

// SealRequest signs a request with the device's signing key and seals it to the office's intake key, so
// that the secret is seen by nobody on the way.
func SealRequest(r EnrolRequest, signer seal.Signer, to seal.Recipient) ([]byte, error) {
	w := requestWire{
		V: formatV1, Secret: r.Secret, Sign: signer.Public(), TLS: r.TLS, SealTo: r.SealTo.String(), Root: r.Root, App: r.App,
		Nonce: NewSecret(),
	}
	if _, err := w.request(); err != nil {
		return nil, fmt.Errorf("make request for enrolment: %w", err)
	}
	plain, err := signStatement(requestMagic, requestNamespace, w, signer)
	if err != nil {
		return nil, fmt.Errorf("make request for enrolment: %w", err)
	}
	sealed, err := seal.Seal(plain, []seal.Recipient{to})
	if err != nil {
		return nil, fmt.Errorf("make request for enrolment: %w", err)
	}
	return sealed, nil
}

// OpenRequest opens a request with the intake key and checks the proof that the device has the signing
// key. Whether the secret is good, the office's records tell. Errors carry E_OPEN, E_FORMAT
// or E_SIG, and E_BUSY while the key is locked.
func OpenRequest(sealed []byte, intake seal.Opener) (EnrolRequest, error) {
	if len(sealed) > MaxRequest {
		return EnrolRequest{}, malformed("request for enrolment", errLength)
	}
	plain, err := intake.Open(sealed, 1)
	if err != nil && !aboutSealed(err) {
		return EnrolRequest{}, screening.Fail(screening.EBusy, fmt.Errorf("open request for enrolment: %w", err))
	}
	if err != nil {
		return EnrolRequest{}, screening.Fail(screening.EOpen, fmt.Errorf("open request for enrolment: %w", err))
	}
	doc, sig, err := unframe(requestMagic, plain, sigSize)
	if err != nil {
		return EnrolRequest{}, malformed("request for enrolment", err)
	}
	var w requestWire
	if err := decode(doc, &w); err != nil { // before the signature: the key stands inside
		return EnrolRequest{}, malformed("request for enrolment", err)
	}
	if err := seal.Verify(w.Sign, requestNamespace, doc, seal.Signature(sig)); err != nil {
		return EnrolRequest{}, screening.Fail(screening.ESig, fmt.Errorf("verify request for enrolment: %w", err))
	}
	r, err := w.request()
	if err != nil {
		return EnrolRequest{}, malformed("request for enrolment", err)
	}
	return r, nil
}

func (w requestWire) request() (EnrolRequest, error) {
	to, err := seal.ParseRecipient(w.SealTo)
	switch {
	case err != nil:
		return EnrolRequest{}, err
	case w.V != formatV1 || !isText(w.App, maxApp) || w.Sign == w.TLS:
		return EnrolRequest{}, errField
	case seal.CheckPublicKey(w.Sign) != nil || seal.CheckPublicKey(w.TLS) != nil:
		return EnrolRequest{}, seal.ErrPublicKey
	}
	return EnrolRequest{Secret: w.Secret, Sign: w.Sign, TLS: w.TLS, SealTo: to, Root: w.Root, App: w.App}, nil
}

// CheckDigest is what both screens show as words when a person compares them: it depends on the whole
// sealed request and on the root, so nobody in between can have exchanged either.
func CheckDigest(request []byte, root [32]byte) [32]byte {
	b := binary.BigEndian.AppendUint64([]byte("leeward/enrol-check/v1\x00"), uint64(len(request)))
	return sha256.Sum256(append(append(b, request...), root[:]...))
}

// Grant is the registrar's word that a device is admitted, with all its keys.
type Grant struct {
	Device      screening.DeviceID
	Epoch       uint64
	Sign        seal.PublicKey
	TLS         seal.PublicKey
	SealTo      string
	RootVersion uint64
	Root        [32]byte          // fingerprint
	Prev        screening.BatchID // head of the epoch before, to which the first batch of this one links
	LogSize     uint64            // the office's checkpoint; zero while it keeps no log
	LogRoot     [32]byte
	At          time.Time // office time
}

type grantWire struct {
	V           uint64             `cbor:"1,keyasint"`
	Device      screening.DeviceID `cbor:"2,keyasint"`
	Epoch       uint64             `cbor:"3,keyasint"`
	Sign        seal.PublicKey     `cbor:"4,keyasint"`
	TLS         seal.PublicKey     `cbor:"5,keyasint"`
	SealTo      string             `cbor:"6,keyasint"`
	RootVersion uint64             `cbor:"7,keyasint"`
	Root        [32]byte           `cbor:"8,keyasint"`
	Prev        screening.BatchID  `cbor:"9,keyasint"`
	LogSize     uint64             `cbor:"10,keyasint"`
	LogRoot     [32]byte           `cbor:"11,keyasint"`
	At          int64              `cbor:"12,keyasint"`
}

// SignGrant makes a grant ("LWSG1"), signed by the registrar key.
func SignGrant(g Grant, registrar seal.Signer) ([]byte, error) {
	w := grantWire{
		V: formatV1, Device: g.Device, Epoch: g.Epoch, Sign: g.Sign, TLS: g.TLS, SealTo: g.SealTo, RootVersion: g.RootVersion,
		Root: g.Root, Prev: g.Prev, LogSize: g.LogSize, LogRoot: g.LogRoot, At: millis(g.At),
	}
	if err := w.check(); err != nil {
		return nil, fmt.Errorf("sign grant: %w", err)
	}
	file, err := signStatement(grantMagic, grantNamespace, w, registrar)
	if err != nil {
		return nil, fmt.Errorf("sign grant: %w", err)
	}
	return file, nil
}

// VerifyGrant reads a grant with the registrar key of the root and compares it with what the device asked
// for. Errors carry E_FORMAT or E_SIG.
func VerifyGrant(file []byte, registrar seal.PublicKey, asked EnrolRequest) (Grant, error) {
	g, err := ReadGrant(file, registrar)
	if err != nil {
		return Grant{}, err
	}
	same := subtle.ConstantTimeCompare(g.Root[:], asked.Root[:]) == 1
	if !same || g.Sign != asked.Sign || g.TLS != asked.TLS || g.SealTo != asked.SealTo.String() {
		return Grant{}, screening.Fail(screening.ESig, fmt.Errorf("verify grant: for other keys: %w", errField))
	}
	return g, nil
}

// ReadGrant reads a grant with the registrar key of the root, as an auditor does who asked for nothing. Errors carry
// E_FORMAT or E_SIG.
func ReadGrant(file []byte, registrar seal.PublicKey) (Grant, error) {
	doc, sig, err := unframe(grantMagic, file, sigSize)
	if err != nil {
		return Grant{}, malformed("grant", err)
	}
	if err := seal.Verify(registrar, grantNamespace, doc, seal.Signature(sig)); err != nil {
		return Grant{}, screening.Fail(screening.ESig, fmt.Errorf("verify grant: %w", err))
	}
	var w grantWire
	if err := decode(doc, &w); err != nil {
		return Grant{}, malformed("grant", err)
	}
	if err := w.check(); err != nil {
		return Grant{}, malformed("grant", err)
	}
	return Grant{
		Device: w.Device, Epoch: w.Epoch, Sign: w.Sign, TLS: w.TLS, SealTo: w.SealTo, RootVersion: w.RootVersion, Root: w.Root,
		Prev: w.Prev, LogSize: w.LogSize, LogRoot: w.LogRoot, At: instant(w.At),
	}, nil
}

func (w grantWire) check() error {
	switch {
	case w.V != formatV1 || w.Device == screening.DeviceID{} || w.Epoch < 1 || w.Epoch >= maxUint:
		return errField
	case w.RootVersion < 1 || w.RootVersion >= maxUint || w.LogSize >= maxUint || !areTimes(w.At):
		return errField
	case w.Epoch == 1 && w.Prev != screening.BatchID{}:
		return errField
	case seal.CheckPublicKey(w.Sign) != nil || seal.CheckPublicKey(w.TLS) != nil || w.Sign == w.TLS:
		return errField
	}
	if _, err := seal.ParseRecipient(w.SealTo); err != nil {
		return errField
	}
	return nil
}

package vault

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/seal"
)

// Spec names the keys that a new vault is to hold. A name is 1 to 64 of a-z, 0-9 and "-"; the same name
// may stand under several kinds.
type Spec struct {
	Sign  []string // Ed25519, sign in name spaces: Signer
	TLS   []string // Ed25519, for connections between device and office: TLS
	Web   []string // P-256, for browsers, which refuse Ed25519: Web
	Hosts []string // names and addresses in the certificates of Web; this machine if empty
	Seal  []string // hybrid age identities: Opener and Recipient
	Data  bool     // a key for the encrypted store, LendDataKey; one for capsules, Pool; one for the office, SealRecovery

	// Second, which may be nil, gets the key of a second store before the vault is written, and in which half the
	// vault itself is: nobody has that key afterwards (FORMAT.md, Halves).
	Second func(half int, key encvfs.Key) error
}

// ErrSpec is for a Spec that names a key twice, or badly, or too many.
var ErrSpec = errors.New("not a list of keys")

// make makes fresh keys, sorted as in the body.
func (s Spec) make() ([]stored, error) {
	var keys []stored
	for _, group := range []struct {
		kind  kind
		names []string
	}{{kindSign, s.Sign}, {kindTLS, s.TLS}, {kindWeb, s.Web}, {kindSeal, s.Seal}} {
		for _, name := range group.names {
			if !isName(name) || len(keys) >= maxKeys-4 {
				return nil, ErrSpec
			}
			k, err := makeKey(group.kind, name, s.Hosts)
			if err != nil {
				return nil, fmt.Errorf("make key %s: %w", name, err)
			}
			keys = append(keys, k)
		}
	}
	if s.Data {
		for _, k := range []kind{kindData, kindPool, kindBack} {
			keys = append(keys, stored{Kind: k, Secret: random(keySize)})
		}
	}
	slices.SortFunc(keys, byKindAndName)
	for i := range keys[:max(0, len(keys)-1)] {
		if byKindAndName(keys[i], keys[i+1]) == 0 {
			return nil, ErrSpec
		}
	}
	return keys, nil
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

func makeKey(k kind, name string, hosts []string) (stored, error) {
	made := stored{Kind: k, Name: name}
	var err error
	switch k {
	case kindSign:
		made.Secret = random(ed25519.SeedSize)
	case kindTLS:
		made.Secret = random(ed25519.SeedSize)
		made.Certificate, err = selfSigned(ed25519.NewKeyFromSeed(made.Secret), nil)
	case kindWeb:
		var private *ecdsa.PrivateKey
		if private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return stored{}, err
		}
		if made.Secret, err = private.Bytes(); err != nil {
			return stored{}, err
		}
		if len(hosts) == 0 {
			hosts = []string{"localhost", "127.0.0.1", "::1"}
		}
		made.Certificate, err = selfSigned(private, hosts)
	case kindSeal:
		var secret string
		secret, _, err = seal.NewIdentity()
		made.Secret = []byte(secret)
	}
	return made, err
}

// selfSigned makes the certificate of a key. It says nothing of who holds it or when it was made: the same
// subject and the same years for all, and a serial number that follows from the key. Peers pin the key.
func selfSigned(key crypto.Signer, hosts []string) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(public)
	sum[0] = sum[0]&0x7f | 0x40 // positive, and of one length
	template := &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(sum[:16]),
		Subject:               pkix.Name{CommonName: "service"},
		NotBefore:             time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), // device clocks lie
		NotAfter:              time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

// ring is the keys of an unlocked vault, ready for use.
type ring struct {
	sign map[string]*seal.Key
	tls  map[string]*certified
	web  map[string]*certified
	seal map[string]*seal.Identity
	data *encvfs.Key
	pool *[keySize]byte
	back *[keySize]byte // opens the office's slot

	last   *encvfs.Key // of the store, where it may not have been written anew yet
	master *masterKey
	people []int // places in use
	half   int
	me     int  // the place that was opened
	front  bool // a front was made here
	file   bool // who opened it showed a key file
}

type certified struct {
	private crypto.Signer
	leaf    *x509.Certificate
}

// forget clears the secrets that lie in memory of their own; age and the standard library's P-256 keep
// theirs where nobody can reach them.
func (r *ring) forget() {
	for _, k := range r.sign {
		k.Forget()
	}
	for _, c := range r.tls {
		if private, ok := c.private.(ed25519.PrivateKey); ok {
			clear(private)
		}
	}
	for _, k := range []*encvfs.Key{r.data, r.last, (*encvfs.Key)(r.master), (*encvfs.Key)(r.pool), (*encvfs.Key)(r.back)} {
		if k != nil {
			clear(k[:])
		}
	}
}

// ringOf is the ring of a vault that was opened.
func ringOf(b *body, at spot, master *masterKey) (*ring, error) {
	r, err := newRing(b.Keys)
	if err != nil {
		return nil, err
	}
	kept := *master
	r.people, r.half, r.me, r.master, r.front = b.people(), at.half, at.slot, &kept, len(b.Front) > 0
	return r, nil
}

// newRing reads the keys of a body. It keeps none of the body's memory but age's, which is text.
func newRing(keys []stored) (*ring, error) {
	r := &ring{
		sign: map[string]*seal.Key{}, seal: map[string]*seal.Identity{},
		tls: map[string]*certified{}, web: map[string]*certified{},
	}
	for _, k := range keys {
		if err := r.add(k); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *ring) add(k stored) (err error) {
	if k.Kind != kindSeal && len(k.Secret) != keySize {
		return errBody
	}
	switch k.Kind {
	case kindSign:
		r.sign[k.Name] = seal.NewSigner([32]byte(k.Secret))
	case kindTLS:
		r.tls[k.Name], err = certify(ed25519.NewKeyFromSeed(k.Secret), k.Certificate)
	case kindWeb:
		var private *ecdsa.PrivateKey
		if private, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), k.Secret); err == nil {
			r.web[k.Name], err = certify(private, k.Certificate)
		}
	case kindSeal:
		r.seal[k.Name], err = seal.OpenerFor(string(k.Secret))
	case kindData:
		key := encvfs.Key(k.Secret)
		r.data = &key
	case kindLast:
		key := encvfs.Key(k.Secret)
		r.last = &key
	case kindPool:
		key := [keySize]byte(k.Secret)
		r.pool = &key
	case kindBack:
		key := [keySize]byte(k.Secret)
		r.back = &key
	default:
		return errBody
	}
	if err != nil {
		return errBody
	}
	return nil
}

func certify(private crypto.Signer, der []byte) (*certified, error) {
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errBody
	}
	if public, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); !ok || !public.Equal(private.Public()) {
		return nil, errBody
	}
	return &certified{private: private, leaf: leaf}, nil
}

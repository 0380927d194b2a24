package vault

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"

	"leeward/internal/encvfs"
	"leeward/internal/seal"
)

// Errors of use.
var (
	ErrLocked = errors.New("the vault is locked")
	ErrNoKey  = errors.New("the vault holds no such key")
)

// Vault is an unlocked vault. It is safe for concurrent use, and so is everything that it gives. It prints
// nothing of what it holds.
type Vault struct {
	path string
	o    Options

	mu    sync.RWMutex
	keys  *ring                        // nil once locked
	facts map[string]seal.PublicKey    // public halves stay known after Lock
	to    map[string]seal.Recipient    // likewise
	certs map[string]*x509.Certificate // of TLS under "tls/", of Web under "web/"
}

func newVault(path string, keys *ring, o Options) *Vault {
	v := &Vault{path: path, o: o, keys: keys}
	v.learn()
	return v
}

// learn notes the public halves of the keys.
func (v *Vault) learn() {
	keys := v.keys
	v.facts, v.to, v.certs = map[string]seal.PublicKey{}, map[string]seal.Recipient{}, map[string]*x509.Certificate{}
	for name, k := range keys.sign {
		v.facts[name] = k.Public()
	}
	for name, id := range keys.seal {
		v.to[name] = id.Recipient()
	}
	for name, c := range keys.tls {
		v.certs["tls/"+name] = c.leaf
	}
	for name, c := range keys.web {
		v.certs["web/"+name] = c.leaf
	}
}

// Lock forgets every key. What the vault gave before refuses with [ErrLocked] from now on; a signature or an
// opening that is under way ends first. Copies that Go's runtime made may stay in memory until it is used
// again: a program that can should end, or start itself anew.
func (v *Vault) Lock() {
	v.mu.Lock()
	if v.keys != nil {
		v.keys.forget()
	}
	v.keys = nil
	v.mu.Unlock()
	debug.FreeOSMemory() // what is no longer referred to goes back to the system, which clears it
}

func (v *Vault) isLocked() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys == nil
}

// Format prints no part of a vault, whatever the verb.
func (v *Vault) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[vault]") }

// LogValue keeps the vault out of logs.
func (v *Vault) LogValue() slog.Value { return slog.StringValue("[vault]") }

// use runs do with a key while the vault cannot be locked.
func use[K any](v *Vault, find func(*ring) (K, bool), do func(K) error) error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.keys == nil {
		return ErrLocked
	}
	key, ok := find(v.keys)
	if !ok {
		return ErrNoKey
	}
	return do(key)
}

// Signer returns the signer of that name. A name that the vault does not hold gives one that has a zero
// public key and refuses with [ErrNoKey].
func (v *Vault) Signer(name string) seal.Signer { return &signer{hidden{v, name}} }

// Opener returns the opener of that name, which refuses with [ErrNoKey] if the vault does not hold it.
func (v *Vault) Opener(name string) seal.Opener { return &opener{hidden{v, name}} }

// Recipient returns to whom things are sealed that the opener of that name opens; zero if there is none.
// It stays known after Lock.
func (v *Vault) Recipient(name string) seal.Recipient {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.to[name]
}

// TLS returns the certificate of that name, Ed25519 and always the same; it is empty if there is none. Its
// private key signs here and refuses with [ErrLocked] after Lock.
func (v *Vault) TLS(name string) tls.Certificate { return v.certificate("tls/", name) }

// Web is TLS for browsers: P-256, with the hosts of the Spec.
func (v *Vault) Web(name string) tls.Certificate { return v.certificate("web/", name) }

func (v *Vault) certificate(kind, name string) tls.Certificate {
	v.mu.RLock()
	leaf := v.certs[kind+name]
	v.mu.RUnlock()
	if leaf == nil {
		return tls.Certificate{}
	}
	return tls.Certificate{
		Certificate: [][]byte{leaf.Raw},
		PrivateKey:  &connector{hidden{v, name}, kind, leaf.PublicKey},
		Leaf:        leaf,
	}
}

// LendDataKey calls do with the key of the encrypted store, for encvfs alone. do must not keep it. Errors are
// those of do, ErrLocked and ErrNoKey.
func (v *Vault) LendDataKey(do func(encvfs.Key) error) error {
	var lent encvfs.Key // a copy, so that do may take its time, and may itself use or lock the vault
	defer clear(lent[:])
	err := use(v, func(r *ring) (*encvfs.Key, bool) { return r.data, r.data != nil },
		func(k *encvfs.Key) error { lent = *k; return nil })
	if err != nil {
		return err
	}
	return do(lent)
}

// hidden is what stands for a key outside the vault. It prints nothing.
type hidden struct {
	v    *Vault
	name string
}

// Format prints no part of a key, whatever the verb.
func (h hidden) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[key]") }

// LogValue keeps the key out of logs.
func (h hidden) LogValue() slog.Value { return slog.StringValue("[key]") }

type signer struct{ hidden }

func (s *signer) Public() seal.PublicKey {
	s.v.mu.RLock()
	defer s.v.mu.RUnlock()
	return s.v.facts[s.name]
}

func (s *signer) Sign(ns seal.Namespace, message []byte) (sig seal.Signature, err error) {
	err = use(s.v, func(r *ring) (*seal.Key, bool) { k, ok := r.sign[s.name]; return k, ok },
		func(k *seal.Key) (err error) { sig, err = k.Sign(ns, message); return err })
	return sig, err
}

type opener struct{ hidden }

func (o *opener) Open(sealed []byte, recipients int) (plain []byte, err error) {
	err = use(o.v, func(r *ring) (*seal.Identity, bool) { id, ok := r.seal[o.name]; return id, ok },
		func(id *seal.Identity) (err error) { plain, err = id.Open(sealed, recipients); return err })
	return plain, err
}

// connector is the crypto.Signer inside a tls.Certificate.
type connector struct {
	hidden
	kind   string
	public crypto.PublicKey
}

func (c *connector) Public() crypto.PublicKey { return c.public }

func (c *connector) Sign(rand io.Reader, digest []byte, opts crypto.SignerOpts) (sig []byte, err error) {
	find := func(r *ring) (*certified, bool) { k, ok := r.tls[c.name]; return k, ok }
	if c.kind == "web/" {
		find = func(r *ring) (*certified, bool) { k, ok := r.web[c.name]; return k, ok }
	}
	err = use(c.v, find, func(k *certified) (err error) { sig, err = k.private.Sign(rand, digest, opts); return err })
	return sig, err
}

package vault

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"leeward/internal/screening"
)

// A key file is what somebody may have beside their passphrase (FORMAT.md, Key file).
const (
	keyFileMagic   = "LWKEY\n"
	keyFileVersion = 1
	keyFileSum     = 24

	// KeyFileSize is how long every key file is, in bytes.
	KeyFileSize = len(keyFileMagic) + 2 + keySize + keyFileSum

	infoKeyFile = "leeward/vault/keyfile/v1"
)

var (
	errNoKeyFile   = errors.New("not a key file")
	errTornKeyFile = errors.New("a damaged key file")
	errNewKeyFile  = errors.New("a key file of a newer program")
	errLostKeyFile = errors.New("the key file reads otherwise than it was written")
)

// Secret is what somebody shows to open a vault.
type Secret struct {
	Passphrase []byte
	KeyFile    *KeyFile // beside the passphrase, for who has one; nil for none
}

// Passphrase is the secret of somebody who has no key file.
func Passphrase[T string | []byte](p T) Secret { return Secret{Passphrase: []byte(p)} }

// Format prints no part of a secret, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret]") }

// LogValue keeps a secret out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// KeyFile is what a key file holds.
type KeyFile struct{ key [keySize]byte }

// Format prints no part of a key file, whatever the verb.
func (k *KeyFile) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[key file]") }

// LogValue keeps a key file out of logs.
func (k *KeyFile) LogValue() slog.Value { return slog.StringValue("[key file]") }

// Forget clears the key.
func (k *KeyFile) Forget() {
	if k != nil {
		clear(k.key[:])
	}
}

// mix makes the key material of a passphrase that has a key file beside it. Only after Argon2id, so that a try costs the
// same with a key file and without.
func (k *KeyFile) mix(stretched []byte) ([]byte, error) {
	if k == nil {
		return stretched, nil
	}
	defer clear(stretched)
	mixed, err := hkdf.Key(sha256.New, stretched, k.key[:], infoKeyFile, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key: %w", err)
	}
	return mixed, nil
}

// marshal is the file.
func (k *KeyFile) marshal() []byte {
	b := append(make([]byte, 0, KeyFileSize), keyFileMagic...)
	b = binary.BigEndian.AppendUint16(b, keyFileVersion)
	b = append(b, k.key[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:keyFileSum]...)
}

// ParseKeyFile reads a key file, before any try is made with it. Errors, in the order of the checks: CodeNoKeyFile for
// something else, CodeTornKeyFile for one that is damaged (another copy may be whole), CodeNewer.
func ParseKeyFile(b []byte) (*KeyFile, error) {
	if !bytes.HasPrefix(b, []byte(keyFileMagic)) {
		return nil, screening.Fail(screening.CodeNoKeyFile, errNoKeyFile)
	}
	if len(b) != KeyFileSize {
		return nil, screening.Fail(screening.CodeTornKeyFile, errTornKeyFile)
	}
	rest, sum := b[:KeyFileSize-keyFileSum], sha256.Sum256(b[:KeyFileSize-keyFileSum])
	if !bytes.Equal(sum[:keyFileSum], b[len(rest):]) {
		return nil, screening.Fail(screening.CodeTornKeyFile, errTornKeyFile)
	}
	rest = rest[len(keyFileMagic):]
	if binary.BigEndian.Uint16(rest) != keyFileVersion {
		return nil, screening.Fail(screening.CodeNewer, errNewKeyFile)
	}
	return &KeyFile{[keySize]byte(rest[2:])}, nil
}

// LoadKeyFile is ParseKeyFile for a file, of which it reads no more than that takes. What is no ordinary file is
// CodeNoKeyFile, so that a pipe or a folder keeps nobody waiting; a missing one is fs.ErrNotExist. No error names the path.
func LoadKeyFile(path string) (*KeyFile, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, diskError("read key file", pathless(err))
	}
	if !info.Mode().IsRegular() {
		return nil, screening.Fail(screening.CodeNoKeyFile, errNoKeyFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, diskError("read key file", pathless(err))
	}
	defer f.Close()
	return ReadKeyFile(f)
}

// ReadKeyFile is ParseKeyFile for what is read from r, which is bounded.
func ReadKeyFile(r io.Reader) (*KeyFile, error) {
	b, err := io.ReadAll(io.LimitReader(r, int64(KeyFileSize)+1))
	defer clear(b)
	if err != nil {
		return nil, diskError("read key file", pathless(err))
	}
	return ParseKeyFile(b)
}

// pathless is what went wrong with a file, without where it is.
func pathless(err error) error {
	if where, ok := errors.AsType[*os.PathError](err); ok {
		return where.Err
	}
	return err
}

// HasKeyFile reports whether whoever opened this vault has a key file beside their passphrase. Nothing on the disk says so.
func (v *Vault) HasKeyFile() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys != nil && v.keys.file
}

func (v *Vault) showed(file bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil {
		v.keys.file = file
	}
}

// MakeKeyFile puts a new key file beside one's own passphrase, in the place of the one before if there was one. Once the
// try went well, keep gets the file, makes it durable where the person wants it, never on the device, and returns what it
// reads back there, which is cleared: only then the vault is changed. So whatever cuts this, either what held before opens the vault or what
// keep was given, and a try that goes wrong leaves no file behind. Errors are those of [Vault.ChangePassphrase] and of
// keep, and CodeTornKeyFile where other bytes came back.
func (v *Vault) MakeKeyFile(ctx context.Context, current Secret, keep func(file []byte) (read []byte, err error)) error {
	k := &KeyFile{[keySize]byte(random(keySize))}
	defer k.Forget()
	return v.setKeyFile(ctx, current, k, func() error {
		file := k.marshal()
		defer clear(file)
		read, err := keep(bytes.Clone(file))
		if err != nil {
			return err
		}
		defer clear(read)
		if !bytes.Equal(read, file) {
			return screening.Fail(screening.CodeTornKeyFile, errLostKeyFile)
		}
		return nil
	})
}

// DropKeyFile makes one's passphrase open the vault alone. Errors are those of [Vault.ChangePassphrase].
func (v *Vault) DropKeyFile(ctx context.Context, current Secret) error {
	return v.setKeyFile(ctx, current, nil, func() error { return nil })
}

func (v *Vault) setKeyFile(ctx context.Context, current Secret, fresh *KeyFile, before func() error) error {
	err := v.trying(ctx, current, func(t *tried) error {
		if err := before(); err != nil {
			return err
		}
		return v.place(ctx, t, t.at.slot, Secret{current.Passphrase, fresh})
	})
	if err != nil {
		return fmt.Errorf("set key file: %w", err)
	}
	v.showed(fresh != nil)
	return nil
}

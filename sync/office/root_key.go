package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"leeward/internal/seal"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

// rootShow says what devices trust now. The documents are public: it asks for no passphrase.
func (p *Program) rootShow(_ context.Context, a rootAsk, _ []string) error {
	roots, root, err := readChain(a.data)
	if err != nil {
		return &mishap{msgNoOffice, err}
	}
	print, err := batch.Fingerprint(roots.last())
	if err != nil {
		return err
	}
	if a.json {
		return json.NewEncoder(p.Stdout).Encode(map[string]any{
			"version": root.Version, "fingerprint": hex.EncodeToString(print[:]), "threshold": root.Threshold, "keys": keysOf(root),
		})
	}
	_, err = fmt.Fprintf(p.Stdout, rootShown, root.Version, print, saidRoot(root))
	return err
}

// rootKey makes the key of a new holder, in a file of its own, and beside it the public half for who drafts the next root.
func (p *Program) rootKey(ctx context.Context, a rootAsk, _ []string) error {
	if a.out == "" {
		return usageError(msgRootOut)
	}
	pass, err := generated()
	if err != nil {
		return err
	}
	v, err := vault.Create(ctx, a.out, []byte(pass), vault.Spec{Sign: []string{keyRoot}}, vault.Options{Now: p.Now, Log: p.Log, KDF: p.KDF})
	if err != nil {
		return fmt.Errorf("make a root key: %w", err)
	}
	defer v.Lock()
	public := hex.EncodeToString(publicOf(v.Signer(keyRoot)))
	half := strings.TrimSuffix(a.out, filepath.Ext(a.out)) + ".pub"
	if err := writeDurable(half, []byte(public+"\n")); err != nil {
		return &mishap{msgRootWrite, err}
	}
	if a.json {
		return json.NewEncoder(p.Stdout).Encode(map[string]string{"file": a.out, "passphrase": pass, "public": half, "key": public})
	}
	_, err = fmt.Fprintf(p.Stdout, rootKeyMade, a.out, pass, half, public)
	return err
}

func publicOf(s seal.Signer) []byte {
	key := s.Public()
	return key[:]
}

// keyIn reads a public key that "root key" wrote.
func keyIn(name string) (key seal.PublicKey, err error) {
	text, err := readWithin(name, 1<<10)
	if err != nil {
		return key, &mishap{msgNoFile, err}
	}
	raw, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, &mishap{msgBadPublic, errors.Join(err, seal.CheckPublicKey(key))}
	}
	copy(key[:], raw)
	if err := seal.CheckPublicKey(key); err != nil {
		return key, &mishap{msgBadPublic, err}
	}
	return key, nil
}

func keysOf(r batch.Root) (keys []string) {
	for _, k := range r.Keys {
		keys = append(keys, hex.EncodeToString(k[:]))
	}
	return keys
}

// holderVault opens the key of a holder, whose words w says where to read or a person types. It needs no office.
func (p *Program) holderVault(ctx context.Context, w where, key string) (*vault.Vault, error) {
	pass, err := p.readPassphrase(w, msgHolderPassphrase)
	if err != nil {
		return nil, err
	}
	defer clear(pass)
	v, err := vault.Unlock(ctx, key, vault.Passphrase(pass), vault.Options{Now: p.Now, Log: p.Log})
	if err != nil {
		return nil, fmt.Errorf("open the holder's key: %w", err)
	}
	return v, nil
}

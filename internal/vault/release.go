package vault

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

const requestWords = 8 // 103 bits

// Request is what a device asks its office with, read at the office.
type Request struct {
	to     seal.Recipient
	sealed []byte
	hash   [sha256.Size]byte
}

// ParseRequest reads what [AskRecovery] made. Errors carry CodeBadAnswer.
func ParseRequest(file []byte) (Request, error) {
	body, ok := bytes.CutPrefix(file, []byte(requestMagic))
	var w requestWire
	if !ok || len(file) > maxAsk || decoder.Unmarshal(body, &w) != nil {
		return Request{}, screening.Fail(screening.CodeBadAnswer, errRecovery)
	}
	to, err := seal.ParseRecipient(w.To)
	if err != nil {
		return Request{}, screening.Fail(screening.CodeBadAnswer, errRecovery)
	}
	return Request{to: to, sealed: w.Sealed, hash: sha256.Sum256(file)}, nil
}

// Words are eight words of the list that stand for the whole request. Both screens show them; people compare them by
// voice, so that nobody's key but the device's gets the answer.
func (r Request) Words() []string { return Spoken(r.hash) }

// Spoken gives a SHA-256 as eight words of the list, 103 bits, for people to compare by voice.
func Spoken(hash [sha256.Size]byte) []string {
	list, n := words(), binary.BigEndian
	chosen := make([]string, requestWords)
	for i := range chosen { // 32 bits a word, so that none is noticeably likelier
		chosen[i] = list[n.Uint32(hash[4*i:])%uint32(len(list))]
	}
	return chosen
}

// SameWords reports whether said, as somebody typed what they heard, are the request's words.
func (r Request) SameWords(said string) bool {
	return strings.Join(strings.Fields(strings.ToLower(said)), " ") == strings.Join(r.Words(), " ")
}

// Kit is what a recovery file holds, opened at the office. It prints nothing of it.
type Kit struct {
	Device screening.DeviceID
	Epoch  uint64
	back   []byte
	pool   []byte
	carry  []byte
}

// Format prints whose kit it is.
func (k Kit) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[recovery of %s]", k.Device) }

// OpenRecovery opens a recovery file with the office's key; recipients is to how many it is sealed. Errors carry
// CodeDamaged.
func OpenRecovery(file []byte, o seal.Opener, recipients int) (Kit, error) {
	sealed, err := sealedPart(file)
	if err != nil {
		return Kit{}, screening.Fail(screening.CodeDamaged, err)
	}
	return openKit(sealed, o, recipients)
}

func openKit(sealed []byte, o seal.Opener, recipients int) (Kit, error) {
	plain, err := o.Open(sealed, recipients)
	if err != nil {
		return Kit{}, screening.Fail(screening.CodeDamaged, fmt.Errorf("open recovery: %w", err))
	}
	defer clear(plain)
	var w recoveryWire
	if err := decoder.Unmarshal(plain, &w); err != nil || len(w.Back) != keySize || len(w.Pool) != keySize || len(w.Carry) != keySize {
		return Kit{}, screening.Fail(screening.CodeDamaged, errRecovery)
	}
	return Kit{Device: w.Device, Epoch: w.Epoch, back: w.Back, pool: w.Pool, carry: w.Carry}, nil
}

// answerWire is what only the device that asked can open.
type answerWire struct {
	Request [sha256.Size]byte `cbor:"1,keyasint"`
	Back    []byte            `cbor:"2,keyasint"`
}

// Open returns the kit of the device that asks. Errors carry CodeDamaged.
func (r Request) Open(o seal.Opener, recipients int) (Kit, error) {
	return openKit(r.sealed, o, recipients)
}

// Answer makes what gives access back to the device that asked, and to nobody else. It is for a program that has
// had two people confirm it, and the words compared, and has recorded that.
func (r Request) Answer(k Kit) ([]byte, error) {
	plain, err := encoder.Marshal(answerWire{Request: r.hash, Back: k.back})
	if err != nil {
		return nil, fmt.Errorf("answer request: %w", errRecovery)
	}
	defer clear(plain)
	sealed, err := seal.Seal(plain, []seal.Recipient{r.to})
	if err != nil {
		return nil, fmt.Errorf("answer request: %w", err)
	}
	return append([]byte(answerMagic), sealed...), nil
}

// openAnswer is what the device does with it.
func openAnswer(answer []byte, asked waitingWire) (back []byte, err error) {
	sealed, ok := bytes.CutPrefix(answer, []byte(answerMagic))
	if !ok {
		return nil, errRecovery
	}
	id, err := seal.OpenerFor(asked.Secret)
	if err != nil {
		return nil, errRecovery
	}
	plain, err := id.Open(sealed, 1)
	if err != nil {
		return nil, fmt.Errorf("open answer: %w", err)
	}
	defer clear(plain)
	var w answerWire
	if err := decoder.Unmarshal(plain, &w); err != nil || w.Request != asked.Request || len(w.Back) != keySize {
		return nil, errRecovery
	}
	return w.Back, nil
}

// sealedPart is the sealed bytes of a recovery file.
func sealedPart(file []byte) ([]byte, error) {
	rest, ok := bytes.CutPrefix(file, []byte(recoveryMagic))
	if !ok || len(file) != RecoveryFile {
		return nil, errRecovery
	}
	n := binary.BigEndian.Uint32(rest)
	if rest = rest[4:]; uint64(n) > uint64(len(rest)) {
		return nil, errRecovery
	}
	return rest[:n], nil
}

func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxAsk+1))
}

// keep writes a small file whole: beside it first, then durably in its place.
func keep(path string, b []byte) error {
	err := os.WriteFile(path+".new", b, 0o600)
	if err == nil {
		err = syncFile(path + ".new")
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return diskError("write "+filepath.Base(path), err)
	}
	return diskError("write "+filepath.Base(path), syncFolder(filepath.Dir(path)))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

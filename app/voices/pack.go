package voices

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Format names the form of a pack.
const Format = "leeward.voices/1"

// manifest is the file of a pack that says what is in it.
const manifest = "pack.json"

// Bounds of a pack. A minute of speech in Opus is about a quarter of a megabyte.
const (
	maxSounds   = 5000
	maxSound    = 8 << 20
	maxManifest = 2 << 20
)

// Kinds are the sound files that a pack may hold.
var Kinds = []string{".ogg", ".mp3", ".wav"}

// ErrPack is for a file that is no pack of voices, or one that is damaged.
var ErrPack = errors.New("no pack of recorded voices, or a damaged one")

// Pack is what a pack says about itself.
type Pack struct {
	Format   string           `json:"format"`
	Language string           `json:"language"` // BCP 47, as the questionnaire has it
	Speaker  string           `json:"speaker"`  // whose voice, or in which dialect; never a name that endangers
	Licence  string           `json:"licence"`
	Sounds   map[string]Sound `json:"sounds"` // by the fingerprint of the wording
}

// Sound is one recording.
type Sound struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"` // hexadecimal, of the file
}

var (
	fingerprint = regexp.MustCompile(`^[0-9a-f]{16}$`)
	language    = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
)

// check refuses what cannot be a pack of ours: above all a name that would lead out of its folder.
func (p Pack) check() error {
	if p.Format != Format || !language.MatchString(p.Language) || len(p.Sounds) == 0 || len(p.Sounds) > maxSounds {
		return ErrPack
	}
	for wording, s := range p.Sounds {
		sum, err := hex.DecodeString(s.SHA256)
		ext := filepath.Ext(s.File)
		if !fingerprint.MatchString(wording) || s.File != wording+ext || !slices.Contains(Kinds, ext) || err != nil || len(sum) != sha256.Size {
			return ErrPack
		}
	}
	return nil
}

// holds reports whether these are the bytes of the sound.
func (s Sound) holds(content []byte) bool {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]) == strings.ToLower(s.SHA256)
}

// Make packs the sound files of a folder that are called after a wording (85a39ab345d672ff.ogg) into a new file. Other
// files are left alone; no sound at all is an error.
func Make(folder, out string, p Pack) (Pack, error) {
	p.Format, p.Sounds = Format, map[string]Sound{}
	files, err := os.ReadDir(folder)
	if err != nil {
		return Pack{}, fmt.Errorf("make a pack: %w", err)
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, f := range files {
		ext := filepath.Ext(f.Name())
		wording := strings.TrimSuffix(f.Name(), ext)
		if f.IsDir() || !fingerprint.MatchString(wording) || !slices.Contains(Kinds, ext) {
			continue
		}
		if was, twice := p.Sounds[wording]; twice {
			return Pack{}, fmt.Errorf("make a pack: %s and %s read the same wording", was.File, f.Name())
		}
		content, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err == nil && len(content) > maxSound {
			err = fmt.Errorf("%s is larger than %d bytes", f.Name(), maxSound)
		}
		if err == nil {
			err = store(z, f.Name(), content)
		}
		if err != nil {
			return Pack{}, fmt.Errorf("make a pack: %w", err)
		}
		sum := sha256.Sum256(content)
		p.Sounds[wording] = Sound{File: f.Name(), SHA256: hex.EncodeToString(sum[:])}
	}
	if err := p.check(); err != nil {
		return Pack{}, fmt.Errorf("make a pack of %s: %w", folder, err)
	}
	about, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = errors.Join(store(z, manifest, about), z.Close())
	}
	if err == nil {
		err = os.WriteFile(out, archive.Bytes(), 0o644)
	}
	if err != nil {
		return Pack{}, fmt.Errorf("make a pack: %w", err)
	}
	return p, nil
}

// store puts a file into an archive as it is: sound is packed already.
func store(z *zip.Writer, name string, content []byte) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = w.Write(content)
	}
	return err
}

// Read says what a pack holds, without installing it.
func Read(path string) (Pack, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return Pack{}, fmt.Errorf("open a pack: %w", errors.Join(ErrPack, err))
	}
	defer z.Close()
	return about(&z.Reader)
}

func about(z *zip.Reader) (p Pack, err error) {
	content, err := member(z, manifest, maxManifest)
	if err == nil {
		err = json.Unmarshal(content, &p)
	}
	if err != nil {
		return Pack{}, fmt.Errorf("read a pack: %w", errors.Join(ErrPack, err))
	}
	return p, p.check()
}

// member reads one file of an archive, no more of it than it may have.
func member(z *zip.Reader, name string, most int64) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s is too large", name)
	}
	return content, err
}

// wordings lists what a pack reads, in a fixed order.
func (p Pack) wordings() []string { return slices.Sorted(maps.Keys(p.Sounds)) }

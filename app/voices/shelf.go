package voices

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Shelf is the folder of a device in which packs are installed, one folder a language.
type Shelf struct{ Dir string }

// Install checks every sound of a pack and then puts it in the place of what was there for its language. A pack that is
// damaged, or a disk that is full, leaves what was there.
func (s Shelf) Install(path string) (Pack, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return Pack{}, fmt.Errorf("open a pack: %w", errors.Join(ErrPack, err))
	}
	defer z.Close()
	p, err := about(&z.Reader)
	if err != nil {
		return Pack{}, err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return Pack{}, fmt.Errorf("install voices: %w", err)
	}
	fresh, err := os.MkdirTemp(s.Dir, ".new-")
	if err != nil {
		return Pack{}, fmt.Errorf("install voices: %w", err)
	}
	defer os.RemoveAll(fresh)
	if err := unpack(&z.Reader, p, fresh); err != nil {
		return Pack{}, fmt.Errorf("install voices: %w", err)
	}
	return p, s.replace(p.Language, fresh)
}

// unpack writes the sounds of a pack into a folder, after checking each.
func unpack(z *zip.Reader, p Pack, dir string) error {
	for _, wording := range p.wordings() {
		sound := p.Sounds[wording]
		content, err := member(z, sound.File, maxSound)
		switch {
		case err != nil:
			return errors.Join(ErrPack, err)
		case !sound.holds(content):
			return fmt.Errorf("%s: %w", sound.File, ErrPack)
		}
		if err := os.WriteFile(filepath.Join(dir, sound.File), content, 0o600); err != nil {
			return err
		}
	}
	content, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, manifest), content, 0o600)
}

// replace moves a finished folder to where the sounds of a language are looked for.
func (s Shelf) replace(lang, fresh string) error {
	old := fresh + ".old"
	if err := os.Rename(s.folder(lang), old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("install voices: %w", err)
	}
	if err := os.Rename(fresh, s.folder(lang)); err != nil {
		return fmt.Errorf("install voices: %w", errors.Join(err, os.Rename(old, s.folder(lang))))
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("install voices: %w", err)
	}
	return nil
}

func (s Shelf) folder(lang string) string { return filepath.Join(s.Dir, lang) }

// List says which packs are installed, in the order of their languages. A folder without a sound pack.json is none.
func (s Shelf) List() (packs []Pack) {
	folders, _ := os.ReadDir(s.Dir) // no folder, no packs
	for _, f := range folders {
		if p, err := s.pack(f.Name()); err == nil {
			packs = append(packs, p)
		}
	}
	return packs
}

// pack is what is installed for a language.
func (s Shelf) pack(lang string) (p Pack, err error) {
	content, err := os.ReadFile(filepath.Join(s.folder(lang), manifest))
	if err == nil {
		err = json.Unmarshal(content, &p)
	}
	if err == nil {
		err = p.check()
	}
	if err == nil && p.Language != lang {
		err = ErrPack
	}
	return p, err
}

// Remove takes the voices of a language off the device. It is no error that there are none.
func (s Shelf) Remove(lang string) error {
	if !language.MatchString(lang) {
		return ErrPack
	}
	if err := os.RemoveAll(s.folder(lang)); err != nil {
		return fmt.Errorf("remove voices: %w", err)
	}
	return nil
}

// Find returns the file that reads a wording in a language, empty where there is none or where its bytes are no longer
// those of the pack.
func (s Shelf) Find(lang, wording string) string {
	if s.Dir == "" || wording == "" || !language.MatchString(lang) {
		return ""
	}
	p, err := s.pack(lang)
	if err != nil {
		return ""
	}
	sound, ok := p.Sounds[wording]
	if !ok {
		return ""
	}
	file := filepath.Join(s.folder(lang), sound.File)
	if content, err := os.ReadFile(file); err != nil || !sound.holds(content) {
		return ""
	}
	return file
}

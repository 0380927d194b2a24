package shaping

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"

	"leeward/assets"
)

// faceID names one embedded font file: the index of its family, and the weight.
type faceID struct {
	family int
	bold   bool
}

// library parses each embedded font at most once; parsed fonts are read-only and shared.
var library struct {
	sync.Mutex
	fonts map[faceID]*font.Font
}

var families = assets.Families()

// familyOf maps a script to the family made for it.
var familyOf = func() map[language.Script]int {
	m := make(map[language.Script]int)
	for i, family := range families {
		for _, code := range family.Scripts {
			script, err := language.ParseScript(code)
			if err != nil {
				panic(fmt.Sprintf("shaping: font table: script %q: %v", code, err))
			}
			m[script] = i
		}
	}
	return m
}()

// parsed returns the font of an id. The files are part of the program, so a broken one is a broken build.
func parsed(id faceID) *font.Font {
	library.Lock()
	defer library.Unlock()
	if f, ok := library.fonts[id]; ok {
		return f
	}
	name := families[id.family].Regular()
	if id.bold {
		name = families[id.family].Bold()
	}
	face, err := font.ParseTTF(bytes.NewReader(assets.Font(name)))
	if err != nil {
		panic(fmt.Sprintf("shaping: embedded font %s: %v", name, err))
	}
	if library.fonts == nil {
		library.fonts = make(map[faceID]*font.Font)
	}
	library.fonts[id] = face.Font
	return face.Font
}

// faces hands out the faces of one engine. A face has caches and belongs to one goroutine at a time.
type faces struct {
	byID map[faceID]*font.Face
	ids  map[*font.Face]faceID
}

func newFaces() *faces {
	return &faces{byID: make(map[faceID]*font.Face), ids: make(map[*font.Face]faceID)}
}

func (f *faces) face(id faceID) *font.Face {
	if face, ok := f.byID[id]; ok {
		return face
	}
	face := font.NewFace(parsed(id))
	f.byID[id], f.ids[face] = face, id
	return face
}

// chain resolves runes to faces for one text. It implements shaping.FontmapScript.
type chain struct {
	faces  *faces
	bold   bool
	lang   int // family of the language's own script
	script int // family of the run at hand, or -1
}

// SetScript is told the script of the run that follows, so that its spaces, digits and brackets come from
// the same font as its letters where that font has them.
func (c *chain) SetScript(s language.Script) {
	c.script = -1
	if i, ok := familyOf[s]; ok {
		c.script = i
	}
}

// ResolveFace returns the first face that has the rune: of the run's script, of the language, the general
// one, then any. Where none has it, the general face draws its box, and [Missing] reports the rune.
func (c *chain) ResolveFace(r rune) *font.Face {
	if c.script >= 0 {
		if face := c.faces.face(faceID{c.script, c.bold}); has(face, r) {
			return face
		}
	}
	if face := c.faces.face(faceID{c.lang, c.bold}); has(face, r) {
		return face
	}
	for i := range families {
		if face := c.faces.face(faceID{i, c.bold}); has(face, r) {
			return face
		}
	}
	return c.faces.face(faceID{0, c.bold})
}

func has(face *font.Face, r rune) bool {
	_, ok := face.NominalGlyph(r)
	return ok
}

// familyFor returns the family for a language's own script, the general one when there is none.
func familyFor(lang string) int {
	script, err := language.ParseScript(Script(lang))
	if err != nil {
		return 0
	}
	return familyOf[script] // zero, the general family, where no family names the script
}

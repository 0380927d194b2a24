package shaping

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"

	"leeward/assets"
	"leeward/schema/codes"
)

// faceID names one embedded font file: the index of its family, and the weight.
type faceID struct {
	family int
	bold   bool
}

// faked reports whether the weight has no file of its own: its strokes are thickened as they are painted.
func (id faceID) faked() bool { return id.bold && families[id.family].OneOnly }

// library parses each embedded font at most once, when it is first needed; parsed fonts are read-only and
// shared.
var library struct {
	sync.Mutex
	fonts map[string]*font.Font // by file name
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

// nastaliq is the family of the hanging style of Arabic script.
var nastaliq = func() int {
	script, _ := language.ParseScript("Aran")
	return familyOf[script]
}()

// parsed returns the font of an id. The files are part of the program, so a broken one is a broken build.
func parsed(id faceID) *font.Font {
	name := families[id.family].Regular()
	if id.bold {
		name = families[id.family].Bold()
	}
	library.Lock()
	defer library.Unlock()
	if f, ok := library.fonts[name]; ok {
		return f
	}
	face, err := font.ParseTTF(bytes.NewReader(assets.Font(name)))
	if err != nil {
		panic(fmt.Sprintf("shaping: embedded font %s: %v", name, err))
	}
	if library.fonts == nil {
		library.fonts = make(map[string]*font.Font)
	}
	library.fonts[name] = face.Font
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
	if s == language.Arabic && c.lang == nastaliq {
		c.script = c.lang // one script in two styles; the language's tag has said which
	}
}

// ResolveFace returns the first face that has the rune: of the run's script, of the language, the general
// one, of the rune's own script. Where none has it, the general face draws its box, and [Missing] reports the
// rune. No other font is asked, so that an odd character does not load all of them.
func (c *chain) ResolveFace(r rune) *font.Face {
	for _, family := range [...]int{c.script, c.lang, 0, ownFamily(r)} {
		if family < 0 {
			continue
		}
		if face := c.faces.face(faceID{family, c.bold}); has(face, r) {
			return face
		}
	}
	return c.faces.face(faceID{0, c.bold})
}

// shared are stretches of Unicode with signs that several scripts use, and a script whose font has them.
var shared = []struct {
	first, last rune
	script      language.Script
}{
	{0x0600, 0x06ff, language.Arabic}, // comma, question mark, percent sign, vowel marks
	{0x0964, 0x0970, language.Devanagari},
	{0x10fb, 0x10fb, language.Georgian},
	{0x2010, 0x27bf, language.Han}, // arrows, numbers in circles, stars, boxes
	{0x3000, 0x33ff, language.Han}, // full stops, brackets, months
	{0xfe10, 0xffef, language.Han}, // wide forms
}

// ownFamily returns the family of the script that a rune belongs to, or mostly stands with, or -1.
func ownFamily(r rune) int {
	if i, ok := familyOf[language.LookupScript(r)]; ok {
		return i
	}
	for _, s := range shared {
		if s.first <= r && r <= s.last {
			return familyOf[s.script]
		}
	}
	return -1
}

func has(face *font.Face, r rune) bool {
	_, ok := face.NominalGlyph(r)
	return ok
}

// familyFor returns the family for a language's own script, the general one when there is none.
func familyFor(lang string) int {
	script, err := language.ParseScript(codes.Script(lang))
	if err != nil {
		return 0
	}
	return familyOf[script] // zero, the general family, where no family names the script
}

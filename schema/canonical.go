package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// member is one JSON member of a struct type.
type member struct {
	name  string
	index int
	omit  bool // left out when empty
}

var memberCache sync.Map // reflect.Type -> []member, sorted by name

func membersOf(t reflect.Type) []member {
	if cached, ok := memberCache.Load(t); ok {
		return cached.([]member)
	}
	var out []member
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out = append(out, member{name, i, options == "omitempty"})
	}
	slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.name, b.name) })
	memberCache.Store(t, out)
	return out
}

// Canonical returns the one byte string that stands for q: JSON without insignificant space, members
// sorted by their UTF-8 bytes, empty members left out where the format allows it, and only those
// characters escaped that JSON demands (FORMAT.md, Canonical form). What [Parse] accepts of it encodes
// to the same bytes again.
func (q *Questionnaire) Canonical() []byte {
	return appendCanonical(nil, reflect.ValueOf(q).Elem())
}

// Ref returns the SHA-256 of the canonical bytes.
func (q *Questionnaire) Ref() Ref { return sha256.Sum256(q.Canonical()) }

// WordingHash names a wording: the first 16 hexadecimal digits of the SHA-256 of its UTF-8 text, before
// any value is put in. It is kept with each answer, and with each translation for its source.
func WordingHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

func appendCanonical(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		return appendCanonical(b, v.Elem())
	case reflect.Struct:
		b = append(b, '{')
		first := true
		for _, m := range membersOf(v.Type()) {
			field := v.Field(m.index)
			if m.omit && (field.IsZero() || empty(field)) {
				continue
			}
			b = appendKey(b, m.name, &first)
			b = appendCanonical(b, field)
		}
		return append(b, '}')
	case reflect.Map:
		keys := make([]string, 0, v.Len())
		for _, k := range v.MapKeys() {
			keys = append(keys, k.String())
		}
		slices.Sort(keys)
		b = append(b, '{')
		first := true
		for _, k := range keys {
			b = appendKey(b, k, &first)
			b = appendCanonical(b, v.MapIndex(reflect.ValueOf(k).Convert(v.Type().Key())))
		}
		return append(b, '}')
	case reflect.Slice:
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCanonical(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Bool:
		return fmt.Appendf(b, "%t", v.Bool())
	}
	return appendText(b, v.String())
}

func empty(v reflect.Value) bool {
	return (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.Len() == 0
}

func appendKey(b []byte, key string, first *bool) []byte {
	if !*first {
		b = append(b, ',')
	}
	*first = false
	return append(appendText(b, key), ':')
}

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ': // Parse refuses these; a hand-made questionnaire still encodes to valid JSON
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

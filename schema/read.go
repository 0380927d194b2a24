package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"leeward/schema/expr"
)

// reader fills a value from JSON more strictly than encoding/json: unknown members, members given
// twice, null, other letter case, depth and damaged text are errors with the path of the culprit.
type reader struct {
	dec   *json.Decoder
	depth int
}

func readJSON(b []byte, into any) *ParseError {
	r := &reader{dec: json.NewDecoder(bytes.NewReader(b))}
	if err := r.value(reflect.ValueOf(into).Elem(), ""); err != nil {
		return err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return &ParseError{Message: "something follows the end of the questionnaire"}
	}
	return nil
}

func (r *reader) token(path string) (json.Token, *ParseError) {
	t, err := r.dec.Token()
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, &ParseError{Path: path, Message: "the text ends too early"}
		}
		return nil, &ParseError{Path: path, Message: fmt.Sprintf("not JSON near byte %d", r.dec.InputOffset())}
	}
	return t, nil
}

func (r *reader) value(v reflect.Value, path string) *ParseError {
	t, err := r.token(path)
	if err != nil {
		return err
	}
	return r.bind(v, t, path)
}

func (r *reader) bind(v reflect.Value, t json.Token, path string) *ParseError {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return r.bind(v.Elem(), t, path)
	case reflect.Struct:
		return r.object(v, t, path)
	case reflect.Map:
		return r.table(v, t, path)
	case reflect.Slice:
		return r.list(v, t, path)
	case reflect.Bool:
		b, ok := t.(bool)
		if !ok {
			return wrongKind(path, "true or false", t)
		}
		v.SetBool(b)
	default:
		s, ok := t.(string)
		if !ok {
			return wrongKind(path, "a text", t)
		}
		if err := soundText(s, path); err != nil {
			return err
		}
		v.SetString(s)
	}
	return nil
}

// open checks the bracket and the depth.
func (r *reader) open(t json.Token, bracket json.Delim, path string) *ParseError {
	if t != bracket {
		wanted := "an object { }"
		if bracket == '[' {
			wanted = "a list [ ]"
		}
		return wrongKind(path, wanted, t)
	}
	if r.depth++; r.depth > maxDepth {
		return &ParseError{Path: path, Message: fmt.Sprintf("nested more than %d deep", maxDepth)}
	}
	return nil
}

func (r *reader) object(v reflect.Value, t json.Token, path string) *ParseError {
	members := membersOf(v.Type())
	return r.members(t, path, func(key, at string) *ParseError {
		for _, m := range members {
			if m.name == key {
				return r.value(v.Field(m.index), at)
			}
		}
		err := &ParseError{Path: at, Message: "unknown member"}
		names := make([]string, len(members))
		for i, m := range members {
			names[i] = m.name
		}
		if near := expr.Nearest(key, names); near != "" {
			err.Hint = "did you mean " + near + "?"
		}
		return err
	})
}

func (r *reader) table(v reflect.Value, t json.Token, path string) *ParseError {
	v.Set(reflect.MakeMap(v.Type()))
	return r.members(t, path, func(key, at string) *ParseError {
		if err := soundText(key, at); err != nil {
			return err
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(elem, at); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), elem)
		return nil
	})
}

// members walks an object and refuses a name that comes twice: two readers could each believe another.
func (r *reader) members(t json.Token, path string, each func(key, at string) *ParseError) *ParseError {
	if err := r.open(t, '{', path); err != nil {
		return err
	}
	seen := map[string]bool{}
	for r.dec.More() {
		k, err := r.token(path)
		if err != nil {
			return err
		}
		key, _ := k.(string) // the decoder gives nothing else here
		at := join(path, key)
		if seen[key] {
			return &ParseError{Path: at, Message: "given twice"}
		}
		seen[key] = true
		if err := each(key, at); err != nil {
			return err
		}
	}
	r.depth--
	_, err := r.token(path)
	return err
}

func (r *reader) list(v reflect.Value, t json.Token, path string) *ParseError {
	if err := r.open(t, '[', path); err != nil {
		return err
	}
	for i := 0; r.dec.More(); i++ {
		elem := reflect.New(v.Type().Elem()).Elem()
		if err := r.value(elem, fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
		v.Set(reflect.Append(v, elem))
	}
	r.depth--
	_, err := r.token(path)
	return err
}

func wrongKind(path, wanted string, got json.Token) *ParseError {
	kind := "a text"
	switch got := got.(type) {
	case nil:
		return &ParseError{Path: path, Message: "null is not allowed", Hint: "leave the member out"}
	case bool:
		kind = "true or false"
	case float64:
		kind = "a number"
	case json.Delim:
		if kind = "an object"; got == '[' {
			kind = "a list"
		}
	}
	return &ParseError{Path: path, Message: fmt.Sprintf("%s should stand here, not %s", wanted, kind)}
}

// soundText refuses what could only come from damage or mischief. A replacement character is what
// decoders leave where bytes were lost, lone surrogates included.
func soundText(s, path string) *ParseError {
	for _, c := range s {
		switch {
		case c == utf8.RuneError:
			return &ParseError{Path: path, Message: "the text is damaged: it holds a replacement character"}
		case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
			return &ParseError{Path: path, Message: fmt.Sprintf("the text holds the control character U+%04X", c)}
		}
	}
	return nil
}

// join appends a member to a path; names that are not plain stand in brackets.
func join(path, key string) string {
	if key == "" || strings.ContainsAny(key, ".[]\" \n\t") {
		return fmt.Sprintf("%s[%q]", path, key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

package roadtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/assess"
	"leeward/sync/batch"
)

// word fills whatever can hold a text, and may be printed by none of the types below.
const word = "PERSONAL"

// personal are the types that can hold what a person said, or what follows from it.
var personal = []any{
	schema.Answer{},
	schema.Answers{},
	schema.State{},
	schema.Problem{},
	schema.Node{},
	schema.Alert{},
	schema.Mark{},
	schema.OpenGate{},
	schema.Shown{},
	schema.Migration{},
	screening.Interview{},
	screening.Consent{},
	screening.Recorded{},
	screening.Tally{},
	session.Session{},
	session.Entry{},
	casework.Opened{},
	casework.OpenedRecord{},
	casework.Flag{},
	casework.Sign{},
	casework.Need{},
	casework.Row{},
	casework.Page{},
	casework.Record{},
	casework.Case{},
	casework.CaseFile{},
	casework.CasePage{},
	casework.CaseEvent{},
	casework.CaseChange{},
	casework.Duty{},
	casework.DutyBody{},
	casework.Keys{},
	casework.Facts{},
	casework.FactsRow{},
	casework.Invented{},
	casework.Told{},
	casework.Capsule{},
	casework.OpenedCapsule{},
	batch.Record{},
	batch.Found{},
	batch.Contents{},
	store.Summary{},
	assess.Profile{},
	assess.List{},
	assess.Dimension{},
	assess.Indicator{},
	assess.Rest{},
	assess.Legal{},
	assess.Part{},
	assess.Kind{},
	assess.Danger{},
	assess.Remark{},
	device.Arrival{},
	device.Asked{},
	device.Site{},
	casework.FieldQuestion{},
}

// secret are the types that hold a secret as bytes: none of them prints any of its bytes.
var secret = []any{batch.EnrolCode{}, batch.EnrolRequest{}}

// harmless are the other exported types of the same packages, with why they may be printed.
var harmless = map[string][]string{
	"the questionnaire's own words and rules, the same for everybody": {
		"schema.Questionnaire", "schema.Language", "schema.Consent", "schema.Parameter", "schema.Text", "schema.Wording",
		"schema.Item", "schema.Gate", "schema.ChoiceList", "schema.Choice", "schema.IndicatorMark", "schema.Form",
		"schema.CompileError", "schema.CompileErrors", "schema.ParseError", "schema.Remark", "schema.Env",
		"schema.Difference", "schema.Comparison",
	},
	"a name, a number or one of a few words": {
		"schema.Path", "schema.Lang", "schema.Missing", "schema.About", "schema.Ref", "schema.Translation", "schema.Kind", "schema.Stage",
		"schema.Sensitivity", "schema.Reason", "screening.Code", "screening.InterviewID", "screening.DeviceID",
		"screening.BatchID", "screening.RespondentCode", "screening.Status", "screening.Rung", "screening.Level",
		"session.Saved", "session.Status", "casework.Kind", "casework.Verdict", "casework.DeviceStatus", "casework.Role",
		"casework.Power", "casework.Refusal", "casework.Stage", "casework.CaseStatus", "casework.Phone", "casework.Finding", "casework.DutyKind",
		"casework.Urgency", "casework.Recipient", "casework.ReferralAnswer", "casework.CaseAct", "casework.NewsKind", "casework.OrderState",
		"casework.Act", "batch.Kind", "assess.Strength", "assess.ListID", "assess.Standing", "assess.Phase", "assess.Risk", "device.Clock",
	},
	"which questions stand on the screen, or which code was typed": {"session.Page", "session.Instance", "casework.Query", "casework.CaseQuery", "casework.ToldQuery"},
	"codes of staff and languages":                                 {"casework.Talks", "screening.Setting", "device.Local", "device.Person"},
	"ids, numbers and times only": {
		"casework.CapsuleID", "casework.Recovery", "store.Copied",
		"store.Salvaged", "device.Front", "device.Lack", "device.Loss", "device.Rekey", "device.Share", "device.Clock", "screening.Withdrawal", "casework.Standing", "casework.Cursor", "store.Counts", "casework.Stats", "casework.Attention", "casework.Incident",
		"casework.Incoming", "casework.HeldPiece", "casework.Generation", "casework.CaseID", "casework.DutyID", "casework.ServiceID",
	},
	"printed numbers only, each of nobody or of k people": {"casework.Release"},
	"whom an export was made for, and for what":           {"casework.Exported"},
	"what the program says, never an answer":              {"screening.Error", "batch.Refusal"},
	"sealed bytes, public keys and proofs": {
		"batch.Capsule", "batch.VerifiedCapsule", "batch.PoolEntry",
		"screening.Receipt", "screening.Batch", "screening.Enrolment", "casework.Enrolled", "casework.Admission", "casework.Applicant",
		"casework.Arrival", "casework.Reception", "casework.Settled", "casework.Task", "casework.Redaction", "casework.Hello",
		"casework.News", "casework.Document", "casework.Manuscript", "casework.Unfit", "casework.Asked", "casework.Publication", "casework.Order", "casework.Delivery",
		"casework.Account", "casework.Device", "casework.Gap", "casework.Held", "casework.Revoked", "casework.Revocation", "batch.Revocation", "batch.Unshown", "batch.LogFile", "batch.Erasure", "batch.Grant", "batch.Envelope", "batch.Verified", "batch.Header",
		"batch.Generation", "batch.Hello", "batch.Parameters", "batch.Packed", "batch.Receipts", "batch.Root", "batch.Paths", "screening.Checkpoint", "screening.Span",
	},
	"people of the office": {"casework.Person", "casework.Session", "casework.Entry", "casework.EntryQuery", "casework.Service", "casework.ServiceDetails", "device.Number"},
	"what a thing is made of, or holds only open files and what is above": {
		"session.Params", "session.Keeper", "session.Records", "store.Options", "store.Store", "device.Options", "device.Device",
		"device.Office", "device.News",
	},
}

// TestNobodyPrintsWhatWasSaid fills each of these types, and hands it to every way of printing.
func TestNobodyPrintsWhatWasSaid(t *testing.T) {
	for _, zero := range personal {
		printsNothing(t, zero, filler{})
	}
	for _, zero := range secret {
		printsNothing(t, zero, filler{arrays: true})
	}
}

func printsNothing(t *testing.T, zero any, f filler) {
	t.Helper()
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	f.fill(v, 6)
	if !holds(v, 8) {
		t.Errorf("%T could not be filled: the test shows nothing", zero)
	}
	pointer := reflect.New(v.Type())
	pointer.Elem().Set(v)
	slice := reflect.Append(reflect.MakeSlice(reflect.SliceOf(v.Type()), 0, 1), v)
	full := v.Interface()
	var ways []string
	try := func(way, got string) {
		if leaks(got) {
			ways = append(ways, way)
		}
	}
	try("slog json", logged("json", full))
	try("slog json pointer", logged("json", pointer.Interface()))
	for name, each := range map[string]any{
		"itself": full, "pointer": pointer.Interface(), "slice": slice.Interface(), "map": map[string]any{"x": full},
		"struct": struct{ X any }{full}, "array": [1]any{full}, "error": fmt.Errorf("wrap %v", full),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			try(verb+" "+name, fmt.Sprintf(verb, each))
		}
		try("slog text "+name, logged("text", each))
	}
	if slices.Sort(ways); len(ways) > 0 {
		t.Errorf("%T shows what was said with: %s", zero, strings.Join(ways, ", "))
	}
}

func logged(handler string, v any) string {
	var b bytes.Buffer
	var h slog.Handler = slog.NewTextHandler(&b, nil)
	if handler == "json" {
		h = slog.NewJSONHandler(&b, nil)
	}
	log := slog.New(h)
	log.Info("test", "value", v)
	log.With("bound", v).WithGroup("g").Info("test", slog.Group("h", "value", v))
	return b.String()
}

// leaks looks for the word as it is, in hexadecimal digits, as numbers and in base64.
func leaks(s string) bool {
	for _, form := range []string{
		word, fmt.Sprintf("%x", word), fmt.Sprintf("%X", word), "80 69 82 83 79 78 65 76", "80,69,82,83,79,78,65,76",
		"0x50, 0x45, 0x52, 0x53", "UEVSU09OQUw",
	} {
		if strings.Contains(s, form) {
			return true
		}
	}
	return false
}

// few are the texts that are always one of a few words, which may be printed.
var few = []string{"screening.Status", "schema.Reason", "session.phase"}

// filler puts the word wherever there is room for it, in unexported fields too. Arrays of bytes are ids and
// hashes, which may be printed, but in types that are secret.
type filler struct{ arrays bool }

func (f filler) fill(v reflect.Value, depth int) {
	if !v.CanSet() && v.CanAddr() {
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if depth == 0 || v.Type() == reflect.TypeFor[time.Time]() || slices.Contains(few, v.Type().String()) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			if v.Type().Elem().Kind() == reflect.Uint8 {
				if f.arrays {
					v.Index(i).SetUint(uint64(word[i%len(word)]))
				}
				continue
			}
			f.fill(v.Index(i), depth-1)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(word))
			return
		}
		one := reflect.New(v.Type().Elem()).Elem()
		f.fill(one, depth-1)
		v.Set(reflect.Append(v, one))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, depth-1)
		f.fill(value, depth-1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth-1)
	}
}

// holds reports whether the word stands anywhere in v.
func holds(v reflect.Value, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v.Kind() {
	case reflect.String:
		return v.String() == word
	case reflect.Struct:
		for i := range v.NumField() {
			if holds(v.Field(i), depth-1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len() > 0 && v.Index(0).Uint() == uint64(word[0])
		}
		return v.Len() > 0 && holds(v.Index(0), depth-1)
	case reflect.Map:
		for _, key := range v.MapKeys() {
			return holds(key, depth-1) || holds(v.MapIndex(key), depth-1)
		}
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && holds(v.Elem(), depth-1)
	}
	return false
}

// TestEveryTypeWasThoughtOf fails for an exported type of these packages that stands in neither list, so
// that whoever adds one has to say whether it is personal.
func TestEveryTypeWasThoughtOf(t *testing.T) {
	var listed []string
	for _, v := range slices.Concat(personal, secret) {
		listed = append(listed, reflect.TypeOf(v).String())
	}
	for _, names := range harmless {
		listed = append(listed, names...)
	}
	var found []string
	for _, dir := range []string{
		"../../schema", "../../internal/screening", "../session", "../../internal/office/casework", "../../sync/batch",
		"../../internal/store", "../device", "../../schema/assess",
	} {
		found = append(found, exported(t, dir)...)
	}
	for _, name := range found {
		if !slices.Contains(listed, name) {
			t.Errorf("%s: is it personal, or harmless, and why?", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(found, name) {
			t.Errorf("%s is listed and not there", name)
		}
	}
}

// exported returns the exported types of a package as "package.Type".
func exported(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	ok(t, err)
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		ok(t, err)
		for _, d := range f.Decls {
			g, is := d.(*ast.GenDecl)
			if !is || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				if name := s.(*ast.TypeSpec).Name; name.IsExported() {
					names = append(names, filepath.Base(dir)+"."+name.Name)
				}
			}
		}
	}
	return names
}

package vault

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/seal"
)

var home = reflect.TypeFor[Vault]().PkgPath()

// lends are the methods that give a key to a function, for encvfs alone: of the store, of no other kind.
var lends = map[string]bool{"LendDataKey": true, "LendDataKeys": true, "LendFrontKey": true}

// TestNoKeyIsHandedOut calls every exported method of a vault, and of what it gives, and looks through whatever comes back for
// the secrets that lie within; and looks at their types for one that could carry a key.
func TestNoKeyIsHandedOut(t *testing.T) {
	t.Chdir(t.TempDir()) // what writes a file takes any text for its name
	path, v := made(t, newClock().options())
	secrets := secretsOf(inside(t, path))
	if len(secrets) < 8 {
		t.Fatalf("only %d secrets to look for", len(secrets))
	}
	called := 0
	var look func(doing string, x reflect.Value, depth int)
	look = func(doing string, x reflect.Value, depth int) {
		if !x.IsValid() || depth > 3 {
			return
		}
		if x.CanInterface() {
			shown := fmt.Sprintf("%v %+v %x", x.Interface(), x.Interface(), x.Interface())
			for i, secret := range secrets {
				for form, text := range forms(secret) {
					if bytes.Contains([]byte(shown), []byte(text)) {
						t.Errorf("%s gives secret %d as %s", doing, i, form)
					}
				}
			}
			if _, key := x.Interface().(encvfs.Key); key {
				t.Errorf("%s gives the store's key", doing)
			}
		}
		if of := x.Type(); of.Kind() == reflect.Pointer && of.Elem().PkgPath() != home || of.Kind() != reflect.Pointer && of.PkgPath() != home {
			return // what others' types do is theirs
		}
		for i := range x.NumMethod() {
			m := x.Type().Method(i)
			if lends[m.Name] || m.Name == "Lock" {
				continue
			}
			args, ok := someArguments(x.Method(i).Type())
			if !ok {
				t.Fatalf("%s.%s: this test has no argument of a type that it takes", doing, m.Name)
			}
			called++
			for _, out := range x.Method(i).Call(args) {
				if out.Kind() == reflect.Interface {
					out = out.Elem()
				}
				look(doing+"."+m.Name, out, depth+1)
			}
		}
	}
	for doing, x := range map[string]any{
		"vault": v, "signer": v.Signer("batch"), "opener": v.Opener("inbox"), "pool": v.Pool(t.TempDir()),
		"tls": v.TLS("device").PrivateKey, "web": v.Web("browser").PrivateKey,
	} {
		if signer, ok := x.(crypto.Signer); ok {
			if _, err := signer.Sign(nil, make([]byte, 32), crypto.SHA256); err != nil && doing == "web" {
				t.Error(err)
			}
			continue // its other method is Public
		}
		look(doing, reflect.ValueOf(x), 0)
	}
	if called < 20 {
		t.Errorf("only %d methods were called", called)
	}
	for name := range lends { // they give the key of the store, and nothing else
		m, ok := reflect.TypeFor[*Vault]().MethodByName(name)
		if !ok {
			t.Fatalf("there is no %s", name)
		}
		for i := 1; i < m.Type.NumIn(); i++ {
			do := m.Type.In(i)
			for j := 0; do.Kind() == reflect.Func && j < do.NumIn(); j++ {
				if do.In(j) != reflect.TypeFor[encvfs.Key]() {
					t.Errorf("%s lends a %s", name, do.In(j))
				}
			}
		}
	}
}

// someArguments are values with which a method may be called.
func someArguments(m reflect.Type) (args []reflect.Value, ok bool) {
	for i := range m.NumIn() {
		switch in := m.In(i); {
		case in == reflect.TypeFor[context.Context]():
			ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
			defer cancel()
			args = append(args, reflect.ValueOf(ctx)) // over: what is slow is not begun
		case in.Kind() == reflect.Interface, in.Kind() == reflect.Func:
			if in.NumMethod() > 0 && in.Kind() == reflect.Interface && in.Name() == "State" { // fmt.State, of Format
				args = append(args, reflect.ValueOf(printing{}))
				continue
			}
			args = append(args, reflect.Zero(in))
		case in == reflect.TypeFor[[]seal.Recipient]():
			_, to, err := seal.NewIdentity()
			if err != nil {
				return nil, false
			}
			args = append(args, reflect.ValueOf([]seal.Recipient{to}))
		case in.Kind() == reflect.String:
			args = append(args, reflect.ValueOf("batch").Convert(in))
		default:
			args = append(args, reflect.Zero(in))
		}
	}
	return args, true
}

// printing is a fmt.State that prints nothing.
type printing struct{}

func (printing) Write(b []byte) (int, error) { return len(b), nil }
func (printing) Width() (int, bool)          { return 0, false }
func (printing) Precision() (int, bool)      { return 0, false }
func (printing) Flag(int) bool               { return false }

// BenchmarkUnlockSteps splits unlocking, with every place in use: stretching and trying slots, and what is beside.
func BenchmarkUnlockSteps(b *testing.B) {
	genuine(b)
	path, v := made(b, newClock().options())
	for i := 1; i < Places; i++ {
		add(b, v, fmt.Appendf(nil, "screener %d", i))
	}
	last := fmt.Appendf(nil, "screener %d", Places-1)
	for name, limit := range map[string]int{"no-limit": 0, "limit": MinLimit} {
		if err := v.SetLimit(b.Context(), limit); err != nil {
			b.Fatal(err)
		}
		b.Run("stretch/"+name, func(b *testing.B) {
			f, err := readFile(path, time.Now())
			for err == nil && b.Loop() {
				_, err = f.record.stretch(b.Context(), Passphrase(last))
			}
			if err != nil {
				b.Fatal(err)
			}
		})
		b.Run("all/"+name, func(b *testing.B) {
			var stretching time.Duration
			o := newClock().options()
			var begun time.Time
			o.hook = func(s step) error {
				switch s {
				case stepStretch:
					begun = time.Now()
				case stepTried:
					stretching += time.Since(begun)
				}
				return nil
			}
			start := time.Now()
			for b.Loop() {
				if _, err := UnlockAt(b.Context(), path, Places-1, Passphrase(last), o); err != nil && !errors.Is(err, ErrPlace) {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((time.Since(start)-stretching).Microseconds())/float64(b.N), "beside-µs/op")
		})
	}
}

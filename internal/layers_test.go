// Package internal_test keeps the house standing: who may import whom, and which powers each room has.
package internal_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors lists every package by its exact path, lowest first. A package imports only lower floors.
var floors = [][]string{
	{"schema/expr", "schema/codes", "translations", "assets", "internal/seal", "internal/encvfs", "internal/killtest"},
	{"schema", "internal/shaping"},
	{"schema/xlsform", "schema/instrument", "schema/instrument/source", "internal/screening", "app/typeset", "app/voices"},
	{"internal/records", "internal/screening/eighty", "schema/assess", "schema/bench"},
	{
		"schema/bench/peer", "schema/instrument/synthetic", "schema/instrument/cases", "internal/paper", "internal/vault", "internal/store",
		"internal/office/alike", "internal/office/casework", "internal/office/ledger", "sync/batch", "app/questions",
	},
	{"internal/office/engine", "internal/office/invented", "internal/office/report", "sync/bulletin"},
	{
		"internal/office/sqlite", "internal/office/postgres", "internal/office/postgres/pgtest", "internal/office/export", "internal/office/dashboard",
		"sync/courier", "sync/intake", "app/session",
	},
	{"sync/office", "app/device"},
	{"app/screens"},
	{"app", "app/hammer", "sync/fieldtest"}, // nothing but tests imports what is up here
}

// topFloors orders the top-level folders; arrows run down. The two at the bottom are read by everybody.
var topFloors = map[string]int{"app": 3, "sync": 2, "internal": 1, "schema": 0, "translations": -1, "assets": -1}

// walls are pairs that must not reach each other, directly or through others.
var walls = []wall{
	{from: "internal/store", to: "internal/office"},
	{from: "app", to: "internal/office"},
	{from: "internal", to: "schema/instrument/cases"}, // practice is never mixed with live data
	{from: "sync", to: "schema/instrument/cases"},
	{from: "app/session", to: "fyne.io/fyne"},
	{from: "internal", to: "fyne.io/fyne"},
	{from: "sync", to: "fyne.io/fyne"},
	{from: "schema", to: "fyne.io/fyne"},
	{from: "translations", to: "fyne.io/fyne"},
	{from: "assets", to: "fyne.io/fyne"},
}

// powers are imports that only some rooms may have (exact paths, or everything under a path ending in /).
var powers = []power{
	{imports: "fyne.io/fyne/v2/app", rooms: []string{"app"}},
	{imports: "github.com/xuri/excelize/v2", rooms: []string{"schema/xlsform", "internal/office/export"}},
	{imports: "crypto/ed25519", rooms: append([]string{"sync/fieldtest"}, cipherRooms...)},
	{imports: "crypto/ecdsa", rooms: cipherRooms},
	{imports: "crypto/aes", rooms: cipherRooms},
	{imports: "crypto/cipher", rooms: cipherRooms},
	{imports: "crypto/hkdf", rooms: cipherRooms},
	{imports: "crypto/hpke", rooms: cipherRooms},
	{imports: "filippo.io/age", rooms: cipherRooms},
	{imports: "golang.org/x/crypto/chacha20poly1305", rooms: cipherRooms},
	{imports: "golang.org/x/crypto/argon2", rooms: append([]string{"internal/office/dashboard"}, cipherRooms...)},
	{imports: "modernc.org/sqlite/lib", rooms: []string{"internal/encvfs"}},
	{imports: "modernc.org/sqlite", rooms: []string{"internal/encvfs", "internal/records"}},
}

var cipherRooms = []string{"internal/seal", "internal/vault", "internal/encvfs", "sync/batch", "internal/office/ledger"}

// impure are the packages that schema may not import: its results depend on its inputs only.
var impure = []string{"os", "os/exec", "net", "net/http", "database/sql", "math/rand", "math/rand/v2", "crypto/rand"}

type wall struct{ from, to string }

type power struct {
	imports string
	rooms   []string
}

// pkg is one package of the module with its own imports and everything that it reaches.
type pkg struct {
	path    string
	imports []string
	deps    []string
}

func TestLayers(t *testing.T) {
	for _, fault := range faults(load(t)) {
		t.Error(fault)
	}
}

// TestLayersSeesFaults plants each kind of fault; a check that cannot fail checks nothing.
func TestLayersSeesFaults(t *testing.T) {
	for name, c := range map[string]struct {
		plant pkg
		want  string
	}{
		"upward arrow":      {pkg{path: "internal/store", imports: []string{"leeward/sync/intake"}}, "not on a lower floor"},
		"sideways":          {pkg{path: "sync/courier", imports: []string{"leeward/sync/intake"}}, "not on a lower floor"},
		"top-level arrow":   {pkg{path: "internal/office/sqlite", imports: []string{"leeward/sync/batch"}}, "against the road"},
		"through a wall":    {pkg{path: "app", deps: []string{"leeward/internal/office/casework"}}, "through the wall"},
		"unlisted package":  {pkg{path: "internal/util"}, "has no floor"},
		"unlisted below":    {pkg{path: "schema/expr/fast"}, "has no floor"},
		"power not given":   {pkg{path: "sync/courier", imports: []string{"crypto/ed25519"}}, "may not import"},
		"impure schema":     {pkg{path: "schema/expr", imports: []string{"os"}}, "is pure"},
		"window in session": {pkg{path: "app/session", deps: []string{"fyne.io/fyne/v2/widget"}}, "through the wall"},
		"empty wing":        {pkg{path: "sync"}, "has no floor"},
	} {
		t.Run(name, func(t *testing.T) {
			got := faults([]pkg{c.plant})
			if len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("got %q, want a fault with %q", got, c.want)
			}
		})
	}
}

// load asks the go command for every package of the module that is not tests only.
func load(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-tags", "ci", "-f",
		"{{if or .GoFiles .CgoFiles}}{{.ImportPath}}|{{join .Imports \" \"}}|{{join .Deps \" \"}}{{end}}", "leeward/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		if len(f) != 3 {
			continue
		}
		all = append(all, pkg{
			path: strings.TrimPrefix(f[0], "leeward/"), imports: strings.Fields(f[1]), deps: strings.Fields(f[2]),
		})
	}
	if len(all) < 5 {
		t.Fatalf("go list found %d packages; the check would prove nothing", len(all))
	}
	return all
}

func faults(all []pkg) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, p := range all {
		mine := floor(p.path)
		if mine < 0 {
			say("%s has no floor: give it one in layers_test.go", p.path)
		}
		for _, imp := range p.imports {
			for _, f := range importFaults(p.path, mine, imp) {
				say("%s", f)
			}
		}
		for _, dep := range p.deps {
			for _, w := range walls {
				if within(p.path, w.from) && within(strings.TrimPrefix(dep, "leeward/"), w.to) && !within(p.path, w.to) {
					say("%s reaches %s through the wall %s | %s", p.path, dep, w.from, w.to)
				}
			}
		}
	}
	return out
}

func importFaults(path string, mine int, imp string) (out []string) {
	if dep, ours := strings.CutPrefix(imp, "leeward/"); ours {
		if floor(dep) >= mine {
			out = append(out, fmt.Sprintf("%s imports %s, which is not on a lower floor", path, dep))
		}
		if topFloors[top(dep)] > topFloors[top(path)] {
			out = append(out, fmt.Sprintf("%s imports %s, against the road app, sync, internal, schema", path, dep))
		}
		return out
	}
	if top(path) == "schema" && slices.Contains(impure, imp) {
		out = append(out, fmt.Sprintf("%s imports %s: schema is pure", path, imp))
	}
	for _, p := range powers {
		if imp == p.imports && !slices.Contains(p.rooms, path) {
			out = append(out, fmt.Sprintf("%s may not import %s; only %v may", path, imp, p.rooms))
		}
	}
	return out
}

func floor(path string) int {
	for i, rooms := range floors {
		if slices.Contains(rooms, path) {
			return i
		}
	}
	return -1
}

func top(path string) string { return strings.SplitN(path, "/", 2)[0] }

func within(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }

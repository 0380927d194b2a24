package bulletin

import (
	"bufio"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
)

// The files in testdata are for ever: news that were published once have to be taken by every later version, and what was
// refused once has to be refused for the same reason. vectors.txt says what to expect of each.
//
// -make-vectors writes those that are missing and touches none that is there.
var makeVectors = flag.Bool("make-vectors", false, "write vectors that are missing in testdata")

// made is how each vector was made. Each is read by what it is, with the keys of this package's tests, by a device that
// has nothing yet; a list of contents is read with the bulletin good.lwn, which names it.
func made(t *testing.T) map[string][]byte {
	t.Helper()
	form, packed := document(t, Questionnaire, "field", "one", 1)
	rules, _ := document(t, Policy, "", `{"keep_hours": 24}`, 1)
	good := publish(t, 1, 1, form, rules)
	report, err := SignReport(Report{Device: [16]byte{0xde}, Epoch: 1, Order: [16]byte{7}, Outcome: Done, At: madeAt}, signer(1))
	if err != nil {
		t.Fatal(err)
	}
	change := func(b []byte, at int) []byte {
		b = bytes.Clone(b)
		b[at] ^= 1
		return b
	}
	parcel, err := Parcel{Bulletin: good.bulletin, Contents: good.contents}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := SignContents(Contents{Version: 1, Made: madeAt, Items: []Item{form, rules}}, signer(66))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"good.lwn": good.bulletin, "good.lwl": good.contents, "good.lwd": Document(packed), "good.lwa": report, "good.lwp": parcel,
		"key.lwn":     announce(t, Bulletin{Version: 1, Root: 1}.Of(1, good.contents), signer(66)),
		"role.lwn":    announce(t, Bulletin{Version: 1, Root: 1}.Of(1, good.contents), registrar),
		"root.lwn":    announce(t, Bulletin{Version: 1, Root: 2}.Of(1, good.contents), online),
		"flip.lwn":    change(good.bulletin, 12),
		"magic.lwn":   change(good.bulletin, 2),
		"cut.lwn":     good.bulletin[:len(good.bulletin)-1],
		"behind.lwn":  append(bytes.Clone(good.bulletin), 0),
		"filling.lwn": change(good.bulletin, len(good.bulletin)-1),
		"key.lwl":     foreign,
		"other.lwl":   publish(t, 1, 1, rules).contents,
		"hash.lwl":    change(good.contents, 40),
		"long.lwd":    append(Document(packed), 0),
		"hash.lwd":    change(Document(packed), len(packed)),
		"flip.lwa":    change(report, 20),
		"filling.lwa": change(report, len(report)-1),
		"cut.lwp":     parcel[:len(parcel)/2],
	}
}

// TestVectors reads every file of testdata.
func TestVectors(t *testing.T) {
	if *makeVectors {
		files := made(t)
		for name, b := range files {
			path := filepath.Join("testdata", name)
			if _, err := os.Stat(path); err == nil {
				continue
			}
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for name, b := range files {
			t.Log(name, readVector(t, name, b))
		}
	}
	list, err := os.Open(filepath.Join("testdata", "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	seen := map[string]bool{}
	for lines := bufio.NewScanner(list); lines.Scan(); {
		name, rest, found := strings.Cut(lines.Text(), "|")
		if strings.HasPrefix(lines.Text(), "#") || !found {
			continue
		}
		name = strings.TrimSpace(name)
		seen[name] = true
		code, reason, _ := strings.Cut(rest, "|")
		code, reason = strings.TrimSpace(code), strings.TrimSpace(reason)
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Error(err)
			continue
		}
		switch err := readVector(t, name, b); {
		case code == "-" && err != nil:
			t.Errorf("%s: %v, want it to be taken", name, err)
		case code == "-":
		case err == nil || string(screening.CodeOf(err)) != code || !strings.Contains(err.Error(), reason):
			t.Errorf("%s: got %v, want %s for %q", name, err, code, reason)
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.lw?"))
	if err != nil || len(files) < 20 || len(files) != len(seen) {
		t.Errorf("%d files and %d lines in vectors.txt, %v", len(files), len(seen), err)
	}
}

// readVector reads a file by the letter at the end of its name.
func readVector(t *testing.T, name string, b []byte) (err error) {
	t.Helper()
	part := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	switch name[len(name)-1] {
	case 'n':
		_, _, err = State{}.Take(trusted, b, part("good.lwl"))
	case 'l':
		_, _, err = State{}.Take(trusted, part("good.lwn"), b)
	case 'd':
		list, verr := VerifyContents(part("good.lwl"), registrar.Public())
		if verr != nil {
			return verr
		}
		_, err = list.Items[0].Unpack(b[len("LWSD1\n"):])
	case 'a':
		var verify func(seal.PublicKey) error
		if _, verify, err = ParseReport(b); err == nil {
			err = verify(signer(1).Public())
		}
	case 'p':
		_, err = ParseParcel(b)
	default:
		t.Fatalf("%s: of what kind is it?", name)
	}
	return err
}

// seed gives a fuzz test every vector and nothing else.
func seed(f *testing.F) {
	f.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.lw?"))
	if err != nil || len(names) == 0 {
		f.Fatalf("no vectors: %v", err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// FuzzStatements looks for malleability: what verifies as a bulletin, as contents or as a device's word is, signed anew,
// the very same bytes.
func FuzzStatements(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		same := func(what string, again []byte, err error) {
			if err != nil || !bytes.Equal(again, file) {
				t.Errorf("a %s that verifies is, signed anew, other bytes: %v", what, err)
			}
		}
		if b, err := Verify(file, online.Public()); err == nil {
			again, err := Sign(b, online)
			same("bulletin", again, err)
		}
		if c, err := VerifyContents(file, registrar.Public()); err == nil {
			again, err := SignContents(c, registrar)
			same("list of contents", again, err)
		}
		if r, verify, err := ParseReport(file); err == nil && verify(signer(1).Public()) == nil {
			again, err := SignReport(r, signer(1))
			same("report", again, err)
		}
	})
}

// FuzzParcel: a parcel that is read can be written, and is read as the same; nothing in it is believed by that.
func FuzzParcel(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := ParseParcel(file)
		if err != nil {
			return
		}
		again, err := p.Encode()
		if err != nil {
			return // more than a parcel has room for, of what a later office sends
		}
		if q, err := ParseParcel(again); err != nil || len(q.Items()) != len(p.Items()) {
			t.Fatalf("%d items were read, and %d after writing them: %v", len(p.Items()), len(q.Items()), err)
		}
		if p.Bulletin != nil {
			_, _, _ = State{}.Take(batch.Root{Version: 1, Online: online.Public(), Registrar: registrar.Public()}, p.Bulletin, p.Contents)
		}
	})
}

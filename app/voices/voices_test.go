package voices_test

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"leeward/app/voices"
	"leeward/schema"
)

// sounds writes files that are called after wordings into a folder.
func sounds(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pack makes a pack of three words in Arabic.
func pack(t *testing.T, said string) string {
	t.Helper()
	dir := sounds(t, map[string]string{
		schema.WordingHash("one") + ".ogg": said + " one", schema.WordingHash("two") + ".wav": said + " two", "notes.txt": "how it was made",
	})
	out := filepath.Join(t.TempDir(), "ar.zip")
	p, err := voices.Make(dir, out, voices.Pack{Language: "ar", Speaker: "a woman from Tripoli", Licence: "CC BY 4.0"})
	if err != nil || len(p.Sounds) != 2 {
		t.Fatalf("made a pack of %d sounds, %v; want two", len(p.Sounds), err)
	}
	return out
}

func TestAPackIsInstalledFoundAndRemoved(t *testing.T) {
	shelf := voices.Shelf{Dir: filepath.Join(t.TempDir(), "recordings")}
	if got := shelf.List(); len(got) != 0 {
		t.Errorf("before anything is installed: %v", got)
	}
	if p, err := voices.Read(pack(t, "first")); err != nil || p.Language != "ar" || p.Speaker != "a woman from Tripoli" {
		t.Fatalf("a pack says %+v, %v", p, err)
	}
	for _, said := range []string{"first", "second"} { // the later one takes the place of the other
		if _, err := shelf.Install(pack(t, said)); err != nil {
			t.Fatal(err)
		}
		file := shelf.Find("ar", schema.WordingHash("one"))
		if content, err := os.ReadFile(file); err != nil || string(content) != said+" one" {
			t.Errorf("found %q with %q, %v", file, content, err)
		}
	}
	for _, c := range []struct{ lang, wording string }{
		{"ar", schema.WordingHash("three")},
		{"fa", schema.WordingHash("one")},
		{"../ar", schema.WordingHash("one")},
		{"ar", ""},
	} {
		if file := shelf.Find(c.lang, c.wording); file != "" {
			t.Errorf("%s %q: found %s", c.lang, c.wording, file)
		}
	}
	if left, err := os.ReadDir(shelf.Dir); err != nil || len(left) != 1 || len(shelf.List()) != 1 {
		t.Errorf("in the folder: %v, %v; want the one language", left, err)
	}
	if err := shelf.Remove("ar"); err != nil || len(shelf.List()) != 0 || shelf.Find("ar", schema.WordingHash("one")) != "" {
		t.Errorf("after removing: %v, %v", shelf.List(), err)
	}
	if err := shelf.Remove("../ar"); err == nil {
		t.Error("a language that leads out of the folder is removed")
	}
}

// What is damaged is not installed, leaves what was there, and is not played.
func TestDamagedPacks(t *testing.T) {
	shelf := voices.Shelf{Dir: filepath.Join(t.TempDir(), "recordings")}
	whole, err := os.ReadFile(pack(t, "first"))
	if err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(t.TempDir(), "good.zip")
	if err := os.WriteFile(good, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Install(good); err != nil {
		t.Fatal(err)
	}
	name := schema.WordingHash("one") + ".ogg"
	manifest := func(file, sum string) string {
		return `{"format":"leeward.voices/1","language":"ar","speaker":"x","licence":"y","sounds":{"` + schema.WordingHash("one") + `":{"file":"` + file + `","sha256":"` + sum + `"}}}`
	}
	const other = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" // SHA-256 of "test"
	for what, members := range map[string]map[string]string{
		"no pack.json":       {name: "test"},
		"another sound":      {"pack.json": manifest(name, other), name: "tent"},
		"no sound":           {"pack.json": manifest(name, other)},
		"a way out":          {"pack.json": manifest("../"+name, other), "../" + name: "test"},
		"another kind":       {"pack.json": manifest(schema.WordingHash("one")+".exe", other), schema.WordingHash("one") + ".exe": "test"},
		"not a digest":       {"pack.json": manifest(name, "9f86"), name: "test"},
		"another name":       {"pack.json": manifest(schema.WordingHash("two")+".ogg", other), schema.WordingHash("two") + ".ogg": "test"},
		"no JSON":            {"pack.json": "{"},
		"from another world": {"pack.json": `{"format":"leeward.voices/2","language":"ar"}`},
	} {
		path := filepath.Join(t.TempDir(), "bad.zip")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		for name, content := range members {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write([]byte(content))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := shelf.Install(path); !errors.Is(err, voices.ErrPack) {
			t.Errorf("%s: got %v, want ErrPack", what, err)
		}
	}
	torn := filepath.Join(t.TempDir(), "torn.zip")
	if err := os.WriteFile(torn, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := shelf.Install(torn); !errors.Is(err, voices.ErrPack) {
		t.Errorf("a torn file: got %v, want ErrPack", err)
	}
	file := shelf.Find("ar", schema.WordingHash("one"))
	if file == "" {
		t.Fatal("what was installed before is gone")
	}
	if err := os.WriteFile(file, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if shelf.Find("ar", schema.WordingHash("one")) != "" {
		t.Error("a sound that was changed on the disk is played")
	}
	if left, err := os.ReadDir(shelf.Dir); err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

func TestMakingAPackNeedsSounds(t *testing.T) {
	twice := sounds(t, map[string]string{schema.WordingHash("one") + ".ogg": "a", schema.WordingHash("one") + ".wav": "b"})
	for what, dir := range map[string]string{"no sound": t.TempDir(), "no folder": filepath.Join(t.TempDir(), "none"), "the same twice": twice} {
		out := filepath.Join(t.TempDir(), "x.zip")
		if _, err := voices.Make(dir, out, voices.Pack{Language: "ar"}); err == nil {
			t.Errorf("%s: a pack was made", what)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a file was written", what)
		}
	}
}

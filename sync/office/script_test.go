package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"leeward/internal/vault"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"leeward-office": func() { os.Exit(run(cheap())) }})
}

// TestScripts runs the program from outside, as make run and an office's service do.
func TestScripts(t *testing.T) {
	p := scriptParams()
	p.Dir = "testdata/script"
	testscript.Run(t, p)
}

// scriptParams are the commands and files that every script has.
func scriptParams() testscript.Params {
	return testscript.Params{
		RequireExplicitExec: true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"await": await, "damage": damage, "mode": mode, "lacks": lacks, "twoshares": twoShares, "holders": holders,
		},
		Setup: func(e *testscript.Env) error {
			return os.WriteFile(filepath.Join(e.WorkDir, "pass"), []byte("harbour lantern thistle anchor violet meadow\n"), 0o600)
		},
	}
}

// await FILE REGEXP waits until a file that another program writes holds something.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await file regexp")
	}
	want := regexp.MustCompile(args[1])
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if b, err := os.ReadFile(ts.MkAbs(args[0])); err == nil && want.Match(b) {
			return
		}
	}
	ts.Fatalf("%s never held %s", args[0], args[1])
}

// damage FILE writes over every fourth page of a file from its third on.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_RDWR, 0)
	ts.Check(err)
	defer f.Close()
	info, err := f.Stat()
	ts.Check(err)
	for at := int64(0); at < info.Size(); at += 2048 {
		_, err := f.WriteAt([]byte("damage"), at)
		ts.Check(err)
	}
}

// twoshares FILE writes two of the recovery shares that the last command showed into a file.
func twoShares(ts *testscript.TestScript, neg bool, args []string) {
	blocks := strings.Split(ts.ReadFile("stdout"), "  share ")
	if neg || len(args) != 1 || len(blocks) != 1+vault.ShareCount {
		ts.Fatalf("usage: twoshares file, after a command that shows three shares")
	}
	var two strings.Builder
	for _, b := range blocks[2:] {
		two.WriteString(strings.Join(strings.Fields(b)[1:1+vault.ShareWords], " ") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(two.String()), 0o600))
}

// holders DIR writes the words of each key holder that the last command showed into a file: DIR/root-1.words and so on.
func holders(ts *testscript.TestScript, neg bool, args []string) {
	shown := regexp.MustCompile(`(?m)^  holders/(\S+)\.vault +(\S.*)$`).FindAllStringSubmatch(ts.ReadFile("stdout"), -1)
	if neg || len(args) != 1 || len(shown) == 0 {
		ts.Fatalf("usage: holders dir, after a command that shows the words of holders")
	}
	for _, one := range shown {
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[0]), one[1]+".words"), []byte(one[2]+"\n"), 0o600))
	}
}

// mode FILE PERM compares the permissions of a file.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := info.Mode().Perm().String(); got != args[1] {
		ts.Fatalf("%s has %s, want %s", args[0], got, args[1])
	}
}

// lacks TEXTFILE DIR reports any line of six words in TEXTFILE that stands in a file under DIR.
func lacks(ts *testscript.TestScript, neg bool, args []string) {
	words := regexp.MustCompile(`[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*){5}`)
	secrets := words.FindAllString(ts.ReadFile(args[0]), -1)
	if len(secrets) == 0 {
		ts.Fatalf("no passphrase in %s; the check proves nothing", args[0])
	}
	err := filepath.WalkDir(ts.MkAbs(args[1]), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&os.ModeSocket != 0 {
			return err
		}
		b, err := os.ReadFile(path)
		for _, s := range secrets {
			if strings.Contains(string(b), s) {
				ts.Fatalf("%s holds a passphrase in clear", path)
			}
		}
		return err
	})
	ts.Check(err)
}

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigurationOrder: the command line beats the environment, that beats the file in the folder, that beats the
// default; what the file says of other commands' flags is passed over.
func TestConfigurationOrder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileConfig), []byte("# an office\nlisten = file:1\nurl = https://file:2\nhosts = a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"default":      {args: []string{"-data", t.TempDir()}, want: "127.0.0.1:8443 "},
		"file":         {args: []string{"-data", dir}, want: "file:1 https://file:2"},
		"environment":  {env: map[string]string{"LEEWARD_LISTEN": "env:1"}, args: []string{"-data", dir}, want: "env:1 https://file:2"},
		"folder there": {env: map[string]string{"LEEWARD_DATA": dir}, want: "file:1 https://file:2"},
		"command line": {env: map[string]string{"LEEWARD_LISTEN": "env:1", "LEEWARD_URL": "https://env:2"}, args: []string{"-data", dir, "-listen", "line:1"}, want: "line:1 https://env:2"},
		"given empty":  {args: []string{"-data", dir, "-url", ""}, want: "file:1 "},
	} {
		t.Run(name, func(t *testing.T) {
			var w where
			f := flags("serve", &w)
			listen, url := f.String("listen", "127.0.0.1:8443", ""), f.String("url", "", "")
			p := &Program{Stdout: io.Discard, Stderr: io.Discard, Env: func(name string) string { return c.env[name] }}
			if err := p.parse(f, usageServe, c.args); err != nil {
				t.Fatal(err)
			}
			if got := *listen + " " + *url; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if err := os.WriteFile(filepath.Join(dir, fileConfig), []byte("listen file:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var w where
	p := &Program{Env: func(string) string { return "" }}
	if err := p.parse(flags("serve", &w), usageServe, []string{"-data", dir}); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a line without =: got %v, want its number", err)
	}
}

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"leeward/schema"
	"leeward/schema/xlsform"
)

// TestGuide runs the commands of docs/office.md one after the other, as an administrator would who copies
// them, with other folders and a free port.
func TestGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/office.md")
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("/srv/leeward", "office", "/root/leeward.passphrase", "pass", "/mnt/", "", "0.0.0.0:8443", "127.0.0.1:0", `"`, "'")
	var script strings.Builder
	commands := 0
	for line := range strings.Lines(string(guide)) {
		command, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "    leeward-office ")
		if !ok {
			continue
		}
		commands++
		command = here.Replace(command)
		if strings.HasPrefix(command, "serve ") {
			fmt.Fprintf(&script, "exec sh -c 'exec leeward-office %s >ready' &serving&\nawait ready fingerprint\n", command)
			continue
		}
		if name, ok := strings.CutPrefix(command, "root sign -key root-"); ok { // where init left the keys
			command = "root sign -key office/holders/root-" + name + " -key-passphrase-file root-" + name[:1] + ".words"
		}
		if strings.HasPrefix(command, "shares rehearse ") {
			command += " -shares-file two" // of the three that init showed
		}
		fmt.Fprintf(&script, "exec leeward-office %s\n", command)
		if strings.HasPrefix(command, "init ") {
			script.WriteString("twoshares two\nholders .\n")
		}
	}
	if commands < 4 {
		t.Fatalf("the guide has %d commands, want at least init, serve, enrol and stats", commands)
	}
	script.WriteString("kill -INT serving\nwait serving\n")
	file := filepath.Join(t.TempDir(), "guide.txtar")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	q, err := schema.Parse([]byte(`{"format": "leeward/questionnaire/1", "id": "pain", "version": "1", "source": "en",
		"title": {"en": {"text": "Pain"}}, "languages": [{"tag": "en", "name": "English"}],
		"consent": {"agree": "/data/agree", "yes": ["yes"]}, "choices": [{"name": "yes", "choices": [{"name": "yes", "label": {"en": {"text": "Yes"}}}]}],
		"items": [{"name": "agree", "kind": "select_one", "list": "yes", "text": {"en": {"text": "Do you agree?"}}}, {"name": "where", "kind": "text", "text": {"en": {"text": "Where does it hurt?"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	workbook, err := xlsform.Write(q)
	if err != nil {
		t.Fatal(err)
	}
	p := scriptParams()
	p.Files = []string{file}
	prepare := p.Setup
	p.Setup = func(e *testscript.Env) error {
		err := errors.Join(prepare(e), os.Mkdir(filepath.Join(e.WorkDir, "stick"), 0o700))
		for name, content := range map[string]string{
			"questions.xlsx": string(workbook), "policy.json": `{"lock_minutes": 3}`, "words.json": `{"app.back.button": "ย้อน"}`,
			"directory.json": `{"help": [{"needs": ["medical"], "name": {"en": "Quay Clinic"}}]}`,
		} {
			err = errors.Join(err, os.WriteFile(filepath.Join(e.WorkDir, name), []byte(content), 0o600))
		}
		return err
	}
	testscript.Run(t, p)
}

// TestServiceUnit: what the guide gives systemd is a unit, and what does not get better by starting again is not started
// again.
func TestServiceUnit(t *testing.T) {
	guide, err := os.ReadFile("../../docs/office.md")
	if err != nil {
		t.Fatal(err)
	}
	_, unit, _ := strings.Cut(string(guide), "# /etc/systemd/system/leeward-office.service\n")
	unit, _, ok := strings.Cut(unit, "```")
	hopeless := fmt.Sprintf("RestartPreventExitStatus=%d %d %d %d\n", exitUsage, exitPassphrase, exitDamaged, exitNoOffice)
	if !ok || !strings.Contains(unit, hopeless) {
		t.Fatalf("the guide has no unit with %q", hopeless)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "leeward-office.service")
	if err := os.WriteFile(file, []byte(strings.Replace(unit, "/usr/local/bin/leeward-office", self, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // the unit was read, as far as this machine can
	}
	if said, err := exec.Command(tool, "verify", file).CombinedOutput(); err != nil || strings.Contains(string(said), "nknown") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
}

package screens

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"leeward/assets"
)

// Every module that is built into the window stands among the licences, in its version, with its terms.
func TestEveryModuleHasItsLicence(t *testing.T) {
	all := assets.Licences()
	for _, l := range all {
		if len(l.Text) < 400 {
			t.Errorf("%s: the terms are %q", l.Name, l.Text)
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "leeward/app").Output()
	modules := strings.Fields(strings.ReplaceAll(strings.TrimSpace(string(out)), " ", "@"))
	if err != nil || len(modules) < 20 {
		t.Fatalf("what the window is made of: %v, %v", modules, err)
	}
	for _, m := range slices.Compact(modules) {
		if !slices.ContainsFunc(all, func(l assets.Licence) bool { return l.Name+"@"+l.Version == m }) {
			t.Errorf("the licence of %s is missing: run .ci/licences", m)
		}
	}
	for i, want := range []string{"Leeward", "Noto fonts", "Words of passphrases", "Words by which lines break", "Go"} {
		if all[i].Name != want {
			t.Errorf("licence %d is of %s, want %s", i, all[i].Name, want)
		}
	}
}

// The terms are read sheet by sheet, and nothing of them is lost on the way.
func TestLicencesAreRead(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.press("home.settings.button")
	at.press("licences.list.title")
	longest := slices.MaxFunc(assets.Licences(), func(a, b assets.Licence) int { return len(a.Text) - len(b.Text) })
	at.tap(longest.Name + " " + longest.Version)
	at.want(sheets(longest.Text)[0][0])
	at.press("interview.next.button")
	at.want(sheets(longest.Text)[1][0])
	for _, l := range assets.Licences() {
		var read []string
		for _, sheet := range sheets(l.Text) {
			read = append(read, sheet...)
		}
		if got, want := strings.Fields(strings.Join(read, " ")), strings.Fields(l.Text); !slices.Equal(got, want) {
			t.Errorf("%s: %d words of %d are read", l.Name, len(got), len(want))
		}
	}
}

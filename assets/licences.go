package assets

import (
	_ "embed"
	"strings"
)

// licences is written by .ci/licences.
//
//go:embed licences.txt
var licences string

// Licence is under which terms something that is built into the programs may be used.
type Licence struct {
	Name    string // "golang.org/x/text"
	Version string // empty where it has none
	Text    string // as its authors wrote it
}

// Licences lists what the programs are made of: Leeward itself first, then the fonts, lists of words, Go and every module.
func Licences() (all []Licence) {
	for part := range strings.SplitSeq("\n"+licences, "\n@@ ") {
		head, text, ok := strings.Cut(part, "\n")
		if !ok {
			continue
		}
		l := Licence{Name: head, Text: strings.TrimSpace(text)}
		if name, version, ok := strings.Cut(head, " "); ok && strings.Contains(head, "/") || strings.HasPrefix(head, "Go ") {
			l.Name, l.Version = name, version
		}
		all = append(all, l)
	}
	return all
}

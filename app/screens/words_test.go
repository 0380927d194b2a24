package screens

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"leeward/translations"
)

// Every string of this package that looks like a key of words is one, in every language.
func TestEveryKeyHasWords(t *testing.T) {
	catalogue, err := translations.New()
	if err != nil {
		t.Fatal(err)
	}
	key, seen := regexp.MustCompile(`^[a-z]+\.[a-z_]+\.(title|text|hint|label|button|badge|line\d)$`), 0
	err = filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(lit.Value)
			if !key.MatchString(text) {
				return true
			}
			seen++
			for _, lang := range catalogue.Languages() {
				if words := catalogue.For(lang); !words.Has(text) || words.Fallback(text) {
					t.Errorf("%s: %q has no words in %s", path, text, lang)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || seen < 100 {
		t.Errorf("looked at %d keys: %v", seen, err)
	}
}

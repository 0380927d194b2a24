package screens

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Nothing on the screens moves by itself: no animation, no wheel that turns, no caret that blinks. Somebody who gets
// dizzy, or is watched from aside, has nothing to switch off.
func TestNothingMoves(t *testing.T) {
	moving := []string{"NewAnimation", "NewColorRGBAAnimation", "NewPositionAnimation", "NewSizeAnimation", "NewActivity", "NewProgressBarInfinite", "NewEntry"}
	seen := 0
	for _, dir := range []string{"../screens", "../questions", "../typeset"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					from, _ := s.X.(*ast.Ident)
					if seen++; from != nil && slices.Contains([]string{"fyne", "canvas", "widget"}, from.Name) && slices.Contains(moving, s.Sel.Name) {
						t.Errorf("%s: %s.%s moves", path, from.Name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
	if seen < 1000 {
		t.Errorf("only %d selectors were looked at", seen)
	}
}

package fieldtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"leeward/internal/screening"
)

// WireCodes lists every code of the wire as the vocabulary declares them, so that one that is new is missed wherever a
// table has no row for it. root is the way to the top of the repository.
func WireCodes(t testing.TB, root string) (codes []screening.Code) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal", "screening", "error.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		lit, is := n.(*ast.BasicLit)
		if !is || lit.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && strings.HasPrefix(text, "E_") {
			codes = append(codes, screening.Code(text))
		}
		return true
	})
	return codes
}

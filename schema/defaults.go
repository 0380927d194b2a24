package schema

import (
	"maps"
	"strconv"
	"strings"

	"leeward/schema/expr"
)

// Defaults returns the answers to begin with: static defaults, metadata, and defaults that are
// expressions, each evaluated once with the others in place (XLSForm column default).
func (f *Form) Defaults(env Env) Answers { return f.defaults(Answers{}, env, "/data/") }

// defaults adds to the answers the defaults of the items below a path.
func (f *Form) defaults(base Answers, env Env, below Path) Answers {
	any := false
	for i := range f.defs {
		any = any || f.defs[i].item.Default != "" || f.defs[i].item.Kind.Metadata()
	}
	if !any {
		return base
	}
	const rounds = 4 // static ones, then a default that needs another that needs another
	out := base
	for range rounds {
		r := f.run(given{base: out}, env)
		next := cloned(base)
		for n := range r.nodes() {
			p, d := r.pathOf(n), r.def(n)
			if _, kept := base[p]; kept || d.item.Kind.holdsItems() || !strings.HasPrefix(string(p), string(below)) {
				continue
			}
			v := d.item.Default
			switch {
			case d.item.Kind.Metadata():
				v = preload(d.item.Kind, env)
			case d.initial != nil && r.cells[n].flags&isRelevant == 0:
				v = "" // as in web-forms: what is not asked when the interview begins is not set either
			case d.initial != nil:
				v = d.initial.Text(r.at(n, roleDefault))
			}
			if v = r.form.known(d, normal(d.item.Kind, v)); v != "" {
				next[p] = Answer{Value: v}
			}
		}
		if maps.Equal(out, next) {
			break
		}
		out = next
	}
	return out
}

// begun returns the defaults alone that defaults adds.
func (f *Form) begun(base Answers, env Env, below Path) Answers {
	out := cloned(f.defaults(base, env, below))
	for p := range base {
		delete(out, p)
	}
	return out
}

// preload is what an item of a kind of metadata begins with.
func preload(k Kind, env Env) string {
	switch k {
	case Start:
		return expr.MomentText(env.Now)
	case Today:
		return env.Now.Format("2006-01-02")
	}
	return env.Metadata[k]
}

func cloned(a Answers) Answers {
	if a == nil {
		return Answers{}
	}
	return maps.Clone(a)
}

// lastIndex cuts /data/child[2] into /data/child and 2.
func lastIndex(p Path) (Path, int, bool) {
	s, closed := strings.CutSuffix(string(p), "]")
	at := strings.LastIndexByte(s, '[')
	if !closed || at < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(s[at+1:])
	return Path(s[:at]), n, err == nil
}

// inInstance is what stands behind the path of a repeat: an index and a tail.
type inInstance struct {
	index int
	tail  Path
}

// cutPath cuts /data/child[2]/age at the repeat /data/child.
func cutPath(p, repeat Path) (inInstance, bool) {
	rest, ok := strings.CutPrefix(string(p), string(repeat)+"[")
	index, tail, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(index)
	return inInstance{n, Path(tail)}, ok && closed && err == nil
}

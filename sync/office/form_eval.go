package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"leeward/schema/expr"
)

// evalCases is what "form eval" reads.
type evalCases struct {
	Now   string `json:"now"`
	TZ    string `json:"tz"`
	Cases []struct {
		ID   string `json:"id"`
		Expr string `json:"expr"`
		As   string `json:"as"`
	} `json:"cases"`
}

// evalResult is one result of "form eval".
type evalResult struct {
	ID    string `json:"id"`
	Type  string `json:"type,omitempty"`
	Value any    `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

// formEval evaluates expressions that stand in no questionnaire.
func (p *Program) formEval(_ context.Context, args []string) error {
	files, err := p.parseForm(flags("form eval", nil), args, 1)
	if err != nil {
		return err
	}
	b, err := readBounded(files[0])
	if err != nil {
		return err
	}
	var cases evalCases
	if err := json.Unmarshal(b, &cases); err != nil {
		return &mishap{msgFormScript, err}
	}
	now, err := clock(cases.Now, cases.TZ)
	if err != nil {
		return err
	}
	results := []evalResult{}
	for _, c := range cases.Cases {
		results = append(results, evaluate(c.ID, c.Expr, c.As, now))
	}
	return p.answerJSON(map[string]any{"results": results})
}

// clock reads the time and zone of a script.
func clock(at, zone string) (time.Time, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, &mishap{msgFormScript, err}
	}
	now, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return time.Time{}, &mishap{msgFormScript, err}
	}
	return now.In(loc), nil
}

func evaluate(id, src, as string, now time.Time) evalResult {
	program, err := expr.Compile(src, nowhere{})
	if err != nil {
		return evalResult{ID: id, Error: err.Error()}
	}
	f := &expr.Frame{Env: emptiness{now}, Node: expr.NoNode, Current: expr.NoNode}
	out := evalResult{ID: id, Type: as}
	switch as {
	case "boolean":
		out.Value = program.Boolean(f)
	case "number":
		out.Value = plainNumber(program.Number(f))
	case "string":
		out.Value = program.Value(f).Text()
	default:
		switch v := program.Value(f); v.Kind() {
		case expr.Number:
			out.Type, out.Value = "number", plainNumber(v.Number(now.Location()))
		case expr.Boolean:
			out.Type, out.Value = "boolean", v.Boolean()
		default:
			out.Type, out.Value = "string", v.Text()
		}
	}
	return out
}

// plainNumber is a number as JSON can hold it.
func plainNumber(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return expr.FormatNumber(f)
	}
	return f
}

// nowhere is the scope of an expression that stands in no questionnaire.
type nowhere struct{}

var errNowhere = errors.New("there is no questionnaire here")

func (nowhere) Context() expr.Target { return 0 }
func (nowhere) Current() expr.Target { return 0 }
func (nowhere) Root() expr.Target    { return 0 }
func (nowhere) Nothing() expr.Target { return 0 }
func (nowhere) Named(name string) (expr.Target, error) {
	return 0, fmt.Errorf("%w: ${%s}", errNowhere, name)
}
func (nowhere) Instance(string) (expr.Target, error)          { return 0, errNowhere }
func (nowhere) Many(expr.Target) bool                         { return true }
func (nowhere) Pin(t expr.Target) expr.Target                 { return t }
func (nowhere) Step(expr.Target, string) (expr.Target, error) { return 0, nil }

// emptiness is an interview without nodes.
type emptiness struct{ now time.Time }

func (emptiness) One(expr.Target, expr.Node) expr.Node                         { return expr.NoNode }
func (emptiness) All(into []expr.Node, _ expr.Target, _ expr.Node) []expr.Node { return into }
func (emptiness) Step(into []expr.Node, _ expr.Node, _ string) []expr.Node     { return into }
func (emptiness) Text(expr.Node) string                                        { return "" }
func (emptiness) Position(expr.Node) int                                       { return 1 }
func (emptiness) Indexed(into []expr.Node, _ expr.Target, _ []expr.Instance) []expr.Node {
	return into
}
func (emptiness) Label(expr.Target, expr.Node, string) string { return "" }
func (e emptiness) Now() time.Time                            { return e.now }
func (emptiness) Bits(expr.Node) uint64                       { return 0x9e3779b97f4a7c15 }

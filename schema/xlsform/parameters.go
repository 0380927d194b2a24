package xlsform

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
)

// value says what a parameter may be; nil takes anything.
type value struct {
	holds func(string) bool
	hint  string
}

var (
	anyValue = value{}
	whole0   = value{func(s string) bool { n, err := strconv.Atoi(s); return err == nil && n >= 0 }, "a whole number"}
	numeric1 = value{func(s string) bool { f, err := strconv.ParseFloat(s, 64); return err == nil && !math.IsInf(f, 0) }, "a number"}
	truth    = oneOf("true", "false")
)

func oneOf(words ...string) value {
	return value{func(s string) bool { return slices.Contains(words, strings.ToLower(s)) }, strings.Join(words, " or ")}
}

// allowed are the parameters that a type takes, with their values; a type that is not listed takes any.
var allowed = map[schema.Kind]map[string]value{
	schema.Range: {
		"start": numeric1, "end": numeric1, "step": numeric1, "tick_interval": numeric1, "placeholder": numeric1, "tick_labelset": anyValue,
	},
	schema.SelectOne:      {"randomize": truth, "seed": anyValue},
	schema.SelectMultiple: {"randomize": truth, "seed": anyValue},
	schema.Rank:           {"randomize": truth, "seed": anyValue},
	schema.Geopoint: {
		"capture-accuracy": numeric1, "warning-accuracy": numeric1, "allow-mock-accuracy": truth, "reference-geometry": anyValue,
	},
	schema.Geotrace:        {"allow-mock-accuracy": truth, "incremental": oneOf("true"), "reference-geometry": anyValue},
	schema.Geoshape:        {"allow-mock-accuracy": truth, "incremental": oneOf("true"), "reference-geometry": anyValue},
	schema.Image:           {"max-pixels": whole0, "app": anyValue},
	schema.Audio:           {"quality": oneOf("voice-only", "low", "normal", "external")},
	schema.BackgroundAudio: {"quality": oneOf("voice-only", "low", "normal")},
	schema.TextKind:        {"rows": whole0},
	schema.Audit: {
		"location-priority":     oneOf("no-power", "low-power", "balanced", "high-accuracy"),
		"location-min-interval": whole0, "location-max-age": whole0,
		"track-changes": truth, "track-changes-reasons": oneOf("on-form-edit"), "identify-user": truth,
	},
}

var spaced = regexp.MustCompile(`\s*=\s*`)

// parameters reads "start=1 end=5" and checks names and values.
func (im *importer) parameters(r row, d declared) map[string]string {
	cell := im.survey.at(r, "parameters")
	if cell == "" {
		return nil
	}
	out := map[string]string{}
	cell = spaced.ReplaceAllString(cell, "=")
	for _, p := range strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
		key, given, ok := strings.Cut(p, "=")
		if !ok || key == "" || given == "" {
			im.badParameter(r, fmt.Sprintf("%q is not a parameter", p), "parameters look like start=1 end=5")
			continue
		}
		if key = strings.ToLower(key); im.parameter(r, d, key, given) {
			out[key] = given
		}
	}
	im.seed(r, out)
	im.scale(r, d, out)
	im.places(r, d, out)
	return out
}

func (im *importer) badParameter(r row, message, hint string) {
	im.failRow(r, CodeParameters, "parameters", message, hint)
}

// parameter checks one name and value.
func (im *importer) parameter(r row, d declared, key, given string) bool {
	names := allowed[d.kind]
	of, known := names[key]
	if d.file && (key == "value" || key == "label") {
		of, known = anyValue, true
	}
	switch {
	case names != nil && !known:
		im.badParameter(r, fmt.Sprintf("the type %s has no parameter %s", d.kind, key), "it takes "+strings.Join(slices.Sorted(maps.Keys(names)), ", "))
		return false
	case of.holds != nil && !of.holds(given):
		im.badParameter(r, fmt.Sprintf("the parameter %s cannot be %s", key, given), key+" is "+of.hint)
		return false
	}
	return true
}

// seed is for a random order only, and a number or a reference.
func (im *importer) seed(r row, out map[string]string) {
	seed := out["seed"]
	if seed == "" {
		return
	}
	if out["randomize"] == "" {
		im.badParameter(r, "a seed needs randomize=true", "")
	}
	if _, err := strconv.ParseFloat(seed, 64); err != nil && !strings.HasPrefix(seed, "${") {
		im.badParameter(r, "the seed is neither a number nor a reference", "seed=42 or seed=${question}")
		delete(out, "seed")
	}
}

// scale refuses the step of a range that is longer than the range.
func (im *importer) scale(r row, d declared, out map[string]string) {
	if d.kind != schema.Range {
		return
	}
	number := func(name string, other float64) float64 {
		if f, err := strconv.ParseFloat(out[name], 64); err == nil {
			return f
		}
		return other
	}
	if width := math.Abs(number("end", 10) - number("start", 1)); math.Abs(number("step", 1)) > width {
		im.badParameter(r, "the step is longer than the range", "start=1 end=10 step=1")
		delete(out, "step")
	}
}

// places wants the three parameters on places in an audit together.
func (im *importer) places(r row, d declared, out map[string]string) {
	given := 0
	for _, name := range []string{"location-priority", "location-min-interval", "location-max-age"} {
		if out[name] != "" {
			given++
		}
	}
	if d.kind == schema.Audit && given > 0 && given < 3 {
		im.badParameter(r, "an audit of places needs location-priority, location-min-interval and location-max-age", "")
	}
}

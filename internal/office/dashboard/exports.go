package dashboard

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
)

// ExportAsk is what somebody wants to hand over, to whom and for what. It is sealed to Key; what is to leave in clear is
// made by command, on the office's own machine.
type ExportAsk struct {
	Shape, Scope     string
	Purpose, To, Key string
	From, Until      int    // years, for statistics
	Code             string // of the one case, for a helper
	Finding          casework.Finding
	Lang             string // of labels
}

// shapes are the ways to write an export, by their own names.
var shapes = [][2]string{
	{"htcds-json", "HTCDS 2.0 (JSON)"},
	{"htcds-csv", "HTCDS 2.0 (CSV)"},
	{"ctdc", "CTDC (CSV)"},
	{"answers-csv", "CSV, R, Stata"},
	{"answers-xlsx", "XLSX"},
}

// scopeStatistics is de-identified and of many people; every other scope is the kind of helper who gets one person's record.
const scopeStatistics = "statistics"

var scopes = []string{scopeStatistics, "health", "shelter", "psychosocial", "legal", "child_protection", "labour"}

func (d *Dashboard) exportRoutes() []route {
	may := []casework.Power{casework.Export, casework.ExportNamed}
	return []route{
		{pattern: "GET /exports", any: may, serve: (*Dashboard).exports},
		{pattern: "GET /exports/new", any: may, proof: true, serve: (*Dashboard).exportPage},
		{pattern: "POST /exports/new", any: may, proof: true, load: loadFile, serve: (*Dashboard).export},
	}
}

type exportView struct {
	casework.Exported
	Shape, Scope string
}

// exports is the register: what left the office, newest first.
func (d *Dashboard) exports(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	all, err := d.o.Exports.Exported(r.Context())
	if err != nil {
		return fmt.Errorf("read register of exports: %w", err)
	}
	var data struct{ Exports []exportView }
	for _, x := range slices.Backward(all) {
		if x.Actor == casework.Program {
			x.Actor = d.say("case.event.program")
		}
		data.Exports = append(data.Exports, exportView{x, shapeName(x.Shape), d.say("exports.scope." + x.Scope)})
	}
	return d.show(w, r, s, http.StatusOK, "exports", data)
}

func shapeName(shape string) string {
	for _, one := range shapes {
		if one[0] == shape {
			return one[1]
		}
	}
	return shape
}

type exportData struct {
	ExportAsk
	Shapes, Scopes, Findings []option
	Problem                  string
}

func (d *Dashboard) exportData(a ExportAsk, role casework.Role) exportData {
	data := exportData{ExportAsk: a, Findings: d.findingOptions(a.Finding)}
	for _, one := range shapes {
		data.Shapes = append(data.Shapes, option{one[0], one[1], one[0] == a.Shape})
	}
	for _, one := range scopes {
		if mayExport(role, one) {
			data.Scopes = append(data.Scopes, option{one, d.say("exports.scope." + one), one == a.Scope})
		}
	}
	return data
}

func mayExport(role casework.Role, scope string) bool {
	if scope == scopeStatistics {
		return role.May(casework.Export)
	}
	return role.May(casework.ExportNamed)
}

func (d *Dashboard) exportPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	a := ExportAsk{Finding: casework.FindingActual, Until: d.o.Now().In(d.o.Zone).Year()}
	a.From = a.Until
	return d.show(w, r, s, http.StatusOK, "export", d.exportData(a, s.Person.Role))
}

// export makes a file that leaves the office. It stands in the register and in the log before a byte of it is sent.
func (d *Dashboard) export(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	a := ExportAsk{
		Shape: r.PostFormValue("shape"), Scope: r.PostFormValue("scope"), Purpose: text(r, "purpose"), To: text(r, "to"), Key: text(r, "key"),
		Code: strings.TrimSpace(r.PostFormValue("code")), Finding: casework.Finding(r.PostFormValue("finding")), Lang: d.words.Lang(),
	}
	if shapeName(a.Shape) == a.Shape || !slices.Contains(scopes, a.Scope) || !knownOption(d.findingOptions(""), string(a.Finding)) {
		return errForm
	}
	if !mayExport(s.Person.Role, a.Scope) {
		d.problem(w, r, s, http.StatusForbidden, "role")
		return nil
	}
	if a.Scope == scopeStatistics {
		a.From, _ = strconv.Atoi(r.PostFormValue("from")) // no year is refused as no years are
		a.Until, _ = strconv.Atoi(r.PostFormValue("until"))
		a.Code = ""
	}
	file, err := d.o.Exports.Export(r.Context(), s.Person.Name, a)
	if no, ok := errors.AsType[casework.Refusal](err); ok {
		data := d.exportData(a, s.Person.Role)
		data.Problem = d.say("rule." + string(no))
		return d.show(w, r, s, http.StatusUnprocessableEntity, "export", data)
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return attach(w, "leeward-"+a.Shape+".zip.age", "application/octet-stream", bytes.NewReader(file))
}

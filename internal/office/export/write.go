package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"leeward/schema/codes"
)

// WriteJSON writes records as one JSON object: the standard, its attribution, and the records with
// sorted members. Fields that HTCDS defines as single values are texts, the others lists.
func WriteJSON(w io.Writer, records []Record) error {
	type file struct {
		Standard    string           `json:"standard"`
		Attribution string           `json:"attribution"`
		Records     []map[string]any `json:"records"`
	}
	out := file{Standard: "HTCDS 2.0", Attribution: codes.HTCDSAttribution, Records: []map[string]any{}}
	for _, r := range records {
		out.Records = append(out.Records, r.members())
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write HTCDS as JSON: %w", err)
	}
	return nil
}

func (r Record) members() map[string]any {
	one := map[string]any{"x_Code": r.Code}
	for field, values := range r.Fields {
		f, standard := codes.HTCDSField(field)
		switch {
		case standard && f.Type == "Checkbox":
			one[field] = values[0] == "true"
		case standard && !f.Many():
			one[field] = values[0]
		default:
			one[field] = values
		}
	}
	var events []map[string]string
	for _, e := range r.Events {
		event := map[string]string{"hte_Type": e.Type, "hte_Country": e.Country}
		if e.Date != "" {
			event["hte_Date"] = e.Date
		}
		events = append(events, event)
	}
	if events != nil {
		one["historic_trafficking_events"] = events
	}
	var plans []map[string]string
	for _, p := range r.Plans {
		plans = append(plans, map[string]string{"spl_Type": p})
	}
	if plans != nil {
		one["support_plans"] = plans
	}
	if len(r.Missing) > 0 {
		one["x_Missing"] = r.Missing
	}
	if len(r.Rough) > 0 {
		one["x_Rough"] = r.Rough
	}
	return one
}

// Columns are the columns of WriteCSV: the code, the person's fields of HTCDS in its order, the extensions.
func Columns() []string {
	out := []string{"x_Code"}
	for _, f := range codes.HTCDSFields() {
		prefix, _, _ := strings.Cut(f.Name, "_")
		if slices.Contains([]string{"prs", "vic", "con"}, prefix) && f.Status != "DEPRECATED" {
			out = append(out, f.Name)
		}
	}
	for _, e := range extensions {
		if !isCode(e.Name) {
			out = append(out, e.Name)
		}
	}
	return append(out, "x_Missing", "x_Rough")
}

// isCode reports whether an extension is a code and never a field.
func isCode(name string) bool {
	return slices.Contains([]string{"x_RestrictsMovement", "x_Ransom", "x_SexualAbuse", "x_SexualExploitation", "x_ForcedCriminality", "x_ForcedByState"}, name)
}

// WriteCSV writes one person a row, several codes with semicolons between them as HTCDS's own template has
// them. A cell that a spreadsheet could take for a formula begins with an apostrophe.
func WriteCSV(w io.Writer, records []Record) error {
	columns := Columns()
	table := [][]string{columns}
	for _, r := range records {
		row := make([]string, len(columns))
		for i, column := range columns {
			switch column {
			case "x_Code":
				row[i] = r.Code
			case "x_Missing":
				row[i] = listed(r.Missing)
			case "x_Rough":
				row[i] = listed(r.Rough)
			default:
				row[i] = strings.Join(r.Fields[column], ";")
			}
		}
		table = append(table, row)
	}
	return writeTable(w, table)
}

// WriteEventsCSV writes the historic trafficking events, one a row.
func WriteEventsCSV(w io.Writer, records []Record) error {
	table := [][]string{{"x_Code", "hte_Type", "hte_Country", "hte_Date"}}
	for _, r := range records {
		for _, e := range r.Events {
			table = append(table, []string{r.Code, e.Type, e.Country, e.Date})
		}
	}
	return writeTable(w, table)
}

// WritePlansCSV writes the kinds of support that were wanted, one a row.
func WritePlansCSV(w io.Writer, records []Record) error {
	table := [][]string{{"x_Code", "spl_Type"}}
	for _, r := range records {
		for _, p := range r.Plans {
			table = append(table, []string{r.Code, p})
		}
	}
	return writeTable(w, table)
}

// listed is what is said of fields in one cell.
func listed(of map[string]string) string {
	var out []string
	for field, said := range of {
		out = append(out, field+"="+said)
	}
	slices.Sort(out)
	return strings.Join(out, ";")
}

func writeTable(w io.Writer, table [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range table {
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("write HTCDS as CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write HTCDS as CSV: %w", err)
	}
	return nil
}

// harmless keeps a spreadsheet from running a cell (OWASP, CSV injection).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

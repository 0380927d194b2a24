package xlsform

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
)

// fileList makes a list of a file beside the workbook; where the file is not at hand, a list whose choices
// are not known. value and label name the columns; blank are those that ODK takes for the kind of file.
func (im *importer) fileList(file string, r row, value, label string) string {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if l, ok := im.lists[stem]; ok && (l.File != "" || len(l.Choices) > 0) {
		return stem
	}
	l := im.listNamed(stem)
	l.File = file
	read, ok := readers[strings.ToLower(path.Ext(file))]
	if ok && im.o.Files != nil {
		if b, here := im.o.Files(file); here {
			rows, err := read(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
			if err != nil || len(rows) > maxRows {
				im.failRow(r, CodeBroken, "type", fmt.Sprintf("the file %s cannot be read", l.File), "")
				return stem
			}
			im.fillList(l, rows, value, label)
			return stem
		}
	}
	im.warnRow(r, WarnFile, "type", fmt.Sprintf("the choices are in the file %s, which is not at hand", file), "put it beside the workbook")
	return stem
}

// readers turn a file into rows: the cells by the names of their columns.
var readers = map[string]func([]byte) ([]map[string]string, error){".csv": readCSV, ".xml": readXML, ".geojson": readGeoJSON}

// fillList makes choices of the rows of a file.
func (im *importer) fillList(l *schema.ChoiceList, rows []map[string]string, value, label string) {
	geo := strings.HasSuffix(strings.ToLower(l.File), ".geojson")
	first := func(name, plain, inGeo string) string {
		switch {
		case name != "":
			return name
		case geo:
			return inGeo
		}
		return plain
	}
	value, label = first(value, "name", "id"), first(label, "label", "title")
	seen := map[string]bool{}
	for _, r := range rows {
		c := schema.Choice{Columns: map[string]string{}}
		for _, key := range slices.Sorted(maps.Keys(r)) {
			cell := strings.TrimSpace(strings.Map(printable, r[key]))
			switch {
			case cell == "":
			case key == value:
				c.Name = cell
			case key == label:
				c.Label = schema.Text{im.languages[0].tag: {Text: cell}}
			case key != "" && key != "name" && key != "label":
				c.Columns[key] = cell
			}
		}
		if c.Name != "" && !seen[c.Name] && schema.ValidChoice(c.Name) {
			seen[c.Name] = true
			l.Choices = append(l.Choices, c)
		}
	}
}

func readCSV(b []byte) ([]map[string]string, error) {
	reader := csv.NewReader(bytes.NewReader(b))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	records, err := reader.ReadAll()
	if err != nil || len(records) == 0 {
		return nil, errors.Join(err, io.EOF)
	}
	var out []map[string]string
	for _, rec := range records[1:] {
		row := map[string]string{}
		for i, cell := range rec {
			if i < len(records[0]) {
				row[strings.TrimSpace(records[0][i])] = cell
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// readXML reads a secondary instance: <root><item><name>…</name><label>…</label>…</item>…</root>.
func readXML(b []byte) ([]map[string]string, error) {
	var root struct {
		Items []struct {
			Cells []struct {
				XMLName xml.Name
				Text    string `xml:",chardata"`
			} `xml:",any"`
		} `xml:"item"`
	}
	if err := xml.Unmarshal(b, &root); err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, it := range root.Items {
		row := map[string]string{}
		for _, c := range it.Cells {
			row[c.XMLName.Local] = c.Text
		}
		out = append(out, row)
	}
	return out, nil
}

// readGeoJSON reads the features of a collection: their properties, their id, and a point as ODK writes it.
func readGeoJSON(b []byte) ([]map[string]string, error) {
	var all struct {
		Features []struct {
			ID         any            `json:"id"`
			Properties map[string]any `json:"properties"`
			Geometry   struct {
				Type        string          `json:"type"`
				Coordinates json.RawMessage `json:"coordinates"`
			} `json:"geometry"`
		} `json:"features"`
	}
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, f := range all.Features {
		row := map[string]string{"id": plain(f.ID)}
		for key, v := range f.Properties {
			row[key] = plain(v)
		}
		var at []float64
		if f.Geometry.Type == "Point" && json.Unmarshal(f.Geometry.Coordinates, &at) == nil && len(at) >= 2 {
			row["geometry"] = plain(at[1]) + " " + plain(at[0]) + " 0 0"
		}
		out = append(out, row)
	}
	return out, nil
}

// plain writes a value of JSON as a cell; objects and lists are left out.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

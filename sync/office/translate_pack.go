package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"leeward/schema"
	wording "leeward/schema/instrument/source"
	"leeward/schema/xlsform"
)

// The columns of a pack as a workbook. Translators write into those of the first row of packColumns and may
// add their own; the rest comes back as it was.
var (
	packColumns = []string{"translation", "to a woman", "to a man", "by a woman", "by a man", "state", "comment"}
	packFixed   = []string{"key", "English", "context", "must stand in it", "at most", "note", "preview", "language", "hash"}
	packWidths  = map[string]float64{"key": 22, "English": 50, "translation": 50, "context": 34, "comment": 26, "note": 26}
	formColumns = map[string]string{"f": "to a woman", "m": "to a man", "_f": "by a woman", "_m": "by a man"}
)

// writePack makes a pack in the format of the file's name: .xlsx or .po.
func writePack(name, lang string, rows []wording.Row, preview string) ([]byte, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".po":
		return wording.WritePO(lang, rows), nil
	case ".xlsx":
		return writeWorkbook(rows, preview)
	}
	return nil, usageError(msgTranslateFormat)
}

func writeWorkbook(rows []wording.Row, preview string) ([]byte, error) {
	columns := append(append(append([]string{}, packFixed[:2]...), packColumns...), packFixed[2:]...)
	var table []map[string]string
	for _, r := range rows {
		line := map[string]string{
			"key": r.Key, "English": r.Source, "translation": r.Text, "state": string(r.State), "comment": r.Comment, "context": r.Context,
			"must stand in it": r.Placeholders, "at most": strconv.Itoa(r.Limit), "note": r.Note, "language": string(r.Lang), "hash": r.Hash,
		}
		if r.Item != "" {
			line["preview"] = preview + "#" + r.Item
		}
		for form, column := range formColumns {
			line[column] = r.Forms[form]
		}
		table = append(table, line)
	}
	return xlsform.WriteTable("texts", columns, table, packWidths)
}

// readPack reads a pack that came back, by its content.
func readPack(name string) ([]wording.Row, error) {
	b, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(name), ".po") {
		rows, err := wording.ReadPO(b)
		if err != nil {
			return nil, &mishap{msgTranslatePack, err}
		}
		return rows, nil
	}
	table, err := xlsform.ReadTable(b)
	if err != nil {
		return nil, &mishap{msgTranslatePack, err}
	}
	var rows []wording.Row
	for _, line := range table {
		if _, ok := line["translation"]; !ok && len(rows) == 0 {
			return nil, &mishap{msgTranslatePack, fmt.Errorf("no column %q", "translation")}
		}
		r := wording.Row{
			Lang: schema.Lang(strings.TrimSpace(line["language"])), Key: strings.TrimSpace(line["key"]), Source: line["English"],
			Text: line["translation"], Hash: strings.TrimSpace(line["hash"]), Comment: line["comment"],
			State: wording.State(strings.ToLower(strings.TrimSpace(line["state"]))),
		}
		for form, column := range formColumns {
			if text := strings.TrimSpace(line[column]); text != "" {
				if r.Forms == nil {
					r.Forms = map[string]string{}
				}
				r.Forms[form] = text
			}
		}
		if r.Key != "" {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil, &mishap{msgTranslatePack, fmt.Errorf("no column %q with texts", "key")}
	}
	return rows, nil
}

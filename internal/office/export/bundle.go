package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"leeward/schema/codes"
)

// bundle puts files into one ZIP file.
func bundle(files []file, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at.Truncate(time.Second)})
		if err != nil {
			return nil, fmt.Errorf("pack export: %w", err)
		}
		if _, err := w.Write(f.body); err != nil {
			return nil, fmt.Errorf("pack export: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack export: %w", err)
	}
	return b.Bytes(), nil
}

// recordFiles writes records of HTCDS.
func recordFiles(shape Shape, all []Record) (files []file, err error) {
	written := map[string]func(io.Writer, []Record) error{"records.json": WriteJSON}
	names := []string{"records.json"}
	if shape == HTCDSCSV {
		written = map[string]func(io.Writer, []Record) error{"people.csv": WriteCSV, "events.csv": WriteEventsCSV, "plans.csv": WritePlansCSV}
		names = []string{"people.csv", "events.csv", "plans.csv"}
	}
	for _, name := range names {
		var b bytes.Buffer
		if err := written[name](&b, all); err != nil {
			return nil, err
		}
		files = append(files, file{name, b.Bytes()})
	}
	var b strings.Builder
	for _, e := range extensions {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", e.Name, e.What, e.HTCDS)
	}
	return append(files, file{"extensions.txt", []byte("field\tmeaning\twhat stands for it in HTCDS\n" + b.String())}), nil
}

// aboutFormulas says what writeTable did to a text that begins with = + - @ and the like.
const aboutFormulas = "A text that a spreadsheet could take for a formula begins with an apostrophe ('): it is not part of what was said."

// about is what has to be known wherever the data goes: it lies in the file with it.
func (o Office) about(a Ask, g gathered, at time.Time) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if o.Demo {
		line("A DEMONSTRATION: nobody in this file is real.\n")
	}
	line("From:     %s", o.Name)
	line("For:      %s", a.To)
	line("Purpose:  %s", a.Purpose)
	line("Made:     %s", at.Format("2 January 2006, 15:04 UTC"))
	line("People:   %d", g.people)
	line("")
	line("This is about people who are in danger. It was made for the person and the purpose above and for nothing else.")
	line("Keep it encrypted, give it to nobody, delete it when the purpose is over. Who is in it may take it back at any")
	line("time: then the office tells you, and you delete the whole file.")
	line("")
	if a.Scope.One() {
		line("The person agreed that a helper of this kind is told (%s). It holds no judgement of anybody.", a.Scope)
	} else {
		line("Everybody in it agreed to be counted, and was first known to the office from %d to %d. Names, texts, places", a.From, a.Until)
		line("within a country and dates finer than a year are left out. That does not make it anonymous: few people with rare")
		line("answers can be known again. Publish tables of it only as the office does, with small numbers held back.")
		line("These are people who came to be screened, not how many there are in a country.")
	}
	line("")
	switch a.Shape {
	case HTCDSJSON, HTCDSCSV:
		line("%s", codes.HTCDSAttribution)
		line("Fields that begin with x_ are described in extensions.txt. Why a field is empty stands in x_Missing.")
		if a.Shape == HTCDSCSV {
			line("%s", aboutFormulas)
		}
	case CTDC:
		line("One person a row, found %s, in the classes of the codebook of CTDC's Global Synthetic Dataset (version 2, 2024).", a.Finding)
		line("A mark is 1 or empty; empty is never no. CountryOfExploitation is the last country of exploitation, not the")
		line("country of first support. Not recorded here: traffickMonths, typeOfSexProstitution, typeOfSexPornography; a")
		line("person's only citizenship counts, and no forestry or fishing stands in typeOfLabourAgriculture.")
		line("Made to be read by tools that make synthetic data; check what they make before anybody relies on it.")
	default:
		line("Each folder is one version of a questionnaire (%d). variables.csv and values.csv, or the sheets of that name, say", g.questions)
		line("what columns and numbers mean; read.do and read.R label them. -9991 did not want to answer, -9992 does not know,")
		line("-9993 was not asked, -9994 does not apply; empty was not on this person's way. None of them is no.")
		line("person joins tables of one folder; the numbers were drawn for this file alone.")
	}
	return b.String()
}

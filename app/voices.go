package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"leeward/app/voices"
	"leeward/schema"
	"leeward/schema/instrument"
)

const voicesUsage = `Usage: leeward voices list LANGUAGE
       leeward voices pack LANGUAGE FOLDER PACK.zip -speaker WHO -licence TERMS
       leeward voices install PACK.zip [-data FOLDER]

Recorded voices read the questionnaire to people who do not read. None comes with the program. list says what is to be
spoken: the name that each sound file gets, the number of its question, and the words. pack makes one file of a folder of
such sounds (.ogg, .mp3, .wav). install puts it on this device, as Settings do.
`

// runVoices is the command line for recorded voices.
func runVoices(args []string, out io.Writer) error {
	var p Program
	var about voices.Pack
	f := flag.NewFlagSet("leeward voices", flag.ContinueOnError)
	f.StringVar(&about.Speaker, "speaker", "", "")
	f.StringVar(&about.Licence, "licence", "", "")
	f.StringVar(&p.Dir, "data", "", "")
	f.Usage = func() { fmt.Fprint(f.Output(), voicesUsage) }
	var words []string
	for rest := args; len(rest) > 0; { // flags may stand before or after the words
		if err := f.Parse(rest); err != nil {
			return err
		}
		if rest = f.Args(); len(rest) > 0 {
			words, rest = append(words, rest[0]), rest[1:]
		}
	}
	switch {
	case len(words) == 2 && words[0] == "list":
		return listWords(out, schema.Lang(words[1]))
	case len(words) == 4 && words[0] == "pack":
		about.Language = words[1]
		if about.Speaker == "" || about.Licence == "" {
			return errors.New("say whose voice it is with -speaker, and under which terms it may be used with -licence")
		}
		made, err := voices.Make(words[2], words[3], about)
		if err == nil {
			_, err = fmt.Fprintf(out, "%s: %d sounds\n", words[3], len(made.Sounds))
		}
		return err
	case len(words) == 2 && words[0] == "install":
		folder, err := p.folder(nil)
		if err != nil {
			return err
		}
		installed, err := shelf(folder).Install(words[1])
		if err == nil {
			_, err = fmt.Fprintf(out, "%s: %d sounds\n", installed.Language, len(installed.Sounds))
		}
		return err
	}
	f.Usage()
	return errors.New("what is to be done with voices? list, pack or install")
}

// listWords writes what can be recorded in a language, a line each: the fingerprint of the wording, the question, the
// words. Words into which something is put at run time are left out: what is said then is read by the screener.
func listWords(out io.Writer, lang schema.Lang) error {
	form, seen := instrument.Form(), map[string]bool{}
	var err error
	say := func(code string, texts ...schema.Text) {
		for _, text := range texts {
			w, ok := text[lang]
			for _, words := range append([]string{w.Text}, slices.Sorted(maps.Values(w.Forms))...) {
				if name := schema.WordingHash(words); ok && err == nil && words != "" && !seen[name] && !strings.Contains(words, "${") {
					seen[name] = true
					_, err = fmt.Fprintf(out, "%s\t%s\t%s\n", name, code, strings.ReplaceAll(words, "\n", " "))
				}
			}
		}
	}
	lists := map[string][]schema.Choice{}
	for _, list := range form.Questionnaire().Choices {
		lists[list.Name] = list.Choices
	}
	for _, path := range form.Paths() {
		item, _ := form.Item(path)
		if item.Staff || form.Stage(path) == schema.StageStaff {
			continue
		}
		say(item.Code, item.Text, item.ChildText)
		for _, c := range lists[item.List] {
			say(item.Code+" "+c.Name, c.Label)
		}
	}
	if err == nil && len(seen) == 0 {
		err = fmt.Errorf("the questionnaire has no words in %q", lang)
	}
	return err
}

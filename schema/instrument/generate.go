//go:build ignore

// Generate writes screening.json, office.json, words.json and docs/instrument.md from the source in screening/.
package main

import (
	"log"
	"os"

	"leeward/schema/instrument/source"
)

func main() {
	s, err := source.Open(os.DirFS("screening"))
	if err != nil {
		log.Fatal(err)
	}
	files, err := s.Ship()
	if err != nil {
		log.Fatal(err)
	}
	head, err := os.ReadFile("screening/INTRO.md")
	if err != nil {
		log.Fatal(err)
	}
	files["../../docs/instrument.md"] = s.Page(head)
	for name, b := range files {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

//go:build ignore

// Generate writes screening.json, office.json and words.json from the source in screening/.
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
	for name, b := range files {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

package intake

import (
	"strconv"

	"leeward/internal/office/alike"
	"leeward/internal/screening"
	"leeward/schema"
)

// likenesses are what may show that another case is the same person's. There are none unless the person agreed to be kept by
// name: who asked for a code, or only to be counted, is not looked for.
func likenesses(values map[schema.Path]string, iv screening.Interview) []string {
	by := make(map[string]string, len(values))
	for path, value := range values {
		by[path.Name()] = value
	}
	years, err := strconv.Atoi(by["d2"])
	if !iv.Consent.Agreed || by["b3"] != "named" || err != nil || years < 1 || years > 120 {
		return nil
	}
	return alike.Forms(alike.Person{
		Name: by["d1"], Sex: sexes[by["d3"]], Nationality: only(by["d4_country"]), Born: iv.Started.Year() - years,
	})
}

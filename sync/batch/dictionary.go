package batch

import (
	_ "embed" // for the dictionary
)

//go:generate go test -run TestTrainDictionary -train .

// DictionaryID names the dictionary in each frame that was compressed with it: "LEW" and 1.
const DictionaryID = 0x4c455701

// Dictionary is the zstd dictionary of suite 2: what invented interviews in ten languages have in common (FORMAT.md,
// Payload). It is for ever; another one will have another id and another suite. Whoever opens payloads without this
// program needs it as a file.
//
//go:embed dictionary
var Dictionary []byte

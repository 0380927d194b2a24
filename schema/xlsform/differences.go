package xlsform

import (
	"fmt"
	"strings"
)

// difference is one place where the importer decides otherwise than pyxform does, with a survey sheet that
// shows it ("|" between cells); refused says what becomes of that sheet here.
type difference struct {
	what, why string
	survey    string
	refused   bool
}

var differences = []difference{
	{"a type in another case (`Text`) is accepted with a warning; pyxform refuses it", "style, not meaning", "type|name|label\nText|a|A", false},
	{"a type that begins with `#` is a comment, with a warning; pyxform refuses it", "so it was meant", "type|name|label\ntext|a|A\n# later|b|B", false},
	{"`AND`, `OR`, `TRUE()` and the like are read as `and`, `or`, `true()`, with a warning; pyxform passes them on, and the device refuses them", "they can mean one thing only", "type|name|label|relevant\ntext|a|A\ntext|b|B|${a} = 1 AND TRUE()", false},
	{"an expression that does not parse or has an unknown function is refused; pyxform leaves that to the device", "found at the desk and not in the field", "type|name|label|relevant\ntext|a|A\ntext|b|B|${a} == 1", true},
	{"a cycle is refused by name; pyxform leaves that to the device", "the same", "type|name|label|calculation\ncalculate|a||${b}\ncalculate|b||${a}", true},
	{"`${ name }` with spaces is `${name}`; pyxform refuses it", "style, not meaning", "type|name|label\ntext|a|A\nnote|b|B ${ a }", false},
	{"`${last-saved#name}` reads as blank, with a warning", "answers of other interviews are never read", "type|name|label|default\ntext|a|A|${last-saved#a}", false},
	{"a pattern that looks around (but ahead at its beginning) or back passes every text, with a warning", "patterns end in linear time; an answer must not be kept out", "type|name|label|constraint\ntext|a|A|regex(., '^a(?<!b)c$')", false},
	{"a list in a file that is not at hand takes any name, with a warning", "the rest can be tried", "type|name|label\nselect_one_from_file towns.csv|a|A", false},
	{"entities and osm tags are passed over, with a warning", "nobody uses them for screening", "type|name|label\nosm building|a|A", false},
	{"all errors are listed, not only the first", "one round of mending", "type|name|label\ntext|1|A\ntexx|b|B", true},
}

func writeDifferences(b *strings.Builder) {
	b.WriteString("\n## Where the importer differs from pyxform\n\nAll else that pyxform refuses is refused, with sheet, row and column. Each line is tried by a test.\n\n| what | why |\n|---|---|\n")
	for _, d := range differences {
		fmt.Fprintf(b, "| %s | %s |\n", d.what, d.why)
	}
	b.WriteString("| a missing translation is shown in another language, marked, and listed; pyxform writes `-` | a blank question cannot be asked |\n" +
		"| texts keep their line breaks; runs of spaces are joined in logic only | what people read is theirs |\n" +
		"| a sheet ends after 60 blank rows, its header after 20 blank cells; at most 100,000 rows, 64 MB as sent and 256 MB unpacked | sheets that claim a million rows, archives that unpack to terabytes |\n")
}

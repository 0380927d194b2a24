package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The examples of FORMAT.md are what the program does.
func TestFormatExamples(t *testing.T) {
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join("testdata", "good.lwb"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := e.Parts()
	_, example, found := strings.Cut(string(page), "the header of `testdata/good.lwb`, 203 bytes,\n")
	example, after, ok := strings.Cut(example, "has the id")
	if !found || !ok {
		t.Fatal("the example of a header is gone")
	}
	var digits strings.Builder
	hexWord := regexp.MustCompile(`^([0-9a-f]{2})+$`)
	for line := range strings.Lines(example) {
		shown, _, _ := strings.Cut(strings.TrimSpace(line), "    ") // what follows says what it is
		for _, word := range strings.Fields(shown) {
			if !hexWord.MatchString(word) {
				t.Fatalf("%q is not a byte", word)
			}
			digits.WriteString(word)
		}
	}
	if got := digits.String(); got != hex.EncodeToString(header) {
		t.Errorf("the page shows %s, the header is %x", got, header)
	}
	if id := strings.Fields(after)[0]; id != e.ID().String() {
		t.Errorf("the page shows id %s, it is %s", id, e.ID())
	}
	beat, err := Heartbeat().encode()
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("heartbeat's record is `([0-9a-f ]+)`").FindSubmatch(page)
	if shown == nil || strings.ReplaceAll(string(shown[1]), " ", "") != hex.EncodeToString(beat) {
		t.Errorf("the page shows another heartbeat than %x", beat)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(Dictionary)); !strings.Contains(string(page), sum) {
		t.Errorf("the page does not name the dictionary %s: it is another than was shipped", sum)
	}
	for _, number := range []int{MaxFile, MaxBody, MaxPayload} {
		if !strings.Contains(string(page), group(number)) {
			t.Errorf("the page does not name %d", number)
		}
	}
}

// group writes a number with commas.
func group(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%s,%03d", group(n/1000), n%1000)
}

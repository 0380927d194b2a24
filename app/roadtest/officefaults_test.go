package roadtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// officeFault is something that goes wrong at an office, the tests that show what becomes of it, and what the person in front
// of it is told: keys of the pages' words, keys of the device's words, and words of commands as the file and some of them.
type officeFault struct {
	what   string
	tests  []string
	page   []string // internal/office/dashboard/words
	device []string // translations; .text says what happened, .hint what to do
	said   []string
}

var officeFaults = []officeFault{
	{
		what: "wrong key",
		tests: []string{
			"sync/intake TestWhoIsRefused", "sync/intake TestIntakeRefusesOtherKeys", "sync/courier TestWrongOffice", "sync/office TestExitCodes",
			"internal/office/sqlite TestOpenRefusesWhatIsNotAnOffice", "internal/office/postgres TestOpenRefuses", "sync/office TestWrongShares",
			"internal/office/dashboard TestOneTimeCodes", "internal/office/dashboard TestSignInTakesTheSameForUnknownNames",
		},
		page:   []string{"signin.problem.wrong", "code.problem.wrong", "confirm.problem.wrong", "rule.export_key"},
		device: []string{"error.E_SIG", "error.wrong_office", "error.E_CODE", "error.bad_receipt"},
		said: []string{
			"sync/office/words.go: That is not the passphrase of this office.", "sync/office/words_export.go: sealed to another key",
		},
	},
	{
		what:  "expired session",
		tests: []string{"internal/office/dashboard TestSessionLife", "internal/office/dashboard TestEndedSessionLosesNothing", "internal/office/dashboard TestWhatMattersAsksAgain"},
		page:  []string{"signin.ended", "problem.ended.title", "problem.ended.text", "problem.kept", "problem.proof.text"},
	},
	{
		what:  "forged form",
		tests: []string{"internal/office/dashboard TestForgedFormsAreRefused", "internal/office/dashboard TestHugeAndBrokenForms", "internal/office/dashboard TestAddressesOfOthersAreNotFound"},
		page:  []string{"problem.forged.title", "problem.forged.text", "problem.form.text", "problem.not_found.text"},
	},
	{
		what: "CSV injection",
		tests: []string{
			"internal/office/report TestCellsAreNoFormulas", "internal/office/export TestCellsOfRecordsAreNoFormulas", "internal/office/export TestLeafIsAWorkbookThatRunsNothing",
			"internal/office/export TestLabelsRunNothing", "internal/office/export TestAnswersAsTables",
		},
		said: []string{"internal/office/export/bundle.go: begins with an apostrophe", "docs/office.md: No cell acts as a formula"},
	},
	{
		what:   "huge upload",
		tests:  []string{"internal/office/dashboard TestUploadsAreBounded", "internal/office/dashboard TestHugeAndBrokenForms", "sync/intake TestUploadExhaustion", "sync/intake TestUploadRefusals"},
		page:   []string{"problem.large.title", "problem.large.text", "problem.often.text", "problem.crowded.text", "problem.form.text"},
		device: []string{"error.E_QUOTA", "error.E_FORMAT"},
	},
	{
		what:   "slow client",
		tests:  []string{"sync/office TestSlowClientIsTold", "internal/office/dashboard TestSlowLineIsTold", "sync/intake TestSlowBodyIsWaitedFor", "sync/intake TestOutagesCostLittle"},
		page:   []string{"problem.slow.title", "problem.slow.text"},
		device: []string{"error.offline"},
	},
	{
		what: "database away for a minute",
		tests: []string{
			"sync/office TestServerAwayForAMinute", "internal/office/postgres TestDatabaseAway", "internal/office/dashboard TestFaultsSayWhatToDo",
			"sync/intake TestRecordsThatFailAreAStatus", "sync/intake TestFailingRecordsGiveNoReceipt",
		},
		page:   []string{"problem.busy.title", "problem.busy.text", "problem.disk.title", "problem.disk.text", "problem.kept"},
		device: []string{"error.E_BUSY"},
		said:   []string{"docs/office.md: While the server is away, pages say so (503) and devices keep what they hold", "sync/office/words.go: does not answer just now"},
	},
	{
		what:   "disk full",
		tests:  []string{"sync/intake/fault TestFullDisk", "internal/office/dashboard TestFaultsSayWhatToDo", "sync/intake TestRecordsThatFailAreAStatus"},
		page:   []string{"problem.full.title", "problem.full.text"},
		device: []string{"error.E_FULL", "error.disk_full"},
		said:   []string{"sync/office/words.go: The disk is full. Nothing was changed.", "sync/office/doctor.go: make room now"},
	},
	{
		what: "clock jump",
		tests: []string{
			"internal/office/dashboard TestClockJump", "sync/office TestClockLeaps", "sync/office TestOutlivedCaseIsGoneEverywhere", "app/roadtest TestWrongClocks",
		},
		page: []string{"code.clock", "code.problem.wrong", "signin.ended"},
		said: []string{"sync/office/words.go: until %s nothing is erased for its age", "docs/office.md: A clock that leaps"},
	},
}

// TestEveryFaultOfTheOfficeHasATest finds the tests and the words that are named above, in every language, so that none goes
// without another in its place.
func TestEveryFaultOfTheOfficeHasATest(t *testing.T) {
	there, err := testsThere()
	ok(t, err)
	pages := wordsIn(t, filepath.Join("..", "..", "internal", "office", "dashboard", "words"))
	device := wordsIn(t, filepath.Join("..", "..", "translations"))
	if len(pages) != 10 || len(device) != 10 {
		t.Fatalf("pages speak %d languages and devices %d, want ten", len(pages), len(device))
	}
	for _, f := range officeFaults {
		t.Run(f.what, func(t *testing.T) {
			if len(f.tests) == 0 || len(f.page)+len(f.device)+len(f.said) == 0 {
				t.Error("nothing shows it, or nobody is told")
			}
			for _, test := range f.tests {
				if !there[test] {
					t.Errorf("there is no test %s", test)
				}
			}
			for lang, words := range pages {
				for _, key := range f.page {
					if len(words[key]) == 0 {
						t.Errorf("pages in %s do not say %s", lang, key)
					}
				}
			}
			for lang, words := range device {
				for _, key := range f.device {
					if len(words[key+".text"]) == 0 || len(words[key+".hint"]) == 0 {
						t.Errorf("devices in %s do not say %s, and what to do", lang, key)
					}
				}
			}
			for _, words := range f.said {
				file, words, _ := strings.Cut(words, ": ")
				b, err := os.ReadFile(filepath.Join("..", "..", file))
				ok(t, err)
				if text := strings.Join(strings.Fields(string(b)), " "); words == "" || !strings.Contains(text, words) {
					t.Errorf("%s does not say %q", file, words)
				}
			}
		})
	}
}

// wordsIn reads the words of a folder, by language.
func wordsIn(t *testing.T, dir string) map[string]map[string]json.RawMessage {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "??.json"))
	ok(t, err)
	all := map[string]map[string]json.RawMessage{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		ok(t, err)
		words := map[string]json.RawMessage{}
		ok(t, json.Unmarshal(b, &words))
		all[strings.TrimSuffix(filepath.Base(file), ".json")] = words
	}
	return all
}

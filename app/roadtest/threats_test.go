package roadtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// threat is something that an attacker, a failing machine or a person under pressure may do, and the tests that show
// what stands against it, each as its folder and its name.
type threat struct {
	what  string
	tests []string
	said  []string // what no code can help against, as the docs say it: a file and some of its words
}

// threats are those that this program is built against.
var threats = []threat{
	{what: "a locked device is seized", tests: []string{
		"app/roadtest TestInvariant02NothingPlain", "app/roadtest TestInvariant02CrashTexts", "internal/encvfs TestNothingInPlainFormOnDisk",
		"internal/encvfs TestLooksRandom", "app/screens TestNothingSaidIsOnTheDiskInClear",
	}},
	{what: "an unlocked device is seized", tests: []string{
		"app/screens TestIdleLockComesBackToTheSameQuestion", "app/screens TestSleepLocks", "app/screens TestIdleInSettingsLocks",
		"internal/encvfs TestCloseForgetsTheKey", "internal/seal TestForget", "internal/vault TestLock",
	}},
	{what: "a weak passphrase", tests: []string{
		"internal/vault TestCalibrated", "internal/vault TestStrength", "internal/vault TestWords", "internal/vault TestCreateRefuses",
		"internal/vault TestCountFirst", "internal/vault TestKilledTriesCount",
	}},
	{what: "a passphrase is watched or filmed", tests: []string{
		"internal/vault TestKeyFile", "internal/vault TestKeyFileShowsNowhere", "internal/vault TestKeyFileVectors", "app/screens TestKeyFile",
		"app/device TestKeyFile",
	}, said: []string{"docs/seized.md: found in the same bag it is worth nothing"}},
	{what: "a person is forced to unlock", tests: []string{
		"internal/vault TestFront", "internal/vault TestHalvesLookAlike", "internal/vault TestSlotsLookAlike",
		"internal/vault TestFrontDestroysNothing", "app/device TestHalvesLookAlike",
	}},
	{what: "a network in the middle, or a false office", tests: []string{
		"sync/courier TestWrongOffice", "sync/courier TestEnrolRefuses", "sync/intake TestIntakeRefusesOtherKeys",
	}},
	{what: "recorded today, decrypted with a quantum computer", tests: []string{
		"internal/seal TestClassicalRefused", "sync/batch TestRecipientsAreExact", "sync/courier TestConnectionsAreHybrid",
	}},
	{what: "traffic is watched", tests: []string{
		"sync/batch TestLengthHidesTheCount", "sync/batch TestPadded", "sync/courier TestQuietDaysSendAHeartbeat", "sync/batch TestVectors",
	}},
	{what: "a stick is lost", tests: []string{"sync/batch TestLostStickShowsNothing", "sync/intake TestStickFromElsewhere"}},
	{what: "an old batch is sent again", tests: []string{
		"sync/intake TestTheSameBatchTwiceIsRecordedOnce", "sync/intake TestTheSameBatchAtOnce", "internal/office/engine TestReceiveRecordsOnce",
		"sync/intake TestStickAndNetworkCountOnce", "internal/office/engine TestOfficeFollowsItsModel",
	}},
	{what: "a batch is kept back", tests: []string{"internal/office/engine TestOmittedBatchShows", "sync/courier TestSimulation"}},
	{what: "batches come in another order", tests: []string{
		"internal/office/engine TestTooFarAheadIsNotKept", "internal/office/engine TestBrokenChainIsNoted", "sync/courier TestSimulation",
	}},
	{what: "a device is copied, or an old copy put back", tests: []string{
		"sync/intake TestOldCopyOfADeviceIsFoundOut", "internal/office/engine TestADeviceThatWasPutBackIsNoticed",
		"internal/office/engine TestForkKeepsBothHeaders", "app/roadtest TestGenerationsArrive",
	}},
	{what: "a batch is stripped and signed by another", tests: []string{"sync/batch TestStripAndSignIsRefused"}},
	{what: "one batch says different things to two readers", tests: []string{"sync/batch TestVectors", "sync/batch TestRecordIsProvableAlone"}},
	{what: "the office deletes or alters an interview", tests: []string{
		"sync/courier TestForkedOrShrunkLogIsRefused", "internal/office/engine TestOfficeThatForgotIsNoted", "sync/office TestVerifyOffline",
		"app/roadtest TestOfficeThatLostBytesIsFoundOut", "app/roadtest TestLiarIsToldOf", "internal/office/engine TestMendPutsBackWhatWasLost",
		"internal/office/engine TestLogNamesEverything", "internal/office/engine TestAuditLogShowsTampering",
	}},
	{what: "the office shows two histories", tests: []string{"sync/courier TestTwoHistoriesAreFoundOut", "sync/courier TestForkedOrShrunkLogIsRefused", "app/hammer TestBadProofsAreNoticed"}},
	{what: "an administrator reads the database", tests: []string{
		"internal/office/engine TestDumpHoldsNothingReadable", "internal/office/dashboard TestEveryRoleOnEveryRoute",
	}, said: []string{"docs/office.md: does not stop the machine's own administrator"}},
	{what: "an administrator adds a device or a reader in secret", tests: []string{
		"internal/office/engine TestLogNamesEverything", "sync/batch TestRootThresholdCountsGoodSignatures", "sync/batch TestRootRules",
		"sync/batch TestRecipientsAreExact", "sync/batch TestFollowRoot", "app/roadtest TestLaterRoot",
	}},
	{what: "old questionnaires are shown again, or none", tests: []string{
		"sync/bulletin TestTUFAttacks", "sync/bulletin TestFreeze", "sync/bulletin TestFastForward",
	}},
	{what: "one person orders every device wiped", tests: []string{"internal/vault TestOrders", "app/device TestOrders", "app/device TestWipe"}},
	{what: "bombs and absurd lengths", tests: []string{
		"sync/batch TestBombIsBounded", "sync/batch FuzzParse", "sync/intake FuzzReceive", "sync/bulletin TestDocumentsAreBounded",
	}},
	{what: "the office is filled up", tests: []string{
		"sync/intake TestUploadExhaustion", "sync/intake TestEnrolmentsAreLimited", "sync/intake/fault TestFullDisk",
	}},
	{what: "two uploads of one file at once", tests: []string{"sync/intake TestTwoWritersAtOnce", "sync/intake TestUploadsAtOnce"}},
	{what: "a clock is wrong", tests: []string{
		"app/roadtest TestWrongClocks", "app/roadtest TestClocksAreDoubted", "app/roadtest TestAClockThatFallsBackIsNoticedAlone", "app/device TestSilence",
		"sync/courier TestWrongClockDoesNotMatter", "internal/vault TestSetBackNeverShortens",
		"internal/office/dashboard TestClockJump", "sync/courier TestSimulation",
	}},
	{what: "a crash at any system call", tests: []string{
		"sync/intake/fault TestCrashAtAnySystemCall", "sync/intake/fault TestKilledOffice", "internal/store TestFailingSystemCalls",
		"internal/store TestKillLosesNoAcknowledgedAnswer", "app/hammer TestKilledDevicesLoseNothing", "app/hammer TestBothEndsAreKilled", "app/roadtest TestDeathAtEveryStepOfTheExchange",
	}},
	{what: "a disk lies or rots", tests: []string{
		"internal/encvfs TestEveryPageFlipIsNoticed", "internal/encvfs TestPowerCut", "internal/store TestDamageIsNotSilent",
		"internal/vault TestRandomFlips", "sync/batch TestEveryFlipAndTruncationIsRefused",
	}},
	{what: "a device's signing key is stolen", tests: []string{
		"internal/office/engine TestRevocationKeepsEarlierWork", "sync/intake TestRevokedDeviceIsHeld", "sync/intake TestRevokedDeviceKeepsItsOutbox",
		"sync/office TestRevokeCommand", "app/roadtest TestRevocationTravels", "app/screens TestRevokedLocksTheScreen",
	}},
	{what: "script and forged forms at the office's pages", tests: []string{
		"internal/office/dashboard TestNothingThatWasSaidBecomesMarkup", "internal/office/dashboard TestForgedFormsAreRefused",
		"internal/office/dashboard TestLimitHitsOnlyWhoGuesses", "sync/office TestBrowser",
	}},
	{what: "one device writes over another's interview", tests: []string{
		"internal/office/engine TestForeignRecordIsQuarantined", "sync/intake TestRecordsBelongToTheirDevice", "internal/office/engine TestVersions",
	}},
	{what: "what was taken back stays somewhere", tests: []string{
		"internal/office/engine TestWithdrawalErasesEverything", "internal/office/engine TestWithdrawalCoversWhatCouldNotBeRead",
		"sync/intake TestWithdrawalTravels", "sync/intake TestWithdrawalBeforeTheInterview", "sync/office TestRebuildFromPayloads",
		"internal/store TestKillBringsNobodyBackWhoWithdrew",
	}},
	{what: "an office says opened and did not read", tests: []string{
		"internal/store TestAReceiptNeedsTheProofOfOpening", "sync/courier TestForgedReceiptsClimbNothing", "app/roadtest TestInvariant03PurgeOnlyAfterOpened",
	}},
	{what: "somebody else answers an enrolment", tests: []string{
		"sync/batch TestCheckDigestDependsOnBoth", "sync/batch TestEnrolRequestAndGrant", "sync/batch TestSmallOrderKeyIsRefusedEverywhere",
		"internal/seal TestSmallOrderKeys", "sync/intake TestEnrolmentIsAskedForOnce", "internal/office/engine TestAdmissionWaitsForPeople",
		"app/roadtest TestWordsAreComparedAtBothEnds",
	}},
	{what: "an old epoch of a device", tests: []string{"sync/intake TestOldEpochTravelsWithTheNew"}},
	{what: "bytes leave before they are durable, or go before they are safe", tests: []string{
		"internal/store TestPublishedFilesFollowTheOutbox", "internal/store TestDropWaitsForABackup", "internal/store TestEnqueueKeepsTheChain",
		"app/roadtest TestInvariant04SameBytesOnce",
	}},
	{what: "a header of another make", tests: []string{"sync/batch TestVectors", "sync/batch TestFormatExamples"}},
	{what: "rules that destroy come from one hand", tests: []string{"sync/bulletin TestPolicyFloors", "internal/vault TestLimitRefuses", "sync/batch TestRootRules"}},
	{what: "nobody has this program any more", tests: []string{"sync/batch TestDrillWithoutThisProgram", "sync/batch TestDrillWithLibraries"}},
	{what: "a device asks for what is another's", tests: []string{"internal/office/engine TestGreetAnswersOwnersOnly"}},
	{what: "what stands against nothing", said: []string{
		"sync/batch/FORMAT.md: is noticed at the next sync, not before",
		"sync/batch/FORMAT.md: a signature shows the device, not the person who held it",
		"sync/batch/FORMAT.md: First contact rests on the enrolment code",
		"docs/office.md: The network sees the office's address, when devices call and roughly how much they send",
	}},
}

// TestEveryThreatHasATest finds the tests that are named above, so that none goes without another in its place, and the
// words about what no test can show.
func TestEveryThreatHasATest(t *testing.T) {
	there, err := testsThere()
	ok(t, err)
	if len(there) < 500 {
		t.Fatalf("only %d tests were found", len(there))
	}
	seen := map[string]bool{}
	for _, one := range threats {
		t.Run(one.what, func(t *testing.T) {
			if seen[one.what] || len(one.tests)+len(one.said) == 0 {
				t.Error("it stands here twice, or nothing stands against it")
			}
			seen[one.what] = true
			for _, test := range one.tests {
				if !there[test] {
					t.Errorf("there is no test %s", test)
				}
			}
			for _, words := range one.said {
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

// testsThere lists the tests and fuzz tests of the house, by folder and name.
var testsThere = sync.OnceValues(func() (map[string]bool, error) {
	root, there := filepath.Join("..", ".."), map[string]bool{}
	return there, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		for _, decl := range file.Decls {
			f, is := decl.(*ast.FuncDecl)
			if is && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) && f.Body != nil && len(f.Body.List) > 0 {
				there[filepath.ToSlash(dir)+" "+f.Name.Name] = true
			}
		}
		return err
	})
})

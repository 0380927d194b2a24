package typeset_test

import (
	"testing"

	"leeward/app/typeset"
)

func TestDigit(t *testing.T) {
	for _, set := range []string{"0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "၀၁၂၃၄၅၆၇၈၉", "០១២៣៤៥៦៧៨៩", "๐๑๒๓๔๕๖๗๘๙", "০১২৩৪৫৬৭৮৯", "໐໑໒໓໔໕໖໗໘໙"} {
		for want, r := range []rune(set) {
			if got, ok := typeset.Digit(r); !ok || got != want {
				t.Errorf("Digit(%q) = %d, %v; want %d", r, got, ok, want)
			}
		}
	}
	for _, r := range []rune{'a', '½', '²', 'ا', 'က', '一', '\U0001d7d8', ' ', -1} {
		if got, ok := typeset.Digit(r); ok {
			t.Errorf("Digit(%q) = %d, want none", r, got)
		}
	}
}

package seal

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func TestBox(t *testing.T) {
	box, err := NewBox([32]byte{1}, "leeward/test/v1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewBox([32]byte{1}, "leeward/other/v1")
	if err != nil {
		t.Fatal(err)
	}
	plain := []byte("what somebody said")
	sealed := box.Seal("here", plain)
	if bytes.Contains(sealed, plain[:8]) || bytes.Equal(sealed, box.Seal("here", plain)) {
		t.Error("the value shows, or twice the same is the same")
	}
	if got, err := box.Open("here", sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("got %q (%v), want what was sealed", got, err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another place":   func() ([]byte, error) { return box.Open("there", sealed) },
		"another purpose": func() ([]byte, error) { return other.Open("here", sealed) },
		"a flipped bit":   func() ([]byte, error) { return box.Open("here", flipped) },
		"cut short":       func() ([]byte, error) { return box.Open("here", sealed[:20]) },
		"nothing":         func() ([]byte, error) { return box.Open("here", nil) },
	} {
		if got, err := open(); !errors.Is(err, ErrBox) || got != nil {
			t.Errorf("%s: got %q (%v), want ErrBox", name, got, err)
		}
	}
	if got := fmt.Sprintf("%v %+v %#v", box, box, box); got != "[box] [box] [box]" {
		t.Errorf("a box prints %s", got)
	}
}

package courier_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"leeward/sync/batch"
)

// word is what an office says it has of an upload; less than nothing where nothing is promised about it any more.
type word struct {
	name string
	held int64
}

// words are the last ones about each upload.
type words map[string]int64

func (w words) take(said word) {
	switch {
	case w == nil || said.name == "":
	case said.held < 0:
		delete(w, said.name)
	default:
		w[said.name] = said.held
	}
}

// about reads what an answer says about an upload.
func about(req *http.Request, body []byte, resp *http.Response, signed batch.Receipts) word {
	if name, found := strings.CutPrefix(req.URL.Path, "/v1/up/"); found {
		held, err := strconv.ParseInt(resp.Header.Get("Upload-Offset"), 10, 64)
		if err != nil {
			held = -1
		}
		return word{name, held}
	}
	hello, err := batch.ParseHello(body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return word{}
	}
	return word{hex.EncodeToString(hello.Upload[:]), int64(signed.Held)}
}

// promise keeps what the office of one life said. What it said it has, it has to have until it says what became of it.
func (h *harbour) promise(life int, said word) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if life != h.life {
		return
	}
	if h.promised == nil {
		h.promised = words{}
	}
	if before := h.promised[said.name]; said.held >= 0 && said.held < before {
		h.w.fault("the office said it has %d bytes of an upload, and then %d", before, said.held)
	}
	h.promised.take(said)
}

// forget is the plant: what came of uploads goes.
func (h *harbour) forget() {
	parts, _ := filepath.Glob(filepath.Join(h.dir, "*"))
	for _, p := range parts {
		_ = os.Remove(p)
	}
}

// offsets looks at where a device goes on with an upload: not before what it heard in the same visit. The planted
// device begins anew each time.
func (r *radio) offsets(req *http.Request, body []byte) []byte {
	if req.Method != http.MethodPatch {
		return body
	}
	name := strings.TrimPrefix(req.URL.Path, "/v1/up/")
	if r.w.plant.restart {
		for _, b := range r.ship.box.Batches {
			if sum := sha256.Sum256(b.File); hex.EncodeToString(sum[:]) == name {
				req.Header.Set("Upload-Offset", "0")
				body = b.File
			}
		}
	}
	if at, _ := strconv.ParseInt(req.Header.Get("Upload-Offset"), 10, 64); at < r.ship.heard[name] {
		r.w.fault("device %d goes on at %d with an upload of which it heard that %d bytes are there", r.ship.n, at, r.ship.heard[name])
	}
	return body
}

package courier

import (
	"net/http"

	"leeward/sync/batch"
)

// Over makes c talk through a simulated network: what it asks goes to r, without a connection and its encryption. The
// office's root was verified before.
func (c *Courier) Over(r http.RoundTripper, root batch.Root, file []byte) *Courier {
	c.over, c.root, c.rootFile = r, root, file
	return c
}

package intake

import (
	"errors"
	"fmt"
	"net/http"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

var errRoot = errors.New("the device saw another root")

// postEnrol admits a device that has a code. It needs no client certificate: the keys that the device will
// use are what it asks to have admitted. The answer is the registrar's grant, or E_WAIT until people have compared the words
// that both screens show.
func (h *handler) postEnrol(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if !h.enrols.Allow() {
		return nil, screening.Fail(screening.EQuota, errCrowd)
	}
	sealed, err := readBody(w, r, batch.MaxRequest)
	if err != nil {
		return nil, err
	}
	asked, err := batch.OpenRequest(sealed, h.Requests)
	if err != nil {
		return nil, err
	}
	if asked.Root != h.fingerprint {
		return nil, screening.Fail(screening.ECode, errRoot)
	}
	device, grant, err := h.Register.Admit(r.Context(), casework.Admission{
		Code: batch.CodeHash(asked.Secret), SignKey: asked.Sign, TLSKey: asked.TLS, SealTo: asked.SealTo.String(),
		App: asked.App, At: h.Now().UTC(), Check: batch.CheckDigest(sealed, h.fingerprint),
		Grant: func(d casework.Enrolled, size uint64, root [32]byte) (grant, entry []byte, err error) {
			grant, err = batch.SignGrant(batch.Grant{
				Device: d.ID, Epoch: d.Epoch, Sign: asked.Sign, TLS: asked.TLS, SealTo: asked.SealTo.String(),
				RootVersion: h.root.Version, Root: h.fingerprint, Prev: d.Head, LogSize: size, LogRoot: root, At: d.Enrolled,
			}, h.Registrar)
			return grant, batch.GrantEntry(grant), err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("admit device: %w", err)
	}
	h.Log.Info("device admitted", "device", device.ID.String(), "epoch", device.Epoch)
	return grant, nil
}

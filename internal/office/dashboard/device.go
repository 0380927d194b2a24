package dashboard

import (
	"fmt"
	"net/http"
	"strconv"

	"leeward/internal/office/casework"
)

// heldShown bounds the list of what is held of a device; how much it is stands above it.
const heldShown = 50

// deviceData is one device over all its enrolments, the newest of which stands in its facts.
type deviceData struct {
	deviceView
	Came int // batches, of all enrolments
	Lost int // of them, known to be missing
	Held casework.Held
	Size string // of all that is held
	Many int    // pieces that are held
	Rest int    // of them, not listed
	Keep bool   // may enrol and revoke
	Open bool   // may vouch for what is held
}

// readDevice is the device that an address names, with what is held of it.
func (d *Dashboard) readDevice(r *http.Request, s casework.Session) (data deviceData, err error) {
	all, err := d.o.Records.Devices(r.Context())
	if err != nil {
		return data, fmt.Errorf("list devices: %w", err)
	}
	for _, dev := range all {
		if dev.ID.String() != r.PathValue("device") {
			continue
		}
		if dev.Epoch > data.Epoch {
			data.deviceView = d.viewDevice(dev)
		}
		data.Came, data.Lost = data.Came+dev.Batches, data.Lost+dev.Missing
	}
	if data.Epoch == 0 {
		return data, casework.ErrNotFound
	}
	if data.Held, err = d.o.House.Held(r.Context(), data.ID, heldShown); err != nil {
		return data, fmt.Errorf("list what is held: %w", err)
	}
	data.Many = data.Held.Batches + data.Held.Copies
	data.Rest = data.Many - len(data.Held.Newest)
	data.Size = kilobytes(data.Held.Bytes)
	data.Keep, data.Open = s.Person.Role.May(casework.KeepDevices), s.Person.Role.May(casework.MergeCases)
	return data, nil
}

// kilobytes writes a size as people read it off a list of files.
func kilobytes(n int64) string { return strconv.FormatInt((n+1023)/1024, 10) + " KB" }

func (d *Dashboard) devicePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data, err := d.readDevice(r, s)
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "device", data)
}

// releasePage shows what somebody vouches for, before all that is held of a device is opened.
func (d *Dashboard) releasePage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data, err := d.readDevice(r, s)
	if err != nil {
		return err
	}
	if data.Many == 0 {
		return casework.ErrNotFound
	}
	return d.show(w, r, s, http.StatusOK, "release", data)
}

// releaseAll lets be opened what stood on that page, and nothing that came since.
func (d *Dashboard) releaseAll(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	dev, err := d.trusted(r.Context(), r.PathValue("device"))
	if err != nil {
		return err
	}
	mark, err1 := strconv.ParseUint(r.PostFormValue("mark"), 10, 63)
	many, err2 := strconv.Atoi(r.PostFormValue("many"))
	if err1 != nil || err2 != nil || r.PostFormValue("sure") != "yes" {
		return errForm
	}
	if err := d.o.House.ReleaseDevice(r.Context(), s.Person.Name, dev.ID, casework.Held{Batches: many, Mark: mark}); err != nil {
		return fmt.Errorf("release all: %w", err)
	}
	http.Redirect(w, r, "/devices/"+dev.ID.String(), http.StatusSeeOther)
	return nil
}

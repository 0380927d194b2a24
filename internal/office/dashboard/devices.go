package dashboard

import (
	"fmt"
	"net/http"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// incidentsShown bounds the list of incidents on one page; the number of all stands in its heading.
const incidentsShown = 100

type devicesData struct {
	Devices []deviceView
	Keep    bool // may enrol and revoke
	Asking  []applicantView
	Watch   int // how often the page still looks again by itself
	Most    int // how often it can be asked to
}

type deviceView struct {
	casework.Device
	Short string
	State string
}

type incidentView struct {
	What   string
	Code   string
	Device string
	Of     string // the whole id of the device
	Batch  string
	Held   string // the whole id of a batch that can be released
	Seen   time.Time
}

func (d *Dashboard) devices(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	devices, err := d.o.Records.Devices(r.Context())
	if err != nil {
		return fmt.Errorf("list devices: %w", err)
	}
	data := devicesData{Keep: s.Person.Role.May(casework.KeepDevices)}
	if data.Keep {
		if data.Asking, err = d.gate(r); err != nil {
			return err
		}
		data.Watch, data.Most = watch(w, r, data.Asking), watchMost
	}
	for _, dev := range devices {
		data.Devices = append(data.Devices, d.viewDevice(dev))
	}
	return d.show(w, r, s, http.StatusOK, "devices", data)
}

func (d *Dashboard) viewDevice(dev casework.Device) deviceView {
	return deviceView{Device: dev, Short: shortDevice(dev.ID), State: d.say("devices.state." + string(dev.Status))}
}

func (d *Dashboard) viewIncidents(incidents []casework.Incident) (all []incidentView) {
	for _, i := range incidents {
		what := "incident." + i.Kind
		if !d.words.Has(what) {
			what = "incident.other"
		}
		one := incidentView{What: d.say(what, "code", i.Kind), Code: i.Kind, Device: shortDevice(i.Device), Of: i.Device.String(), Batch: i.Batch.Short(), Seen: i.Seen}
		if i.Kind == string(screening.EBehind) || i.Kind == string(screening.EClock) { // it is of the device, whatever shows it
			one.Batch = ""
		}
		if i.Held {
			one.Held = i.Batch.String()
		}
		all = append(all, one)
	}
	return all
}

type aboutData struct {
	Version     string
	Fingerprint []string // in groups of four characters
	Holds       string
}

func (d *Dashboard) about(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	stats, err := d.o.Records.Stats(r.Context())
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	data := aboutData{Version: d.o.Version, Holds: d.say("about.holds.text",
		"interviews", d.many(stats.Interviews, "list.count"), "devices", d.many(stats.Devices, "about.device"),
		"batches", d.many(stats.Batches, "about.batch"))}
	for print := d.o.Print; print != ""; {
		n := min(4, len(print))
		data.Fingerprint = append(data.Fingerprint, print[:n])
		print = print[n:]
	}
	return d.show(w, r, s, http.StatusOK, "about", data)
}

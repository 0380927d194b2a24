package dashboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
)

// rules is the policy of devices as its form has it (sync/bulletin, Rules).
type rules struct {
	Lock int    `json:"lock_minutes,omitempty"`
	Keep int    `json:"keep_hours,omitempty"`
	Hide string `json:"hide,omitempty"`
}

type settingsData struct {
	K       int
	Months  int // for which closed cases are kept; 0 for ever
	Least   int
	Phone   string // that referrals name
	Rules   rules
	Hides   []option
	Out     bool // a policy is out
	Problem string
	Saved   bool
}

func (d *Dashboard) settings(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	data, err := d.settingsData(r)
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "settings", data)
}

func (d *Dashboard) settingsData(r *http.Request) (data settingsData, err error) {
	k, err1 := report.LeastGroup(r.Context(), d.o.Reports)
	policy, err2 := d.o.Press.Policy(r.Context())
	months, err3 := d.o.House.KeptFor(r.Context())
	phone, err4 := d.o.House.Setting(r.Context(), casework.SettingPhone)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return data, fmt.Errorf("read settings: %w", err)
	}
	data = settingsData{K: k, Months: months, Least: report.LeastK, Phone: phone, Out: policy != nil, Saved: r.URL.Query().Get("saved") == "1"}
	if policy != nil {
		if err := json.Unmarshal(policy, &data.Rules); err != nil {
			return data, fmt.Errorf("read policy: %w", err)
		}
	}
	for _, hide := range []string{"", "lock", "leaflet"} {
		word := hide
		if hide == "" {
			word = "own"
		}
		data.Hides = append(data.Hides, option{hide, d.say("settings.hide." + word), hide == data.Rules.Hide})
	}
	return data, nil
}

// putSettings takes one of the forms of the page: what counts as a small group, how long cases are kept, the phone on
// referrals, the policy of all devices.
func (d *Dashboard) putSettings(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	var err error
	switch r.PostFormValue("do") {
	case "k":
		k, bad := strconv.Atoi(r.PostFormValue("k"))
		if bad != nil || k < report.LeastK || k > 100 {
			return errForm
		}
		err = d.o.House.PutSetting(r.Context(), s.Person.Name, report.SettingK, strconv.Itoa(k))
	case "months":
		months := text(r, "months")
		if n, bad := strconv.Atoi(months); months != "" && (bad != nil || n < 1 || n > 600) {
			return errForm
		}
		err = d.o.House.PutSetting(r.Context(), s.Person.Name, casework.SettingMonths, months)
	case "phone":
		phone := text(r, "phone")
		if phone != "" && !isPhone(phone) {
			return errForm
		}
		err = d.o.House.PutSetting(r.Context(), s.Person.Name, casework.SettingPhone, phone)
	case "policy":
		err = d.putPolicy(r, s)
	default:
		return errForm
	}
	if unfit, ok := errors.AsType[*casework.Unfit](err); ok {
		data, err := d.settingsData(r)
		if err != nil {
			return err
		}
		data.Problem = unfit.Error()
		return d.show(w, r, s, http.StatusUnprocessableEntity, "settings", data)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings?saved=1", http.StatusSeeOther)
	return nil
}

// isPhone reports whether a text is the number of a phone as people write one, and nothing else.
func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() /.", r):
			return false
		}
	}
	return digits >= 3 && len(s) <= 40
}

func (d *Dashboard) putPolicy(r *http.Request, s casework.Session) error {
	number := func(name string) (n int) {
		if text(r, name) != "" {
			var err error
			if n, err = strconv.Atoi(text(r, name)); err != nil {
				n = -1
			}
		}
		return n
	}
	file, err := json.Marshal(rules{Lock: number("lock"), Keep: number("keep"), Hide: r.PostFormValue("hide")})
	if err != nil {
		return fmt.Errorf("write policy: %w", err)
	}
	_, err = d.o.Press.Publish(r.Context(), s.Person.Name, casework.Manuscript{Kind: casework.NewsPolicy, File: file})
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// checkDatabase says which database this is, and each thing about it that has to be looked after.
func (o *office) checkDatabase(ctx context.Context) (all []check) {
	d, err := o.records.Look(ctx)
	if err != nil {
		return []check{sick("server", err)}
	}
	for _, doubt := range d.Doubts {
		c := check{"server", stateLook, d.Version + ": " + doubt.Found, doubt.Advice}
		if doubt.Bad {
			c.State = stateBad
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		all = []check{{"server", stateOK, d.Version, ""}}
	}
	return all
}

// incidentsRead is how many incidents are looked through for what they say about the office itself.
const incidentsRead = 10000

// checkHistory says whether the office waits to know who withdrew, and whether a device remembers another log than the
// office has: entries were lost with a copy that was older, or somebody showed the device another office.
func (o *office) checkHistory(ctx context.Context) check {
	_, shut, err := o.closed(ctx)
	if err != nil {
		return sick("history", err)
	}
	if shut {
		return check{
			"history", stateLook, "made from a copy; nobody reads in it until it knows who withdrew since",
			"leeward-office reopen -log with a newer log, or let every device call; revoke those that never will",
		}
	}
	all, err := o.records.Incidents(ctx, incidentsRead)
	if err != nil {
		return sick("history", err)
	}
	return historyOf(all)
}

func historyOf(all []casework.Incident) check {
	var saw []string
	for _, i := range all {
		if id := i.Device.String()[:leastDigits]; i.Kind == string(screening.ELog) && !slices.Contains(saw, id) {
			saw = append(saw, id)
		}
	}
	if len(saw) > 0 {
		return check{
			"history", stateLook, "these devices remember another log of this office: " + some(saw),
			"if it was restored, it lost what came after the copy: two holders sign leeward-office root draft -restored, so that devices follow and hand in again; and leeward-office reopen -log takes the newest log that an auditor keeps. " +
				"If it was not, compare both with leeward-office verify: somebody showed one of them another office",
		}
	}
	return check{"history", stateOK, "every device remembers the log that this office has", ""}
}

// checkField looks at what devices told of themselves: their programs, when they were heard of last, and what of the
// office's news they have.
func (o *office) checkField(ctx context.Context) []check {
	devices, err1 := o.records.Devices(ctx)
	news, err2 := o.records.News(ctx)
	if err := errors.Join(err1, err2); err != nil {
		return []check{sick("field", err)}
	}
	devices = slices.DeleteFunc(devices, func(d casework.Device) bool { return d.Status != casework.DeviceActive })
	if len(devices) == 0 {
		return []check{{"field", stateOK, "no device is enrolled", ""}}
	}
	return append([]check{programsOf(devices), heardOf(devices, o.now())}, newsOf(devices, news)...)
}

// programsOf compares the programs of devices with one another: the newest of them is what all should have.
func programsOf(devices []casework.Device) check {
	count, newest := map[string]int{}, ""
	for _, d := range devices {
		count[d.App]++
		if v := "v" + d.App; semver.IsValid(v) && (newest == "" || semver.Compare(v, newest) > 0) {
			newest = v
		}
	}
	versions := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return semver.Compare("v"+b, "v"+a) })
	var found, behind []string
	for _, v := range versions {
		found = append(found, fmt.Sprintf("%d with %s", count[v], v))
	}
	for _, d := range devices {
		if semver.Compare("v"+d.App, newest) < 0 {
			behind = append(behind, d.ID.String()[:leastDigits])
		}
	}
	c := check{"programs", stateOK, strings.Join(found, ", ") + ", as they said when they enrolled", ""}
	if len(behind) > 0 {
		c.State = stateLook
		c.Advice = fmt.Sprintf("behind %s: %s. Update the program there; it says its version when it enrols again (enrol -device)",
			strings.TrimPrefix(newest, "v"), some(behind))
	}
	return c
}

// silentFor is how long a device may say nothing before somebody asks after it.
const silentFor = 14 * 24 * time.Hour

func heardOf(devices []casework.Device, now time.Time) check {
	var silent, back []string
	for _, d := range devices {
		last := d.Seen
		if last.IsZero() {
			last = d.Enrolled
		}
		if now.Sub(last) > silentFor {
			silent = append(silent, d.ID.String()[:leastDigits])
		}
		if d.PutBack {
			back = append(back, d.ID.String()[:leastDigits])
		}
	}
	switch {
	case len(back) > 0:
		return check{"heard of", stateLook, "put back to an earlier day, or copied: " + some(back), "ask its screener, lock it, enrol it again: docs/office.md, A device that was put back"}
	case len(silent) > 0:
		return check{"heard of", stateLook, "not heard of for two weeks: " + some(silent), "ask its screener whether it is there; it may have work that only a stick can bring. If it is lost: leeward-office revoke"}
	}
	return check{"heard of", stateOK, fmt.Sprintf("%d devices within two weeks", len(devices)), ""}
}

// newsOf says which questionnaires are in the field, and how many devices have the newest of what the office put out.
func newsOf(devices []casework.Device, news casework.News) (all []check) {
	have := func(version uint64) (n int, lack []string) {
		for _, d := range devices {
			if d.News >= version {
				n++
				continue
			}
			lack = append(lack, d.ID.String()[:leastDigits])
		}
		return n, lack
	}
	const advice = "they take it with their next sync, or from a stick (leeward-office carry): "
	out := 0
	for _, doc := range news.Documents {
		if doc.Kind != casework.NewsQuestionnaire {
			continue
		}
		out++
		n, lack := have(doc.Version)
		name := doc.Name
		if doc.Label != "" {
			name += " " + doc.Label
		}
		c := check{"questionnaire", stateOK, fmt.Sprintf("%s is on %d of %d devices", name, n, len(devices)), ""}
		if len(lack) > 0 {
			c.State, c.Advice = stateLook, advice+some(lack)
		}
		all = append(all, c)
	}
	if out == 0 {
		all = append(all, check{"questionnaire", stateOK, "devices have the one that ships with their program", ""})
	}
	if news.Version == 0 {
		return all
	}
	n, lack := have(news.Version)
	c := check{"news", stateOK, fmt.Sprintf("all %d devices have the newest (%d)", n, news.Version), ""}
	if len(lack) > 0 {
		c = check{"news", stateLook, fmt.Sprintf("the newest (%d) is on %d of %d devices", news.Version, n, len(devices)), advice + some(lack)}
	}
	return append(all, c)
}

// some names a few of many.
func some(names []string) string {
	if most := 8; len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

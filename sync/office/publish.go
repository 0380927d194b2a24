package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/office/casework"
	"leeward/sync/bulletin"
)

// newsAsk is what publish asks of an office: to put a document out, or to take one back.
type newsAsk struct {
	casework.Manuscript
	Back bool `json:"back,omitempty"`
}

// Press does what publish asks, and returns what is out afterwards.
func (o *office) Press(ctx context.Context, a newsAsk) (n casework.News, err error) {
	if a.Back {
		n, err = o.Unpublish(ctx, casework.Program, a.Kind, a.Name)
	} else {
		n, err = o.Publish(ctx, casework.Program, a.Manuscript)
	}
	if unfit, ok := errors.AsType[*casework.Unfit](err); ok {
		err = &mishap{msgUnfit, errors.New(strings.Join(unfit.Why, "\n   "))}
	}
	return n, err
}

func (d *remoteDesk) News(ctx context.Context) (casework.News, error) {
	return asking[casework.News](ctx, d, "/news", done{})
}

func (d *remoteDesk) Press(ctx context.Context, a newsAsk) (casework.News, error) {
	return asking[casework.News](ctx, d, "/press", a)
}

// publish puts documents out to all devices.
func (p *Program) publish(ctx context.Context, args []string) error {
	do := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		do, args = args[0], args[1:]
	}
	var (
		w      where
		asJSON bool
	)
	f := flags("publish", &w)
	f.BoolVar(&asJSON, "json", false, "")
	named, err := p.parseNamed(f, usagePublish, args)
	if err != nil {
		return err
	}
	a, err := newsWanted(do, named)
	if err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		var news casework.News
		devices, err := d.Devices(ctx)
		if err == nil && do == "list" {
			news, err = d.News(ctx)
		} else if err == nil {
			news, err = d.Press(ctx, a)
		}
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(newsSaid(news))
		}
		return p.tellNews(news, devices)
	})
}

// newsWanted reads what stands behind "publish".
func newsWanted(do string, named []string) (a newsAsk, err error) {
	if do == "back" && len(named) > 0 {
		a.Back, do, named = true, named[0], named[1:]
	}
	switch do {
	case "list":
		if len(named) == 0 && !a.Back {
			return a, nil
		}
		return a, usageError(msgPublishCommand)
	case "questionnaire":
		a.Kind = casework.NewsQuestionnaire
	case "policy":
		a.Kind = casework.NewsPolicy
	case "directory":
		a.Kind = casework.NewsDirectory
	case "words":
		a.Kind = casework.NewsWords
	default:
		return a, usageError(msgPublishCommand)
	}
	if a.Kind == casework.NewsWords || a.Back && a.Kind == casework.NewsQuestionnaire {
		if len(named) == 0 {
			return a, usageError(msgPublishName)
		}
		a.Name, named = named[0], named[1:]
	}
	switch {
	case a.Back && len(named) == 0:
		return a, nil
	case a.Back || len(named) != 1:
		return a, usageError(msgPublishFile)
	}
	if a.File, err = readWithin(named[0], bulletin.MaxSize); err != nil {
		err = &mishap{msgNoFile, err}
	}
	return a, err
}

// documentSaid is a document as "publish -json" tells it.
type documentSaid struct {
	Kind    string `json:"kind"`
	Name    string `json:"name,omitempty"`
	Label   string `json:"label,omitempty"`
	Version uint64 `json:"version"`
	Bytes   uint64 `json:"bytes"`
	Ref     string `json:"ref"`
}

func newsSaid(n casework.News) map[string]any {
	docs := []documentSaid{}
	for _, d := range n.Documents {
		docs = append(docs, documentSaid{kindNames[d.Kind], d.Name, d.Label, d.Version, d.Length, bulletin.Sum(d.Ref).String()})
	}
	return map[string]any{"bulletin": n.Version, "made": n.Made, "documents": docs}
}

func (p *Program) tellNews(n casework.News, devices []deviceShown) error {
	if n.Version == 0 {
		_, err := fmt.Fprint(p.Stdout, nothingOut)
		return err
	}
	current, all := 0, 0
	for _, d := range devices {
		if d.State == string(casework.DeviceActive) {
			all++
			if d.News == n.Version {
				current++
			}
		}
	}
	fmt.Fprintf(p.Stdout, newsHead, n.Version, n.Made.Format("2006-01-02 15:04"), current, all)
	for _, d := range n.Documents {
		have := 0
		for _, dev := range devices {
			if dev.State == string(casework.DeviceActive) && dev.News >= d.Version {
				have++
			}
		}
		name := strings.TrimSpace(d.Name + " " + d.Label)
		if _, err := fmt.Fprintf(p.Stdout, newsLine, kindNames[d.Kind], name, d.Version, d.Length, have, all); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

// versionString is the module's version as the go command recorded it, or the commit.
func versionString() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "development"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v == "development" {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}

func (p *Program) version(_ context.Context, args []string) error {
	f := flags("version", nil)
	if err := p.parse(f, usageVersion, args); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.Stdout, "leeward-office %s\n", versionString())
	return err
}

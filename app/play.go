package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// player is a program that plays a sound file to its end.
type player struct {
	command []string
	kinds   []string // endings that it knows; nil for all
	byName  bool     // the file is named in the environment, where no quoting can go wrong
}

// playedFile is the variable of the environment that names the file.
const playedFile = "LEEWARD_SOUND"

// players as systems have them, the best first.
var players = []player{
	{command: []string{"pw-play"}, kinds: []string{".wav", ".ogg"}},
	{command: []string{"paplay"}, kinds: []string{".wav", ".ogg"}},
	{command: []string{"afplay"}, kinds: []string{".wav", ".mp3"}},
	{command: []string{"ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"}},
	{command: []string{"aplay", "-q"}, kinds: []string{".wav"}},
	{
		command: []string{"powershell", "-NoProfile", "-NonInteractive", "-Command", "(New-Object Media.SoundPlayer $env:" + playedFile + ").PlaySync()"},
		kinds:   []string{".wav"}, byName: true,
	},
}

// play plays a recording with the first player of this system that knows its kind, until ctx ends.
func play(ctx context.Context, file string) error {
	for _, p := range players {
		path, err := exec.LookPath(p.command[0])
		if err != nil || p.kinds != nil && !slices.Contains(p.kinds, filepath.Ext(file)) {
			continue
		}
		args := p.command[1:]
		if !p.byName {
			args = append(slices.Clone(args), file)
		}
		c := exec.CommandContext(ctx, path, args...)
		c.Env = append(os.Environ(), playedFile+"="+file)
		if err := c.Run(); err != nil {
			return fmt.Errorf("play a recording with %s: %w", p.command[0], err)
		}
		return nil
	}
	return errors.New("no player for recordings on this system")
}

// mounts are the patterns under which systems show a stick.
var mounts = []string{"/media/*/*", "/run/media/*/*", "/Volumes/*", "[D-Z]:\\"}

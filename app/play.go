package main

import (
	"errors"
	"fmt"
	"os/exec"
)

// players are programs that play a sound file to its end, as systems have them.
var players = [][]string{{"pw-play"}, {"paplay"}, {"afplay"}, {"ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"}, {"aplay", "-q"}}

// play plays a recording with the first player that this system has.
func play(file string) error {
	for _, p := range players {
		path, err := exec.LookPath(p[0])
		if err != nil {
			continue
		}
		if err := exec.Command(path, append(p[1:], file)...).Run(); err != nil {
			return fmt.Errorf("play a recording with %s: %w", p[0], err)
		}
		return nil
	}
	return errors.New("no player for recordings on this system")
}

// mounts are the patterns under which systems show a stick.
var mounts = []string{"/media/*/*", "/run/media/*/*", "/Volumes/*", "[D-Z]:\\"}

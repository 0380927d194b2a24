//go:build linux && !android

package main

import (
	"context"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
)

// Names of logind (systemd, org.freedesktop.login1).
const (
	loginName    = "org.freedesktop.login1"
	loginPath    = dbus.ObjectPath("/org/freedesktop/login1")
	loginManager = "org.freedesktop.login1.Manager"
)

// beforeSleep calls lock before the computer sleeps, and lets it sleep when lock returns. It ends with ctx, or with an
// error where no logind is to be heard.
func beforeSleep(ctx context.Context, lock func()) error {
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("listen for sleep: %w", err)
	}
	defer conn.Close()
	err = conn.AddMatchSignalContext(ctx, dbus.WithMatchInterface(loginManager), dbus.WithMatchMember("PrepareForSleep"))
	if err != nil {
		return fmt.Errorf("listen for sleep: %w", err)
	}
	signals := make(chan *dbus.Signal, 4)
	conn.Signal(signals)
	return answerSleep(ctx, signals, func() (*os.File, error) { return holdSleep(ctx, conn) }, lock)
}

// holdSleep asks for a moment before sleep; closing the file lets it come.
func holdSleep(ctx context.Context, conn *dbus.Conn) (*os.File, error) {
	var fd dbus.UnixFD
	err := conn.Object(loginName, loginPath).CallWithContext(ctx, loginManager+".Inhibit", 0, "sleep", "Leeward", "lock", "delay").Store(&fd)
	if err != nil {
		return nil, fmt.Errorf("hold sleep: %w", err)
	}
	return os.NewFile(uintptr(fd), "sleep"), nil
}

// answerSleep locks at each signal that sleep is coming, and holds sleep again when it is over. Where sleep cannot be
// held the lock may come late; it comes.
func answerSleep(ctx context.Context, signals <-chan *dbus.Signal, hold func() (*os.File, error), lock func()) error {
	held, err := hold()
	release := func() {
		if held != nil {
			_ = held.Close() // the system takes it back with the process, if not now
			held = nil
		}
	}
	defer func() { release() }()
	for {
		select {
		case <-ctx.Done():
			return err
		case s, open := <-signals:
			if !open {
				return err
			}
			if len(s.Body) != 1 {
				continue
			}
			coming, ok := s.Body[0].(bool)
			switch {
			case !ok:
			case coming:
				lock()
				release()
			case held == nil:
				held, err = hold()
			}
		}
	}
}

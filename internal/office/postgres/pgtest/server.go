package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// ErrMissing says that no PostgreSQL is installed (Debian's package postgresql).
var ErrMissing = errors.New("no PostgreSQL is installed: run .ci/setup test")

// Server is one running cluster.
type Server struct {
	dir    string // holds data and socket, nobody else's
	bin    string
	runAs  func(*exec.Cmd) // nil: as we are; PostgreSQL refuses to run as root
	made   int
	serves bool
	keeps  bool // what was committed, whatever happens to the machine
}

// Start makes a cluster and starts it. Stop it when the tests of the package are done. It waits for no disk: a crash of
// the machine would cost what was committed.
func Start() (*Server, error) { return start(false) }

// StartDurable is Start with a cluster that waits for the disk as an office's does. Benchmarks need it.
func StartDurable() (*Server, error) { return start(true) }

func start(keeps bool) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, keeps: keeps}
	if s.dir, err = os.MkdirTemp("", "lwpg"); err != nil { // short: the path of a socket has a limit
		return nil, fmt.Errorf("make folder for PostgreSQL: %w", err)
	}
	if err := s.lower(); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	if err := s.run("initdb", "-D", s.data(), "-U", "office", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	if err := s.Serve(); err != nil {
		return nil, errors.Join(err, s.Remove())
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Serve starts the cluster again after Halt.
func (s *Server) Serve() error {
	options := "-c listen_addresses='' -c unix_socket_directories=" + s.dir
	if !s.keeps {
		options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=32MB"
	}
	if err := s.run("pg_ctl", "-D", s.data(), "-w", "-s", "-l", filepath.Join(s.dir, "log"), "-o", options, "start"); err != nil {
		return err
	}
	s.serves = true
	return nil
}

// Halt stops the cluster at once, as a crash of its machine would, and keeps its data.
func (s *Server) Halt() error {
	s.serves = false
	return s.run("pg_ctl", "-D", s.data(), "-w", "-s", "-m", "immediate", "stop")
}

// Remove stops the cluster and takes its folder away.
func (s *Server) Remove() error {
	var err error
	if s.serves {
		err = s.Halt()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Database makes an empty database and returns how to reach it.
func (s *Server) Database(t testing.TB) (dsn string) {
	t.Helper()
	return s.Copy(t, "postgres://office@/template1")
}

// Copy makes a database with what another one holds, to which nobody may be connected.
func (s *Server) Copy(t testing.TB, of string) (dsn string) {
	t.Helper()
	template, _, _ := strings.Cut(of[strings.LastIndex(of[:strings.IndexByte(of+"?", '?')], "/")+1:], "?")
	s.made++
	name := "office" + strconv.Itoa(s.made)
	conn, err := pgx.Connect(t.Context(), s.dsn("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	return s.dsn(name)
}

func (s *Server) dsn(name string) string { return "postgres://office@/" + name + "?host=" + s.dir }

// Dump returns what pg_dump writes of a database: everything that its backup would hold, as plain text.
func (s *Server) Dump(t testing.TB, dsn string) []byte {
	t.Helper()
	out, err := s.command("pg_dump", "--inserts", dsn).Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *Server) run(name string, args ...string) error {
	var said bytes.Buffer
	c := s.command(name, args...)
	c.Stdout, c.Stderr = nil, &said // a pipe to a daemon's output would never end
	if name == "pg_ctl" {
		c.Stderr = nil
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, said.Bytes())
	}
	return nil
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir = s.dir
	c.Env = append(os.Environ(), "LC_ALL=C")
	if s.runAs != nil {
		s.runAs(c)
	}
	return c
}

// programs finds the server's programs: where Debian puts the newest version, or beside pg_dump on the path.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	if len(found) > 0 {
		slices.Sort(found)
		return filepath.Dir(found[len(found)-1]), nil
	}
	if at, err := exec.LookPath("pg_dump"); err == nil {
		return filepath.Dir(at), nil
	}
	return "", ErrMissing
}

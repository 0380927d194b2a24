package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// fileConfig is the office's configuration, in its folder. Each line is the name of a flag, an equals sign and a
// value; a line that begins with # is a remark. A flag on the command line beats the environment (LEEWARD_ and the
// flag's name in capitals, - as _), and that beats the file.
const fileConfig = "office.conf"

// configured are the flags that may stand in the file: what stays the same from one start to the next.
var configured = []string{"listen", "url", "dsn", "passphrase-file", "hosts"}

const msgConfig = "The configuration file cannot be used. "

// configure fills the flags that the command line left out.
func (p *Program) configure(f *flag.FlagSet) error {
	given := map[string]bool{}
	f.Visit(func(one *flag.Flag) { given[one.Name] = true })
	if err := p.fromEnvironment(f, given); err != nil {
		return err
	}
	data := f.Lookup("data")
	if data == nil || data.Value.String() == "" {
		return nil
	}
	path := filepath.Join(data.Value.String(), fileConfig)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &mishap{msgConfig, err}
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		name, value, ok, err := configLine(lines.Text())
		if err != nil {
			return &mishap{msgConfig, fmt.Errorf("%s, line %d: %w", fileConfig, n, err)}
		}
		if !ok || given[name] || f.Lookup(name) == nil {
			continue
		}
		if err := f.Set(name, value); err != nil {
			return &mishap{msgConfig, fmt.Errorf("%s, line %d: %w", fileConfig, n, err)}
		}
	}
	if err := lines.Err(); err != nil {
		return &mishap{msgConfig, err}
	}
	return nil
}

// fromEnvironment sets flags from the environment and notes them as given.
func (p *Program) fromEnvironment(f *flag.FlagSet, given map[string]bool) (err error) {
	f.VisitAll(func(one *flag.Flag) {
		name := "LEEWARD_" + strings.ToUpper(strings.ReplaceAll(one.Name, "-", "_"))
		value := p.Env(name)
		if given[one.Name] || value == "" || err != nil {
			return
		}
		if set := f.Set(one.Name, value); set != nil {
			err = usageError(fmt.Sprintf("%s in the environment: %v", name, set))
		}
		given[one.Name] = true
	})
	return err
}

// configLine reads one line; ok is false where it says nothing.
func configLine(line string) (name, value string, ok bool, err error) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return "", "", false, nil
	}
	name, value, found := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !found {
		return "", "", false, errors.New("want name = value")
	}
	for _, known := range configured {
		if name == known {
			return name, value, true, nil
		}
	}
	return "", "", false, fmt.Errorf("%q is not one of %s", name, strings.Join(configured, ", "))
}

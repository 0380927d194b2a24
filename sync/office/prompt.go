package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// trimLine returns b without the end of its last line.
func trimLine(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// askLine asks for a line that is shown while it is typed. It reads no further than the line: another question may follow.
func (p *Program) askLine(prompt string) (string, error) {
	fmt.Fprint(p.Stderr, prompt)
	var line []byte
	for one := make([]byte, 1); len(line) < maxPassphrase; {
		n, err := p.input().Read(one)
		if n == 1 && one[0] == '\n' {
			return string(trimLine(line)), nil
		}
		line = append(line, one[:n]...)
		if err != nil {
			if len(line) > 0 {
				return string(trimLine(line)), nil
			}
			return "", usageError(msgNoLine)
		}
	}
	return "", usageError(msgNoLine)
}

func (p *Program) input() io.Reader {
	if p.Stdin == nil {
		return strings.NewReader("")
	}
	return p.Stdin
}

// askPassphrase asks a person at a terminal. Where the system lets it, nothing shows of what is typed.
func (p *Program) askPassphrase(prompt string) ([]byte, error) {
	terminal, ok := p.Stdin.(*os.File)
	if !ok {
		return nil, usageError(msgNoTerminal)
	}
	restore, err := silence(terminal)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		fmt.Fprint(p.Stderr, msgEcho)
	case err != nil:
		return nil, usageError(msgNoTerminal)
	default:
		defer func() {
			restore()
			fmt.Fprintln(p.Stderr)
		}()
	}
	fmt.Fprint(p.Stderr, prompt)
	line, err := bufio.NewReader(io.LimitReader(terminal, maxPassphrase+2)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read passphrase: %w", err)
	}
	if line = trimLine(line); len(line) == 0 {
		return nil, usageError(msgNoTerminal)
	}
	return line, nil
}

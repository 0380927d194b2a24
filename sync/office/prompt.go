package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// trimLine returns b without the end of its last line.
func trimLine(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
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

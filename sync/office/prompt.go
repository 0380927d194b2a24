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

// askPassphrase asks a person. On a terminal that can, it shows nothing of what is typed.
func (p *Program) askPassphrase(prompt string) ([]byte, error) {
	terminal, ok := p.Stdin.(*os.File)
	if !ok {
		return nil, usageError(msgNoTerminal)
	}
	if info, err := terminal.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil, usageError(msgNoTerminal)
	}
	fmt.Fprint(p.Stderr, prompt)
	restore, err := silence(terminal)
	if err != nil {
		fmt.Fprint(p.Stderr, msgEcho)
	} else {
		defer func() {
			restore()
			fmt.Fprintln(p.Stderr)
		}()
	}
	line, err := bufio.NewReader(io.LimitReader(terminal, maxPassphrase+2)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read passphrase: %w", err)
	}
	return trimLine(line), nil
}

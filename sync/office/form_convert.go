package main

import "context"

func (p *Program) formConvert(_ context.Context, args []string) error { return usageError("later") }
func (p *Program) formDiff(_ context.Context, args []string) error    { return usageError("later") }
func (p *Program) formPreview(_ context.Context, args []string) error { return usageError("later") }

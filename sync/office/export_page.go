package main

import (
	"context"
	"errors"

	"leeward/internal/office/casework"
	"leeward/internal/office/dashboard"
	"leeward/internal/office/export"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
)

// exportDesk makes exports for the pages (dashboard.Exports).
type exportDesk struct{ o *office }

// Exported is the register, oldest first.
func (d exportDesk) Exported(ctx context.Context) ([]casework.Exported, error) {
	return d.o.records.Exports(ctx)
}

// Export makes one, always sealed.
func (d exportDesk) Export(ctx context.Context, actor string, a dashboard.ExportAsk) ([]byte, error) {
	m, err := d.o.export(ctx, actor, export.Ask{
		Shape: export.Shape(a.Shape), Scope: export.Scope(a.Scope), Purpose: a.Purpose, To: a.To, Key: a.Key, From: a.From, Until: a.Until,
		Case: screening.RespondentCode(casework.NormalCode(a.Code)), Finding: a.Finding, Lang: schema.Lang(a.Lang),
	})
	for wrong, why := range exportRules {
		if errors.Is(err, wrong) {
			return nil, casework.RefuseExport + "_" + why
		}
	}
	return m.File, err
}

// exportRules name what an export refused, for the words of pages.
var exportRules = map[error]casework.Refusal{
	export.ErrOne: "one", export.ErrMany: "years", export.ErrPurpose: "purpose", export.ErrTo: "to", export.ErrKey: "key",
	export.ErrNobody: "nobody", casework.ErrNotFound: "nobody", export.ErrTooMany: "many", seal.ErrTooLarge: "many",
	casework.ErrChanged: "changed",
}

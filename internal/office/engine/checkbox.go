package engine

import (
	"context"
	"encoding/base64"
	"fmt"

	"leeward/internal/screening"
)

// boxMark is a setting that only the right box opens: rows under two keys must never stand side by side.
const boxMark = "box"

// CheckBox makes sure that the rows were hidden in this engine's box. In a database without rows it leaves
// the mark. Another key gives damaged.
func (e *Engine) CheckBox(ctx context.Context) error {
	if e.box == nil {
		return nil
	}
	kept, err := e.Setting(ctx, boxMark)
	if err != nil {
		return err
	}
	if kept == "" {
		return e.SetSetting(ctx, boxMark, base64.RawStdEncoding.EncodeToString(e.box.Seal(boxMark, []byte(boxMark))))
	}
	hidden, err := base64.RawStdEncoding.DecodeString(kept)
	if err == nil {
		_, err = e.box.Open(boxMark, hidden)
	}
	if err != nil {
		return screening.Fail(screening.CodeDamaged, fmt.Errorf("the rows belong to another office's key: %w", err))
	}
	return nil
}

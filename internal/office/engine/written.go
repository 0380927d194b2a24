package engine

import (
	"encoding/json"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
)

// written is what a version of an interview says, as its columns hold it. Writing takes longer than the row does, so
// that it is done before a transaction begins where it can be.
type written struct {
	content             []byte
	needs, flags, signs string
}

func write(box *seal.Box, r casework.OpenedRecord) (w written, err error) {
	content := packed(r.Content)
	needs, err1 := json.Marshal(emptyNotNull(r.Needs))
	flags, err2 := json.Marshal(emptyNotNull(r.Flags))
	signs, err3 := json.Marshal(emptyNotNull(r.Signs))
	if err := errors.Join(err1, err2, err3); err != nil {
		return w, fmt.Errorf("write what follows from the answers: %w", err)
	}
	at := func(column string) string { return place("versions."+column, r.Interview[:], r.Version) }
	return written{
		content: hide(box, at("content"), content), needs: hideText(box, at("needs"), string(needs)),
		flags: hideText(box, at("flags"), string(flags)), signs: hideText(box, at("signs"), string(signs)),
	}, nil
}

// version is a row of versions: interview, version, batch, pos, questionnaire, content, needs, flags, signs.
func (w written) version(batch []byte, pos any, r casework.OpenedRecord) []any {
	return []any{r.Interview[:], r.Version, batch, pos, r.Content.Questionnaire[:], w.content, w.needs, w.flags, w.signs}
}

// shown is a row of interviews: id, owner, version, status, received, code, two languages, level, needs.
func shown(box *seal.Box, owner screening.DeviceID, r casework.OpenedRecord, received int64) ([]any, error) {
	needs, err := json.Marshal(emptyNotNull(r.Needs))
	if err != nil {
		return nil, fmt.Errorf("write needs: %w", err)
	}
	status := r.Content.Status
	if status != screening.Draft { // what counts as withdrawn is decided by withdrawals only
		status = screening.Final
	}
	return []any{
		r.Interview[:], owner[:], r.Version, status, received, r.Content.Code, r.Content.Setting.Language,
		r.Content.Setting.ScreenerLang, levels[casework.Row{Needs: r.Needs}.Level()],
		hideText(box, place("interviews.needs", r.Interview[:], 0), string(needs)),
	}, nil
}

package dashboard

import (
	"errors"
	"fmt"
	"net/http"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// askField sends a reviewer's question to the device that handed an interview in.
func (d *Dashboard) askField(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	id, err := screening.ParseInterviewID(r.PathValue("id"))
	if err != nil {
		return casework.ErrNotFound
	}
	err = d.o.Press.AskField(r.Context(), s.Person.Name, id, text(r, "text"))
	if _, unfit := errors.AsType[*casework.Unfit](err); unfit {
		return errForm
	}
	if screening.CodeOf(err) == screening.ERevoked {
		return casework.RefuseRevoked
	}
	if err != nil {
		return fmt.Errorf("ask the field: %w", err)
	}
	http.Redirect(w, r, "/interviews/"+id.String()+"#asked", http.StatusSeeOther)
	return nil
}

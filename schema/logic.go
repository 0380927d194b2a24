package schema

import "iter"

// Logic walks the members of an item that hold expressions, by XLSForm's names of their columns, blank
// ones left out. What the pointers lead to may be changed until the questionnaire is compiled.
func (it *Item) Logic() iter.Seq2[string, *string] {
	return func(yield func(string, *string) bool) {
		for _, m := range []struct {
			column string
			source *string
		}{
			{"relevant", &it.Relevant},
			{"required", &it.Required},
			{"constraint", &it.Constraint},
			{"calculation", &it.Calculation},
			{"choice_filter", &it.ChoiceFilter},
			{"default", &it.Default},
			{"read_only", &it.ReadOnly},
			{"repeat_count", &it.RepeatCount},
			{"trigger", &it.Trigger},
		} {
			if *m.source != "" && !yield(m.column, m.source) {
				return
			}
		}
	}
}

package postgres

import (
	"fmt"
	"strings"
)

// reference says that columns of a table name a row of another one, or are null.
type reference struct{ table, columns, parent, keys string }

// held are the references into which batches arrive. PostgreSQL would run a query for each of them and each row, and write
// a lock on the row that is named: together that takes as long as everything else that it does for a batch. Only this
// program writes here, one transaction after the other, so one query for all rows of a statement finds the same.
var held = []reference{
	{"batches", "device_id, epoch", "devices", "device_id, epoch"},
	{"payloads", "batch_id", "batches", "batch_id"},
	{"records", "batch_id", "batches", "batch_id"},
	{"versions", "interview_id", "interviews", "interview_id"},
	{"versions", "batch_id, pos", "records", "batch_id, pos"},
	{"versions", "capsule_id", "capsules", "capsule_id"},
	{"case_links", "interview_id", "interviews", "interview_id"},
	{"case_links", "case_id", "cases", "case_id"},
	{"case_links", "home_case", "cases", "case_id"},
	{"case_events", "case_id", "cases", "case_id"},
	{"facts", "case_id", "cases", "case_id"},
	{"duties", "case_id", "cases", "case_id"},
	{"duties", "home_case", "cases", "case_id"},
	{"duties", "interview_id", "interviews", "interview_id"},
	{"duties", "service_id", "services", "service_id"},
	{"likenesses", "interview_id", "interviews", "interview_id"},
}

// joined is "a.x = b.y AND …".
func joined(a, columns, b, keys string) string {
	var all []string
	of := strings.Split(keys, ", ")
	for i, c := range strings.Split(columns, ", ") {
		all = append(all, fmt.Sprintf("%s.%s = %s.%s", a, c, b, of[i]))
	}
	return strings.Join(all, " AND ")
}

// missing finds an added row that names what is not there.
func (r reference) missing() string {
	present := "a." + strings.ReplaceAll(r.columns, ", ", " IS NOT NULL AND a.") + " IS NOT NULL"
	return fmt.Sprintf("EXISTS (SELECT 1 FROM added AS a WHERE %s AND NOT EXISTS (SELECT 1 FROM %s AS p WHERE %s))",
		present, r.parent, joined("p", r.keys, "a", r.columns))
}

// left finds a row that names what is gone.
func (r reference) left() string {
	return fmt.Sprintf("EXISTS (SELECT 1 FROM gone AS g JOIN %s AS c ON %s)", r.table, joined("c", r.columns, "g", r.keys))
}

// references are the statements that put triggers in the place of constraints. Those for what is added go by the keys
// whatever their plan, which is kept, was made for; those for what is gone, which is rare, are planned each time.
func references() string {
	var tables, parents []string
	missing, left := map[string][]string{}, map[string][]string{}
	for _, r := range held {
		if missing[r.table] == nil {
			tables = append(tables, r.table)
		}
		if left[r.parent] == nil {
			parents = append(parents, r.parent)
		}
		missing[r.table], left[r.parent] = append(missing[r.table], r.missing()), append(left[r.parent], r.left())
	}
	var all strings.Builder
	fmt.Fprintf(&all, `-- +goose StatementBegin
DO $$ DECLARE c record; BEGIN
	FOR c IN SELECT conrelid::regclass AS of, conname FROM pg_constraint WHERE contype = 'f'
		AND conrelid = ANY (ARRAY['%s']::regclass[]) AND confrelid = ANY (ARRAY['%s']::regclass[])
	LOOP EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', c.of, c.conname); END LOOP;
END $$;
-- +goose StatementEnd
`, strings.Join(tables, "', '"), strings.Join(parents, "', '"))
	for _, name := range tables {
		fmt.Fprintf(&all, `-- +goose StatementBegin
CREATE FUNCTION %[1]s_name_what_is_there() RETURNS trigger LANGUAGE plpgsql
	SET search_path FROM CURRENT SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
	IF %[2]s THEN
		RAISE foreign_key_violation USING MESSAGE = 'rows of %[1]s name what is not there';
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER %[1]s_added AFTER INSERT ON %[1]s REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %[1]s_name_what_is_there();
CREATE TRIGGER %[1]s_changed AFTER UPDATE ON %[1]s REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION %[1]s_name_what_is_there();
`, name, strings.Join(missing[name], "\n\t\tOR "))
	}
	for _, name := range parents {
		fmt.Fprintf(&all, `-- +goose StatementBegin
CREATE FUNCTION %[1]s_are_not_named() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE named boolean;
BEGIN
	EXECUTE 'SELECT %[2]s' INTO named;
	IF named THEN
		RAISE foreign_key_violation USING MESSAGE = 'rows of %[1]s are named by others';
	END IF;
	RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER %[1]s_gone AFTER DELETE ON %[1]s REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION %[1]s_are_not_named();
`, name, strings.Join(left[name], "\n\t\tOR "))
	}
	return all.String()
}

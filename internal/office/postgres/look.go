package postgres

import (
	"context"
	"fmt"
	"strings"

	"leeward/internal/office/engine"
)

// standing is what a server says of itself.
type standing struct {
	version    string // server_version
	number     int    // server_version_num
	fsync      bool
	fullPages  bool
	pending    string // settings that wait for a restart, with commas
	collations int    // of this database, that the system's library changed since it was made
}

// Look says which server this is and what about it has to be looked after: promises to devices rest on its settings.
func (s *server) Look(ctx context.Context) (engine.Database, error) {
	var now standing
	err := s.db.QueryRowContext(ctx, `SELECT current_setting('server_version'), current_setting('server_version_num')::int,
			current_setting('fsync')::bool, current_setting('full_page_writes')::bool,
			coalesce((SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE pending_restart), ''),
			(SELECT count(*) FROM pg_database WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid))`).
		Scan(&now.version, &now.number, &now.fsync, &now.fullPages, &now.pending, &now.collations)
	if err != nil {
		return engine.Database{}, fmt.Errorf("look at the server: %w", err)
	}
	return now.judge(), nil
}

// judge says what is wrong, worst first.
func (now standing) judge() engine.Database {
	d := engine.Database{Version: "PostgreSQL " + strings.Fields(now.version + " ?")[0]}
	doubt := func(is, bad bool, found, advice string) {
		if is {
			d.Doubts = append(d.Doubts, engine.Doubt{Bad: bad, Found: found, Advice: advice})
		}
	}
	doubt(now.number < oldest, true, "it is older than 15",
		"make a backup (pg_dump), then upgrade the server (pg_upgradecluster on Debian)")
	doubt(!now.fsync, true, "fsync is off: what the office acknowledged can be lost when the machine loses power",
		"ALTER SYSTEM SET fsync = on; then reload the server")
	doubt(!now.fullPages, true, "full_page_writes is off: a page can be torn when the machine loses power",
		"ALTER SYSTEM SET full_page_writes = on; then reload the server")
	doubt(now.collations > 0, true, "the system's library sorts text otherwise than when the database was made: indexes may miss rows",
		"REINDEX DATABASE, then ALTER DATABASE ... REFRESH COLLATION VERSION")
	doubt(now.pending != "", false, "settings wait for a restart of the server: "+now.pending, "restart it at a quiet hour; devices try again")
	return d
}

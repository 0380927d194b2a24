package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"leeward/internal/screening"
)

// states are what the server says, by SQLSTATE or its class (postgresql.org/docs/15/errcodes-appendix.html).
var states = []struct {
	state string
	code  screening.Code
}{
	{"53100", screening.EFull},       // disk full
	{"53", screening.EBusy},          // too many connections, out of memory
	{"57P", screening.EBusy},         // shutting down, starting up
	{"57014", screening.EBusy},       // statement cancelled
	{"40", screening.EBusy},          // serialization failure, deadlock
	{"55P03", screening.EBusy},       // lock not available
	{"08", screening.EBusy},          // connection
	{"25006", screening.EBusy},       // read only: a standby that has not taken over yet
	{"58", screening.CodeDisk},       // I/O error
	{"XX001", screening.CodeDamaged}, // data corrupted
	{"XX002", screening.CodeDamaged}, // index corrupted
	{"28", screening.CodeForeign},    // this user is not let in
	{"3D000", screening.CodeForeign}, // no such database
	{"42501", screening.CodeForeign}, // insufficient privilege
}

// Explain gives err a code. A server that does not answer is busy: whoever asked tries again.
func (s *server) Explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*screening.Error](err); ok {
		return err
	}
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		for _, known := range states {
			if strings.HasPrefix(said.Code, known.state) {
				return screening.Fail(known.code, err)
			}
		}
		return err
	}
	if away(err) {
		return screening.Fail(screening.EBusy, errors.New("the database does not answer"))
	}
	return err
}

// away reports whether nothing answered, or the answer broke off. The error of a connection names host and
// user: it is not handed on.
func away(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded)
}

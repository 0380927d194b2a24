package engine

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"
)

// together is how many writes become durable with one commit at most. A disk that syncs a hundred times a second would
// else take a hundred batches a second.
const together = 64

// job is one write that waits for its turn.
type job struct {
	do     func(t *tx) error
	taking *taking // not nil: a batch, which those that wait beside it may be recorded with
	done   bool    // under Engine.writing
	err    error
}

// queue holds jobs in the order in which they came.
type queue struct {
	mu   sync.Mutex
	jobs []*job
}

func (q *queue) add(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, j)
}

func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.jobs), together)
	group := q.jobs[:n:n]
	q.jobs = q.jobs[n:]
	return group
}

// write runs do in a transaction that the caller's context does not cut short. What comes while another transaction
// is under way shares the next one, each write in a savepoint of its own: one that fails takes back what it did,
// and nothing of the others. do may run twice, and has to set what it gives back anew each time. op names the operation
// in errors.
func (e *Engine) write(ctx context.Context, op string, do func(t *tx) error) error {
	return e.queued(ctx, op, &job{do: do})
}

func (e *Engine) queued(ctx context.Context, op string, j *job) error {
	e.queue.add(j)
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer stop()
	e.writing.Lock()
	defer e.writing.Unlock()
	for !j.done { // whoever held the lock before may have done it
		e.commit(ctx, e.queue.take())
	}
	return e.fail(op, j.err)
}

// writeWithin is write for what takes longer than anybody at a page would wait, in a transaction of its own.
func (e *Engine) writeWithin(ctx context.Context, limit time.Duration, op string, do func(t *tx) error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer stop()
	j := &job{do: do}
	e.writing.Lock()
	defer e.writing.Unlock()
	if err := e.try(ctx, []*job{j}, false); err != nil {
		j.err = err
	}
	return e.fail(op, j.err)
}

// commit runs a group in one transaction: its batches together; if that cannot be, one after the other; if that cannot
// be either, each job of it in a transaction of its own.
func (e *Engine) commit(ctx context.Context, group []*job) {
	if slices.ContainsFunc(group, func(j *job) bool { return j.taking != nil }) && e.try(ctx, group, true) == nil {
		return
	}
	if len(group) > 1 && e.try(ctx, group, false) == nil {
		return
	}
	for _, j := range group {
		if err := e.try(ctx, []*job{j}, false); err != nil {
			j.done, j.err = true, err
		}
	}
}

// try runs a group in one transaction, its batches together or like all other jobs. After an error nothing of it was
// kept.
func (e *Engine) try(ctx context.Context, group []*job, together bool) (err error) {
	began, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	inside := ctx
	if e.stmts.most > 0 { // the transaction's own end is enough; watching each statement costs as much as running it
		inside = context.WithoutCancel(ctx)
	}
	t := &tx{
		Tx: began, ctx: inside, now: e.now(), box: e.box, arrays: e.arrays, steady: e.steady, fresh: e.fresh, block: e.block,
		nodes: &e.nodes, stmts: parsed{from: &e.stmts, here: map[string]*sql.Stmt{}},
	}
	if err = e.back.Lock(ctx, began); err == nil {
		err = t.run(group, together)
	}
	if err == nil {
		err = t.keepLog()
	}
	if err != nil {
		if undo := began.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return err
	}
	if err := began.Commit(); err != nil {
		return err
	}
	for _, j := range group {
		j.done = true
	}
	e.nodes.Keep(t.log.nodes)
	e.stmts.learn(ctx, e.db, t.stmts.fresh)
	if e.after != nil {
		e.after(ctx)
	}
	return nil
}

var errStopped = errors.New("the write stopped in the middle")

// safely turns a panic into an error: others wait for the same transaction. Its value is not told, for it may quote
// what was being written.
func safely(do func(t *tx) error, t *tx) (err error) {
	defer func() {
		if recover() != nil {
			err = errStopped
		}
	}()
	return do(t)
}

// run does each job of a group: batches together where that is asked for, everything else one after the other. The error
// of a job that is alone ends the transaction, and so does one of batches together; one of several jobs takes back its
// own part.
func (t *tx) run(group []*job, together bool) error {
	var some []*taking
	alone := make([]*job, 0, len(group))
	for _, j := range group {
		j.err = nil
		if j.taking != nil {
			j.taking.taken = false
			some = append(some, j.taking)
		}
	}
	if together {
		// No savepoint: SQLite copies every page that is changed within one, and looks for the end of the copies
		// after each statement.
		if err := safely(func(t *tx) error { return takeTogether(t, some) }, t); err != nil {
			return err
		}
	}
	for _, j := range group {
		if j.taking == nil || !j.taking.taken {
			alone = append(alone, j)
		}
	}
	if together && len(alone) > 0 {
		if err := t.say(t.fresh); err != nil {
			return err
		}
	}
	if len(group) == 1 && len(alone) == 1 {
		return safely(group[0].do, t)
	}
	for _, j := range alone {
		var err error
		if j.err, err = t.within(j.do); err != nil {
			return err
		}
	}
	return nil
}

// say runs a statement that an engine was given, if it was.
func (t *tx) say(statement string) error {
	if statement == "" {
		return nil
	}
	_, err := t.exec(statement)
	return err
}

// within runs do in a savepoint. If it fails, what it did is taken back; err says that this could not be done.
func (t *tx) within(do func(t *tx) error) (failed, err error) {
	mark := t.log
	if _, err := t.exec(`SAVEPOINT job`); err != nil {
		return nil, err
	}
	if failed = safely(do, t); failed != nil {
		t.forget(mark)
		t.likeness = nil // it may have been made there
		if _, err := t.exec(`ROLLBACK TO SAVEPOINT job`); err != nil {
			return failed, err
		}
	}
	_, err = t.exec(`RELEASE SAVEPOINT job`)
	return failed, err
}

package main

import (
	"context"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"leeward/internal/office/dashboard"
	"leeward/internal/office/export"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

const (
	eraseEvery   = time.Hour
	resumeEvery  = time.Minute      // how often work that could not be done is tried again
	auditEvery   = 24 * time.Hour   // how often the head of the audit log goes into the office's log
	stopWait     = 10 * time.Second // how long requests under way may take at the end
	pagePatience = time.Minute      // a page and its form are small: no connection holds one longer
	slowest      = 512              // bytes a second, over all of a file: what comes more slowly is given up
)

func (p *Program) serve(ctx context.Context, args []string) (err error) {
	var (
		w           where
		listen, url string
	)
	f := flags("serve", &w)
	f.StringVar(&listen, "listen", "127.0.0.1:8443", "")
	f.StringVar(&url, "url", "", "")
	if err := p.parse(f, usageServe, args); err != nil {
		return err
	}
	if remote, err := dialDesk(ctx, w.data); err == nil {
		remote.close()
		return screening.Fail(screening.CodeInUse, errors.New("serve answers at its socket"))
	}
	o, err := p.openOffice(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return &mishap{msgListen, err}
	}
	defer l.Close()
	if url, err = publicURL(url, l.Addr()); err != nil {
		return err
	}
	if err := o.keepAddress(ctx, url); err != nil {
		return err
	}
	return p.serveOffice(ctx, o, l, url, w.data)
}

// keepAddress notes how devices reach the office. A full disk is no reason to show nobody what must happen tonight.
func (o *office) keepAddress(ctx context.Context, url string) error {
	err := o.records.SetSetting(ctx, settingAddress, url)
	if screening.CodeOf(err) == screening.EFull {
		o.program.Log.Error("the disk is full: nothing can be saved", "code", screening.EFull)
		return nil
	}
	return err
}

// publicURL is how devices reach the office.
func publicURL(given string, at net.Addr) (string, error) {
	if given == "" {
		tcp, ok := at.(*net.TCPAddr)
		if !ok || tcp.IP.IsUnspecified() {
			return "", usageError("-listen takes every address of this machine, so say which one devices use: -url https://host:port")
		}
		given = "https://" + tcp.String()
	}
	if _, err := (batch.EnrolCode{URL: given}).Text(); err != nil {
		return "", usageError("-url must be https://host:port and nothing after it")
	}
	return given, nil
}

// serveOffice answers devices, browsers and commands until ctx ends, then lets what is under way finish.
func (p *Program) serveOffice(ctx context.Context, o *office, l net.Listener, url, dir string) error {
	in, err := o.intake(ctx)
	if err != nil {
		return err
	}
	_, shut, err := o.closed(ctx)
	if err != nil {
		return err
	}
	o.shut.Store(shut)
	print, err := o.fingerprint()
	if err != nil {
		return err
	}
	hexPrint := hex.EncodeToString(print[:])
	sock, err := listenDesk(dir)
	if err != nil {
		return err
	}
	defer os.Remove(filepath.Join(dir, fileSocket))
	quiet := log.New(io.Discard, "", 0) // net/http logs addresses of people; what matters is logged by route
	public := intake.NewServer(p.handler(o, in, hexPrint), intake.TLSConfig(o.vault.TLS(keyDevices), o.vault.Web(keyWeb)))
	public.ErrorLog = quiet
	control := &http.Server{Handler: deskHandler(o), ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet}

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var work sync.WaitGroup
	failed := make(chan error, 2)
	work.Go(func() { failed <- public.Serve(tls.NewListener(l, public.TLSConfig)); stop() })
	work.Go(func() { failed <- control.Serve(sock); stop() })
	work.Go(func() { p.resume(ctx, o, in) })
	if err := json.NewEncoder(p.Stdout).Encode(ready{url, hexPrint}); err != nil {
		stop()
	}
	p.Log.Info(msgServing, "url", url)
	<-ctx.Done()

	patience, enough := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
	defer enough()
	err = errors.Join(control.Shutdown(patience), public.Shutdown(patience))
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(control.Close(), public.Close()) // devices send the same bytes again
	}
	work.Wait()
	close(failed)
	for cause := range failed {
		if !errors.Is(cause, http.ErrServerClosed) {
			err = errors.Join(err, cause)
		}
	}
	p.Log.Info(msgStopped)
	return err
}

// ready is the one line that serve prints.
type ready struct {
	URL         string `json:"url"`
	Fingerprint string `json:"fingerprint"`
}

// resume does what was left undone, now and then, until ctx ends. This program may know questionnaires that
// the one before it did not.
func (p *Program) resume(ctx context.Context, o *office, in *intake.Intake) {
	engine := o.records
	if again, err := engine.Reexamine(ctx); err != nil {
		p.Log.Error("look again at quarantined batches", "code", screening.CodeOf(err), "err", err)
	} else if again > 0 {
		p.Log.Info("look again at quarantined batches", "batches", again)
	}
	for old := time.Now(); ; {
		if !time.Now().Before(old) { // what was kept long enough goes, and then what was sealed of it
			p.eraseOutlived(ctx, o)
			old = time.Now().Add(eraseEvery)
		}
		if err := in.Resume(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("work left undone", "code", screening.CodeOf(err), "err", err)
		}
		if err := o.openWhenCalled(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("office stays closed to readers", "code", screening.CodeOf(err), "err", err)
		}
		if _, err := engine.EnterAudit(ctx, auditEvery, batch.AuditEntry); err != nil && ctx.Err() == nil {
			p.Log.Error("audit log not entered", "code", screening.CodeOf(err), "err", err)
		}
		if err := in.Renew(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("news not signed again", "code", screening.CodeOf(err), "err", err)
		}
		if err := engine.PackFacts(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("facts not packed", "code", screening.CodeOf(err), "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(resumeEvery):
		}
	}
}

func (p *Program) eraseOutlived(ctx context.Context, o *office) {
	if even, err := o.watchClock(ctx); err != nil || !even {
		if err != nil && ctx.Err() == nil {
			p.Log.Error("the clock cannot be watched", "code", screening.CodeOf(err), "err", err)
		}
		return
	}
	if n, err := o.records.EraseOutlived(ctx); err != nil && ctx.Err() == nil {
		p.Log.Error("erase what was kept long enough", "code", screening.CodeOf(err), "err", err)
	} else if n > 0 {
		p.Log.Info("erase what was kept long enough", "cases", n)
	}
}

// handler puts devices (/v1/) and browsers on one address.
func (p *Program) handler(o *office, in *intake.Intake, print string) http.Handler {
	pages := dashboard.New(dashboard.Options{
		Records: o.records, Staff: o.records, Cases: o.records, Helpers: o.records, House: o.records, Press: o, Reports: o.records, Workbook: export.WriteLeaf, Words: generated, Codes: !o.root.Demo,
		Enrol: o.oneCode, Gate: o.records, Spoken: vault.Spoken, Exports: exportDesk{o},
		Shut: o.shut.Load, Reopen: o.reopenPage,
		Revoke: func(ctx context.Context, id string, from time.Time) (int, error) {
			said, err := o.Revoke(ctx, revokeAsk{Device: id, From: from})
			return said.Held, err
		},
		Form: o.forms.find, Office: o.root.Office, Demo: o.root.Demo,
		Version: versionString(), Print: print, Now: p.Now, Zone: time.Local, Log: p.Log, Cost: p.Cost,
	})
	mux := http.NewServeMux()
	mux.Handle("/v1/", in.Handler())
	mux.Handle("/", patient(pagePatience, pages.Handler()))
	return mux
}

// patient ends a connection that takes too long over one page. A file may take as long as a slow line needs for it; the
// answer has the same time again.
func patient(patience time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := http.NewResponseController(w)
		grant := func(n int64) {
			until := began.Add(patience + time.Duration(n)*time.Second/slowest)
			_ = c.SetReadDeadline(until) // only real connections have deadlines
			_ = c.SetWriteDeadline(until.Add(pagePatience))
		}
		grant(0)
		r.Body = &slowBody{ReadCloser: r.Body, grant: grant}
		next.ServeHTTP(w, r)
	})
}

// slowBody is given time by what has arrived of it.
type slowBody struct {
	io.ReadCloser
	grant func(n int64)
	n     int64
}

func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.n += int64(n)
		b.grant(b.n)
	}
	return n, err
}

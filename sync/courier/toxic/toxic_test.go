// Package toxic spoils the connection between a courier and an office with the toxics of
// github.com/Shopify/toxiproxy, which others use against their own protocols.
package toxic

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

const keys = 20 // seed of the device's signing key; that of its connections follows

// road is a real courier and a real intake with a proxy in between.
type road struct {
	t       *testing.T
	records *fieldtest.Records
	box     *fieldtest.Outbox
	proxy   *toxiproxy.Proxy
	courier *courier.Courier
	sent    int // interviews
}

func newRoad(t *testing.T) *road {
	t.Helper()
	r := &road{t: t, records: fieldtest.NewRecords()}
	root := fieldtest.SignRoot(t, fieldtest.DemoRoot())
	device := casework.Enrolled{
		ID: screening.DeviceID{1}, Epoch: 1, Current: true, SignKey: fieldtest.Signer(keys).Public(),
		TLSKey: fieldtest.PeerKey(fieldtest.Certificate(keys + 1)), Enrolled: fieldtest.Today,
	}
	r.records.Devices = append(r.records.Devices, device)
	quiet := slog.New(slog.DiscardHandler)
	in, err := intake.New(intake.Config{
		Ledger: r.records, Register: r.records, Root: root, Online: fieldtest.Signer(fieldtest.OnlineKey),
		Registrar: fieldtest.Signer(fieldtest.RegistrarKey), Requests: fieldtest.Identities()[0], Parts: t.TempDir(), Now: time.Now, Log: quiet,
		Forms: func(schema.Ref) (*schema.Form, bool) { return nil, false }, // what is read stays quarantined: here only bytes count
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := intake.NewServer(in.Handler(), intake.TLSConfig(fieldtest.Certificate(fieldtest.TLSKey)))
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { _ = server.Close(); <-ended })

	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	r.proxy = toxiproxy.NewProxy(api, "office", "127.0.0.1:0", listener.Addr().String())
	if err := r.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.proxy.Stop)
	r.box = &fieldtest.Outbox{Office: root, Enrolled: &screening.Enrolment{
		Device: device.ID, Epoch: 1, SignKey: device.SignKey, TLSKey: device.TLSKey, RootVersion: 1,
	}}
	r.courier = courier.New(courier.Config{
		Outbox: r.box, Sign: fieldtest.Signer(keys), TLS: fieldtest.Certificate(keys + 1), URL: "https://" + r.proxy.Listen,
		Generation: func() (uint64, [16]byte) { return 1, [16]byte{1} }, Now: time.Now, Log: quiet,
	})
	return r
}

// finish keeps an interview whose answers are about so many bytes that do not get smaller.
func (r *road) finish(bytes int) {
	r.sent++
	r.box.Mu.Lock()
	defer r.box.Mu.Unlock()
	r.box.Finals = append(r.box.Finals, screening.Interview{
		ID: screening.InterviewID{byte(r.sent)}, Version: 1, Code: "7K2F-QX9B", Questionnaire: schema.Ref{1}, Status: screening.Final,
		Started: fieldtest.Today, Finished: fieldtest.Today,
		Answers: []screening.Recorded{{Seq: 1, Path: "/data/q", Answer: schema.Answer{Value: fieldtest.Noise(bytes)}}},
	})
}

// spoil adds a toxic to the connections from now on.
func (r *road) spoil(kind, stream, attributes string) {
	r.t.Helper()
	_, err := r.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(
		`{"name":"spoil","type":%q,"stream":%q,"toxicity":1,"attributes":{%s}}`, kind, stream, attributes)))
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *road) heal() { r.proxy.Toxics.ResetToxics(r.t.Context()) }

// arrived fails unless everything that was finished is at the office once, and the device has a receipt for it.
func (r *road) arrived(after string) {
	r.t.Helper()
	if len(r.records.Batches) != len(r.box.Batches) {
		r.t.Errorf("%s: the office has %d batches, the device made %d", after, len(r.records.Batches), len(r.box.Batches))
	}
	for _, b := range r.box.Batches {
		if r.records.Find(b.ID) == nil || b.Rung < screening.RungStored {
			r.t.Errorf("%s: batch %d is %s", after, b.Seq, b.Rung)
		}
	}
	if len(r.box.Finals) != 0 {
		r.t.Errorf("%s: %d interviews wait", after, len(r.box.Finals))
	}
}

// TestCutsByTheProxy ends the connection after so many bytes, in each direction. What was cut goes on at the next try.
func TestCutsByTheProxy(t *testing.T) {
	for _, stream := range []string{"upstream", "downstream"} {
		t.Run(stream, func(t *testing.T) {
			r := newRoad(t)
			for after := 1; after < 20_000; after += 1500 {
				r.finish(8 << 10)
				r.spoil("limit_data", stream, fmt.Sprintf(`"bytes":%d`, after))
				if _, err := r.courier.Sync(t.Context()); err != nil && screening.CodeOf(err) != screening.CodeOffline {
					t.Fatalf("cut after %d bytes: %v", after, err)
				}
				r.heal()
				if _, err := r.courier.Sync(t.Context()); err != nil {
					t.Fatalf("after the cut at %d bytes: %v", after, err)
				}
				r.arrived(fmt.Sprintf("cut after %d bytes", after))
			}
		})
	}
}

// TestSpoiledLinks delivers over a link that is bad and stays so.
func TestSpoiledLinks(t *testing.T) {
	for _, c := range []struct{ name, kind, stream, attributes string }{
		{"late", "latency", "upstream", `"latency":300,"jitter":200`},
		{"late answers", "latency", "downstream", `"latency":300,"jitter":200`},
		{"narrow", "bandwidth", "upstream", `"rate":20`},
		{"slow to close", "slow_close", "upstream", `"delay":1000`},
		{"slow to close answers", "slow_close", "downstream", `"delay":1000`},
		{"in crumbs", "slicer", "upstream", `"average_size":64,"size_variation":32,"delay":100`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRoad(t)
			r.finish(12 << 10)
			r.spoil(c.kind, c.stream, c.attributes)
			if _, err := r.courier.Sync(t.Context()); err != nil {
				t.Error(err)
			}
			r.arrived(c.name)
		})
	}
}

// TestNothingComesThrough: a link that swallows everything and one that resets cost a sync, and nothing else.
func TestNothingComesThrough(t *testing.T) {
	for _, c := range []struct{ name, kind, stream, attributes string }{
		{"swallows", "timeout", "upstream", `"timeout":300`},
		{"swallows answers", "timeout", "downstream", `"timeout":300`},
		{"resets", "reset_peer", "upstream", `"timeout":50`},
		{"resets answers", "reset_peer", "downstream", `"timeout":50`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoad(t)
			r.finish(1 << 10)
			r.spoil(c.kind, c.stream, c.attributes)
			ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
			defer stop()
			if _, err := r.courier.Sync(ctx); screening.CodeOf(err) != screening.CodeOffline {
				t.Errorf("got %v, want offline", err)
			}
			r.heal()
			if _, err := r.courier.Sync(t.Context()); err != nil {
				t.Error(err)
			}
			r.arrived(c.name)
		})
	}
}

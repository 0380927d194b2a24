package intake_test

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

var (
	today       = fieldtest.Today
	identities  = fieldtest.Identities
	signer      = fieldtest.Signer
	certificate = fieldtest.Certificate
	tlsKey      = fieldtest.PeerKey
	officeRoot  = fieldtest.Root
)

// office is an intake over records in memory, with what the tests turn on and off.
type office struct {
	*intake.Intake
	records *fieldtest.Records
	root    []byte
	locked  bool
	opener  seal.Opener
	log     *strings.Builder
	form    *schema.Form
}

func newOffice(t testing.TB) *office {
	t.Helper()
	var err error
	root := fieldtest.SignRoot(t, officeRoot())
	o := &office{records: fieldtest.NewRecords(), root: root, opener: identities()[1], log: &strings.Builder{}, form: testForm(t)}
	var mu sync.Mutex
	o.Intake, err = intake.New(intake.Config{
		Ledger: o.records, Register: o.records, Holdings: o.records, Tiles: o.records, Root: root, Online: signer(102), Registrar: signer(103), Requests: identities()[0],
		Payload: func() seal.Opener {
			if o.locked {
				return nil
			}
			return o.opener
		},
		Forms: func(ref schema.Ref) (*schema.Form, bool) { return o.form, ref == o.form.Ref() },
		Parts: t.TempDir(),
		Now:   func() time.Time { return today },
		Log:   slog.New(slog.NewTextHandler(writer(func(b []byte) { mu.Lock(); o.log.Write(b); mu.Unlock() }), nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }

// device is an enrolled device that packs by hand.
type device struct {
	casework.Enrolled
	sign seal.Signer
	cert tls.Certificate
	seq  uint64
	prev screening.BatchID
}

// enrolled puts a device with keys from seed (and seed+1) into the office's records.
func (o *office) enrolled(seed byte) *device {
	d := &device{sign: signer(seed), cert: certificate(seed + 1)}
	d.Enrolled = casework.Enrolled{
		ID: screening.DeviceID{0xd0, seed}, Epoch: 1, Current: true, SignKey: d.sign.Public(), TLSKey: tlsKey(d.cert), Enrolled: today,
	}
	o.records.Devices = append(o.records.Devices, d.Enrolled)
	return d
}

// pack makes the device's next batch.
func (d *device) pack(t testing.TB, records ...batch.Record) batch.Packed {
	t.Helper()
	p, err := batch.Pack(batch.Parameters{
		Device: d.ID, Epoch: d.Epoch, Seq: d.seq + 1, Prev: d.prev, Made: today, RootVersion: 1,
	}, records, d.sign, officeRoot().Payload)
	if err != nil {
		t.Fatal(err)
	}
	d.seq, d.prev = d.seq+1, p.ID
	return p
}

const formJSON = `{"format":"leeward/questionnaire/1","id":"test","version":"1","title":{"en":{"text":"Test"}},"source":"en",
"languages":[{"tag":"en","name":"English"}],
"choices":[{"name":"yn","choices":[{"name":"yes","label":{"en":{"text":"Yes"}},"alert":"red:safety","indicators":[{"id":"threats","as":"present"}]},
{"name":"no","label":{"en":{"text":"No"}}}]}],
"items":[{"name":"danger","kind":"select_one","list":"yn","text":{"en":{"text":"Are you in danger now?"}},"required":"true()"},
{"name":"age","kind":"integer","text":{"en":{"text":"How old are you?"}},"constraint":". < 120"},
{"name":"told","kind":"text","text":{"en":{"text":"What happened?"}}}]}`

func testForm(t testing.TB) *schema.Form {
	t.Helper()
	q, err := schema.Parse([]byte(formJSON))
	if err != nil {
		t.Fatal(err)
	}
	form, err := schema.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	return form
}

// said is an invented interview with these answers.
func said(o *office, n byte, version uint64, answers map[schema.Path]string) screening.Interview {
	iv := screening.Interview{
		ID: screening.InterviewID{1, n}, Version: version, Code: "7K2F-QX9B", Questionnaire: o.form.Ref(), Status: screening.Final,
		Setting: screening.Setting{Screener: "S-1", Language: "en", ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "en", At: today}, Started: today, Finished: today.Add(time.Hour),
		Answers: []screening.Recorded{},
	}
	for _, path := range []schema.Path{"/data/danger", "/data/age", "/data/told", "/data/elsewhere"} {
		if value, ok := answers[path]; ok {
			iv.Answers = append(iv.Answers, screening.Recorded{
				Seq: uint64(len(iv.Answers) + 1), Path: path, Answer: schema.Answer{Value: value}, Lang: "en", At: today,
			})
		}
	}
	return iv
}

func interviewRecord(t testing.TB, iv screening.Interview) batch.Record {
	t.Helper()
	r, err := batch.FromInterview(iv)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func withdrawalRecord(t testing.TB, iv screening.Interview, version uint64) batch.Record {
	t.Helper()
	r, err := batch.FromWithdrawal(screening.Withdrawal{Interview: iv.ID, Version: version, At: today})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// check compares a receipt with what is expected of it, but for its places in the log.
func check(t *testing.T, got screening.Receipt, err error, want screening.Receipt) {
	t.Helper()
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	got.Entry, got.Outcome = 0, 0
	if got != want {
		t.Fatalf("got receipt %s, want %s", show(got), show(want))
	}
}

func show(r screening.Receipt) string {
	return fmt.Sprintf("{%s level %d %q proof %x next %d}", r.Batch.Short(), r.Level, r.Code, r.Proof[:4], r.Next)
}

package intake_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

var today = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

// identities are made once: making one takes a while.
var identities = sync.OnceValue(func() (list [3]*seal.Identity) {
	for i := range list {
		secret, _, err := seal.NewIdentity()
		if err != nil {
			panic(err)
		}
		if list[i], err = seal.OpenerFor(secret); err != nil {
			panic(err)
		}
	}
	return list
})

func signer(b byte) *seal.Key { return seal.NewSigner([32]byte{b}) }

// certificate is self-signed, with dates that were over before anybody was born.
func certificate(seed byte) tls.Certificate {
	key := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0)}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func tlsKey(cert tls.Certificate) seal.PublicKey {
	leaf, err := batch.Leaf(cert)
	if err != nil {
		panic(err)
	}
	key, err := batch.PeerKey(leaf)
	if err != nil {
		panic(err)
	}
	return key
}

// The office's keys: 100 and 101 are root keys, 102 online, 103 registrar, 104 TLS.
func officeRoot() batch.Root {
	ids := identities()
	return batch.Root{
		Version: 1, Office: "North Gate Office", TLS: tlsKey(certificate(104)), Online: signer(102).Public(),
		Registrar: signer(103).Public(), Intake: ids[0].Recipient(), Payload: []seal.Recipient{ids[1].Recipient(), ids[2].Recipient()},
		Log: [8]byte{7}, Threshold: 2, Keys: []seal.PublicKey{signer(100).Public(), signer(101).Public()},
	}
}

// office is an intake over records in memory, with what the tests turn on and off.
type office struct {
	*intake.Intake
	records *memory
	root    []byte
	locked  bool
	opener  seal.Opener
	log     *strings.Builder
	form    *schema.Form
}

func newOffice(t testing.TB) *office {
	t.Helper()
	root, err := batch.SignRoot(officeRoot(), signer(100), signer(101))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{records: newMemory(), root: root, opener: identities()[1], log: &strings.Builder{}, form: testForm(t)}
	var mu sync.Mutex
	o.Intake, err = intake.New(intake.Config{
		Ledger: o.records, Register: o.records, Root: root, Online: signer(102), Registrar: signer(103), Requests: identities()[0],
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
	o.records.devices = append(o.records.devices, d.Enrolled)
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

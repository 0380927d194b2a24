package courier_test

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/fieldtest"
)

const (
	devicesInStock = 3
	chainLength    = 12
	branchLength   = 2
)

// stock is what all runs share: sealing costs more than everything else together, and what is sealed does not depend on
// what goes wrong later. A device takes its batches from a chain that was sealed before; where a device was copied, the
// copy goes on with a branch.
type stock struct {
	office   batch.Root
	root     []byte
	sealTo   string
	form     *schema.Form
	opener   *remembering
	chains   []chain
	leaves   map[byte]*x509.Certificate
	certs    map[byte]tls.Certificate
	holds    map[screening.BatchID][]screening.InterviewID // without withdrawals
	withdraw map[screening.InterviewID]bool
}

// chain is one device's batches, and for each place the branch that leaves it there.
type chain struct {
	seed   byte
	device screening.DeviceID
	main   []screening.Batch
	branch [][]screening.Batch
}

var supply = sync.OnceValue(func() *stock {
	t := &testing.T{} // nothing here fails but by a panic
	s := &stock{
		office: fieldtest.DemoRoot(), sealTo: identities()[2].Recipient().String(), root: fieldtest.SignRoot(t, fieldtest.DemoRoot()), opener: &remembering{plain: map[[32]byte][]byte{}}, form: fieldtest.Form(),
		leaves: map[byte]*x509.Certificate{}, certs: map[byte]tls.Certificate{}, holds: map[screening.BatchID][]screening.InterviewID{},
		withdraw: map[screening.InterviewID]bool{},
	}
	for n := range devicesInStock {
		c := chain{seed: byte(10 * (n + 1)), device: screening.DeviceID{0xd0, byte(n + 1)}}
		s.certs[c.seed] = certificate(c.seed + 1)
		leaf, err := batch.Leaf(s.certs[c.seed])
		if err != nil {
			panic(err)
		}
		s.leaves[c.seed] = leaf
		for seq := range uint64(chainLength) {
			c.main = append(c.main, s.pack(c, c.main, byte(n+1), byte(seq+1)))
		}
		for place := range chainLength * max(0, 1-n) { // the first is the one that gets copied
			branch := append([]screening.Batch{}, c.main[:place]...)
			for i := range branchLength {
				branch = append(branch, s.pack(c, branch, byte(n+1), byte(100+place*branchLength+i)))
			}
			c.branch = append(c.branch, branch[place:])
		}
		s.chains = append(s.chains, c)
	}
	return s
})

// pack seals the batch after those before it, with one interview of its own; some also take the one before back.
func (s *stock) pack(c chain, before []screening.Batch, device, number byte) screening.Batch {
	p := batch.Parameters{Device: c.device, Epoch: 1, Seq: uint64(len(before) + 1), Made: today, RootVersion: 1}
	iv := interview(0)
	iv.ID = screening.InterviewID{device, number}
	if number == 2 { // one that does not fit into memory at the office's door
		iv.Answers[0].Answer.Value = fieldtest.Noise(60 << 10)
	}
	record, err := batch.FromInterview(iv)
	if err != nil {
		panic(err)
	}
	records, holds := []batch.Record{record}, []screening.InterviewID{iv.ID}
	if len(before) > 0 {
		last := before[len(before)-1]
		if p.Prev = last.ID; number == 4 && device == 1 { // one of them: what the office makes anew of it costs more than the rest of a run
			w, err := batch.FromWithdrawal(screening.Withdrawal{Interview: last.Holds[0], Version: 2, At: today})
			if err != nil {
				panic(err)
			}
			records, s.withdraw[last.Holds[0]] = append(records, w), true
		}
	}
	packed, err := batch.Pack(p, records, signer(c.seed), s.office.Payload)
	if err != nil {
		panic(err)
	}
	s.holds[packed.ID] = holds
	s.warm(packed.File, signer(c.seed).Public())
	return screening.Batch{
		ID: packed.ID, Seq: p.Seq, File: packed.File, Proof: packed.Proof, Rung: screening.RungSealed, Made: today, Holds: holds,
	}
}

// warm opens a batch once: what opening makes for the whole program has to be made outside of a run's time.
func (s *stock) warm(file []byte, key seal.PublicKey) {
	e, err := batch.Parse(file)
	if err != nil {
		panic(err)
	}
	v, err := e.Verify(key)
	if err != nil {
		panic(err)
	}
	if _, err := v.Open(s.opener, 1); err != nil {
		panic(err)
	}
}

// remembering opens each payload once in all runs.
type remembering struct {
	mu    sync.Mutex
	plain map[[32]byte][]byte
}

var _ seal.Opener = (*remembering)(nil)

// Open implements seal.Opener.
func (r *remembering) Open(sealed []byte, recipients int) ([]byte, error) {
	name := sha256.Sum256(sealed)
	r.mu.Lock()
	plain, known := r.plain[name]
	r.mu.Unlock()
	if known {
		return append([]byte(nil), plain...), nil
	}
	plain, err := identities()[1].Open(sealed, recipients)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.plain) < 4096 { // payloads without what was withdrawn are new in each run
		r.plain[name] = append([]byte(nil), plain...)
	}
	return plain, nil
}

// hours is a time between one and most.
func hours(dice *rand.Rand, most int) time.Duration {
	return time.Hour + time.Duration(dice.Int64N(int64(most)*int64(time.Hour)))
}

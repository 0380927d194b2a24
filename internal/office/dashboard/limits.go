package dashboard

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits on sign-in. The tight limit is on a name from an address, never on a name alone: who guesses
// at a colleague's passphrase from elsewhere slows down only themselves.
const (
	pairBurst    = 5
	pairEvery    = 30 * time.Second
	addressBurst = 30
	addressEvery = 2 * time.Second
	limitKept    = 8192 // entries; beyond it the idle ones go first
)

type limits struct {
	now func() time.Time

	mu        sync.Mutex
	pairs     map[pair]*limit
	addresses map[netip.Prefix]*limit
}

type pair struct {
	name    string
	address netip.Prefix
}

type limit struct {
	*rate.Limiter
	used time.Time
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, pairs: map[pair]*limit{}, addresses: map[netip.Prefix]*limit{}}
}

// allow takes one try for name from address. A refusal says how long to wait.
func (l *limits) allow(name string, address netip.Prefix) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	a := fetch(l.addresses, address, now, rate.Every(addressEvery), addressBurst)
	p := fetch(l.pairs, pair{strings.ToLower(name), address}, now, rate.Every(pairEvery), pairBurst)
	for _, r := range []*rate.Limiter{a.Limiter, p.Limiter} {
		taken := r.ReserveN(now, 1)
		if d := taken.DelayFrom(now); d > 0 {
			taken.CancelAt(now)
			return d, false
		}
	}
	return 0, true
}

// forget gives a name back its tries after a sign-in that was right.
func (l *limits) forget(name string, address netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.pairs, pair{strings.ToLower(name), address})
}

func fetch[K comparable](m map[K]*limit, key K, now time.Time, every rate.Limit, burst int) *limit {
	if len(m) >= limitKept {
		for k, v := range m { // an idle entry is full again and says nothing
			if v.TokensAt(now) >= float64(burst) || now.Sub(v.used) > time.Hour {
				delete(m, k)
			}
		}
		for k := range m {
			if len(m) < limitKept {
				break
			}
			delete(m, k)
		}
	}
	v, ok := m[key]
	if !ok {
		v = &limit{Limiter: rate.NewLimiter(every, burst)}
		m[key] = v
	}
	v.used = now
	return v
}

// addressOf returns where a request comes from: an IPv4 address, or the /64 of an IPv6 one, since
// whoever has one IPv6 address has all of its network.
func addressOf(remote string) netip.Prefix {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits)
	return p
}

package auth

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What an address may get wrong, and what all may together.
const (
	addressEvery = 3 * time.Second // one refusal in this time, on average
	addressBurst = 20
	globalRate   = 50 // refusals a second
	globalBurst  = 500
	maxAddresses = 10_000
	sweepEvery   = time.Second
)

// limits counts refusals, never sign-ins. A good credential passes from an
// address whose refusals are used up: an identity provider may come through the
// same proxy or NAT as whoever guesses, and must not be locked out by a stranger.
// What is blocked is to go on being refused.
//
// To verify costs one look-up by key or one signature, so that much is done even
// for an address that is blocked, unless refusals come so fast that together they
// use up the global limit too. Then, from addresses that are blocked, only
// credentials that were accepted within the last hour are always verified, and of
// the others as many as the global limit refills: what is not verified does not
// count. That leaves no way to lock out a client that works, lets a new one in
// if it tries again, and gives no way to make Muster look up guesses without bound.
type limits struct {
	mu        sync.Mutex
	addresses map[netip.Prefix]*rate.Limiter
	overflow  *rate.Limiter // shared by the addresses for which there is no room
	global    *rate.Limiter
	swept     time.Time
}

func newLimits() *limits {
	return &limits{addresses: map[netip.Prefix]*rate.Limiter{}, overflow: addressLimiter(), global: rate.NewLimiter(globalRate, globalBurst)}
}

func addressLimiter() *rate.Limiter { return rate.NewLimiter(rate.Every(addressEvery), addressBurst) }

// refuse counts a refusal. It returns how long the address is blocked, 0 if this
// refusal was within its limit.
func (l *limits) refuse(remote string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.global.AllowN(now, 1)
	of := l.of(neighbours(remote), now)
	if of.AllowN(now, 1) {
		return 0
	}
	return wait(of, now)
}

// flooded returns how long the address is blocked if refusals from everywhere
// used up the global limit and those from the address its own, else 0.
func (l *limits) flooded(remote string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.global.TokensAt(now) >= 1 {
		return 0
	}
	of, counted := l.addresses[neighbours(remote)]
	if !counted && len(l.addresses) < maxAddresses {
		return 0
	}
	if !counted {
		of = l.overflow
	}
	return wait(of, now)
}

// of returns the limiter of an address. An address that is not known has made no
// mistakes, so one whose limiter is full again is forgotten.
func (l *limits) of(address netip.Prefix, now time.Time) *rate.Limiter {
	if of, counted := l.addresses[address]; counted {
		return of
	}
	if len(l.addresses) >= maxAddresses {
		l.sweep(now)
	}
	if len(l.addresses) >= maxAddresses {
		return l.overflow
	}
	of := addressLimiter()
	l.addresses[address] = of
	return of
}

func (l *limits) sweep(now time.Time) {
	if now.Sub(l.swept) < sweepEvery {
		return
	}
	l.swept = now
	for address, of := range l.addresses {
		if of.TokensAt(now) >= addressBurst {
			delete(l.addresses, address)
		}
	}
}

// wait is how long it takes until the limiter allows one more.
func wait(of *rate.Limiter, now time.Time) time.Duration {
	lacking := 1 - of.TokensAt(now)
	if lacking <= 0 {
		return 0
	}
	return time.Duration(lacking / float64(of.Limit()) * float64(time.Second))
}

// neighbours is the address, without its port, and of IPv6 the network: one
// customer has at least a /64. Addresses that are none count as one.
func neighbours(remote string) netip.Prefix {
	address, err := netip.ParseAddr(remote)
	if err != nil {
		with, err := netip.ParseAddrPort(remote)
		if err != nil {
			return netip.Prefix{}
		}
		address = with.Addr()
	}
	address, bits := address.Unmap(), 32
	if address.Is6() {
		bits = 64
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

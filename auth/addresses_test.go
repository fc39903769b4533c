package auth

import (
	"fmt"
	"testing"
	"time"
)

func TestTheAddressesThatGuessAreBoundedAndForgotten(t *testing.T) {
	l, now := newLimits(), time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	for i := range 3 * maxAddresses {
		l.refuse(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), now)
	}
	if n := len(l.addresses); n != maxAddresses {
		t.Fatalf("%d addresses are kept, wanted %d", n, maxAddresses)
	}
	if l.refuse("192.0.2.1", now) == 0 || l.flooded("192.0.2.1", now) == 0 {
		t.Error("an address for which there is no room guesses freely")
	}
	now = now.Add(addressEvery * addressBurst)
	if l.refuse("192.0.2.1", now) != 0 {
		t.Error("nothing is forgotten")
	}
	if n := len(l.addresses); n != 1 {
		t.Errorf("%d addresses are kept that did nothing for a minute", n-1)
	}
}

func TestTheCredentialsThatAreRememberedAreBounded(t *testing.T) {
	var v verified
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	for i := range 3 * maxVerified {
		v.add(NewPlain(fmt.Sprint(i)).digest(), entry{at: now})
		if len(v.entries) > maxVerified {
			t.Fatalf("%d are remembered", len(v.entries))
		}
	}
	v.add(NewPlain("late").digest(), entry{at: now.Add(known + 1)})
	v.forget(now.Add(known + 1))
	if len(v.entries) != 1 {
		t.Errorf("%d are remembered, wanted the late one", len(v.entries))
	}
}

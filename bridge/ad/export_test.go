package ad

import "time"

// SetClock sets by what clock the members of the administrators' groups grow old.
func (d *Directory) SetClock(now func() time.Time) { d.privileged.now = now }

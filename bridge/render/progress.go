package render

import (
	"fmt"
	"strings"
	"time"
)

// Progress returns one line that says how far something is: "312 of 500 (62 %),
// 104 a second, 2 s left". With total 0 the end is not known and only what is
// done and the rate are said. A width of at least 60 columns adds a bar in
// front; the line never takes more columns than that.
func Progress(done, total int, elapsed time.Duration, width int) string {
	rate := 0.0
	if elapsed > 0 {
		rate = float64(done) / elapsed.Seconds()
	}
	if total <= 0 {
		return thousands(done) + " done" + rateText(rate)
	}
	text := fmt.Sprintf("%s of %s (%d %%)%s%s", thousands(done), thousands(total), percent(done, total), rateText(rate), leftText(done, total, rate))
	return bar(done, total, width-len(text)-3) + text
}

func percent(done, total int) int { return min(int(float64(done)*100/float64(total)), 100) }

func rateText(rate float64) string {
	switch {
	case rate <= 0:
		return ""
	case rate < 1:
		return fmt.Sprintf(", %s a minute", decimal(rate*60))
	case rate < 10:
		return fmt.Sprintf(", %s a second", decimal(rate))
	}
	return fmt.Sprintf(", %s a second", thousands(int(rate+0.5)))
}

func leftText(done, total int, rate float64) string {
	if rate <= 0 || done >= total {
		return ""
	}
	return ", " + lasting(time.Duration(float64(total-done)/rate*float64(time.Second))) + " left"
}

// bar draws what is done; it needs at least 10 columns, and takes at most 40.
func bar(done, total, room int) string {
	const least, most = 10, 40
	if room < least {
		return ""
	}
	room = min(room, most)
	full := room * percent(done, total) / 100
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", room-full) + "] "
}

package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time: "30d", "12h", "1d12h", "90s", "0". A day has 24
// hours.
type Duration time.Duration

var days = regexp.MustCompile(`^(\d+)d(.*)$`)

// ParseDuration reads a Duration.
func ParseDuration(text string) (Duration, error) {
	rest, whole := text, time.Duration(0)
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 36500 {
			return 0, fmt.Errorf("%q is longer than 36500d", text)
		}
		whole, rest = time.Duration(n)*24*time.Hour, m[2]
	}
	if rest == "" {
		return Duration(whole), nil
	}
	d, err := time.ParseDuration(rest)
	switch {
	case strings.HasPrefix(text, "-"):
		return 0, fmt.Errorf("%q is negative", text)
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	return Duration(whole + d), nil
}

// String writes whole days as days.
func (d Duration) String() string {
	const day = Duration(24 * time.Hour)
	if d >= day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return time.Duration(d).String()
}

func (d Duration) std() time.Duration { return time.Duration(d) }

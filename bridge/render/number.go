package render

import (
	"strconv"
	"strings"
	"time"
)

// thousands writes a number with separators: 1,204.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// decimal writes a measured number with at most one digit after the point.
func decimal(f float64) string {
	whole := int(f)
	if tenth := int((f-float64(whole))*10 + 0.5); tenth > 0 && tenth < 10 {
		return thousands(whole) + "." + strconv.Itoa(tenth)
	} else if tenth == 10 {
		return thousands(whole + 1)
	}
	return thousands(whole)
}

// count writes a number with its noun: "1 record", "1,204 records".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// lasting writes a duration the way people say it: "2 s", "3 min 20 s", "1 h 5 min".
func lasting(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min " + strconv.Itoa(int(d%time.Minute/time.Second)) + " s"
	}
	return thousands(int(d/time.Hour)) + " h " + strconv.Itoa(int(d%time.Hour/time.Minute)) + " min"
}

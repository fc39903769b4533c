package pull

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// shown is how many characters of a value a message repeats.
const shown = 40

// Cut returns the first 40 characters of a value, as messages show it.
func Cut(text string) string {
	if len(text) <= shown {
		return text
	}
	n := 0
	for i := range text {
		if n == shown {
			return text[:i] + "…"
		}
		n++
	}
	return text
}

// Valid returns the text with each byte that is not UTF-8 replaced by U+FFFD,
// and whether there was none.
func Valid(text string) (string, bool) {
	if utf8.ValidString(text) {
		return text, true
	}
	return strings.ToValidUTF8(text, "\uFFFD"), false
}

// Written returns a raw value as messages show it, "" for nil.
func Written(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case Unreadable:
		return v.Text
	}
	text, ok := written(value)
	if !ok {
		return fmt.Sprintf("a value of type %T", value)
	}
	return text
}

// written returns a value as text: numbers in decimal, never 1E+11, a midnight
// as a date, other times to the second in their zone.
func written(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), !math.IsNaN(v) && !math.IsInf(v, 0)
	case bool:
		return strconv.FormatBool(v), true
	case time.Time:
		return writtenTime(v), true
	default:
		return "", false
	}
}

func writtenTime(t time.Time) string {
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04:05")
}

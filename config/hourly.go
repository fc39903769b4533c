package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Hourly is how often something may happen in an hour: a count, or "unlimited".
// 0 means that it may not happen.
type Hourly struct {
	Stated bool
	Count  *int // nil: unlimited, or not stated
}

func (r *reader) hourly(path string, n ast.Node, into *Hourly) {
	word, ok := r.word(path, n)
	if !ok {
		return
	}
	into.Stated = true
	if word == "unlimited" {
		return
	}
	count, err := strconv.Atoi(word)
	if err != nil || count < 0 || count > math.MaxInt32 {
		r.fault(path, fmt.Sprintf("%s: %q is not a number per hour", leaf(path), word), "write a count (25) or unlimited; 0 means that none is allowed")
		return
	}
	into.Count = &count
}

// Size is a number of bytes: "512KiB", "1MiB", "8MB" or "1048576".
type Size int64

var (
	sizeForm  = regexp.MustCompile(`^(\d{1,9}) ?([A-Za-z]*)$`)
	sizeUnits = map[string]int64{"": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 1e3, "mb": 1e6, "gb": 1e9}
)

// ParseSize reads a Size.
func ParseSize(text string) (Size, error) {
	m := sizeForm.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is not a size", text)
	}
	unit, known := sizeUnits[strings.ToLower(m[2])]
	count, err := strconv.ParseInt(m[1], 10, 64)
	if !known || err != nil {
		return 0, fmt.Errorf("%q is not a size", text)
	}
	return Size(count * unit), nil
}

// String writes whole KiB, MiB and GiB as such.
func (s Size) String() string {
	for _, unit := range []string{"GiB", "MiB", "KiB"} {
		if bytes := Size(sizeUnits[strings.ToLower(unit)]); s >= bytes && s%bytes == 0 {
			return strconv.FormatInt(int64(s/bytes), 10) + unit
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

func (r *reader) size(path string, n ast.Node, into *Size) {
	word, ok := r.word(path, n)
	if !ok {
		return
	}
	size, err := ParseSize(word)
	switch {
	case err != nil:
		r.fault(path, leaf(path)+": "+err.Error(), "write it as 512KiB, 1MiB or 8MB")
	case size == 0:
		r.fault(path, leaf(path)+": the size is 0", "leave the key out to have the default")
	default:
		*into = size
	}
}

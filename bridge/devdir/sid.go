package devdir

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// guid is an objectGUID as its 16 octets travel; the first three fields are
// little-endian (MS-DTYP 2.3.4.2).
type guid [16]byte

// String gives the dashed form.
func (g guid) String() string {
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", binary.LittleEndian.Uint32(g[0:]), binary.LittleEndian.Uint16(g[4:]),
		binary.LittleEndian.Uint16(g[6:]), g[8:10], g[10:])
}

// parseGUID reads the dashed form or 32 hexadecimal digits in the order of the octets.
func parseGUID(s string) (g guid, ok bool) {
	dashed := len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-'
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != 16 || !dashed && len(s) != 32 {
		return g, false
	}
	copy(g[:], raw)
	if dashed {
		for _, p := range [][2]int{{0, 3}, {1, 2}, {4, 5}, {6, 7}} {
			g[p[0]], g[p[1]] = g[p[1]], g[p[0]]
		}
	}
	return g, true
}

// sid is a security identifier in its octets (MS-DTYP 2.4.2.2).
type sid string

func newSID(authority byte, parts ...uint32) sid {
	b := []byte{1, byte(len(parts)), 0, 0, 0, 0, 0, authority}
	for _, p := range parts {
		b = binary.LittleEndian.AppendUint32(b, p)
	}
	return sid(b)
}

// child gives the SID of an account of the domain whose SID this is.
func (s sid) child(rid uint32) sid {
	b := []byte(s)
	b[1]++
	return sid(binary.LittleEndian.AppendUint32(b, rid))
}

func (s sid) rid() uint32 {
	if len(s) < 12 {
		return 0
	}
	return binary.LittleEndian.Uint32([]byte(s[len(s)-4:]))
}

// parseSID reads the S-1- form or hexadecimal digits.
func parseSID(s string) (sid, bool) {
	if !strings.HasPrefix(strings.ToUpper(s), "S-1-") {
		raw, err := hex.DecodeString(s)
		return sid(raw), err == nil && len(raw) >= 8
	}
	fields := strings.Split(s[4:], "-")
	numbers := make([]uint32, len(fields))
	for i, f := range fields {
		n, err := strconv.ParseUint(f, 10, 32)
		if err != nil {
			return "", false
		}
		numbers[i] = uint32(n)
	}
	if numbers[0] > 255 || len(numbers) > 16 {
		return "", false
	}
	return newSID(byte(numbers[0]), numbers[1:]...), true
}

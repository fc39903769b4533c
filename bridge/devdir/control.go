package devdir

import (
	"slices"
)

// Controls of MS-ADTS 3.1.1.3.4.1 that the server knows.
const (
	oidPaged       = "1.2.840.113556.1.4.319"
	oidPermissive  = "1.2.840.113556.1.4.1413"
	oidTreeDelete  = "1.2.840.113556.1.4.805"
	oidDomainScope = "1.2.840.113556.1.4.1339"
	oidShowDeleted = "1.2.840.113556.1.4.417"
	oidSDFlags     = "1.2.840.113556.1.4.801"
	oidNoRangeErr  = "1.2.840.113556.1.4.1948"
	oidLazyCommit  = "1.2.840.113556.1.4.619"
)

// supportedControls is the rootDSE attribute of that name. Show deleted is
// accepted although no deleted entry is ever kept.
var supportedControls = []string{oidPaged, oidPermissive, oidTreeDelete, oidDomainScope, oidShowDeleted, oidSDFlags, oidNoRangeErr, oidLazyCommit}

func (m *message) control(oid string) *control {
	i := slices.IndexFunc(m.controls, func(c control) bool { return c.oid == oid })
	if i < 0 {
		return nil
	}
	return &m.controls[i]
}

// unsupportedControl refuses a critical control that is unknown (RFC 4511 section 4.1.11).
func unsupportedControl(m *message) error {
	for _, c := range m.controls {
		if c.critical && !slices.Contains(supportedControls, c.oid) {
			return &refusal{code: rcCriticalExtension, text: "00000057: LdapErr: DSID-0C09079A, comment: Error processing control, data 0, v4563\x00"}
		}
	}
	return nil
}

package ldap

import (
	"errors"
	"syscall"
)

// isRefused knows WSAECONNREFUSED, which package syscall does not name.
func isRefused(err error) bool { return errors.Is(err, syscall.Errno(10061)) }

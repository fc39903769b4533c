// Command run starts the directories of package servers, runs a command that
// uses them, and stops them.
//
//	go run ./conformance/contract/servers/run [-servers samba,openldap] -- CMD ARGS...
//
// The servers belong to this run alone: their files are in a new temporary
// folder, and they listen on loopback addresses and ports that nobody uses, so
// several runs work side by side. A provisioned domain is kept in the user's
// cache folder as a template, which makes the second start fast.
//
// The command finds the servers in MUSTER_TEST_SAMBA and MUSTER_TEST_OPENLDAP.
// Without a command, run prints these as export lines and stays up until it is
// interrupted. The exit code is the command's (`go run` itself turns each code
// but 0 into 1). The servers end with run, even if run is killed.
//
// Samba needs root, because a domain controller listens on the ports 389 and
// 636. Nothing of an installed Samba or OpenLDAP is changed.
package main

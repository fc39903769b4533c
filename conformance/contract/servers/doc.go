// Package servers gives tests the real directories they are held to: a Samba
// Active Directory domain controller and an OpenLDAP server.
//
// The servers are started once for a whole test run by the command in run:
//
//	go run ./conformance/contract/servers/run -- go test ./...
//
// It tells the tests where the servers are in environment variables, and
// [Samba] and [OpenLDAP] read them. A test whose server is not there is
// skipped and names the server; with MUSTER_TEST_SERVERS=all it fails.
package servers

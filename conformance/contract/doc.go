// Package contract holds what every implementation of an interface of the house
// must do, as tests that are called in one line:
//
//	func TestStore(t *testing.T)    { contract.Store(t, open) }
//	func TestDevdir(t *testing.T)   { contract.Destination(t, contract.OnDevdir) }
//	func TestWorkbook(t *testing.T) { contract.Source(t, write) }
//
// It is imported by tests only. The directories that it needs come from package
// servers; a test whose server is not there is skipped there.
package contract

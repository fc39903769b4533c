package house

// Rule is one law of the house. Check returns each place that breaks it.
type Rule struct {
	Name  string
	Law   string
	Check func(*Tree) []Violation
}

// Violation is one place that breaks a rule. Line is 0 if it is about a whole
// file or folder.
type Violation struct {
	Path string
	Line int
	Text string
}

// Rules returns every rule of the house.
func Rules() []Rule {
	return []Rule{
		{"imports", "a room imports only what the table of ARCHITECTURE.md allows", imports},
		{"package-comment", "every package has a package comment", packageComment},
		{"no-init", "no package has an init function", noInit},
		{"no-assignment", "no package variable is assigned after start", noAssignment},
		{"function-length", "no function is longer than 60 lines", functionLength},
		{"file-length", "no file is longer than 600 lines", fileLength},
		{"no-panic", "errors are returned; nothing panics", noPanic},
		{"drivers", "only store, pull/database and the demo import database drivers, only store imports River, and all open with sql.OpenDB", drivers},
		{"no-skip", "only conformance/contract/servers decides that a test is skipped", noSkip},
		{"no-leftovers", "nothing is marked as to be done later", noLeftovers},
		{"status-codes", "a door's HTTP status codes are in its error.go", statusCodes},
		{"names", "no name hides behind an empty word", names},
		{"no-machine", "no file names a path of one machine or the host of a package registry", noMachine},
		{"interfaces", "an interface names one to four methods itself; a larger one embeds such", interfaces},
	}
}

package mutant_test

import (
	"net/http"
	"slices"

	"github.com/muster-idm/muster/conformance/mutant"
)

// Words of the tables below.
const (
	user       = `/Users/[^/?]+$`
	group      = `/Groups/[^/?]+$`
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	emptyList  = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}`
)

// table is a mutation for each check.
func table() []mutant.Mutation {
	return slices.Concat(discoveryTable(), createTable(), listTable(), bulkTable(), lateTable(), robustTable(), readTable(), writeTable(), patchTable(), filterTable(), oktaTable(), entraTable(), othersTable())
}

// answer alters the answers to some requests.
func answer(check, method, path, sent string, edits ...mutant.Edit) mutant.Mutation {
	return mutant.Mutation{Check: check, Method: method, Path: path, Sent: sent, Answer: edits}
}

// answered alters answers of one status.
func answered(check, method, path, status string, edits ...mutant.Edit) mutant.Mutation {
	return mutant.Mutation{Check: check, Method: method, Path: path, Status: status, Answer: edits}
}

// ask alters some requests before the server sees them.
func ask(check, method, path, sent string, edits ...mutant.Edit) mutant.Mutation {
	return mutant.Mutation{Check: check, Method: method, Path: path, Sent: sent, Ask: edits}
}

// lost is a PATCH that is answered as if it were done.
func lost(check, sent string) mutant.Mutation {
	return ask(check, "PATCH", "", sent, mutant.Instead(http.StatusNoContent, ""))
}

// refused is a request that the server does not understand.
func refused(check, method, path, sent string) mutant.Mutation {
	return ask(check, method, path, sent, mutant.Refuse(http.StatusBadRequest))
}

// only limits a fault to the check that must see it, where everybody would.
func only(m mutant.Mutation) mutant.Mutation {
	m.Scoped = true
	return m
}

// later leaves the first n exchanges with each URL alone.
func later(n int, m mutant.Mutation) mutant.Mutation {
	m.From = n
	return m
}

func empty() mutant.Edit { return mutant.Instead(http.StatusOK, emptyList) }

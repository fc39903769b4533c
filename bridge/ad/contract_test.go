package ad_test

import (
	"testing"

	"github.com/muster-idm/muster/conformance/contract"
)

func TestDevdirKeepsTheContract(t *testing.T) { contract.Destination(t, contract.OnDevdir) }

func TestSambaKeepsTheContract(t *testing.T) { contract.Destination(t, contract.OnSamba) }

package mapping

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// The types of results that are more than a value. No function takes them, so
// they can only be what a whole expression gives.
var (
	candidatesType = cel.OpaqueType("candidates")
	referencesType = cel.OpaqueType("reference")
	generateType   = cel.OpaqueType("secret")
)

// outcome is a value of one of these types.
type outcome struct {
	typ      *cel.Type
	texts    []string // candidates or references
	numbered bool     // texts has one base, to be counted: base, base2 .. base99
	limit    int      // characters of a numbered candidate, 0 = no limit
	generate *Generate
}

var _ ref.Val = (*outcome)(nil)

// ConvertToNative is always an error: an outcome stays inside this package.
func (o *outcome) ConvertToNative(typ reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s cannot become %s", o.typ, typ)
}

// ConvertToType knows only the type of the outcome itself.
func (o *outcome) ConvertToType(typ ref.Type) ref.Val {
	if typ.TypeName() == o.typ.TypeName() {
		return o
	}
	return types.NewErr("%s cannot become %s", o.typ, typ.TypeName())
}

// Equal says whether both are the same outcome.
func (o *outcome) Equal(other ref.Val) ref.Val { return types.Bool(o == other) }

// Type is the abstract type of the outcome.
func (o *outcome) Type() ref.Type { return o.typ }

// Value is the outcome itself.
func (o *outcome) Value() any { return o }

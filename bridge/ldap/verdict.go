package ldap

import (
	goldap "github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge"
)

// verdict is what an answer means to an administrator. %s stands for the attribute.
type verdict struct {
	kind     bridge.Kind
	sentence string
}

// win32Verdicts are the codes with which Active Directory's texts begin
// (MS-ERREF 2.2). They say more than the result code, which varies.
var win32Verdicts = map[uint32]verdict{
	0x5:    {bridge.Forbidden, "Muster's account lacks the right to do this here"},
	0x56:   {bridge.Invalid, "the old password is wrong"},
	0x523:  {bridge.Invalid, "the account name is not one that Windows accepts"},
	0x524:  {bridge.Conflict, "an account of this name already exists"},
	0x526:  {bridge.Conflict, "a group of this name already exists"},
	0x525:  {bridge.NotFound, "there is no such entry"},
	0x52B:  {bridge.Invalid, "the old password is wrong"},
	0x52D:  {bridge.Invalid, "the new password does not meet the domain's password policy (length, complexity, history or age)"},
	0x561:  {bridge.Stale, "it is not a member"},
	0x562:  {bridge.Stale, "it is a member already"},
	0x200D: {bridge.Stale, "%s already has a value"},
	0x200B: {bridge.Invalid, "a value of %s is too long or not of the attribute's syntax"},
	0x200A: {bridge.Invalid, "the schema has no such attribute"},
	0x2014: {bridge.Invalid, "an attribute does not belong to the entry's class, or one that the class demands is missing"},
	0x2015: {bridge.Precondition, "it still has entries below it"},
	0x2016: {bridge.Invalid, "the attribute that names an entry changes only by a rename"},
	0x202F: {bridge.Invalid, "a value of %s breaks a rule of the directory"},
	0x2030: {bridge.NotFound, "there is no such entry"},
	0x2035: {bridge.Invalid, "it is unwilling to do it"},
	0x2037: {bridge.Invalid, "an entry of this class may not be there"},
	0x2071: {bridge.Conflict, "the name is already in use"},
	0x2077: {bridge.Invalid, "the attribute belongs to the directory and cannot be changed or removed"},
	0x2081: {bridge.Invalid, "%s takes one value only"},
	0x2082: {bridge.Invalid, "a value of %s is too long or too short"},
	0x208D: {bridge.NotFound, "there is no such entry or container"},
	0x2095: {bridge.NotFound, "the container to move to does not exist"},
	0x2098: {bridge.Forbidden, "Muster's account lacks the right to do this here; a protected account (adminCount) refuses it whatever the rights on its container"},
	0x20B5: {bridge.NotFound, "an entry that %s refers to does not exist"},
	0x21C7: {bridge.Conflict, "a service principal name is already in use in the forest"},
	0x21C8: {bridge.Conflict, "userPrincipalName is already in use in the forest"},
	0x203D: {bridge.Unavailable, "it lost the thread of a paged read; read again from the beginning"},
	0x4DC:  {bridge.Unavailable, "the session is lost"},
	0x2020: {bridge.Unavailable, "the session is lost"},
}

// codeVerdicts are the result codes (RFC 4511 appendix A.2).
var codeVerdicts = map[uint16]verdict{
	goldap.LDAPResultOperationsError:              {bridge.Internal, "an error of its own"},
	goldap.LDAPResultProtocolError:                {bridge.Unsupported, "it does not know the request"},
	goldap.LDAPResultTimeLimitExceeded:            {bridge.Unavailable, "its time limit was reached, so the answer is incomplete"},
	goldap.LDAPResultSizeLimitExceeded:            {bridge.Unavailable, "its size limit was reached, so the answer is incomplete"},
	goldap.LDAPResultAuthMethodNotSupported:       {bridge.Unauthenticated, "it does not take simple binds"},
	goldap.LDAPResultStrongAuthRequired:           {bridge.Unauthenticated, "it demands an encrypted connection; use ldaps:// or StartTLS"},
	goldap.LDAPResultReferral:                     {bridge.Unavailable, "it refers to another server; set the base and the containers to what this one holds"},
	goldap.LDAPResultAdminLimitExceeded:           {bridge.Unavailable, "a limit of the server was reached, so the answer is incomplete"},
	goldap.LDAPResultUnavailableCriticalExtension: {bridge.Unavailable, "it does not take a control, or lost the thread of a paged read"},
	goldap.LDAPResultConfidentialityRequired:      {bridge.Unauthenticated, "it demands an encrypted connection; use ldaps:// or StartTLS"},
	goldap.LDAPResultNoSuchAttribute:              {bridge.Stale, "a value to be replaced is no longer there"},
	goldap.LDAPResultUndefinedAttributeType:       {bridge.Invalid, "the schema has no such attribute"},
	goldap.LDAPResultInappropriateMatching:        {bridge.Invalid, "single values of %s cannot be compared"},
	goldap.LDAPResultConstraintViolation:          {bridge.Invalid, "a value of %s breaks a rule of the directory"},
	goldap.LDAPResultAttributeOrValueExists:       {bridge.Stale, "%s already has a value that was to be added"},
	goldap.LDAPResultInvalidAttributeSyntax:       {bridge.Invalid, "a value of %s is too long or not of the attribute's syntax"},
	goldap.LDAPResultNoSuchObject:                 {bridge.NotFound, "there is no such entry or container"},
	goldap.LDAPResultInvalidDNSyntax:              {bridge.Invalid, "the name is not a distinguished name"},
	goldap.LDAPResultInvalidCredentials:           {bridge.Unauthenticated, "the account name or the password is wrong"},
	goldap.LDAPResultInsufficientAccessRights:     {bridge.Forbidden, "Muster's account lacks the right to do this here"},
	goldap.LDAPResultBusy:                         {bridge.Unavailable, "it is busy; try later"},
	goldap.LDAPResultUnavailable:                  {bridge.Unavailable, "it is going down or starting; try later"},
	goldap.LDAPResultUnwillingToPerform:           {bridge.Invalid, "it is unwilling to do it"},
	goldap.LDAPResultNamingViolation:              {bridge.Invalid, "an entry of this class may not have this name or be there"},
	goldap.LDAPResultObjectClassViolation:         {bridge.Invalid, "an attribute does not belong to the entry's class, or one that the class demands is missing"},
	goldap.LDAPResultNotAllowedOnNonLeaf:          {bridge.Precondition, "it still has entries below it"},
	goldap.LDAPResultNotAllowedOnRDN:              {bridge.Invalid, "the attribute that names an entry changes only by a rename"},
	goldap.LDAPResultEntryAlreadyExists:           {bridge.Conflict, "an entry of this name already exists"},
	goldap.LDAPResultObjectClassModsProhibited:    {bridge.Invalid, "an entry cannot become one of another class"},
	goldap.LDAPResultAffectsMultipleDSAs:          {bridge.Unsupported, "the target is held by another server"},
}

func verdictOf(r *Refusal) verdict {
	if r.InUse && (r.Code == goldap.LDAPResultConstraintViolation || r.Code == goldap.LDAPResultEntryAlreadyExists) {
		return verdict{bridge.Conflict, "the value of %s is already in use"}
	}
	if v, ok := win32Verdicts[r.Win32]; ok {
		return v
	}
	if v, ok := codeVerdicts[r.Code]; ok {
		return v
	}
	return verdict{bridge.Internal, "an error that has no name"}
}

// Package ad is Active Directory as a destination: what it does its own way
// beside plain LDAP (package ldap), the rules that Windows enforces, and the
// templates of its object types.
//
// Entries are known by objectGUID and addressed as <GUID=...> (MS-ADTS
// 3.1.1.3.1.2.4) in every request but ModifyDN, which takes the DN just read.
// An account is created in one Add with its password and its state, so that
// there is never half an account. What Windows would refuse is said already in
// the preview, though Samba would take it.
package ad

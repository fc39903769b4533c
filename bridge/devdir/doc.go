// Package devdir is an LDAP server in memory that keeps the rules of Active
// Directory: the directory of the demonstration, and the naughty one of the tests.
//
// It speaks LDAPv3 (RFC 4511) over plain TCP, StartTLS and LDAPS, and answers as
// a domain controller does (MS-ADTS): what it refuses, with which result code and
// with which text. Faults can be ordered, so that a client meets a size limit, a
// referral, a silent server or a cut connection exactly when a test wants it.
//
// Where Windows and Samba differ, it does as Windows does. It shares no code with
// the client side, so that a rule misread on one side shows as a disagreement.
package devdir

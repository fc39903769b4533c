// Package devdir is an LDAP server in memory that keeps the rules of Active
// Directory: the directory of the demonstration, and the naughty one of the tests.
//
// It speaks LDAPv3 (RFC 4511) over plain TCP, StartTLS and LDAPS, and answers as
// a domain controller does (MS-ADTS): what it refuses, with which result code and
// with which text. Faults can be ordered, so that a client meets a size limit, a
// referral, a silent server or a cut connection exactly when a test wants it.
//
//	d, err := devdir.New(devdir.Options{Base: "DC=corp,DC=example,DC=com", AdminPassword: "..."})
//	s, err := d.Serve(ctx, devdir.Listen{LDAPS: "127.0.0.1:0"}) // s.URL(), d.CertificatePEM()
//	d.Fault(devdir.Fault{Op: "add", Times: 1, Do: devdir.CutAfter()})
//
// Where Windows and Samba differ, it does as Windows does: it refuses an enabled
// account without a password, a logon name of 21 characters, names that differ by
// an accent only, wrong group nestings; it cuts answers at 1000 entries and 1500
// values. It shares no code with the client side, so that a rule misread on one
// side shows as a disagreement.
//
// A request is read by connection.go, sent on by dispatch, and, if it writes, runs
// as a change: one lock, one undo list, so that a refusal leaves no trace. The
// rules that need the finished entry are asked last, by settle.
//
// It differs from a Windows domain controller on purpose in these points:
//
//	ModifyDN of or into <GUID=...>     refused with 32, as Samba refuses it
//	bind as an unknown account         sub-status 52e as Samba, where Windows may say 525
//	principal name that is implied     another account's sAMAccountName@domain is refused with 68, as Samba does
//	principal name without @           refused with 19; Windows leaves that to its own tools
//	= and ; in a DN that is returned   \3D and \3B, as Samba writes them
//	reading                            who is bound reads everything; access control lists are not kept
//	writing                            Domain Admins and those named by Delegate; adminCount 1 stops the latter
//	deleting                           final: no tombstone, so show deleted finds nothing
//	trust and computer accounts        userAccountControl bits 0x800, 0x1000 and 0x2000 are refused
//	password history and age           a change may not repeat the last password; no older ones, no minimum age
//	lastLogonTimestamp                 written at every bind, and does not move uSNChanged
//	NTLM, Kerberos, DirSync, sort, VLV not offered
//
// The schema has what users, contacts, groups and containers may hold, and no more.
package devdir

package devdir_test

import (
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"

	"github.com/muster-idm/muster/bridge/devdir"
)

type refusedAdd struct {
	why   string
	add   *ldap.AddRequest
	code  int
	win32 string
}

func TestAddIsRefused(t *testing.T) {
	_, _, c := start(t, devdir.Options{Exchange: true})
	must(t, c.Add(enabled("Jane Doe", "jdoe", "userPrincipalName", "jane@corp.example.com")))
	long := strings.Repeat("x", 65)
	for _, x := range []refusedAdd{
		{"a name that exists", user("Jane Doe"), 68, "00002071"},
		{"a name that differs by case, spaces and accents only", user("JÁNE  doe"), 68, "00002071"},
		{"a logon name that exists", user("J2", "sAMAccountName", "JDOE"), 68, "00000524"},
		{"a logon name that differs by an accent only", user("J3", "sAMAccountName", "jdöe"), 68, "00000524"},
		{"a group with the logon name of a user", entry("CN=g,"+people, "group", "sAMAccountName", "jdoe"), 68, "00000526"},
		{"a principal name that exists", user("J4", "userPrincipalName", "JANE@corp.example.com"), 19, "000021C8"},
		{"a principal name that is implied", user("J5", "userPrincipalName", "jdoe@corp.example.com"), 68, "00002071"},
		{"a logon name of 21 characters", user("J6", "sAMAccountName", strings.Repeat("a", 21)), 80, "00000523"},
		{"a logon name with a slash", user("J7", "sAMAccountName", "a/b"), 80, "00000523"},
		{"a logon name that ends with a dot", user("J8", "sAMAccountName", "ab."), 80, "00000523"},
		{"an enabled account without a password", user("J9", "userAccountControl", "512"), 53, "0000052D"},
		{"a short password", user("J10", "unicodePwd", utf16le("aB3#")), 19, "0000052D"},
		{"a simple password", user("J11", "unicodePwd", utf16le("aaaaaaaaaa")), 19, "0000052D"},
		{"a password with the logon name", user("J12", "sAMAccountName", "walter", "unicodePwd", utf16le("xWALTER#1")), 19, "0000052D"},
		{"nothing that is right", enabled("J37", "walter", "displayName", "Al Bo", "title", "Clerk"), 0, ""},
		{"a password with a part of the display name", user("J13", "displayName", "Ann Kowalski", "unicodePwd", utf16le("KOWALSKI#1x")), 19, "0000052D"},
		{"a password without quotation marks", user("J14", "unicodePwd", "Kx7#mmQw2"), 53, "0000001F"},
		{"a trust account", user("J15", "userAccountControl", "4098"), 53, ""},
		{"an empty value", user("J16", "sn", ""), 21, ""},
		{"a long surname", user("J17", "sn", long), 19, "00002082"},
		{"a long common name", user(long), 19, "00002082"},
		{"two surnames", user("J18", "sn", "a", "sn", "b"), 19, "00002081"},
		{"two descriptions", user("J19", "description", "a", "description", "b"), 19, "00002081"},
	} {
		t.Run(x.why, func(t *testing.T) { x.try(t, c) })
	}
}

func TestAddIsRefusedBySchema(t *testing.T) {
	_, _, c := start(t, devdir.Options{Exchange: true})
	must(t, c.Add(user("Jane Doe")))
	long := strings.Repeat("x", 65)
	for _, x := range []refusedAdd{
		{"an unknown attribute", user("J20", "shoeSize", "44"), 16, "00000057"},
		{"an attribute of another class", user("J21", "groupType", "2"), 65, "0000207D"},
		{"a contact with a logon name", entry("CN=c,"+people, "contact", "sAMAccountName", "c"), 65, "0000207D"},
		{"an unknown class", entry("CN=c,"+people, "penguin"), 65, ""},
		{"a manager who does not exist", user("J22", "manager", "CN=Nobody,"+people), 19, "000020B5"},
		{"a manager who is no DN", user("J23", "manager", "boss"), 34, ""},
		{"a member who does not exist", entry("CN=g2,"+people, "group", "member", "CN=Nobody,"+people), 32, "00000525"},
		{"a missing container", entry("CN=x,OU=None,"+base, "user"), 32, "0000208D"},
		{"a user below a user", entry("CN=x,CN=Jane Doe,"+people, "user"), 64, "00002099"},
		{"the wrong naming attribute", entry("OU=x,"+people, "user"), 64, "00002037"},
		{"a DN with an unescaped equals sign", entry("CN=a=b,"+people, "user"), 34, "0000208F"},
		{"a multi-valued RDN", entry("CN=a+sn=b,"+people, "user"), 34, "0000208F"},
		{"a boolean in small letters", user("J24", "msExchHideFromAddressLists", "true"), 21, ""},
		{"an integer with zeros before it", user("J25", "countryCode", "0528"), 21, ""},
		{"a large integer that is too large", user("J26", "accountExpires", "9223372036854775808"), 21, ""},
		{"a time without its fraction", user("J27", "msTSExpireDate", "20260101000000Z"), 21, ""},
		{"a mailbox GUID of 15 octets", user("J28", "msExchMailboxGuid", strings.Repeat("x", 15)), 19, "00002082"},
		{"a mail nickname of 65 characters", user("J29", "mailNickname", long), 19, "00002082"},
		{"proxy addresses that differ by case only", user("J30", "proxyAddresses", "smtp:a@b", "proxyAddresses", "SMTP:a@b"), 20, "00002083"},
		{"a moment of creation", user("J31", "whenCreated", "20200101000000.0Z"), 19, "000020B1"},
		{"an objectSid", user("J32", "objectSid", "x"), 19, "000020B1"},
		{"an objectGUID", user("J33", "objectGUID", strings.Repeat("x", 16)), 53, ""},
		{"a memberOf", user("J34", "memberOf", "CN=Domain Admins,CN=Users,"+base), 53, "00002035"},
		{"a group type without scope", entry("CN=g3,"+people, "group", "groupType", "-2147483643"), 53, "00002141"},
		{"a moment of the last password", user("J35", "pwdLastSet", "12345"), 53, "00000057"},
		{"an entry in the schema", entry("CN=x,CN=Schema,CN=Configuration,"+base, "attributeSchema"), 50, "00002098"},
		{"a principal name without an at sign", user("J36", "userPrincipalName", "jane"), 19, "0000202F"},
	} {
		t.Run(x.why, func(t *testing.T) { x.try(t, c) })
	}
}

func (x refusedAdd) try(t *testing.T, c *ldap.Conn) {
	err := c.Add(x.add)
	if x.code == 0 {
		must(t, err)
		return
	}
	refused(t, err, x.code, x.win32)
	if _, err := c.Search(ldap.NewSearchRequest(x.add.DN, 0, 0, 0, 0, false, "(cn=*)", nil, nil)); err == nil && x.code != 68 {
		t.Error("and the entry is there")
	}
}

package servers

import (
	"cmp"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// Connect returns a connection over verified TLS, bound as the server's
// account and closed when the test ends.
func Connect(t testing.TB, s Server) *ldap.Conn {
	t.Helper()
	conn, err := dial(s)
	if err != nil {
		t.Fatalf("connect to %s: %v", s.URL, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func dial(s Server) (*ldap.Conn, error) {
	config, err := s.TLS()
	if err != nil {
		return nil, err
	}
	conn, err := ldap.DialURL(s.URL, ldap.DialWithTLSConfig(config))
	if err != nil {
		return nil, err
	}
	conn.SetTimeout(time.Minute)
	if err := conn.Bind(s.BindDN, s.Password); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// Container creates an organizational unit for one test and returns its DN.
// Its name starts with the given one and is unique; the whole subtree is
// removed when the test ends.
func Container(t testing.TB, s Server, name string) string {
	t.Helper()
	dn := "OU=" + plain(name) + "-" + rand.Text()[:8] + "," + s.Base
	add := ldap.NewAddRequest(dn, nil)
	add.Attribute("objectClass", []string{"top", "organizationalUnit"})
	if err := Connect(t, s).Add(add); err != nil {
		t.Fatalf("create %s: %v", dn, err)
	}
	t.Cleanup(func() {
		if err := removeSubtree(s, dn); err != nil {
			t.Errorf("remove %s: %v", dn, err)
		}
	})
	return dn
}

// plain keeps what needs no escaping in a DN and cuts to 40 characters, so
// that the unique suffix fits into the 64 that Active Directory allows.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name)
	return name[:min(len(name), 40)]
}

// removeSubtree deletes the entries under dn, children first. It uses a
// connection of its own, for the test may have broken the others.
func removeSubtree(s Server, dn string) error {
	conn, err := dial(s)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if s.Kind == KindSamba && removeTree(conn, dn) == nil {
		return nil
	}
	search := ldap.NewSearchRequest(dn, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false,
		"(objectClass=*)", []string{"1.1"}, nil)
	found, err := conn.SearchWithPaging(search, 500)
	if ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
		return nil // the test removed it
	}
	if err != nil {
		return err
	}
	slices.SortStableFunc(found.Entries, func(a, b *ldap.Entry) int {
		return cmp.Compare(depth(b.DN), depth(a.DN))
	})
	for _, entry := range found.Entries {
		err := conn.Del(ldap.NewDelRequest(entry.DN, nil))
		if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
			return err
		}
	}
	return nil
}

// removeTree lets the server delete the whole tree in one transaction
// (LDAP_SERVER_TREE_DELETE_OID, MS-ADTS 3.1.1.3.4.1.15), which takes seconds
// where thousands of entries one by one take a minute.
func removeTree(conn *ldap.Conn, dn string) error {
	const treeDelete = "1.2.840.113556.1.4.805"
	return conn.Del(ldap.NewDelRequest(dn, []ldap.Control{ldap.NewControlString(treeDelete, true, "")}))
}

// depth counts the unescaped commas of a DN.
func depth(dn string) int {
	n := 0
	for i := 0; i < len(dn); i++ {
		switch dn[i] {
		case '\\':
			i++
		case ',':
			n++
		}
	}
	return n
}

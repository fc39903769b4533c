package main

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

const (
	slapdBase    = "dc=example,dc=org"
	slapdAccount = "cn=provisioner," + slapdBase
	accessLog    = "cn=accesslog"
)

// slapdConfig is a generic directory as organisations run it: simple binds
// need TLS, the account obeys a size limit unless it reads in pages, and
// references follow a rename or delete.
var slapdConfig = template.Must(template.New("slapd.conf").Parse(`
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload refint
{{if .AccessLog}}moduleload accesslog{{end}}
pidfile {{.Dir}}/slapd.pid
argsfile {{.Dir}}/slapd.args
TLSCACertificateFile {{.CA}}
TLSCertificateFile {{.Cert}}
TLSCertificateKeyFile {{.Key}}
security simple_bind=128
sizelimit 500

{{if .AccessLog}}
database mdb
suffix {{.AccessLog}}
directory {{.Dir}}/log
maxsize 2147483648
index reqStart,reqEnd,reqDN,reqResult,reqType eq
access to * by dn.exact="{{.Account}}" read
limits dn.exact="{{.Account}}" size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited
{{end}}

database mdb
suffix {{.Base}}
rootdn cn=root,{{.Base}}
directory {{.Dir}}/db
maxsize 2147483648
index objectClass,uid,cn,employeeNumber,entryUUID,entryCSN,mail,member,manager eq
limits dn.exact="{{.Account}}" size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited
access to attrs=userPassword by dn.exact="{{.Account}}" manage by anonymous auth by self write
access to * by dn.exact="{{.Account}}" manage by users read by anonymous auth
overlay memberof
memberof-refint FALSE
overlay refint
refint_attributes member manager owner secretary seeAlso
refint_nothing cn=nobody,{{.Base}}
{{if .AccessLog}}
overlay accesslog
logdb {{.AccessLog}}
logops writes
logsuccess FALSE
{{end}}
`))

// slapdSeed is the first content: the suffix and the account of the tests.
const slapdSeed = `dn: ` + slapdBase + `
objectClass: dcObject
objectClass: organization
o: Example

dn: ` + slapdAccount + `
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: %s
`

// startSlapd starts an OpenLDAP server with an empty suffix.
func (h *house) startSlapd() (servers.Server, error) {
	dir := filepath.Join(h.dir, "slapd")
	password := rand.Text()
	config, err := h.slapdFiles(dir, password)
	if err != nil {
		return servers.Server{}, err
	}
	urls, err := freeURLs("ldap", "ldaps")
	if err != nil {
		return servers.Server{}, err
	}
	cmd := exec.Command("slapd", "-d", "0", "-f", config, "-h", strings.Join(urls, " "))
	c, err := startChild(cmd, dir+".log")
	if err != nil {
		return servers.Server{}, err
	}
	h.running = append(h.running, c)
	s := servers.Server{
		Kind:        servers.KindOpenLDAP,
		URL:         urls[1],
		StartTLSURL: urls[0],
		Base:        slapdBase,
		BindDN:      slapdAccount,
		Password:    password,
		CAFile:      h.authority.caFile,
	}
	if h.accesslog {
		s.AccessLog = accessLog
	}
	return s, nil
}

// slapdFiles writes the settings and the first content, and returns the file
// of the settings.
func (h *house) slapdFiles(dir, password string) (string, error) {
	for _, sub := range []string{"db", "log"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return "", err
		}
	}
	cert, key, err := h.authority.issue("slapd", []string{"localhost"}, net.IPv4(127, 0, 0, 1))
	if err != nil {
		return "", err
	}
	log := ""
	if h.accesslog {
		log = accessLog
	}
	var text bytes.Buffer
	err = slapdConfig.Execute(&text, map[string]string{
		"Dir": dir, "Base": slapdBase, "Account": slapdAccount, "AccessLog": log,
		"CA": h.authority.caFile, "Cert": cert, "Key": key,
	})
	if err != nil {
		return "", err
	}
	config, seed := filepath.Join(dir, "slapd.conf"), filepath.Join(dir, "seed.ldif")
	if err := os.WriteFile(config, text.Bytes(), 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(seed, fmt.Appendf(nil, slapdSeed, password), 0o600); err != nil {
		return "", err
	}
	loaded, err := exec.Command("slapadd", "-f", config, "-b", slapdBase, "-l", seed).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("slapadd: %w\n%s", err, loaded)
	}
	return config, nil
}

// freeURLs returns a URL per scheme on a loopback port that nobody uses.
func freeURLs(schemes ...string) ([]string, error) {
	var urls []string
	for _, scheme := range schemes {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer func() { _ = l.Close() }()
		urls = append(urls, scheme+"://"+l.Addr().String())
	}
	return urls, nil
}

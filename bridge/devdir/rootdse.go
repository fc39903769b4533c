package devdir

import (
	"strconv"
	"strings"
)

// rootDSE answers the base search of the empty name (MS-ADTS 3.1.1.3.2), which
// anyone may do.
func (c *connection) rootDSE(m *message, q *query) [][]byte {
	c.Directory.mu.RLock()
	defer c.Directory.mu.RUnlock()
	everything := len(q.names) == 0
	wanted := map[string]bool{}
	for _, n := range q.names {
		everything = everything || n == "*" || n == "+"
		wanted[strings.ToLower(n)] = true
	}
	var list []shown
	for _, a := range c.rootAttributes() {
		if everything || wanted[strings.ToLower(a.name)] {
			list = append(list, a)
		}
	}
	return [][]byte{envelope(m.id, searchEntry("", list), nil)}
}

func (d *Directory) rootAttributes() []shown {
	base, config, schema := d.root.dn(), d.config.dn(), d.schemas.dn()
	server := "CN=" + strings.ToUpper(strings.SplitN(d.opt.Host, ".", 2)[0]) + ",CN=Servers,CN=Default-First-Site-Name,CN=Sites," + config
	one := func(name, value string) shown { return shown{name, []string{value}} }
	return []shown{
		one("configurationNamingContext", config),
		one("currentTime", generalizedTime(d.opt.Now())),
		one("defaultNamingContext", base),
		one("dnsHostName", d.opt.Host),
		one("domainControllerFunctionality", "7"),
		one("domainFunctionality", "7"),
		one("dsServiceName", "CN=NTDS Settings,"+server),
		one("forestFunctionality", "7"),
		one("highestCommittedUSN", strconv.FormatInt(d.usn, 10)),
		one("isGlobalCatalogReady", "TRUE"),
		one("isSynchronized", "TRUE"),
		one("ldapServiceName", d.domain+":"+strings.SplitN(d.opt.Host, ".", 2)[0]+"$@"+strings.ToUpper(d.domain)),
		{"namingContexts", []string{base, config, schema}},
		one("rootDomainNamingContext", base),
		one("schemaNamingContext", schema),
		one("serverName", server),
		one("subschemaSubentry", "CN=Aggregate,"+schema),
		{"supportedCapabilities", []string{"1.2.840.113556.1.4.800", "1.2.840.113556.1.4.1670", "1.2.840.113556.1.4.1791", "1.2.840.113556.1.4.1935", "1.2.840.113556.1.4.2080", "1.2.840.113556.1.4.2237"}},
		{"supportedControl", supportedControls},
		{"supportedExtension", []string{oidStartTLS, oidWhoAmI}},
		{"supportedLDAPPolicies", []string{"MaxPageSize", "MaxValRange"}},
		{"supportedLDAPVersion", []string{"3", "2"}},
	}
}

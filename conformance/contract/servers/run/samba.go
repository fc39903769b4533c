package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/muster-idm/muster/conformance/contract/servers"
)

const (
	realm     = "CORP.EXAMPLE.COM"
	domain    = "CORP"
	host      = "dc1"
	sambaBase = "DC=corp,DC=example,DC=com"
)

// startSamba starts a domain controller on a copy of the provisioned domain.
func (h *house) startSamba(ctx context.Context) (servers.Server, error) {
	template, err := provisioned(ctx)
	if err != nil {
		return servers.Server{}, err
	}
	password, err := os.ReadFile(filepath.Join(template, "password"))
	if err != nil {
		return servers.Server{}, err
	}
	ip, err := h.claimAddress()
	if err != nil {
		return servers.Server{}, err
	}
	dir := filepath.Join(h.dir, "samba")
	if err := output(ctx, "cp", "-a", template, dir); err != nil {
		return servers.Server{}, err
	}
	config, err := h.sambaConfig(dir, ip)
	if err != nil {
		return servers.Server{}, err
	}
	c, err := startChild(exec.Command("samba", "-i", "-M", "single", "--configfile="+config), dir+".log")
	if err != nil {
		return servers.Server{}, err
	}
	h.running = append(h.running, c)
	return servers.Server{
		Kind:        servers.KindSamba,
		URL:         "ldaps://" + ip.String() + ":636",
		StartTLSURL: "ldap://" + ip.String() + ":389",
		Base:        sambaBase,
		BindDN:      "CN=Administrator,CN=Users," + sambaBase,
		BindUPN:     "Administrator@" + strings.ToLower(realm),
		Password:    string(password),
		CAFile:      h.authority.caFile,
	}, nil
}

// claimAddress returns the first loopback address whose LDAP ports are free.
// The claim itself is a port held open until we end, so that two runs that
// start at once get two addresses.
func (h *house) claimAddress() (net.IP, error) {
	for last := byte(1); last < 100; last++ {
		ip := net.IPv4(127, 0, 0, last)
		if h.claim(ip) {
			return ip, nil
		}
	}
	return nil, errors.New("no loopback address has the ports 389, 636, 3268 and 3269 free (Samba must start as root)")
}

func (h *house) claim(ip net.IP) bool {
	const port = 20389
	held, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: ip, Port: port})
	if err != nil {
		return false
	}
	for _, port := range []int{389, 636, 3268, 3269} {
		l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: ip, Port: port})
		if err != nil {
			_ = held.Close()
			return false
		}
		_ = l.Close()
	}
	h.claims = append(h.claims, held)
	return true
}

// sambaConfig writes the settings for a domain in dir and returns their file.
// They relax nothing: a plain simple bind is refused as Windows refuses it.
func (h *house) sambaConfig(dir string, ip net.IP) (string, error) {
	cert, key, err := h.authority.issue("samba",
		[]string{host + "." + strings.ToLower(realm), "localhost"}, net.IPv4(127, 0, 0, 1), ip)
	if err != nil {
		return "", err
	}
	config := fmt.Sprintf(`[global]
	server role = active directory domain controller
	realm = %s
	workgroup = %s
	netbios name = %s
	server services = ldap
	ldap server require strong auth = yes
	bind interfaces only = yes
	interfaces = %s/8
	tls enabled = yes
	tls keyfile = %s
	tls certfile = %s
	tls cafile = %s
	private dir = %[8]s/private
	state directory = %[8]s/state
	cache directory = %[8]s/cache
	lock directory = %[8]s/lock
	pid directory = %[8]s/lock
	ncalrpc dir = %[8]s/ncalrpc
	binddns dir = %[8]s/bind-dns
	log file = %[8]s/log.%%m
	panic action =
`, realm, domain, strings.ToUpper(host), ip, key, cert, h.authority.caFile, dir)
	for _, sub := range []string{"cache", "lock"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o750); err != nil {
			return "", err
		}
	}
	file := filepath.Join(dir, "smb.conf")
	return file, os.WriteFile(file, []byte(config), 0o600)
}

// provisioned returns the folder of the template domain: from the cache if it
// was made by this version of Samba with the same input, else a new one.
func provisioned(ctx context.Context) (string, error) {
	version, err := exec.CommandContext(ctx, "samba", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("samba --version: %w", err)
	}
	schema, err := servers.ExchangeSchema(sambaBase)
	if err != nil {
		return "", err
	}
	key := sha256.Sum256([]byte(strings.Join(append(schema, string(version), strings.Join(provision("", ""), " ")), "\n")))
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	cache = filepath.Join(cache, "muster-servers")
	template := filepath.Join(cache, fmt.Sprintf("samba-%x", key[:8]))
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", err
	}
	made, err := os.MkdirTemp(cache, "new-")
	if err != nil {
		return "", err
	}
	if err := makeTemplate(ctx, made, schema); err != nil {
		return "", errors.Join(err, os.RemoveAll(made))
	}
	if err := os.Rename(made, template); err != nil {
		// Another run was first; its template is as good as ours.
		return template, os.RemoveAll(made)
	}
	return template, nil
}

// provision returns the arguments that make a domain in dir.
func provision(dir, password string) []string {
	return []string{
		"domain", "provision", "--targetdir=" + dir, "--adminpass=" + password,
		"--realm=" + realm, "--domain=" + domain, "--server-role=dc", "--dns-backend=NONE",
		"--host-name=" + host, "--host-ip=127.0.0.1",
		"--option=bind interfaces only=yes", "--option=interfaces=lo", "--option=log file=" + dir + "/log.%m",
	}
}

// makeTemplate provisions a domain in dir, with a random password for its
// administrator, and extends its schema.
func makeTemplate(ctx context.Context, dir string, schema []string) error {
	password := "Mt1-" + rand.Text()
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password), 0o600); err != nil {
		return err
	}
	if err := output(ctx, "samba-tool", provision(dir, password)...); err != nil {
		return err
	}
	file := filepath.Join(dir, "schema.ldif")
	for _, ldif := range schema {
		if err := os.WriteFile(file, []byte(ldif), 0o600); err != nil {
			return err
		}
		err := output(ctx, "ldbmodify", "--configfile="+dir+"/etc/smb.conf", "-H", dir+"/private/sam.ldb",
			"--option=dsdb:schema update allowed=true", file)
		if err != nil {
			return err
		}
	}
	return nil
}

// output runs a program to its end; its output is part of the error.
func output(ctx context.Context, name string, args ...string) error {
	text, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, text)
	}
	return nil
}

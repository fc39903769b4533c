package scim

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// baseURL is the URL of the connection's root, as the client knows it: what the
// settings say, else what a trusted proxy says, else the request's own host.
func (rq *request) baseURL() string {
	path := "/scim/v2"
	if rest, ok := strings.CutPrefix(rq.URL.Path, "/scim/"); ok && !strings.HasPrefix(rest+"/", "v2/") {
		connection, _, _ := strings.Cut(rest, "/")
		path = "/scim/" + connection + "/v2"
	}
	if rq.Settings.URL != "" {
		return strings.TrimSuffix(rq.Settings.URL, "/") + path
	}
	scheme, host := "http", rq.Host
	if rq.TLS != nil {
		scheme = "https"
	}
	if fromProxy(rq.Request, rq.Trusted) {
		if forwarded := rq.Header.Get("X-Forwarded-Proto"); forwarded == "https" || forwarded == "http" {
			scheme = forwarded
		}
		if forwarded := rq.Header.Get("X-Forwarded-Host"); forwarded != "" && !strings.ContainsAny(forwarded, "/\\ \"<>") {
			host = forwarded
		}
	}
	return scheme + "://" + host + path
}

// fromProxy says whether the request comes from a trusted proxy.
func fromProxy(r *http.Request, trusted []netip.Prefix) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
}

// Remote is the address of who asks: the last one that a trusted proxy names, or
// who is connected.
func Remote(r *http.Request, trusted []netip.Prefix) string {
	if !fromProxy(r, trusted) {
		return r.RemoteAddr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		address, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if !slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) }) {
			return address.String()
		}
	}
	return r.RemoteAddr
}

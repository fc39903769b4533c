package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/muster-idm/muster/config"
)

// A container's check of its health believes the server that has the file's
// certificate, and no other.
func TestHealthIsAskedOfTheServerWithTheFilesCertificate(t *testing.T) {
	dir := t.TempDir()
	own, other := writeCertificate(t, dir, "own"), writeCertificate(t, dir, "other")
	file := &config.File{}
	file.Muster = config.Muster{Listen: "127.0.0.1:0", TLS: own}
	listener, scheme, err := listen(file)
	if err != nil || scheme != "https" {
		t.Fatalf("%s: %v", scheme, err)
	}
	answers := http.NewServeMux()
	answers.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	answers.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	server := &http.Server{Handler: answers, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(tls config.TLS, flags ...string) string {
		path := filepath.Join(dir, "muster.yaml")
		text := fmt.Sprintf("version: 1\nmuster: {listen: \"0.0.0.0:%s\", tls: {cert: %q, key: %q}}\n", port, tls.Cert, tls.Key)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		code := run(t.Context(), append([]string{"-c", path, "healthy"}, flags...), strings.NewReader(""), &out, &out)
		return fmt.Sprint(code, " ", out.String())
	}
	for _, x := range []struct{ got, code, says string }{
		{ask(own), "0 ", "/healthz answers 204"},
		{ask(own, "--ready"), "1 ", "/readyz answers 503"},
		{ask(other), "1 ", "certificate"},
		{ask(own, "--listen", "127.0.0.1:1"), "1 ", "the server does not answer"},
		{ask(own, "--listen", "8080"), "1 ", "is not host:port"},
	} {
		if !strings.HasPrefix(x.got, x.code) || !strings.Contains(x.got, x.says) {
			t.Errorf("want %s%s, got %s", x.code, x.says, x.got)
		}
	}
}

// writeCertificate makes a certificate for idm.example.com.
func writeCertificate(t *testing.T, dir, name string) config.TLS {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"idm.example.com"}, NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	files := config.TLS{Cert: config.Path(filepath.Join(dir, name+".pem")), Key: config.Path(filepath.Join(dir, name+"-key.pem"))}
	for path, block := range map[config.Path]*pem.Block{files.Cert: {Type: "CERTIFICATE", Bytes: certificate}, files.Key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(string(path), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/muster-idm/muster/bridge/devdir"
)

// Site is the demonstration set up: a folder with sources, configuration and
// store, and a directory that listens on loopback.
type Site struct {
	Setup
	Dir    string
	Config string // path of the configuration

	server    *devdir.Server
	reserved  net.Listener // keeps the port of Listen free for the door
	temporary bool
}

// Open sets the demonstration up in a new folder, a temporary one when dir is
// empty, and starts its directory.
func Open(ctx context.Context, dir string) (*Site, error) {
	s := &Site{Dir: dir}
	if err := s.makeDir(); err != nil {
		return nil, err
	}
	if err := s.serve(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.fill(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Site) makeDir() error {
	if s.Dir == "" {
		dir, err := os.MkdirTemp("", "muster-demo-")
		s.Dir, s.temporary = dir, true
		return err
	}
	if err := os.Mkdir(s.Dir, 0o700); err != nil {
		return fmt.Errorf("the demonstration wants a folder of its own: %w", err)
	}
	dir, err := filepath.Abs(s.Dir)
	s.Dir = dir
	return err
}

// serve starts the directory with an account for Muster that may write only
// where the jobs write.
func (s *Site) serve(ctx context.Context) error {
	const base = "DC=corp,DC=example,DC=com"
	password := rand.Text()
	directory, err := devdir.New(devdir.Options{Base: base, AdminPassword: password, UPNSuffixes: []string{"example.com"}})
	if err != nil {
		return err
	}
	s.Setup = Setup{Base: base, Bind: directory.AdminDN(), StaffOU: "OU=Staff," + base, PartnerOU: "OU=Partners," + base,
		CloudOU: "OU=Cloud," + base, GroupsOU: "OU=Groups," + base,
		CAFile: s.path("ca.pem"), PasswordFile: s.path("password"), Database: s.path("hr.db"), Sheet: s.path("partners.xlsx"), Store: s.path("muster.db")}
	for _, dn := range []string{s.StaffOU, s.PartnerOU, s.CloudOU, s.GroupsOU} {
		if err := directory.AddContainer(dn); err != nil {
			return err
		}
	}
	if s.server, err = directory.Serve(ctx, devdir.Listen{LDAPS: "127.0.0.1:0"}); err != nil {
		return err
	}
	s.URL = s.server.URL()
	if s.reserved, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	s.Listen = s.reserved.Addr().String()
	if err := os.WriteFile(s.CAFile, directory.CertificatePEM(), 0o600); err != nil {
		return err
	}
	return os.WriteFile(s.PasswordFile, []byte(password), 0o600)
}

func (s *Site) path(name string) string { return filepath.Join(s.Dir, name) }

// fill writes the sources of the first day, those of the next into a folder
// beside them, and the configuration.
func (s *Site) fill(ctx context.Context) error {
	if err := s.Write(ctx, Start); err != nil {
		return err
	}
	if err := os.Mkdir(s.path("tomorrow"), 0o700); err != nil {
		return err
	}
	if err := WriteDatabase(ctx, s.path("tomorrow/hr.db"), Changed); err != nil {
		return err
	}
	if err := WriteSheet(s.path("tomorrow/partners.xlsx"), Changed); err != nil {
		return err
	}
	text, err := Config(s.Setup)
	if err != nil {
		return err
	}
	s.Config = s.path("muster.yaml")
	return os.WriteFile(s.Config, text, 0o600)
}

// Write writes both sources as they are on a day.
func (s *Site) Write(ctx context.Context, day Day) error {
	if err := WriteDatabase(ctx, s.Database, day); err != nil {
		return err
	}
	return WriteSheet(s.Sheet, day)
}

// Vacate lets go of the address Listen, for the door that is about to open there.
func (s *Site) Vacate() error {
	if s.reserved == nil {
		return nil
	}
	err := s.reserved.Close()
	s.reserved = nil
	return err
}

// Close ends the directory and removes a temporary folder.
func (s *Site) Close() error {
	err := s.Vacate()
	if s.server != nil {
		s.server.Close()
	}
	if s.temporary {
		err = errors.Join(err, os.RemoveAll(s.Dir))
	}
	return err
}

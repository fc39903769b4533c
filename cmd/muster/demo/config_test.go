package demo_test

import (
	"testing"

	"github.com/muster-idm/muster/cmd/muster/demo"
	"github.com/muster-idm/muster/config"
)

func TestTheConfigurationHasNoFaults(t *testing.T) {
	setup := demo.Setup{
		URL: "ldaps://127.0.0.1:6360", CAFile: `C:\demo folder\ca.pem`, Base: "DC=corp,DC=example,DC=com", Bind: "muster@corp.example.com",
		PasswordFile: "/tmp/demo: #1/password", StaffOU: "OU=Staff,DC=corp,DC=example,DC=com", PartnerOU: "OU=Partners,DC=corp,DC=example,DC=com",
		CloudOU: "OU=Cloud,DC=corp,DC=example,DC=com", GroupsOU: "OU=Groups,DC=corp,DC=example,DC=com", Listen: "127.0.0.1:8080",
		Database: "/tmp/demo/hr.db", Sheet: "/tmp/demo/partners.xlsx", Store: "/tmp/demo/muster.db",
	}
	text, err := demo.Config(setup)
	if err != nil {
		t.Fatal(err)
	}
	file, err := config.Parse("demo.yaml", text, config.Environment{Read: func(string) ([]byte, error) { return []byte("secret"), nil }})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if got := string(file.Sources[0].Path); got != setup.Database {
		t.Errorf("the database is %s", got)
	}
	if len(file.Jobs) != 2 || file.Jobs[0].Name != "staff" || file.Jobs[1].Name != "partners" {
		t.Errorf("the jobs are %v", file.Jobs)
	}
	if len(file.Connections) != 1 || file.Connections[0].Name != "okta" || file.Muster.Listen != setup.Listen {
		t.Errorf("the connections are %v, at %s", file.Connections, file.Muster.Listen)
	}
}

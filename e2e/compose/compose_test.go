// Package compose_test tests what docker-compose.yml promises, as the parser of Compose itself reads it.
package compose_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// load reads the file with every profile, and nothing of this process's environment.
var load = sync.OnceValues(func() (*types.Project, error) {
	file := filepath.Join("..", "..", "docker-compose.yml")
	options, err := cli.NewProjectOptions([]string{file}, cli.WithName("crm"), cli.WithProfiles([]string{"*"}))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(context.Background())
})

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// want tells in one line what differs from what is wanted.
func want[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// services are all there are, with the secrets each may read: a new one has to be entered here.
var services = map[string][]string{
	"gateway":      nil,
	"auth":         {"auth_nats_url", "auth_registry_url", "auth_secret", "auth_store_url", "smtp_url"},
	"ticket":       {"ticket_nats_url", "ticket_registry_url", "ticket_store_url"},
	"frontend":     nil,
	"auth-store":   {"auth_store_url", "mongo_admin_url"},
	"ticket-store": {"mongo_admin_url", "ticket_store_url"},
	"mongo":        {"mongo_root_password"},
	"redis":        {"redis_conf"},
	"nats":         nil, // its passwords are a file that nats.conf includes
	"notifier":     {"notifier_nats_url", "smtp_url"},
	"mail":         nil,
}

func TestServicesReadTheirOwnSecretsOnly(t *testing.T) {
	t.Parallel()
	p := project(t)
	want(t, "services", len(p.Services), len(services))
	for name, service := range p.Services {
		wanted, known := services[name]
		var got []string
		for _, secret := range service.Secrets {
			got = append(got, secret.Source)
		}
		slices.Sort(got)
		if !known || !slices.Equal(got, wanted) {
			t.Errorf("%s reads %v, want %v", name, got, wanted)
		}
	}
}

func TestContainersMayDoLittle(t *testing.T) {
	t.Parallel()
	for name, s := range project(t).Services {
		restart := types.RestartPolicyUnlessStopped
		if name == "auth-store" || name == "ticket-store" {
			restart = types.RestartPolicyOnFailure
		}
		want(t, name+" restart", s.Restart, restart)
		want(t, name+" read_only", s.ReadOnly, true)
		want(t, name+" cap_drop ALL", slices.Equal(s.CapDrop, []string{"ALL"}) && len(s.CapAdd) == 0 && !s.Privileged, true)
		want(t, name+" no-new-privileges", slices.Contains(s.SecurityOpt, "no-new-privileges:true"), true)
		want(t, name+" limits", s.MemLimit > 0 && s.PidsLimit > 0 && s.CPUS > 0, true)
	}
}

// What is under way when a service is told to end may take 29 s.
func TestServicesMayFinish(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gateway", "auth", "ticket", "frontend", "notifier"} {
		grace := project(t).Services[name].StopGracePeriod
		want(t, name+" has 40 s", grace != nil && grace.String() == "40s", true)
	}
}

func TestOnlyTheGatewayAndCaughtMailsArePublished(t *testing.T) {
	t.Parallel()
	published := map[string]string{"gateway": "127.0.0.1:8080", "mail": "127.0.0.1:8025"}
	for name, s := range project(t).Services {
		got := ""
		for _, port := range s.Ports {
			got += port.HostIP + ":" + port.Published
		}
		want(t, name+" is published at", got, published[name])
		want(t, name+" network of the host", s.NetworkMode, "")
	}
}

func TestTheGatewayReachesNoEngine(t *testing.T) {
	t.Parallel()
	for name, s := range project(t).Services {
		_, front := s.Networks["front"]
		_, back := s.Networks["back"]
		want(t, name+" is in front", front, name == "gateway" || name == "auth" || name == "ticket" || name == "frontend")
		want(t, name+" is in back", back, name != "gateway" && name != "frontend")
	}
}

// What waits for an engine, or an operator who looks, is told when it answers.
func TestEnginesAreChecked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"mongo", "redis", "nats"} {
		check := project(t).Services[name].HealthCheck
		want(t, name+" has a check", check != nil && !check.Disable && len(check.Test) > 1 && check.Test[0] != "NONE", true)
	}
}

// What the engines keep outlives their containers, and `down` without -v.
func TestDataIsInNamedVolumes(t *testing.T) {
	t.Parallel()
	p := project(t)
	for name, folder := range map[string]string{"mongo": "/data/db", "nats": "/data"} {
		volumes := p.Services[name].Volumes
		i := slices.IndexFunc(volumes, func(v types.ServiceVolumeConfig) bool { return v.Target == folder })
		if i < 0 {
			t.Errorf("%s has nothing at %s", name, folder)
			continue
		}
		_, declared := p.Volumes[volumes[i].Source]
		want(t, name+" has a named volume at "+folder, volumes[i].Type == types.VolumeTypeVolume && declared && !volumes[i].ReadOnly, true)
	}
}

// What catches mails and what is an example start only for whoever asks for them; nothing that the CRM needs has to be asked for.
func TestOnlyExtrasAreBehindProfiles(t *testing.T) {
	t.Parallel()
	for name, s := range project(t).Services {
		var wanted []string
		if name == "mail" || name == "notifier" {
			wanted = []string{name}
		}
		if !slices.Equal(s.Profiles, wanted) {
			t.Errorf("%s is behind the profiles %v, want %v", name, s.Profiles, wanted)
		}
	}
}

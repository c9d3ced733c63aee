package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// Config says what a control plane is for. The zero value has every API and feature
// switched on, allows every request, and runs only the controllers of
// namespaces, StatefulSets and volumes.
type Config struct {
	// Installed asks for what people install: RBAC, the APIs and features that
	// are on by default, all controllers, each with an account of its own, and an
	// audit log.
	Installed bool
	// Emulated is the minor release as which an installed API server behaves,
	// such as 1.34. Empty means its own.
	Emulated string
}

// Plane is a running control plane: an etcd, an API server and controllers. It
// has no nodes, so no Pod ever runs.
type Plane struct {
	// Programs are what it was started from.
	Programs Programs
	// Kubeconfig is the file by which a client finds it.
	Kubeconfig string
	// URL is the address of the API server.
	URL string

	dir       string
	token     string
	client    *http.Client
	processes []*process // in the order of their start
}

// patience is how long a program has to become ready.
const patience = 3 * time.Minute

// Start starts a control plane with its data in a temporary directory. It
// returns when all parts say that they are ready, or after it has stopped those
// that it had started.
func Start(ctx context.Context, programs Programs, config Config) (*Plane, error) {
	dir, err := os.MkdirTemp("", "kuniq-controlplane-")
	if err != nil {
		return nil, err
	}
	p := &Plane{Programs: programs, dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig")}
	if err := p.start(ctx, config); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// Stop ends all processes, those that need another one before that one, and
// removes the data.
func (p *Plane) Stop() {
	for _, proc := range slices.Backward(p.processes) {
		proc.stop()
	}
	p.processes = nil
	_ = os.RemoveAll(p.dir) // in the temporary directory, whose owner cleans it
}

func (p *Plane) start(ctx context.Context, config Config) error {
	c, err := newCredentials(p.dir)
	if err != nil {
		return err
	}
	ports, err := freePorts(4)
	if err != nil {
		return err
	}
	p.URL, p.token = "https://127.0.0.1:"+ports[2], c.token
	p.client = newClient(c.certificate)
	if err := os.WriteFile(p.Kubeconfig, []byte(p.kubeconfig(c)), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(auditPolicy(p.dir), []byte("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"), 0o600); err != nil {
		return err
	}
	etcd := "http://127.0.0.1:" + ports[0]
	if err := p.launch(ctx, etcd+"/readyz", "etcd", etcdArgs(p.dir, etcd, "http://127.0.0.1:"+ports[1])...); err != nil {
		return err
	}
	if err := p.launch(ctx, p.URL+"/readyz", "kube-apiserver", config.serverArgs(p.dir, c, etcd, ports[2])...); err != nil {
		return err
	}
	return p.launch(ctx, "https://127.0.0.1:"+ports[3]+"/healthz", "kube-controller-manager", config.managerArgs(c, p.Kubeconfig, ports[3])...)
}

// launch starts one program and waits until it is ready.
func (p *Plane) launch(ctx context.Context, ready, name string, args ...string) error {
	proc, err := start(p.dir, p.Programs.path(name), args...)
	if err != nil {
		return err
	}
	p.processes = append(p.processes, proc)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = until(ctx, func() (bool, error) {
		select {
		case <-proc.ended:
			return false, errors.New("it has ended")
		default:
		}
		answer, err := p.Do(ctx, http.MethodGet, ready, "", nil)
		return err == nil && answer.Status == http.StatusOK, nil
	})
	if err != nil {
		return fmt.Errorf("%s is not ready: %w; it said:\n%s", name, err, proc.said())
	}
	return nil
}

// until asks again and again until the answer is yes or an error, or the time
// is up.
func until(ctx context.Context, ask func() (bool, error)) error {
	return wait.PollUntilContextCancel(ctx, 50*time.Millisecond, true, func(context.Context) (bool, error) { return ask() })
}

// freePorts returns ports that are free.
func freePorts(n int) ([]string, error) {
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // all stay taken until all are found
		out = append(out, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return out, nil
}

func newClient(certificate []byte) *http.Client {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	// Loopback is never to go through a proxy.
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
}

func (p *Plane) kubeconfig(c credentials) string {
	return `apiVersion: v1
kind: Config
current-context: kuniq
contexts: [{name: kuniq, context: {cluster: kuniq, user: admin}}]
clusters: [{name: kuniq, cluster: {server: "` + p.URL + `", certificate-authority-data: ` + base64.StdEncoding.EncodeToString(c.certificate) + `}}]
users: [{name: admin, user: {token: ` + c.token + `}}]
`
}

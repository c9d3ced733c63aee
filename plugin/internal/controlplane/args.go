package main

import "path/filepath"

// etcdArgs: the data is thrown away, so nothing waits for the disk.
func etcdArgs(dir, client, peer string) []string {
	return []string{
		"--data-dir=" + filepath.Join(dir, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer, "--initial-cluster=default=" + peer,
	}
}

// serverArgs: without an endpoint reconciler the server takes a loopback address;
// without the admission of service accounts a Pod needs none.
func (config Config) serverArgs(dir string, c credentials, etcd, port string) []string {
	args := []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + port,
		"--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/16",
		"--tls-cert-file=" + c.certFile, "--tls-private-key-file=" + c.keyFile, "--token-auth-file=" + c.tokenFile,
		"--service-account-issuer=https://kuniq.invalid", "--service-account-key-file=" + c.keyFile, "--service-account-signing-key-file=" + c.keyFile,
		"--disable-admission-plugins=ServiceAccount",
	}
	if !config.Installed {
		return append(args, "--authorization-mode=AlwaysAllow", "--runtime-config=api/all=true", "--feature-gates=AllAlpha=true,AllBeta=true")
	}
	if config.Emulated != "" {
		args = append(args, "--emulated-version="+config.Emulated)
	}
	return append(args, "--authorization-mode=RBAC", "--audit-policy-file="+auditPolicy(dir), "--audit-log-path="+auditLog(dir))
}

func auditPolicy(dir string) string { return filepath.Join(dir, "audit-policy.yaml") }
func auditLog(dir string) string    { return filepath.Join(dir, "audit.log") }

// managerArgs: the binder soon looks again at a claim that waits for a volume.
// Where not all controllers run, those do that a drill needs, and none that would
// delete or change the objects of a test.
func (config Config) managerArgs(c credentials, kubeconfig, port string) []string {
	args := []string{
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1", "--secure-port=" + port,
		"--tls-cert-file=" + c.certFile, "--tls-private-key-file=" + c.keyFile,
		"--leader-elect=false", "--pvclaimbinder-sync-period=1s",
	}
	if config.Installed {
		return append(args, "--use-service-account-credentials", "--service-account-private-key-file="+c.keyFile)
	}
	return append(args, "--controllers=namespace-controller,statefulset-controller,persistentvolume-binder-controller,"+
		"persistentvolumeclaim-protection-controller,persistentvolume-protection-controller")
}

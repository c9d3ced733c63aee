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

// serverArgs switch on every API. Without an endpoint reconciler the server
// takes a loopback address; without the admission of service accounts a Pod
// needs none.
func serverArgs(c credentials, etcd, port string) []string {
	return []string{
		"--etcd-servers=" + etcd,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port=" + port,
		"--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/16",
		"--tls-cert-file=" + c.certFile, "--tls-private-key-file=" + c.keyFile,
		"--authorization-mode=AlwaysAllow", "--token-auth-file=" + c.tokenFile,
		"--service-account-issuer=https://kuniq.invalid", "--service-account-key-file=" + c.keyFile, "--service-account-signing-key-file=" + c.keyFile,
		"--disable-admission-plugins=ServiceAccount",
		"--runtime-config=api/all=true", "--feature-gates=AllAlpha=true,AllBeta=true",
	}
}

// managerArgs run the controllers that a drill needs, and none that would
// delete or change what a test has made.
func managerArgs(c credentials, kubeconfig, port string) []string {
	return []string{
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=127.0.0.1", "--secure-port=" + port,
		"--tls-cert-file=" + c.certFile, "--tls-private-key-file=" + c.keyFile,
		"--leader-elect=false",
		"--pvclaimbinder-sync-period=1s", // what waits is looked at again
		"--controllers=namespace-controller,statefulset-controller,persistentvolume-binder-controller," +
			"persistentvolumeclaim-protection-controller,persistentvolume-protection-controller",
	}
}

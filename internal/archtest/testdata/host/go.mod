module example.com/host

go 1.24.0

require (
	github.com/google/go-jsonnet v0.20.0
	k8s.io/apimachinery v0.31.4
	k8s.io/client-go v0.31.4
	sigs.k8s.io/controller-runtime v0.19.4
	sigs.k8s.io/kustomize/api v0.17.3
	sigs.k8s.io/kustomize/kyaml v0.17.2
)

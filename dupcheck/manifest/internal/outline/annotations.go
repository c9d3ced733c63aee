package outline

// Annotations are the ones that end up in dupcheck.Object.Annotations.
// Names and values of all others are never kept.
var Annotations = []string{
	"argocd.argoproj.io/hook",
	"argocd.argoproj.io/hook-delete-policy",
	"argocd.argoproj.io/sync-options",
	"config.kubernetes.io/index", // with path, where kpt and kustomize read the object
	"config.kubernetes.io/local-config",
	"config.kubernetes.io/origin",
	"config.kubernetes.io/path",
	"helm.sh/hook",
	"helm.sh/hook-delete-policy",
	"helm.sh/resource-policy",
	"internal.config.kubernetes.io/index",
	"internal.config.kubernetes.io/path",
	"kubecfg.github.com/provenance-file",
	"kubecfg.github.com/provenance-path",
	"kustomize.toolkit.fluxcd.io/prune",
	"postrenderer.helm.sh/postrender-filename",
}

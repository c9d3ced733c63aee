package restore

import (
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Phase says when an object comes back after a deletion.
type Phase int

// The phases, in their order. It is that in which a production environment was
// restored after its Application had been pruned: state first, and writes
// before queries.
const (
	// Foundations are namespaces, CRDs, and what all others refer to.
	Foundations Phase = iota
	// Storage are volumes and claims.
	Storage
	// Metadata are the stores without which nothing else finds its data.
	Metadata
	// Writes take in data and keep it until the rest is there.
	Writes
	// Stateful is everything else with volumes.
	Stateful
	// Stateless is the rest.
	Stateless
	phases
)

// String returns the name of the phase.
func (p Phase) String() string {
	return [...]string{
		"namespaces, CRDs and what others refer to", "volumes and claims", "metadata stores",
		"write path", "state", "stateless",
	}[p]
}

// Order says which phase objects belong to, before the built-in tables do.
type Order struct {
	// Metadata, Writes and Stateful are patterns of the objects of these
	// phases.
	Metadata, Writes, Stateful []dupcheck.Ignore
}

// foundations are kinds that others refer to and that run nothing. Webhooks are
// none of them: one whose server is not there yet refuses everything.
var foundations = map[dupcheck.GroupKind]bool{
	namespaceKind: true, classKind: true,
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"}: true,
	{Group: "scheduling.k8s.io", Kind: "PriorityClass"}:               true,
	{Group: "node.k8s.io", Kind: "RuntimeClass"}:                      true,
	{Group: "networking.k8s.io", Kind: "IngressClass"}:                true,
	{Group: "storage.k8s.io", Kind: "CSIDriver"}:                      true,
	{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshotClass"}:   true,
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}:         true,
	{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}:  true,
	{Group: "rbac.authorization.k8s.io", Kind: "Role"}:                true,
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:         true,
	{Kind: "ServiceAccount"}:                                          true,
	{Kind: "ConfigMap"}:                                               true,
	{Kind: "Secret"}:                                                  true,
	{Kind: "Service"}:                                                 true,
	{Kind: "LimitRange"}:                                              true,
	{Kind: "ResourceQuota"}:                                           true,
	{Group: "networking.k8s.io", Kind: "NetworkPolicy"}:               true,
	{Group: "bitnami.com", Kind: "SealedSecret"}:                      true,
	{Group: "external-secrets.io", Kind: "ExternalSecret"}:            true,
	{Group: "external-secrets.io", Kind: "SecretStore"}:               true,
	{Group: "external-secrets.io", Kind: "ClusterSecretStore"}:        true,
	{Group: "argoproj.io", Kind: "AppProject"}:                        true,
}

var storage = map[dupcheck.GroupKind]bool{
	volumeKind: true, claimKind: true,
	{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshot"}:        true,
	{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshotContent"}: true,
}

// operated are kinds whose operators make claims.
var operated = map[dupcheck.GroupKind]Phase{
	{Group: "acid.zalan.do", Kind: "postgresql"}:                      Metadata,
	{Group: "etcd.database.coreos.com", Kind: "EtcdCluster"}:          Metadata,
	{Group: "postgresql.cnpg.io", Kind: "Cluster"}:                    Metadata,
	{Group: "vault.banzaicloud.com", Kind: "Vault"}:                   Metadata,
	{Group: "zookeeper.pravega.io", Kind: "ZookeeperCluster"}:         Metadata,
	{Group: "kafka.strimzi.io", Kind: "Kafka"}:                        Writes,
	{Group: "kafka.strimzi.io", Kind: "KafkaNodePool"}:                Writes,
	{Group: "rabbitmq.com", Kind: "RabbitmqCluster"}:                  Writes,
	{Group: "cassandra.datastax.com", Kind: "CassandraDatacenter"}:    Stateful,
	{Group: "ceph.rook.io", Kind: "CephCluster"}:                      Stateful,
	{Group: "elasticsearch.k8s.elastic.co", Kind: "Elasticsearch"}:    Stateful,
	{Group: "k8ssandra.io", Kind: "K8ssandraCluster"}:                 Stateful,
	{Group: "longhorn.io", Kind: "Volume"}:                            Stateful,
	{Group: "minio.min.io", Kind: "Tenant"}:                           Stateful,
	{Group: "mongodbcommunity.mongodb.com", Kind: "MongoDBCommunity"}: Stateful,
	{Group: "monitoring.coreos.com", Kind: "Prometheus"}:              Stateful,
	{Group: "redis.redis.opstreelabs.in", Kind: "RedisCluster"}:       Stateful,
}

// deployers are kinds that deploy others, and so all that they hold.
var deployers = map[dupcheck.GroupKind]bool{
	{Group: "argoproj.io", Kind: "Application"}:                   true,
	{Group: "argoproj.io", Kind: "ApplicationSet"}:                true,
	{Group: "kustomize.toolkit.fluxcd.io", Kind: "Kustomization"}: true,
	{Group: "helm.toolkit.fluxcd.io", Kind: "HelmRelease"}:        true,
}

// workloads are kinds of which the name is looked at.
var workloads = map[dupcheck.GroupKind]bool{
	statefulSetKind:                         true,
	{Group: "apps", Kind: "Deployment"}:     true,
	{Group: "apps", Kind: "DaemonSet"}:      true,
	{Group: "batch", Kind: "CronJob"}:       true,
	{Group: "batch", Kind: "Job"}:           true,
	{Group: "argoproj.io", Kind: "Rollout"}: true,
}

// phaseWords are words in the names of workloads that say what they are for.
var phaseWords = map[string]Phase{
	"etcd": Metadata, "zookeeper": Metadata, "consul": Metadata, "vault": Metadata, "catalog": Metadata,
	"metastore": Metadata, "meta": Metadata, "postgres": Metadata, "postgresql": Metadata, "mysql": Metadata, "mariadb": Metadata,
	"kafka": Writes, "nats": Writes, "pulsar": Writes, "rabbitmq": Writes, "redpanda": Writes, "ingester": Writes, "ingest": Writes,
	"router": Writes, "distributor": Writes, "writer": Writes, "write": Writes, "queue": Writes,
}

// phase says which phase an object belongs to.
func (o Order) phase(id dupcheck.ID) Phase {
	gk := id.GroupKind()
	for phase, patterns := range [...][]dupcheck.Ignore{Metadata: o.Metadata, Writes: o.Writes, Stateful: o.Stateful} {
		for _, p := range patterns {
			if p.Matches(id) {
				return Phase(phase)
			}
		}
	}
	switch {
	case foundations[gk]:
		return Foundations
	case storage[gk]:
		return Storage
	}
	if p, ok := operated[gk]; ok {
		return p
	}
	if !workloads[gk] {
		return Stateless
	}
	for word := range strings.FieldsFuncSeq(id.Name, func(r rune) bool { return r == '-' || r == '.' }) {
		if p, ok := phaseWords[word]; ok {
			return p
		}
	}
	if gk == statefulSetKind {
		return Stateful
	}
	return Stateless
}

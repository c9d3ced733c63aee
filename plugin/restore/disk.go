package restore

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// disk is what a volume points at, outside of the cluster.
type disk struct {
	// driver is the name of the CSI driver, also of one that has taken over
	// from a volume source of Kubernetes itself, or that of the source.
	driver string
	// handle tells the disks of a driver apart.
	handle string
	// csi says that the volume names a CSI driver.
	csi bool
}

func (d disk) String() string { return d.driver + " " + d.handle }

// sources are the volume sources of a PersistentVolume (k8s.io/api core/v1
// PersistentVolumeSource) with the fields that say which disk it is. The others,
// such as fsType, say how to mount it.
var sources = map[string][]string{
	"awsElasticBlockStore": {"volumeID", "partition"},
	"azureDisk":            {"diskURI"},
	"azureFile":            {"shareName", "secretNamespace", "secretName"},
	"cephfs":               {"monitors", "path"},
	"cinder":               {"volumeID"},
	"csi":                  {"volumeHandle"},
	"fc":                   {"targetWWNs", "lun", "wwids"},
	"flexVolume":           {"driver", "options"},
	"flocker":              {"datasetName", "datasetUUID"},
	"gcePersistentDisk":    {"pdName", "partition"},
	"glusterfs":            {"endpoints", "endpointsNamespace", "path"},
	"hostPath":             {"path"},
	"iscsi":                {"targetPortal", "iqn", "lun"},
	"local":                {"path"},
	"nfs":                  {"server", "path"},
	"photonPersistentDisk": {"pdID"},
	"portworxVolume":       {"volumeID"},
	"quobyte":              {"registry", "volume", "tenant"},
	"rbd":                  {"monitors", "pool", "image"},
	"scaleIO":              {"gateway", "system", "volumeName"},
	"storageos":            {"volumeName", "volumeNamespace"},
	"vsphereVolume":        {"volumePath", "volumeID"},
}

// successors are the CSI drivers that serve the volumes of in-tree sources
// since the migration (k8s.io/csi-translation-lib/plugins).
var successors = map[string]string{
	"awsElasticBlockStore": "ebs.csi.aws.com",
	"azureDisk":            "disk.csi.azure.com",
	"azureFile":            "file.csi.azure.com",
	"cinder":               "cinder.csi.openstack.org",
	"gcePersistentDisk":    "pd.csi.storage.gke.io",
	"portworxVolume":       "pxd.portworx.com",
	"vsphereVolume":        "csi.vsphere.vmware.com",
}

// diskOf returns the disk of a volume, or why it has none.
func diskOf(spec map[string]any) (d disk, source, why string) {
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		if spec[name] == nil {
			continue
		}
		if source != "" {
			return disk{}, "", fmt.Sprintf("has two volume sources, %s and %s", source, name)
		}
		source = name
	}
	fields, ok := spec[source].(map[string]any)
	switch {
	case source == "":
		return disk{}, "", "has no volume source that is known"
	case !ok:
		return disk{}, "", "has a " + source + " that is no mapping"
	}
	d = disk{driver: source, handle: handle(fields, sources[source])}
	if d.handle == "" {
		return disk{}, "", "has a " + source + " that names no disk"
	}
	switch source {
	case "csi":
		d.driver, _ = fields["driver"].(string)
		d.csi = true
		if d.driver == "" {
			return disk{}, "", "has a csi without a driver"
		}
	case "awsElasticBlockStore": // aws://eu-central-1a/vol-0123
		d.handle = d.handle[strings.LastIndexByte(d.handle, '/')+1:]
	case "hostPath", "local", "gcePersistentDisk": // a path on one node, a name in one zone
		if where := spec["nodeAffinity"]; where != nil {
			text, _ := json.Marshal(where) // sorts the keys
			d.handle += " " + string(text)
		}
	}
	if driver, ok := successors[source]; ok {
		d.driver = driver
	}
	if d.driver == "disk.csi.azure.com" { // Azure does not tell case apart
		d.handle = strings.ToLower(d.handle)
	}
	return d, source, ""
}

// handle joins the fields that are set.
func handle(source map[string]any, fields []string) string {
	var parts []string
	for _, f := range fields {
		switch v := source[f].(type) {
		case nil:
		case string:
			if v != "" {
				parts = append(parts, v)
			}
		default:
			text, _ := json.Marshal(v)
			parts = append(parts, string(text))
		}
	}
	return strings.Join(parts, " ")
}

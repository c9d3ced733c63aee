package restore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// disk is the disk that a volume points at, outside of the cluster.
type disk struct {
	// driver is the name of the CSI driver, also of one that has replaced a volume source of
	// Kubernetes itself, or else the name of the source.
	driver string
	// handle tells the disks of a driver apart.
	handle string
	// csi says that the volume names a CSI driver.
	csi bool
}

func (d disk) String() string { return d.driver + " " + d.handle }

// diskOf returns the disk of a volume and its source, or why it has none.
func diskOf(spec map[string]any) (d disk, name, why string) {
	var is source
	for _, s := range facts().sources {
		switch {
		case spec[s.name] == nil:
		case is.name != "":
			return disk{}, "", fmt.Sprintf("has two volume sources, %s and %s", is.name, s.name)
		default:
			is = s
		}
	}
	fields, ok := spec[is.name].(map[string]any)
	switch {
	case is.name == "":
		return disk{}, "", "has no known volume source"
	case !ok:
		return disk{}, "", "has a " + is.name + " that is not a mapping"
	}
	d = disk{driver: cmp.Or(is.driver, is.name), handle: handle(fields, is.fields)}
	if d.handle == "" {
		return disk{}, "", "has a " + is.name + " that names no disk"
	}
	switch is.name {
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
	if d.driver == "disk.csi.azure.com" { // Azure ignores case
		d.handle = strings.ToLower(d.handle)
	}
	return d, is.name, ""
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

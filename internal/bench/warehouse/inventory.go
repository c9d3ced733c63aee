package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// A fleet is made of repositories that each list some objects. Two neighbours share one
// object of sharedEvery, and half of these with one content.
type fleet struct{ repositories, objects int }

const (
	sharedEvery = 1000
	clusters    = 10
)

// collisions returns how many identities the repositories declare more than once.
func (f fleet) collisions() int { return f.repositories / 2 * (f.objects / sharedEvery) }

// identical returns how many of the collisions are of one content.
func (f fleet) identical() int { return f.repositories / 2 * ((f.objects/sharedEvery + 1) / 2) }

func (f fleet) rows() int { return f.repositories * f.objects }

// kinds are in the inventory equally often. The first is that of shared objects, because
// a Secret has no digest.
var kinds = []dupcheck.GroupKind{
	{Kind: "ConfigMap"},
	{Group: "apps", Kind: "Deployment"},
	{Kind: "Service"},
	{Kind: "Secret"},
	{Group: "networking.k8s.io", Kind: "Ingress"},
	{Kind: "ServiceAccount"},
	{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"},
	{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"},
	{Group: "monitoring.coreos.com", Kind: "ServiceMonitor"},
	{Group: "batch", Kind: "CronJob"},
}

// entry returns the object with a number in a repository.
func entry(repository, number int) report.Entry {
	kind := kinds[number%len(kinds)]
	e := report.Entry{
		Set: fmt.Sprintf("cluster-%02d", number/sharedEvery%clusters),
		ID: dupcheck.ID{
			Group: kind.Group, Kind: kind.Kind,
			Namespace: fmt.Sprintf("team-%03d-%02d", repository, number/100%50),
			Name:      fmt.Sprintf("service-%03d-%05d", repository, number),
		},
		APIVersion: "v1",
		File:       fmt.Sprintf("repository-%03d/clusters/cluster-%02d/service-%05d/manifests.yaml", repository, number/sharedEvery%clusters, number/len(kinds)),
		Line:       number%len(kinds)*40 + 1,
	}
	if kind.Group != "" {
		e.APIVersion = kind.Group + "/v1"
	}
	content := [3]int{repository, number, 0}
	if number%sharedEvery == 0 {
		pair := repository / 2
		e.Namespace, e.Name = "platform", fmt.Sprintf("shared-%03d-%05d", pair, number)
		if number/sharedEvery%2 == 0 {
			content = [3]int{pair, number, 1}
		}
	}
	if kind.Kind != "Secret" {
		sum := sha256.Sum256(fmt.Append(nil, content))
		e.Digest = "sha256:" + hex.EncodeToString(sum[:])
	}
	return e
}

// write writes the inventory of each repository into a file of its own below a directory,
// and returns how many bytes that are.
func (f fleet) write(dir, format string) (size int64, err error) {
	dir = filepath.Join(dir, "inventories")
	if err := os.Mkdir(dir, 0o777); err != nil {
		return 0, err
	}
	for r := range f.repositories {
		n, err := f.writeRepository(filepath.Join(dir, fmt.Sprintf("%03d.%s", r, format)), format, r)
		if err != nil {
			return 0, err
		}
		size += n
	}
	return size, nil
}

func (f fleet) writeRepository(name, format string, repository int) (size int64, err error) {
	file, err := os.Create(name)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	list, err := report.NewList(file, format)
	if err != nil {
		return 0, err
	}
	for number := range f.objects {
		list.Add(entry(repository, number))
	}
	if err := list.Close(); err != nil {
		return 0, err
	}
	return file.Seek(0, io.SeekCurrent)
}

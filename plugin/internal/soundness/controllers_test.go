package soundness

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// syncApplication prunes and applies (gitops-engine/pkg/sync: it prunes
// first).
func (w *world) syncApplication(a *thing) {
	if a.namespace != "argocd" {
		return
	}
	r := remember(w.cache, "application "+a.name+" "+text(fields{"spec": at(a.fields, "spec")}), func() result { return w.tree.application(a.fields) })
	prunes := is(a.fields, "spec", "syncPolicy", "automated", "prune") && at(a.fields, "spec", "syncPolicy", "automated", "enabled") != false
	if r.err != nil {
		w.failed = true
		return
	}
	if a.synced && (a.inputs != "" || r.inputs != "") && a.inputs != r.inputs && prunes && (a.inputs != "" || w.has(func(o *thing) bool { return o.application == a.name && o.set == "" })) {
		w.unknown = append(w.unknown, a.key.String())
	}
	a.inputs, a.synced = r.inputs, true
	if r.inputs != "" {
		return
	}
	targets := map[key]bool{}
	for _, o := range r.objects {
		targets[o.key] = true
	}
	if prunes {
		w.removeAll(func(o *thing) bool {
			return o.application == a.name && o.set == "" && o.cluster == clusterOf(a.fields) && !targets[o.key] && !hasOption(o, "Prune=false", "Prune=confirm")
		})
	}
	if w.live[a.key] != a {
		return // it has deleted itself
	}
	for _, o := range r.objects {
		if isHook(o) {
			if found := w.live[o.key]; found != nil && !isHook(found.object) {
				w.remove(o.key) // BeforeHookCreation
			}
			continue // it lives for a sync
		}
		w.apply(o).application = a.name
	}
}

// isHook says whether Argo CD runs an object instead of keeping it.
func isHook(o object) bool { return o.annotation("argocd.argoproj.io/hook") != "" }

// hasOption says whether a live object has one of some sync options.
func hasOption(o *thing, options ...string) bool {
	for item := range strings.SplitSeq(o.annotation("argocd.argoproj.io/sync-options"), ",") {
		if slices.Contains(options, strings.TrimSpace(item)) {
			return true
		}
	}
	return false
}

// finalizeApplication deletes the objects of an Application that has the finalizer
// (argo-cd controller/appcontroller.go).
func (w *world) finalizeApplication(a *thing) {
	if a.namespace != "argocd" || !slices.Contains(strs(a.fields, "metadata", "finalizers"), finalizer) {
		return
	}
	if a.inputs != "" {
		w.unknown = append(w.unknown, "content of "+a.key.String())
	}
	w.removeAll(func(o *thing) bool {
		return o.application == a.name && o.set == "" && o.cluster == clusterOf(a.fields) &&
			!hasOption(o, "Delete=false", "Delete=confirm") && o.annotation("helm.sh/resource-policy") != "keep"
	})
}

var validName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$`)

// generated is what an ApplicationSet makes.
type generated struct {
	apps []fields
	err  error
}

// syncSet makes, changes and deletes Applications (argo-cd v3.6 applicationset
// controller, Reconcile). A name that is generated twice is let be.
func (w *world) syncSet(s *thing) {
	g := remember(w.cache, "set "+text(s.fields), func() (g generated) { g.apps, g.err = w.tree.generate(s.fields); return g })
	if s.namespace != "argocd" || g.err != nil {
		w.failed = true
		return
	}
	policy := str(s.fields, "spec", "syncPolicy", "applicationsSync")
	times := map[string]int{}
	for _, app := range g.apps {
		times[str(app, "metadata", "name")]++
	}
	failed := false
	for _, app := range g.apps {
		name := str(app, "metadata", "name")
		k := key{"", argoGroup, "Application", s.namespace, name}
		found := w.live[k]
		switch {
		case times[name] > 1:
		case !validName.MatchString(name), found != nil && found.set != "" && found.set != s.name:
			failed = true
		case found != nil && found.set == s.name && (policy == "create-only" || policy == "create-delete"):
		default:
			made := w.apply(object{k, app})
			made.set, made.application = s.name, ""
		}
	}
	if !failed && policy != "create-only" && policy != "create-update" {
		w.removeAll(func(o *thing) bool { return o.set == s.name && times[o.name] == 0 })
	}
}

// fluxKeeps says whether a live object asks Flux not to be deleted (fluxcd/pkg ssa,
// Delete).
func fluxKeeps(o *thing) bool {
	return strings.EqualFold(o.mark(ksGroup+"/prune"), "disabled") || skips(o.object)
}

// skips says whether Flux lets an object alone.
func skips(o object) bool {
	return strings.EqualFold(o.mark(ksGroup+"/reconcile"), "disabled") || strings.EqualFold(o.mark(ksGroup+"/ssa"), "ignore")
}

// syncKustomization applies and then prunes (kustomize-controller, reconcile).
func (w *world) syncKustomization(k *thing) {
	r, ready := w.kustomize(k)
	if !ready || r.err != nil {
		w.failed = w.failed || !is(k.fields, "spec", "suspend")
		return
	}
	prunes := is(k.fields, "spec", "prune")
	if k.synced && (k.inputs != "" || r.inputs != "") && k.inputs != r.inputs && prunes && (k.inputs != "" || len(k.inventory) > 0) {
		w.unknown = append(w.unknown, k.key.String())
	}
	k.inputs, k.synced = r.inputs, true
	if r.inputs != "" {
		return
	}
	me := k.namespace + "/" + k.name
	stale := k.inventory
	k.inventory = map[key]bool{}
	for _, o := range r.objects {
		k.inventory[o.without()] = true
		w.vague = w.vague || skips(o) // it depends on when that was written
		if found := w.live[o.key]; skips(o) || found != nil && (skips(found.object) || strings.EqualFold(o.mark(ksGroup+"/ssa"), "ifnotpresent")) {
			continue
		}
		w.apply(o).kustomization = me
	}
	if prunes {
		maps.DeleteFunc(stale, func(o key, _ bool) bool { return k.inventory[o] })
		w.garbageCollect(k, stale)
	}
}

// garbageCollect deletes objects of an inventory, in which clusters are not told
// apart.
func (w *world) garbageCollect(k *thing, inventory map[key]bool) {
	for _, o := range slices.SortedFunc(maps.Keys(inventory), key.compare) {
		o.cluster = spoke(k.fields)
		if found := w.live[o]; found != nil && found.kustomization == k.namespace+"/"+k.name && !fluxKeeps(found) {
			w.remove(o)
		}
	}
}

// kustomize is what a Kustomization applies, if its source is there and it is not
// suspended.
func (w *world) kustomize(k *thing) (r result, ready bool) {
	source := w.source(k, "spec", "sourceRef")
	w.vague = w.vague || source == nil
	if source == nil || is(k.fields, "spec", "suspend") {
		return r, false
	}
	configMap := func(name string) (fields, bool) {
		found := w.live[key{"", "", "ConfigMap", k.namespace, name}]
		if found == nil {
			return nil, false
		}
		return found.fields, true
	}
	parts := []fields{{"spec": at(k.fields, "spec")}, source.fields}
	for _, from := range list(k.fields, "spec", "postBuild", "substituteFrom") {
		found, _ := configMap(str(from, "name"))
		parts = append(parts, found)
	}
	return remember(w.cache, "kustomization "+text(parts...), func() result {
		return w.tree.fluxKustomize(source.fields, k.fields, configMap)
	}), true
}

// source is the object that a reference of a deployer means.
func (w *world) source(o *thing, keys ...string) *thing {
	ref := at(o.fields, keys...)
	namespace := str(ref, "namespace")
	if namespace == "" {
		namespace = o.namespace
	}
	return w.live[key{"", sourceGroup, str(ref, "kind"), namespace, str(ref, "name")}]
}

// finalizeKustomization deletes the objects of a Kustomization, as the last spec
// says that was applied.
func (w *world) finalizeKustomization(k *thing) {
	policy := str(k.fields, "spec", "deletionPolicy")
	deletes := policy == "Delete" || policy == "WaitForTermination" || policy != "Orphan" && is(k.fields, "spec", "prune")
	if is(k.fields, "spec", "suspend") || !deletes {
		return
	}
	if k.inputs != "" {
		w.unknown = append(w.unknown, "content of "+k.key.String())
	}
	w.garbageCollect(k, k.inventory)
}

// syncRelease installs or upgrades a release, and uninstalls the one that it had
// under another name (helm-controller, ReleaseTargetChanged).
func (w *world) syncRelease(hr *thing) {
	if is(hr.fields, "spec", "suspend") {
		return
	}
	source := w.source(hr, "spec", "chart", "spec", "sourceRef")
	if at(hr.fields, "spec", "chartRef") != nil {
		source = w.source(hr, "spec", "chartRef")
	}
	if source == nil {
		return
	}
	inputs, ready := w.tree.releaseInputs(hr.fields, source.fields)
	if !ready {
		return
	}
	for _, from := range list(hr.fields, "spec", "valuesFrom") {
		found := w.live[key{"", "", "ConfigMap", hr.namespace, str(from, "name")}]
		if found == nil {
			return
		}
		inputs += text(fields{"data": at(found.fields, "data")})
	}
	if hr.synced && hr.inputs != inputs {
		w.unknown = append(w.unknown, hr.key.String())
	}
	release := releaseKey(hr.fields)
	if hr.synced && hr.release != release {
		w.remove(hr.release)
	}
	hr.inputs, hr.synced, hr.release = inputs, true, release
	if w.live[release] == nil {
		w.apply(object{release, fields{}})
	}
}

func (w *world) finalizeRelease(hr *thing) {
	if hr.synced && !is(hr.fields, "spec", "suspend") {
		w.remove(hr.release)
	}
}

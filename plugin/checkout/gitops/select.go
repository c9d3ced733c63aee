package gitops

// In returns the part that belongs to some of the tools, as objects of a set: Parse
// returns the same for these tools and that set.
func (d Declared) In(tools Tool, set string) (out Declared) {
	if tools&ArgoCD != 0 {
		out.Applications, out.ApplicationSets, out.AppProjects = in(d.Applications, set), in(d.ApplicationSets, set), in(d.AppProjects, set)
		for _, c := range d.Clusters {
			c.Object.Set = set
			out.Clusters = append(out.Clusters, c)
		}
	}
	if tools&Flux != 0 {
		out.Kustomizations, out.HelmReleases = in(d.Kustomizations, set), in(d.HelmReleases, set)
		out.FluxSources, out.FluxOperated = in(d.FluxSources, set), in(d.FluxOperated, set)
	}
	for _, o := range d.Objects {
		if o.Set = set; tools.Owns(o) {
			out.Objects = append(out.Objects, o)
		}
	}
	for _, p := range d.Problems {
		if tools.owns(p.ID) {
			out.Problems = append(out.Problems, p)
		}
	}
	out.Unread = append(out.Unread, d.Unread...)
	return out
}

func in[T any, P headed[T]](all []T, set string) (out []T) {
	for _, x := range all {
		P(&x).head().Object.Set = set
		out = append(out, x)
	}
	return out
}

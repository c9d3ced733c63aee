package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

// asker asks for the acknowledgements of a change.
type asker struct{ *comparison }

// ask records that a guard demands an acknowledgement. found is the value in git, or "".
func (c asker) ask(g admission.Guard, a Acknowledgement, found string) {
	a.Guard, a.Action = g.Name, g.Default
	switch {
	case a.State == Acknowledged, found == "":
	case found == a.Value:
		a.State = Acknowledged
	default:
		a.State, a.Found = Wrong, found
	}
	same := func(other Acknowledgement) bool {
		return other.Guard == a.Guard && other.Value == a.Value && other.Cluster == a.Cluster
	}
	if !slices.ContainsFunc(c.asked[a.Object], same) { // two deployers may have had the object
		c.asked[a.Object] = append(c.asked[a.Object], a)
		c.impact.Acknowledgements = append(c.impact.Acknowledgements, a)
	}
}

// home is the cluster of a control plane.
func (c asker) home(instance string) string {
	return deploy.DisplayCluster(c.options.Clusters.Of(instance, deploy.Destination{}))
}

// retargeted asks for the acknowledgement of an Application that gets another target.
// It says whether the change lacks it.
func (c asker) retargeted(b, h *deploy.Deployer) bool {
	if !h.Purpose.Replaces(b.Purpose) {
		return false
	}
	a := Acknowledgement{Annotation: admission.RetargetFrom, Object: h.ID, Cluster: c.home(h.Instance), At: h.At, Value: b.Purpose.String()}
	if h.CreatedBy.ID.Kind != "" {
		a.Set, a.Template = &h.CreatedBy.ID, c.templateOf(b, h)
	}
	if g, ok := admission.Retarget(h.ID.GroupKind()); ok {
		c.ask(g, a, h.Purpose.Acknowledged)
	}
	return h.Purpose.Acknowledged != b.Purpose.String()
}

// templateOf returns the old target in the template of the set that makes an Application,
// if it changes there.
func (c asker) templateOf(b, h *deploy.Deployer) string {
	before, now := purposeOf(c.base.Named, b.CreatedBy), purposeOf(c.head.Named, h.CreatedBy)
	if !now.Replaces(before) {
		return ""
	}
	before.Set = false // which leaves out the name
	return before.String()
}

func purposeOf(all []deploy.Named, g deploy.Generator) (p deploy.Purpose) {
	for _, n := range all {
		if n.Instance == g.Instance && n.ID == g.ID {
			p = n.Purpose
		}
	}
	return p
}

// retargetedSets asks for the acknowledgements of ApplicationSets that change.
func (c asker) retargetedSets() {
	for _, h := range c.head.Named {
		before := purposeOf(c.base.Named, deploy.Generator{Instance: h.Instance, ID: h.ID})
		if g, ok := admission.Retarget(h.ID.GroupKind()); ok && h.Purpose.Replaces(before) {
			c.ask(g, Acknowledgement{
				Annotation: admission.RetargetFrom, Object: h.ID, Cluster: c.home(h.Instance), At: h.At, Value: before.String(),
			}, h.Purpose.Acknowledged)
		}
	}
}

// taken demands the acknowledgements of an object of base that its deployer loses: it is
// deleted, or gets another owner.
func (c asker) taken(b *deploy.Deployer, r RemovedObject) {
	a := Acknowledgement{Object: r.ID, Cluster: deploy.DisplayCluster(c.claims.Cluster(b)), At: r.At}
	if r.deleted() {
		c.deleted(a, contentOf(c.base.claims[b.Key()].objects[r.ID]), c.namespaceOf(b, r.ID))
		return
	}
	if r.taker == nil || r.taker.Template || b.Template {
		return
	}
	before, now := c.base.claims[b.Key()].objects[r.ID], c.head.claims[r.taker.Key()].objects[r.ID]
	for _, pair := range deploy.Owners(b, r.taker) {
		g, ok := admission.Takeover(pair[0].Mark, r.ID.GroupKind())
		if !ok {
			continue
		}
		a := a
		a.Annotation, a.At, a.Value = admission.TakeFrom, now.At, pair[0].Name
		a.Command = annotate(r.ID, admission.GiveTo+"=", pair[1].Name)
		if annotationsOf(before)[admission.GiveTo] == pair[1].Name {
			a.State = Acknowledged
		}
		c.ask(g, a, text(annotationsOf(now)[admission.TakeFrom]))
	}
}

// deleted demands the acknowledgement of an object that is deleted. content is that of
// the object, and namespace that of its Namespace, or nil if they are not known.
func (c asker) deleted(a Acknowledgement, content, namespace any) {
	g, ok := admission.Deletion(c.options.State, a.Object.GroupKind(), content, namespace)
	if !ok {
		return
	}
	a.Annotation = admission.AllowDelete
	if uid := kubectl("get", a.Object, "-o 'jsonpath={.metadata.uid}'"); uid != "" {
		a.Command = kubectl("annotate --overwrite", a.Object, admission.AllowDelete+`="$(`+uid+`)"`)
	}
	c.ask(g, a, "")
}

// deletedItself demands the acknowledgement of a deployer that is deleted with its
// objects. If another deployer deploys it, it is among the objects of that one.
func (c asker) deletedItself(b *deploy.Deployer) {
	if b.Policy.Cascade && !b.Template && len(c.base.parents[b.Key()]) == 0 {
		c.deleted(Acknowledgement{Object: b.ID, Cluster: c.home(b.Instance), At: b.At}, nil, nil)
	}
}

// namespaceOf is the content of the Namespace of an object of a deployer.
func (c asker) namespaceOf(b *deploy.Deployer, id dupcheck.ID) (content any) {
	id = dupcheck.ID{Kind: "Namespace", Name: id.Namespace}
	for _, k := range c.base.claimed[deploy.ObjectKey{Cluster: c.claims.Cluster(b), ID: id}] {
		content = contentOf(c.base.claims[k].objects[id])
	}
	return content
}

func contentOf(o dupcheck.Object) any {
	if o.Body == nil {
		return nil
	}
	content, _ := o.Body.Value() // one that cannot be read is not known
	return content
}

// annotationsOf returns the annotations of an object, or nil if it has none of kuniq.
func annotationsOf(o dupcheck.Object) map[string]any {
	if b, ok := o.Body.(interface{ Contains(text string) bool }); ok && !b.Contains("kuniq.dev/") {
		return nil // it is not worth decoding
	}
	content, _ := contentOf(o).(map[string]any)
	metadata, _ := content["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	return annotations
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

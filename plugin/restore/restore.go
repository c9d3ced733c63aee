package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// restoreFile is RESTORE.md: the order, the commands, and the checks.
func restoreFile(r Recovery, files []phaseFile) split.File {
	d := &document{recovery: r, phases: map[string][]phaseFile{}}
	for _, f := range files {
		phase, _, _ := strings.Cut(f.Name, "/")
		d.phases[phase] = append(d.phases[phase], f)
	}
	for _, list := range d.phases {
		slices.SortFunc(list, func(a, b phaseFile) int { return strings.Compare(a.Name, b.Name) })
	}
	d.write()
	return split.File{Name: restoreName, How: split.Reencoded, Parts: [][]byte{[]byte(d.String())}}
}

// document is RESTORE.md in the making.
type document struct {
	strings.Builder
	recovery Recovery
	phases   map[string][]phaseFile
}

func (d *document) printf(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// shell is a block of commands.
func (d *document) shell(lines ...string) {
	d.printf("\n```sh\n%s\n```\n", strings.Join(lines, "\n"))
}

// What to run after an interruption.
const (
	restoreDump  = "kubectl get pv,pvc,sc,ns -A -o yaml > now.yaml"
	restoreAgain = "kuniq restore volumes --present now.yaml -d again/ DUMP..."
)

const restoreHead = `# Volumes back on their disks

Run the commands in this directory, one phase after the other, against the
cluster that lost the volumes. Go on only when the check of a phase says what is
written here. Nothing here deletes anything.

If a command fails or was interrupted, do not go on here. Run
` + "`" + restoreDump + "`" + ` and
` + "`" + restoreAgain + "`" + `,
with the dump from before in place of DUMP..., and go on with again/RESTORE.md.
It leaves out what is done. To repeat a command is safe: what is there already
makes it fail, and stays as it is.

Before the first phase: nothing may create claims. Argo CD must not sync,
StatefulSets must not exist or have no replicas, operators must not run.
`

func (d *document) write() {
	d.WriteString(restoreHead)
	d.before()
	d.retain()
	d.release()
	d.create(namespacePhase, "Namespaces", "apply", "They are empty. Labels and annotations that git has may come later.",
		"kubectl wait --for=jsonpath='{.status.phase}'=Active --timeout=120s -f "+namespacePhase, "Each is Active. A namespace that is Terminating takes its claims along: wait until it is gone.")
	d.create(volumePhase, "Volumes", "create", "Each is reserved for its claim. \"AlreadyExists\" means that the volume is there, from before or from a first try; it was not changed. Then do not go on here: see above.",
		"kubectl wait --for=jsonpath='{.status.phase}'=Available --timeout=120s -f "+volumePhase+"\nkubectl get -f "+volumePhase+" -o custom-columns=NAME:.metadata.name,POLICY:.spec.persistentVolumeReclaimPolicy,PHASE:.status.phase,UID:.spec.claimRef.uid",
		"Each is Retain and Available, and has no UID. One that is Released or Failed: stop.")
	d.create(claimPhase, "Claims", "create", "Each names its volume. \"AlreadyExists\" means that there is a claim of this name, from a first try or from elsewhere; it was not changed. Then do not go on here: see above.",
		"kubectl wait --for=jsonpath='{.status.phase}'=Bound --timeout=120s -f "+claimPhase, "Each is Bound.")
	d.prove()
	d.bindings()
	d.findings()
}

// before names what has to be there for pods to use the volumes.
func (d *document) before() {
	drivers, places := map[string]int{}, map[string]int{}
	for _, b := range d.recovery.Bindings {
		if b.State == Refused {
			continue
		}
		drivers[b.Driver]++
		for _, p := range b.Places {
			places[p]++
		}
	}
	d.printf("\n## What must be there\n")
	d.printf("Binding needs none of it, but pods do.\n")
	for _, name := range sortedKeys(drivers) {
		if strings.Contains(name, ".") {
			d.printf("- The CSI driver %s, for %s (`kubectl get csidrivers,pods -A`)", md(name), count(drivers[name], "volume"))
		} else {
			d.printf("- %s: %s", md(name), count(drivers[name], "volume"))
		}
	}
	for _, p := range sortedKeys(places) {
		d.printf("- A node with %s, for %s", md(p), count(places[p], "volume"))
	}
	for _, s := range setNames(d.recovery.Bindings) {
		d.printf("- Not yet the StatefulSet of %s, if there is one: only when these claims are Bound", md(s))
	}
}

func (d *document) retain() {
	files := d.phases[retainPhase]
	if len(files) == 0 {
		return
	}
	d.printf("\n## Phase 1: keep the disks\n")
	d.printf("From now on no disk goes with its volume.")
	d.patches(files)
	d.printf("Check:")
	d.shell("kubectl get pv -o custom-columns=NAME:.metadata.name,POLICY:.spec.persistentVolumeReclaimPolicy,PHASE:.status.phase")
	d.printf("Each of the volumes above is Retain.")
}

func (d *document) release() {
	files := d.phases[releasePhase]
	if len(files) == 0 {
		return
	}
	d.printf("\n## Phase 2: take the volumes from the claims that are gone\n")
	d.printf("Each stays reserved for the name of its claim. A patch fails as a whole if the\nvolume is not Retain, is in use again, or was patched already.")
	d.patches(files)
	d.printf("Check:")
	d.shell(append(available(files),
		"kubectl get pv -o custom-columns=NAME:.metadata.name,POLICY:.spec.persistentVolumeReclaimPolicy,PHASE:.status.phase,CLAIM:.spec.claimRef.name,UID:.spec.claimRef.uid")...)
	d.printf("Each of the volumes above is Retain and Available, and has its CLAIM and no UID.")
}

// available waits until the controller has seen that volumes are free again,
// some at a time: a command line has an end.
func available(files []phaseFile) (lines []string) {
	for some := range slices.Chunk(files, 20) {
		line := "kubectl wait --for=jsonpath='{.status.phase}'=Available --timeout=120s pv"
		for _, f := range some {
			line += " " + f.of.id.Name
		}
		lines = append(lines, line)
	}
	return lines
}

// patches prints a line for each patch. Only names that no shell minds get here.
func (d *document) patches(files []phaseFile) {
	lines := make([]string, len(files))
	for i, f := range files {
		lines[i] = "kubectl patch pv " + f.of.id.Name + " --type=json --patch-file " + f.Name
	}
	d.shell(lines...)
}

func (d *document) create(phase, title, verb, what, check, good string) {
	files := d.phases[phase]
	if len(files) == 0 {
		return
	}
	d.printf("\n## Phase %s: %s\n", phase[:1], strings.ToLower(title))
	d.printf("%s. %s", count(len(files), strings.TrimSuffix(strings.ToLower(title), "s")), what)
	d.shell("kubectl "+verb+" -f "+phase, "", "# check", check)
	d.printf("%s", good)
}

func (d *document) prove() {
	d.printf("\n## The proof\n")
	d.printf("A new dump of the cluster, held against the one from before:")
	d.shell("kubectl get pv,pvc,sc,ns -A -o yaml > after.yaml", "kuniq restore volumes --present after.yaml -d again/ DUMP...")
	d.printf("It says that all claims are bound to their volumes, on the same disks, and that\nthere is nothing to do. Only then let StatefulSets, operators and Argo CD work\nagain.")
}

func (d *document) bindings() {
	d.printf("\n## Which claim has which disk\n")
	d.printf("| claim | volume | disk | size | |\n|---|---|---|---|---|")
	for _, b := range d.recovery.Bindings {
		d.printf("| %s/%s | %s | %s | %s | %s |", md(b.Claim.Namespace), md(b.Claim.Name), md(b.Volume.Name), md(b.Driver+" "+b.Handle), md(b.Size), b.State)
	}
}

func (d *document) findings() {
	if len(d.recovery.Findings) == 0 {
		return
	}
	d.printf("\n## What to know\n")
	for _, f := range d.recovery.Findings {
		level := "warning"
		if f.Refuses {
			level = "**refused**"
		}
		line := f.Message
		if f.ID != (dupcheck.ID{}) {
			line = f.ID.String() + ": " + line
		}
		if f.Advice != "" {
			line += ": " + f.Advice
		}
		d.printf("- %s: %s", level, md(line))
	}
}

// markdown is what has a meaning in Markdown.
var markdown = strings.NewReplacer("|", `\|`, "`", "\\`", "<", `\<`, "@", `\@`, "[", `\[`, "*", `\*`)

// md makes text from a dump harmless, and keeps it in its line.
func md(s string) string {
	const most = 1000
	if len(s) > most {
		s = s[:most] + "..."
	}
	return markdown.Replace(dupcheck.Quote(s))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func sortedKeys(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

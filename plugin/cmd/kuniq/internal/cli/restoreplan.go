package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/restore"
)

const restorePlanLong = `plan says what a cluster lacks, held against git and against a dump from before,
in the order in which it comes back: namespaces and CRDs, volumes and claims,
metadata stores, the write path, state, and then the rest. Metadata stores and
the write path are known by their kinds and by words in the names of workloads,
such as etcd or kafka; --metadata, --writes and --state say it.

For each object it says whether git can create it again or only the dump has it.
HOLD marks what must not come back before the volumes have: whatever would make
claims with new, empty volumes. Last comes what is nowhere: what missing objects
refer to and neither git nor the dump nor the cluster has.

--lost is read as "kuniq check" reads a directory: what is deployed of it is
rendered. --now needs only apiVersion, kind, namespace and name of each object;
docs/restore.md has the command that prints them, without any Secret.

With -o json it prints one object, with the fields that docs/restore.md has;
fields may be added, none is renamed.`

const restorePlanExample = `  # Git, the dump of volumes from before, and the cluster as it is
  kuniq restore plan --lost deploy/prod --dump before.yaml --now now.json

  # Without git: what was there an hour ago
  kuniq restore plan --dump before.yaml --now now.json

  # Which workloads take in the data
  kuniq restore plan --lost deploy/ --now now.json --writes 'Deployment shop/edge-*'`

const restorePlanCodes = `
Exit codes:
  0  nothing is missing
  1  something is
  2  wrong usage
  3  something could not be read or rendered, or there was nothing to compare;
     the rest is printed all the same
`

// restorePlanFlags are the flags of restore plan, as given.
type restorePlanFlags struct {
	rules  ruleFlags
	input  inputFlags
	render renderFlags
	policy policyFlags

	lost, dump, now         []string
	metadata, writes, state []string

	output string
}

func (c Command) restorePlan() *cobra.Command {
	var f restorePlanFlags
	cmd := &cobra.Command{
		Use:     "plan [flags] --now DUMP",
		Short:   "Say what is missing, in the order in which it comes back",
		Long:    restorePlanLong,
		Example: restorePlanExample,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.runRestorePlan(cmd.Context(), &f)
		},
	}
	f.rules.registerIdentity(cmd)
	f.input.register(cmd)
	f.render.register(cmd)
	f.policy.registerPolicy(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.lost, "lost", nil, "what git can create again (repeatable)")
	flags.StringArrayVar(&f.dump, "dump", nil, "dump from before (repeatable)")
	flags.StringArrayVar(&f.now, "now", nil, "dump of the cluster as it is now (repeatable)")
	flags.StringArrayVar(&f.metadata, "metadata", nil, "objects that are metadata stores, with * for any characters (repeatable)")
	flags.StringArrayVar(&f.writes, "writes", nil, "objects of the write path (repeatable)")
	flags.StringArrayVar(&f.state, "state", nil, "other objects with state (repeatable)")
	restoreOutput(cmd, &f.output)
	value(cmd, "lost", "FILE|DIR", nil)
	value(cmd, "dump", "DUMP", nil)
	value(cmd, "now", "DUMP", nil)
	for _, name := range []string{"metadata", "writes", "state"} {
		value(cmd, name, "'KIND[.GROUP] [NS/]NAME'", words())
	}
	cmd.SetHelpTemplate(helpTemplate(restorePlanCodes))
	return cmd
}

// order understands the patterns.
func (f *restorePlanFlags) order() (o restore.Order, err error) {
	for _, p := range []struct {
		flag string
		from []string
		to   *[]dupcheck.Ignore
	}{{"metadata", f.metadata, &o.Metadata}, {"writes", f.writes, &o.Writes}, {"state", f.state, &o.Stateful}} {
		for _, s := range p.from {
			pattern, err := dupcheck.ParseIgnore(s)
			if err != nil {
				return o, usagef("--%s: %w", p.flag, err)
			}
			*p.to = append(*p.to, pattern)
		}
	}
	return o, nil
}

func (c Command) runRestorePlan(ctx context.Context, f *restorePlanFlags) error {
	if err := oneOf("--output", f.output, splitFormats); err != nil {
		return err
	}
	if len(f.now) == 0 {
		return usagef("name a dump of the cluster as it is with --now")
	}
	if len(f.lost)+len(f.dump) == 0 {
		return usagef("name what to compare with: --lost, --dump or both")
	}
	if stdins := slices.Concat(f.lost, f.dump, f.now); len(slices.DeleteFunc(stdins, func(s string) bool { return s != "-" })) > 1 {
		return usagef("standard input is one dump only")
	}
	order, err := f.order()
	if err != nil {
		return err
	}
	in := restore.Inventories{Order: order}
	r := knowing{c: c, f: f}
	if len(f.lost) > 0 {
		if in.Git, err = r.git(ctx); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		args []string
		to   *[]restore.Known
	}{{f.dump, &in.Dump}, {f.now, &in.Now}} {
		if *part.to, err = r.plain(ctx, part.args); err != nil {
			return err
		}
	}
	plan := restore.Compare(in)
	r.unread = append(r.unread, plan.Unread...)
	plan.Unread = r.unread
	if err := c.showMissing(f.output, plan, in); err != nil {
		return failf("writing the report: %w", err)
	}
	return r.end(plan, in)
}

// knowing reads inventories.
type knowing struct {
	c      Command
	f      *restorePlanFlags
	unread []dupcheck.Unread
}

// plain reads dumps.
func (r *knowing) plain(ctx context.Context, args []string) ([]restore.Known, error) {
	if len(args) == 0 {
		return nil, nil
	}
	rules, _, err := r.f.rules.parse()
	if err != nil {
		return nil, err
	}
	input := inputFlags{skips: r.f.input.skips, plain: true, stdinName: "-"}
	tree, _, err := input.tree(r.c.Stdin, args)
	if err != nil {
		return nil, err
	}
	in, err := r.c.read(ctx, tree, rules)
	if err != nil {
		return nil, err
	}
	r.unread = append(r.unread, in.report.Unread...)
	return r.known(in, func(o *dupcheck.Object) {}), nil
}

// git reads what is deployed of directories.
func (r *knowing) git(ctx context.Context) ([]restore.Known, error) {
	if _, _, err := r.c.adopt(ctx, &r.f.policy, settings{&r.f.rules, &r.f.input, &r.f.render}); err != nil {
		return nil, err
	}
	rules, _, err := r.f.rules.parse()
	if err != nil {
		return nil, err
	}
	tree, chosen, err := r.f.input.tree(r.c.Stdin, r.f.lost)
	if err != nil {
		return nil, err
	}
	x, err := r.c.deployed(tree, chosen, &r.f.render)
	if err != nil {
		return nil, err
	}
	defer x.close()
	// What a root renders to is let go once it is in the inventory, which has
	// room for a digest. Here this is the number of the content.
	var contents []dupcheck.Body
	number := func(o dupcheck.Object) (string, error) {
		if o.Kind == "Secret" {
			o.Body = nil
		}
		contents = append(contents, o.Body)
		return strconv.Itoa(len(contents) - 1), nil
	}
	x.inventory = &inventory{digest: number, known: map[dupcheck.Position]rendered{}}
	progress := newProgress(r.c.Stderr)
	in, err := x.read(ctx, rules, progress)
	progress.done()
	if err != nil {
		return nil, err
	}
	x.sayMore()
	x.blind(&in.report)
	r.unread = append(r.unread, in.report.Unread...)
	return r.known(in, func(o *dupcheck.Object) {
		at := dupcheck.Position{File: o.At.File, Document: o.At.Document, Path: o.At.Path, Origin: o.At.Origin}
		known, ok := x.inventory.known[at]
		if !ok {
			return
		}
		if i, err := strconv.Atoi(known.digest); err == nil {
			o.Body = contents[i]
		}
		if known.at.File != "" {
			o.At = known.at
		}
	}), nil
}

// known lists the objects with an identity; adapt may change them.
func (r *knowing) known(in *intake, adapt func(*dupcheck.Object)) []restore.Known {
	var out []restore.Known
	for id, o := range in.checker.Objects() {
		if id.Name != "" && !o.Aside {
			adapt(&o)
			out = append(out, restore.Known{ID: id, Object: o})
		}
	}
	return out
}

// showMissing prints a plan.
func (c Command) showMissing(output string, plan restore.Plan, in restore.Inventories) error {
	if output == "json" {
		c.strangeNow(in)
		return plan.WriteJSON(c.Stdout)
	}
	c.printMissing(plan, in)
	return nil
}

func (c Command) printMissing(plan restore.Plan, in restore.Inventories) {
	phase := restore.Phase(-1)
	for _, m := range plan.Missing {
		if m.Phase != phase {
			phase = m.Phase
			fmt.Fprintf(c.Stdout, "%d. %s\n", int(phase)+1, phase)
		}
		from := "dump"
		if m.Git {
			from = "git "
		}
		line := fmt.Sprintf("%s  %s  (%s)", from, m.ID, at(m.At))
		if m.Going {
			line += "; still being deleted"
		}
		if m.Hold != "" {
			line += "; HOLD: " + m.Hold
		}
		fmt.Fprintf(c.Stdout, "   %s\n", printable(line))
	}
	if len(plan.Nowhere) > 0 {
		fmt.Fprintln(c.Stdout, "nowhere: neither git nor the dump nor the cluster has")
	}
	for _, n := range plan.Nowhere {
		line := fmt.Sprintf("%s, which %s needs", n.ID, n.By)
		if n.Maker != (dupcheck.ID{}) {
			line += "; it is made from " + n.Maker.String()
		}
		fmt.Fprintf(c.Stdout, "   %s\n", printable(line))
	}
	c.strangeNow(in)
	fmt.Fprintln(c.Stdout, missingSummary(plan))
}

func missingSummary(plan restore.Plan) string {
	dump, hold := 0, 0
	for _, m := range plan.Missing {
		if !m.Git {
			dump++
		}
		if m.Hold != "" {
			hold++
		}
	}
	return fmt.Sprintf("%d missing: %d in git, %d only in the dump; %d on hold; %d nowhere",
		len(plan.Missing), len(plan.Missing)-dump, dump, hold, len(plan.Nowhere))
}

// strangeNow warns of a dump of the present that has nothing of a kind: it may
// not have been asked for.
func (c Command) strangeNow(in restore.Inventories) {
	kinds := map[string]bool{}
	for _, k := range in.Now {
		kinds[k.ID.Kind] = true
	}
	var lacks []string
	for _, known := range [][]restore.Known{in.Git, in.Dump} {
		for _, k := range known {
			if !kinds[k.ID.Kind] {
				kinds[k.ID.Kind] = true
				lacks = append(lacks, dupcheck.Quote(k.ID.Kind))
			}
		}
	}
	if len(lacks) > 0 {
		c.warnf("--now has nothing of these kinds; if it was not asked for them, they are not missing: %s", strings.Join(lacks, ", "))
	}
}

// end turns what was found into an exit code.
func (r *knowing) end(plan restore.Plan, in restore.Inventories) error {
	for _, u := range r.unread {
		r.c.sayf("%s", u.Error())
	}
	switch {
	case len(r.unread) > 0:
		return failf("not everything could be read: more may be missing")
	case len(in.Git)+len(in.Dump) == 0:
		return failf("no objects found in --lost and --dump")
	case len(in.Now) == 0:
		return failf("no objects found in --now: not even a namespace")
	case len(plan.Missing)+len(plan.Nowhere) > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

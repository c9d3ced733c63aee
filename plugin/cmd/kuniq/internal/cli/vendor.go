package cli

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// vendorFlags are the flags of vendor, as given.
type vendorFlags struct {
	rules  ruleFlags
	input  inputFlags
	render renderFlags
	policy policyFlags
	output outputs
	script bool
	lock   string
	update bool
}

func vendorCommand(c Command) *cobra.Command {
	var f vendorFlags
	cmd := newCommand("vendor [flags] [DIR]", "List remote sources, and print a script that fetches them", "vendor", atMostOneDirectory,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, hereIfNone(args)[0]) })
	registerSkip(cmd, &f.input.skips)
	f.render.registerRenderer(cmd)
	f.policy.registerPolicy(cmd)
	f.output.register(cmd, "list", []string{"text", "json"})
	cmd.Flags().BoolVar(&f.script, "script", false, "print a shell script that fills a directory, instead of the list")
	textFlag(cmd, &f.lock, "lock", "DIR", directories, "write the lock of a directory that the script has filled")
	cmd.Flags().BoolVar(&f.update, "update", false, "let --lock change entries that the lock has")
	for _, other := range []string{"script", "vendor"} {
		cmd.MarkFlagsMutuallyExclusive("lock", other)
	}
	return cmd
}

func (f *vendorFlags) run(ctx context.Context, c Command, dir string) error {
	if f.update && f.lock == "" {
		return usagef("--update is for --lock")
	}
	o, err := f.options(ctx, c, dir)
	if err != nil {
		return err
	}
	if f.lock != "" {
		return f.writeLock(ctx, c, o)
	}
	from, err := f.from(ctx, c, o.Policy)
	if err != nil {
		return err
	}
	needs, err := needsOf(ctx, o, from)
	if err != nil {
		return err
	}
	if !f.script {
		return f.list(c, from, needs)
	}
	text, refused := vendored.Script(withoutRequests(needs))
	if _, err := c.Stdout.Write([]byte(text)); err != nil {
		return failf("writing the script: %w", err)
	}
	for _, err := range refused {
		c.warnf("%s", err)
	}
	return nil
}

// options returns the options for reading the tree.
func (f *vendorFlags) options(ctx context.Context, c Command, dir string) (o setup.Options, err error) {
	tree, d, err := settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c, nil)
	if err != nil {
		return o, err
	}
	o = setup.Options{Dir: dir, Policy: d.Policy, PolicyFile: f.policy.file, OfRevision: d.from.Revision != nil, Rules: allRules()}
	o.Pool = tree.Pool
	o.Helm, err = f.render.helmCommand()
	return o, err
}

// needsOf returns the needs, including those that the content of from leads to.
func needsOf(ctx context.Context, o setup.Options, from *vendored.Dir) ([]vendored.Needed, error) {
	requests, err := setup.Needs(ctx, o, from)
	return vendored.Needs(requests), failure(err)
}

// from returns the directory of --vendor or of the policy. The directory of the policy may
// still be empty.
func (f *vendorFlags) from(ctx context.Context, c Command, p policy.Policy) (*vendored.Dir, error) {
	if f.render.vendor == "" && p.Vendor != "" {
		lock := filepath.Join(filepath.FromSlash(p.Vendor), vendored.LockFile)
		if _, err := os.Lstat(lock); errors.Is(err, fs.ErrNotExist) {
			c.notef("there is no %s yet", dupcheck.Quote(lock))
			p.Vendor = ""
		}
	}
	dir, err := f.render.vendorDir(ctx, p)
	if dir == nil && err == nil {
		dir = &vendored.Dir{}
	}
	return dir, err
}

// writeLock locks the content of a directory. New content may lead to further needs.
func (f *vendorFlags) writeLock(ctx context.Context, c Command, of setup.Options) error {
	o := vendored.LockOptions{Update: f.update, Date: time.Now().UTC().Format(time.DateOnly)}
	from := &vendored.Dir{}
	if _, err := os.Lstat(f.lock + "/" + vendored.LockFile); err == nil {
		if from, err = vendored.Open(ctx, f.lock); err != nil {
			return failf("--lock: %w", err)
		}
	}
	for {
		needs, err := needsOf(ctx, of, from)
		if err != nil {
			return err
		}
		out, err := vendored.Lock(ctx, f.lock, withoutRequests(needs), o)
		if err != nil {
			return failf("--lock: %w", err)
		}
		for _, e := range out.Added {
			c.notef("locked: %s is %s", e.Need, e.What())
		}
		for _, e := range out.Updated {
			c.notef("updated: %s is %s", e.Need, e.What())
		}
		if len(out.Added)+len(out.Updated) == 0 {
			return lockVerdict(c, out)
		}
		o.Update = false // each is updated once
		if from, err = vendored.Open(ctx, f.lock); err != nil {
			return failf("--lock: %w", err)
		}
	}
}

func lockVerdict(c Command, out vendored.Locked) error {
	missing := 0
	for _, problem := range out.Problems {
		c.sayf("%s", problem)
		if checkout.CodeOf(problem) == checkout.Remote {
			missing++
		}
	}
	if missing > 0 {
		c.sayf("help: things that were fetched may need the missing ones: kuniq vendor --script --vendor DIR prints a script for these")
	}
	if len(out.Problems) > 0 {
		return failf("not everything is locked: %s", report.Count(len(out.Problems), "need is", "needs are")+" left")
	}
	return nil
}

// withoutRequests returns the needs without their requests.
func withoutRequests(needs []vendored.Needed) (all []vendored.Need) {
	for _, n := range needs {
		all = append(all, n.Need)
	}
	return all
}

// list prints the needs.
func (f *vendorFlags) list(c Command, from *vendored.Dir, needs []vendored.Needed) (err error) {
	missing := from.Look(needs)
	err = f.output.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(map[string]any{"version": 1, "needs": needs})
		}
		for _, n := range needs {
			if _, err := io.WriteString(w, n.Text()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.notef("%s from elsewhere, %d not vendored", report.Count(len(needs), "thing is needed", "things are needed"), missing)
	return nil
}

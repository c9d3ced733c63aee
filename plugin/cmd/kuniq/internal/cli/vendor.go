package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// vendorFlags are the flags of vendor, as given.
type vendorFlags struct {
	rules  ruleFlags
	input  inputFlags
	render renderFlags
	policy policyFlags
	output string
	script bool
	lock   string
	update bool
}

func vendorCommand(c Command) *cobra.Command {
	var f vendorFlags
	cmd := newCommand("vendor [flags] [DIR]", "List what is needed from elsewhere, and fetch it with a script", "vendor", atMostOneDirectory,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, hereIfNone(args)[0]) })
	registerSkip(cmd, &f.input.skips)
	f.render.registerRenderer(cmd)
	f.policy.registerPolicy(cmd)
	choiceFlag(cmd, &f.output, "output,o", "FORMAT", []string{"text", "json"}, "format of the list: text or json")
	cmd.Flags().BoolVar(&f.script, "script", false, "print a shell script that fills a directory, in place of the list")
	textFlag(cmd, &f.lock, "lock", "DIR", directories, "write the lock of a directory that the script has filled")
	cmd.Flags().BoolVar(&f.update, "update", false, "let --lock change what the lock knows")
	for _, other := range []string{"script", "vendor"} {
		cmd.MarkFlagsMutuallyExclusive("lock", other)
	}
	return cmd
}

func (f *vendorFlags) run(ctx context.Context, c Command, dir string) error {
	if f.update && f.lock == "" {
		return usagef("--update is for --lock")
	}
	w, err := f.wanting(ctx, c, dir)
	if err != nil {
		return err
	}
	defer w.root.Close() // it was only read
	if f.lock != "" {
		return f.writeLock(ctx, c, w)
	}
	from, err := f.from(ctx, c, w.decided.Policy)
	if err != nil {
		return err
	}
	requests, err := w.requests(from)
	if err != nil {
		return err
	}
	needs := needsOf(requests)
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

// from is the directory of --vendor or of the policy. That of the policy need not be
// filled yet.
func (f *vendorFlags) from(ctx context.Context, c Command, p policy.Policy) (*vendored.Dir, error) {
	if f.render.vendor == "" && p.Vendor != "" {
		lock := filepath.Join(filepath.FromSlash(p.Vendor), vendored.LockFile)
		if _, err := os.Lstat(lock); errors.Is(err, fs.ErrNotExist) {
			c.sayf("there is no %s yet", dupcheck.Quote(lock))
			p.Vendor = ""
		}
	}
	dir, err := f.render.vendorDir(ctx, p)
	if dir == nil && err == nil {
		dir = &vendored.Dir{}
	}
	return dir, err
}

// writeLock locks what is in a directory. There may be needs behind what was not
// known before.
func (f *vendorFlags) writeLock(ctx context.Context, c Command, w *wanting) error {
	o := vendored.LockOptions{Update: f.update, Date: time.Now().UTC().Format(time.DateOnly)}
	from := &vendored.Dir{}
	if _, err := os.Lstat(f.lock + "/" + vendored.LockFile); err == nil {
		if from, err = vendored.Open(ctx, f.lock); err != nil {
			return failf("--lock: %w", err)
		}
	}
	for {
		requests, err := w.requests(from)
		if err != nil {
			return err
		}
		out, err := vendored.Lock(ctx, f.lock, withoutRequests(needsOf(requests)), o)
		if err != nil {
			return failf("--lock: %w", err)
		}
		for _, e := range out.Added {
			c.sayf("locked: %s is %s", e.Need, described(e))
		}
		for _, e := range out.Updated {
			c.sayf("updated: %s is %s", e.Need, described(e))
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

// described says what meets a need.
func described(e vendored.Entry) string {
	if e.Resolved == "" {
		return "sha256:" + e.SHA256
	}
	return e.Resolved
}

// need is what is needed, with who needs it.
type need struct {
	vendored.Need
	Requests []request `json:"neededBy"`
	// Place is where it is looked for in a vendor directory.
	Place string `json:"place"`
	// Vendored is what meets it, or nil.
	Vendored *vendored.Entry `json:"vendored"`
	// Problem says why that is not used.
	Problem string `json:"problem,omitempty"`
}

// request is who needs something.
type request struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
	By   string `json:"by"`
}

// needsOf groups requests by what they are about. They are sorted so that equal ones
// are side by side.
func needsOf(requests []vendored.Request) (out []need) {
	for _, r := range requests {
		if len(out) == 0 || !out[len(out)-1].Same(r.Need) {
			out = append(out, need{Need: r.Need, Place: r.Place(), Requests: []request{}})
			out[len(out)-1].URL = checkout.WithoutPassword(r.URL)
		}
		last := &out[len(out)-1]
		last.Requests = append(last.Requests, request{dupcheck.UTF8(r.At.File), r.At.Line, dupcheck.UTF8(r.By)})
	}
	return out
}

// withoutRequests takes the requests off the needs.
func withoutRequests(needs []need) (all []vendored.Need) {
	for _, n := range needs {
		all = append(all, n.Need)
	}
	return all
}

// list prints what is needed.
func (f *vendorFlags) list(c Command, from *vendored.Dir, needs []need) (err error) {
	missing := 0
	for i := range needs {
		found, err := from.Find(vendored.Request{Need: needs[i].Need})
		switch {
		case err == nil:
			needs[i].Vendored = &found.Entry
		case checkout.CodeOf(err) == checkout.Mismatch:
			needs[i].Problem = err.Error()
		default:
			missing++
		}
	}
	if f.output == "json" {
		if needs == nil {
			needs = []need{}
		}
		e := json.NewEncoder(c.Stdout)
		e.SetIndent("", "  ")
		err = e.Encode(map[string]any{"version": 1, "needs": needs})
	} else {
		_, err = fmt.Fprint(c.Stdout, listed(needs))
	}
	if err != nil {
		return failf("writing the list: %w", err)
	}
	c.sayf("%s from elsewhere, %d not vendored", report.Count(len(needs), "thing is needed", "things are needed"), missing)
	return nil
}

// listed is the list as text.
func listed(needs []need) string {
	var out strings.Builder
	for _, n := range needs {
		state := "not vendored"
		switch {
		case n.Problem != "":
			state = "not used: " + n.Problem
		case n.Vendored != nil:
			state = "vendored " + dupcheck.Quote(described(*n.Vendored)) + ", fetched " + dupcheck.Quote(n.Vendored.Fetched)
		}
		fmt.Fprintf(&out, "%s: %s\n", n.Need, state)
		for _, r := range slices.Compact(n.Requests) {
			fmt.Fprintf(&out, "  %s", dupcheck.Quote(r.File))
			if r.By != "" && r.By != r.File {
				fmt.Fprintf(&out, " (%s)", dupcheck.Quote(r.By))
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

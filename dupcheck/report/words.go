package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// primary returns the declaration that a diagnostic points at: the last one,
// which came later and would win, or the first one of several objects.
func primary(d *dupcheck.Diagnostic) (dupcheck.Declaration, bool) {
	switch {
	case len(d.Declarations) == 0:
		return dupcheck.Declaration{}, false
	case d.Several:
		return d.Declarations[0], true
	}
	return d.Declarations[len(d.Declarations)-1], true
}

// others returns all declarations of the same but the primary one.
func others(d *dupcheck.Diagnostic) []dupcheck.Declaration {
	if len(d.Declarations) == 0 || d.Several {
		return nil
	}
	return d.Declarations[:len(d.Declarations)-1]
}

// relation describes the other declaration number i, in words before "here" or "at
// PLACE".
func relation(d *dupcheck.Diagnostic, i int) string {
	first, also := "also", "also"
	switch d.Rule {
	case dupcheck.DuplicateObject, dupcheck.IdenticalObject:
		first, also = "first declared", "also declared"
	case dupcheck.DuplicateKey:
		first, also = "first given", "also given"
	case dupcheck.PossibleDuplicate, dupcheck.NearDuplicate:
		first, also = "the other one is", "another one is"
	case dupcheck.CRDConflict:
		first, also = "the other definition is", "another definition is"
	}
	isOneOfTwo := len(d.Declarations) == 2
	if i > 0 || strings.HasPrefix(first, "the other") && !isOneOfTwo {
		return also
	}
	return first
}

// headline returns the message with the set and the special features of the primary
// place.
func headline(d *dupcheck.Diagnostic) string {
	s := Sentence(d.Message)
	if d.Set != "" {
		s = "in set " + show(d.Set) + ": " + s
	}
	p, _ := primary(d)
	return s + detail(p.Position)
}

// alsoNamed is how many places a one-line message names beyond the first and
// the primary one.
const alsoNamed = 3

// oneLine returns the headline with the other places and who wins.
func oneLine(d *dupcheck.Diagnostic) string {
	s := headline(d) + elsewhere(d)
	if d.LastWins && len(d.Declarations) > 1 && !d.Identical {
		s += "; the last one wins"
	}
	return s
}

// elsewhere names the other places in a clause of its own.
func elsewhere(d *dupcheck.Diagnostic) string {
	rest := others(d)
	if len(rest) == 0 {
		return ""
	}
	s := "; " + relation(d, 0) + " at " + place(rest[0].Position) + detail(rest[0].Position)
	for i, o := range rest[1:] {
		if i == alsoNamed {
			return s + fmt.Sprintf(", and %d more", len(rest)-1-alsoNamed)
		}
		if i == 0 && relation(d, 0) != "also" {
			s += ", also at "
		} else {
			s += ", "
		}
		s += place(o.Position) + detail(o.Position)
	}
	return s
}

// full returns all that there is to say in one line, for formats whose viewers
// show nothing but the message.
func full(d *dupcheck.Diagnostic) string {
	s := oneLine(d)
	if d.Effect != "" {
		s += "; " + Sentence(d.Effect)
	}
	if d.Advice != "" {
		s += ". Help: " + Sentence(d.Advice)
	}
	return s
}

// outcome says which declaration wins and what that does, or nothing.
func outcome(d *dupcheck.Diagnostic) string {
	effect := Sentence(d.Effect)
	i, ok := d.Wins()
	if !ok || len(d.Declarations) < 2 || d.Identical {
		return effect
	}
	s := "applied in this order " + winner(d.Declarations, i) + " wins"
	if d.Rule == dupcheck.DuplicateKey {
		s = winner(d.Declarations, i) + " wins"
	}
	if effect != "" {
		s += "; " + effect
	}
	return s
}

// winner names one declaration in the shortest way that fits no other.
func winner(all []dupcheck.Declaration, i int) string {
	ways := []func(dupcheck.Position) string{fileAndLine, place}
	if !slices.ContainsFunc(all, func(d dupcheck.Declaration) bool { return d.File != all[i].File }) {
		ways = []func(dupcheck.Position) string{lineOnly, lineAndColumn}
	}
	for _, name := range ways {
		s := name(all[i].Position)
		same := func(other dupcheck.Declaration) bool { return name(other.Position) == s }
		if s != "" && !slices.ContainsFunc(all[:i], same) && !slices.ContainsFunc(all[i+1:], same) {
			return "the one at " + s
		}
	}
	return "the last one"
}

func lineOnly(p dupcheck.Position) string {
	if p.Line <= 0 {
		return ""
	}
	return fmt.Sprintf("line %d", p.Line)
}

func lineAndColumn(p dupcheck.Position) string {
	if p.Line <= 0 || p.Column <= 0 {
		return ""
	}
	return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
}

func fileAndLine(p dupcheck.Position) string {
	p.Column = 0
	return place(p)
}

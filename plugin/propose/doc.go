// Package propose examines a repository and proposes how a team can switch the gate on
// today: the settings of kuniq.yaml with a reason behind each, a baseline of old findings,
// and a file for CI. It is the engine of kuniq init.
//
// Make examines the working directory, and Write writes the files. Guesses about files that
// are not deployed, or not deployed together, belong here and nowhere else: they are made
// once, and people read them before they count.
//
// Nothing is proposed that would hide a collision of deployers, such as an Application that
// is declared twice: no baseline has one, and a set or a skip that would take one away
// becomes a question (Line.Open) in place of a setting.
//
// The API is v0: exported names may change from one minor version to the next, and the
// changelog lists every change.
package propose

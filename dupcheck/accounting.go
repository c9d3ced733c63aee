package dupcheck

// State is what became of a file.
type State uint8

// The states. Every file that was met is in exactly one.
const (
	// Compared files were read as manifests, or their rendered output is compared.
	Compared State = iota
	// Input files are read when a target is rendered, and yield no object by themselves:
	// values, patches, programs.
	Input
	// NotManifest files are something else, by their name or their content.
	NotManifest
	// LeftOut files were skipped: by a flag, by a line of the policy, or because tools
	// skip them.
	LeftOut
	// NotRead files could not be read or understood, or belong to a target that
	// could not be rendered.
	NotRead
)

var stateNames = [...]string{"compared", "input", "not-a-manifest", "left-out", "unread"}

// String returns the state as JSON has it, such as "not-a-manifest".
func (s State) String() string { return stateNames[min(int(s), len(stateNames)-1)] }

// MarshalText writes the state as String does. It never fails.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// FileState says what became of a file.
type FileState struct {
	// File is the file, or a directory that could not be listed, as in
	// Position.File.
	File  string `json:"file"`
	State State  `json:"state"`
	// Reason says why, unless that is obvious.
	Reason string `json:"reason"`
	// Target is the target that read the file, or could not be rendered. It is empty for
	// a file that was read by itself.
	Target string `json:"target"`
}

// Accounting counts files by their state: Compared, Inputs of targets,
// NotManifests, LeftOut and Unread.
type Accounting struct {
	Compared     int `json:"compared"`
	Inputs       int `json:"inputs"`
	NotManifests int `json:"notManifests"`
	LeftOut      int `json:"leftOut"`
	Unread       int `json:"unread"`
}

// Add counts one file.
func (a *Accounting) Add(s State) {
	switch s {
	case Compared:
		a.Compared++
	case Input:
		a.Inputs++
	case NotManifest:
		a.NotManifests++
	case LeftOut:
		a.LeftOut++
	default:
		a.Unread++
	}
}

// Files is how many files there are in all.
func (a Accounting) Files() int {
	return a.Compared + a.Inputs + a.NotManifests + a.LeftOut + a.Unread
}

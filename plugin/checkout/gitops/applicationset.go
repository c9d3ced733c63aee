package gitops

import (
	"encoding/json"
	"path"
	"slices"
)

type (
	// Generator has the generators of a set that can be expanded from a checkout.
	// One of them is set, or several, whose parameters all count.
	Generator struct {
		List     *ListGenerator    `json:"list"`
		Clusters *ClusterGenerator `json:"clusters"`
		Git      *GitGenerator     `json:"git"`
		Matrix   *Combination      `json:"matrix"`
		Merge    *Combination      `json:"merge"`
		Selector *Selector         `json:"selector"`
	}
	// ListGenerator has its parameters in it, or in a text of YAML.
	ListGenerator struct {
		Elements     []map[string]any `json:"elements"`
		ElementsYAML string           `json:"elementsYaml"`
		Template     map[string]any   `json:"template"`
	}
	// ClusterGenerator takes the clusters that an Argo CD knows, by the labels of
	// their Secrets.
	ClusterGenerator struct {
		Selector Selector          `json:"selector"`
		Values   map[string]string `json:"values"`
		FlatList bool              `json:"flatList"`
		Template map[string]any    `json:"template"`
	}
	// GitGenerator takes the directories or files of a repository at a revision.
	GitGenerator struct {
		RepoURL         string            `json:"repoURL"`
		Revision        string            `json:"revision"`
		Directories     []GitItem         `json:"directories"`
		Files           []GitItem         `json:"files"`
		PathParamPrefix string            `json:"pathParamPrefix"`
		Values          map[string]string `json:"values"`
		Template        map[string]any    `json:"template"`
	}
	// GitItem is a pattern of paths.
	GitItem struct {
		Path    string `json:"path"`
		Exclude bool   `json:"exclude"`
	}
	// Combination is a matrix or a merge of other generators. MergeKeys are those of
	// a merge.
	Combination struct {
		Generators []json.RawMessage `json:"generators"`
		MergeKeys  []string          `json:"mergeKeys"`
		Template   map[string]any    `json:"template"`
	}
	// Selector chooses among the parameters of a generator.
	Selector struct {
		MatchLabels      map[string]string     `json:"matchLabels"`
		MatchExpressions []SelectorRequirement `json:"matchExpressions"`
	}
	// SelectorRequirement is one of the conditions of a Selector.
	SelectorRequirement struct {
		Key      string   `json:"key"`
		Operator string   `json:"operator"`
		Values   []string `json:"values"`
	}
)

// Templates returns the templates of a set as Applications: its own one and those
// that its generators bring, with parameters as they are written. Broken says that
// a parameter stands where no string may be.
func (s ApplicationSet) Templates() (all []Application) {
	all = append(all, s.Template())
	s.eachGeneratorField(func(key string, value any, _ map[string]any, _ bool) bool {
		if key != "template" {
			return true
		}
		if data, err := json.Marshal(value); err == nil {
			all = append(all, template(data))
		}
		return false
	})
	return all
}

// Template returns the set's own one of Templates.
func (s ApplicationSet) Template() Application { return template(s.Spec.Template) }

func template(data []byte) (app Application) {
	app.Broken = Unmarshal(data, &app) != nil
	return app
}

// Paths returns the values that the parameter path may have: globs of the
// directories that the generators look for, or of the directories of files.
func (s ApplicationSet) Paths() (globs []string) {
	s.eachGeneratorField(func(key string, value any, in map[string]any, files bool) bool {
		glob, ok := value.(string)
		switch {
		case !ok || key != "path":
			return true
		case in["exclude"] == true:
		case files:
			globs = append(globs, path.Dir(CleanDir(glob)))
		default:
			globs = append(globs, CleanDir(glob))
		}
		return false
	})
	return globs
}

// URLs returns the repositories that the generators read, as they are written.
func (s ApplicationSet) URLs() (all []string) {
	s.eachGeneratorField(func(key string, value any, _ map[string]any, _ bool) bool {
		url, ok := value.(string)
		if ok && key == "repoURL" {
			all = append(all, url)
		}
		return !ok
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// eachGeneratorField walks the fields of all generators, also of generators inside of
// others. files says that the field is of the files of a git generator. The content
// of a field is walked as well if f returns true.
func (s ApplicationSet) eachGeneratorField(f func(key string, value any, in map[string]any, files bool) bool) {
	var walk func(v any, files bool)
	walk = func(v any, files bool) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item, files)
			}
		case map[string]any:
			for key, value := range v {
				if f(key, value, v, files) {
					walk(value, key == "files" || files && key != "directories")
				}
			}
		}
	}
	for _, raw := range s.Spec.Generators {
		var generator any
		if Unmarshal(raw, &generator) == nil {
			walk(generator, false)
		}
	}
}

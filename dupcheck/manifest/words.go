package manifest

import "hash/maphash"

// mostWords is how many words are remembered, and longestWord how long they may be.
const (
	mostWords   = 4096
	longestWord = 256
)

// word is a string with its hash. The zero value is the empty one.
type word struct {
	text string
	hash uint64
}

// words remembers the strings that many objects have, so that each is allocated and
// hashed once. The zero value is ready for use.
type words struct {
	all  map[string]word
	last [16]word // the last plain ones, by their length
}

// of returns the word of a text. plain says that the text is a plain scalar, and a string.
func (w *words) of(text []byte, plain bool) word {
	if len(text) > longestWord {
		return newWord(text)
	}
	known, ok := w.all[string(text)]
	if !ok {
		known = w.learn(text)
	}
	if plain {
		w.last[len(text)%len(w.last)] = known
	}
	return known
}

// met says whether a text is one of the last plain words.
func (w *words) met(text []byte) bool {
	return len(text) > 0 && w.last[len(text)%len(w.last)].text == string(text)
}

func (w *words) learn(text []byte) word {
	if w.all == nil || len(w.all) == mostWords {
		w.all = map[string]word{}
	}
	known := newWord(text)
	w.all[known.text] = known
	return known
}

func newWord(text []byte) word {
	s := string(text)
	return word{s, hashOf(s)}
}

var seed = maphash.MakeSeed()

// hashOf is a hash of a string, which mostly is not empty.
func hashOf(s string) uint64 {
	if s == "" {
		return 0
	}
	return maphash.String(seed, s)
}

package manifest

import (
	"bytes"
	"sync"
)

// lineCache finds lines in files that were read before. The zero value is
// ready for use.
type lineCache struct {
	mu      sync.Mutex
	sources map[string]*source
	texts   []*lineIndex // the last one used at the end
}

// lineCache keeps so many files at hand, if they are no larger together.
const (
	mostTexts     = 8
	mostTextBytes = 64 << 20
	mostLineBytes = 256 << 20 // of a file that is read again for its lines
)

// lineIndex is a text with the offsets of every lineStep-th line.
type lineIndex struct {
	name   string
	text   []byte
	starts []int
}

const lineStep = 64

func (c *lineCache) add(s *source) {
	if s == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sources == nil {
		c.sources = map[string]*source{}
	}
	c.sources[s.name] = s
}

func (c *lineCache) line(name string, number int) (string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.text(name)
	if t == nil || number < 1 {
		return "", false
	}
	return t.line(number)
}

// text returns a file's lines, or nil if the file cannot be read again.
func (c *lineCache) text(name string) *lineIndex {
	for i, t := range c.texts {
		if t.name == name {
			c.texts = append(append(c.texts[:i:i], c.texts[i+1:]...), t)
			return t
		}
	}
	s, ok := c.sources[name]
	if !ok || s.data == nil && s.length() > mostLineBytes {
		return nil
	}
	text, err := s.piece(0, s.length())
	if err != nil {
		return nil
	}
	t := &lineIndex{name: name, text: text, starts: []int{0}}
	c.texts = append(c.texts, t)
	c.makeRoom()
	return t
}

func (c *lineCache) makeRoom() {
	bytes := 0
	for _, t := range c.texts {
		bytes += len(t.text)
	}
	for len(c.texts) > 1 && (len(c.texts) > mostTexts || bytes > mostTextBytes) {
		bytes -= len(c.texts[0].text)
		c.texts[0] = nil
		c.texts = c.texts[1:]
	}
}

func (t *lineIndex) line(number int) (string, bool) {
	number--
	for len(t.starts) <= number/lineStep {
		at, ok := t.skip(t.starts[len(t.starts)-1], lineStep)
		if !ok {
			return "", false
		}
		t.starts = append(t.starts, at)
	}
	at, ok := t.skip(t.starts[number/lineStep], number%lineStep)
	if !ok {
		return "", false
	}
	line := t.text[at:lineEnd(t.text, at)]
	line = bytes.TrimSuffix(bytes.TrimSuffix(line[lenBOMs(line):], []byte{'\n'}), []byte{'\r'})
	return string(line), true
}

// skip moves a number of lines on, and reports whether there are so many.
func (t *lineIndex) skip(at, lines int) (int, bool) {
	for range lines {
		end := lineEnd(t.text, at)
		if end == at || t.text[end-1] != '\n' {
			return at, false
		}
		at = end
	}
	return at, true
}

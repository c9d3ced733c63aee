package render

import (
	"bytes"
	"encoding/json"
	"errors"
)

// ErrNoContent says that no caller asked for the content of an object.
var ErrNoContent = errors.New("the content is not known")

// Body is the content of a rendered object as JSON. It is a dupcheck.Body. The zero
// value has no content.
type Body struct{ JSON []byte }

// Contains says whether a text may stand in the content, or it is not there.
func (b Body) Contains(text string) bool {
	return b.JSON == nil || bytes.Contains(b.JSON, []byte(text))
}

// Value decodes the content, or returns ErrNoContent.
func (b Body) Value() (any, error) {
	if b.JSON == nil {
		return nil, ErrNoContent
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(b.JSON))
	decoder.UseNumber()
	err := decoder.Decode(&value)
	return value, err
}

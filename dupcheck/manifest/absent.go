package manifest

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// AbsentBytes is how much of a file Absent has to see.
const AbsentBytes = 4 << 10

// Absent says what a file has in place of its content, and which command gets the
// content. The file is a git LFS pointer, or git-crypt has encrypted it. Absent returns
// nothing for any other file. head is the beginning of the file: AbsentBytes of it, or
// all if it has fewer.
func Absent(head []byte) (reason string) {
	switch {
	case bytes.HasPrefix(head, gitCrypt):
		return "encrypted by git-crypt; get its content with git-crypt unlock"
	case isPointer(head):
		return "a git LFS pointer; get the file that it stands for with git lfs pull"
	}
	return ""
}

// gitCrypt is what git-crypt writes before the encrypted content
// (github.com/AGWA/git-crypt commands.cpp, clean).
var gitCrypt = []byte("\x00GITCRYPT\x00")

// pointerVersions are the possible first lines of a pointer. The last two are older names
// of the first (github.com/git-lfs/git-lfs lfs/pointer.go, v1Aliases).
var pointerVersions = [][]byte{
	[]byte("version https://git-lfs.github.com/spec/v"),
	[]byte("version https://hawser.github.com/spec/v"),
	[]byte("version http://git-media.io/v/"),
}

// likePointer says whether text begins as a pointer does.
func likePointer(text []byte) bool {
	text = bytes.TrimLeft(text[lenBOMs(text):], " \t\r\n")
	return slices.ContainsFunc(pointerVersions, func(version []byte) bool { return bytes.HasPrefix(text, version) })
}

// mostPointer is the size from which git-lfs no longer reads a file as a pointer
// (lfs/pointer.go, blobSizeCutoff), and pointerLine matches its lines: a key, a blank and
// a value (docs/spec.md). A file with more is no pointer, so that a manifest cannot pass
// as one.
const mostPointer = 1024

var pointerLine = regexp.MustCompile(`^[a-z][a-z0-9.-]* [^ \t].*$`)

// isPointer says whether a file is a git LFS pointer, as git-lfs reads it: with
// any line ends and blank lines. It may also have a byte order mark or be UTF-16,
// into which git re-encodes it where an attribute asks for that.
func isPointer(head []byte) bool {
	if order, _ := wide(head); order != nil && len(head) < 2*mostPointer {
		head, _ = decodeUTF16(head)
	}
	if len(head) >= mostPointer {
		return false
	}
	if !likePointer(head) {
		return false
	}
	text := bytes.TrimSpace(head[lenBOMs(head):])
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) > 0 && !pointerLine.Match(line) {
			return false
		}
	}
	return true
}

// absent is Absent as an error, of a file that failed names.
func absent(head []byte) error {
	if reason := Absent(head); reason != "" {
		return &dupcheck.Unread{Reason: reason, Code: dupcheck.Absent}
	}
	return nil
}

// failed is the unread entry of a file that could not be read.
func (s *source) failed(err error) *dupcheck.Unread {
	if u := isUnread(err); u != nil {
		u.File = s.name
		return u
	}
	return s.unread(systemReason(err))
}

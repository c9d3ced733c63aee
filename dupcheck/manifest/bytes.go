package manifest

import (
	"context"
	"iter"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// FileBytes is a file of a tree as it is.
type FileBytes struct {
	// Name is the file's name in positions, as in File.
	Name string
	// Data are the bytes of the file. They are nil if it was not read.
	Data []byte
	// Unread and Skipped say why it was not read.
	Unread  []dupcheck.Unread
	Skipped string
	// Named says that the file is one of the arguments, and was not found by walking.
	Named bool
}

// Bytes yields the files that Files would yield, unparsed and in the same order. The
// bytes are those of the file, in any encoding.
func (t *Tree) Bytes(ctx context.Context) iter.Seq[FileBytes] {
	t.once.Do(func() { t.store = newStore() })
	return func(yield func(FileBytes) bool) {
		for f := range t.walk(true) {
			if !f.bytes(ctx, yield) {
				return
			}
		}
	}
}

// bytes hands a file on as it is.
func (f found) bytes(ctx context.Context, yield func(FileBytes) bool) bool {
	defer crash.While(f.Name)
	out := FileBytes{Name: f.Name, Unread: f.Unread, Skipped: f.Skipped, Named: f.named}
	if f.source != nil {
		out.Data = out.read(f.source)
	}
	return ctx.Err() == nil && yield(out)
}

// LooksLikeManifest reports whether the file must be understood: it was named, or it may
// be meant for Kubernetes. Files reports any other file without objects as skipped and
// not as unread, even if it does not understand all of it.
func (f FileBytes) LooksLikeManifest() bool {
	text, _, err := Decode(f.Data)
	return f.Named || err != nil || looksLikeManifest(text)
}

// read returns all bytes of a source.
func (f *FileBytes) read(s *source) []byte {
	data, err := s.data, error(nil)
	if data == nil {
		data, err = s.raw()
	}
	if err == nil {
		err = absent(data)
	}
	if err != nil {
		f.Unread = append(f.Unread, *s.failed(err))
		return nil
	}
	if data == nil {
		data = []byte{}
	}
	return data
}

// raw reads the file without decoding it.
func (s *source) raw() ([]byte, error) {
	f, err := s.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readRegular(f, s.size, s.most)
}

// Decode returns the UTF-8 of data that may be UTF-16 with a byte order mark,
// and whether it was. It refuses UTF-32, and UTF-16 without a mark, by name.
func Decode(data []byte) (text []byte, changed bool, err error) {
	order, err := wide(data)
	if err != nil || order == nil {
		return data, false, err
	}
	text, err = decodeUTF16(data)
	return text, true, err
}

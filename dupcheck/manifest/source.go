package manifest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/largebuf"
)

// mostBytes is the largest size of a named file or stream: 2 GiB, and 512 MiB if an int
// or an address has 32 bits, because a buffer of twice that size must be possible. An int
// of WebAssembly has 64, and an address 32.
var mostBytes int64 = addressed(runtime.GOARCH)

func addressed(arch string) int64 {
	if arch == "wasm" {
		return math.MaxInt32/4 + 1
	}
	return min(2<<30, math.MaxInt/4+1)
}

// MaxFound is the largest size of a file that was found in a directory. A larger one is
// unread unless it is named.
const MaxFound = 256 << 20

// source is where the bytes of a file come from. Regular files are let go
// after they were read and are opened again for the few objects that collide;
// everything else stays in memory.
type source struct {
	name  string
	data  []byte    // nil if the file is to be opened again
	place fileplace // where, if data is nil
	most  int64     // bytes that the file may have
	size  int64
	mtime time.Time
	store *store
}

// inMemory is a source whose bytes are kept.
func inMemory(name string, data []byte) *source {
	if data == nil {
		data = []byte{}
	}
	return &source{name: name, data: data, store: memoryStore()}
}

// fileplace is a file inside a directory tree, or a file by itself.
type fileplace struct {
	root string // the directory given as an argument, or empty
	path string // below root, or the file's own path
}

// open opens the file. Below a root no link can lead out of it.
func (p fileplace) open() (*os.File, error) {
	if p.root == "" {
		return os.Open(p.path)
	}
	root, err := os.OpenRoot(p.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(p.path)
}

// read reads the file as UTF-8, when there is room for it, and remembers what the
// file looked like. A large file comes in chunks: onChunk returns how many documents
// there are in one, and onFlush is called between two of them.
func (s *source) read(onChunk func(text []byte, from start) (documents int), onFlush func()) error {
	if s.data != nil {
		err := absent(s.data)
		if err == nil {
			onChunk(s.data, start{})
		}
		return err
	}
	f, err := s.open()
	if err != nil {
		return err
	}
	defer f.Close()
	if s.size > 2*int64(s.store.window) {
		return s.windows(f, onChunk, onFlush)
	}
	s.store.bytes.enter(int(s.size))
	defer s.store.bytes.leave(int(s.size))
	text, err := s.readWhole(f)
	if err == nil {
		onChunk(text, start{})
	}
	return err
}

// open opens the file and records its state.
func (s *source) open() (*os.File, error) {
	f, err := s.place.open()
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("not a regular file")
	case info.Size() > s.most:
		err = errTooLong(s.most)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	s.size, s.mtime = info.Size(), info.ModTime()
	return f, nil
}

// readWhole returns the file as UTF-8.
func (s *source) readWhole(f *os.File) ([]byte, error) {
	data, err := readRegular(f, s.size, s.most)
	if err != nil {
		return nil, err
	}
	text, err := decodeUTF16(data)
	if order, _ := wide(data); order != nil || int64(len(data)) != s.size {
		// Offsets in the text are not those of the file: it was decoded, or it is of a
		// kind without a size, or it grows.
		s.data = text
	}
	return text, err
}

// headBytes is how much of a file has to look like text before the rest of it
// is read.
const headBytes = AbsentBytes

var (
	errNUL  = errors.New("not text: it has NUL bytes")
	errWide = fmt.Errorf("UTF-16 of more than %d MiB", 2*mostWindow>>20)
)

func readRegular(f *os.File, size, most int64) ([]byte, error) {
	if size <= min(mostUnseen, most) {
		data, whole, err := readAtOnce(f, size)
		if whole || err != nil {
			return data, err
		}
	}
	head := make([]byte, min(size, headBytes))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := isText(head[:n]); err != nil {
		return nil, err
	}
	if n > 0 {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
	}
	data, err := largebuf.Read(f, int(min(size, most+1)), bytes.MinRead)
	if err != nil {
		return nil, err
	}
	buffer := bytes.NewBuffer(data)
	if _, err := buffer.ReadFrom(io.LimitReader(f, most-int64(len(data))+1)); err != nil {
		return nil, err
	}
	if int64(buffer.Len()) > most {
		return nil, errTooLong(most)
	}
	return buffer.Bytes(), nil
}

// mostUnseen is the size up to which a file is read before it is known to be text.
const mostUnseen = 64 << 10

// readAtOnce reads a regular file with one system call, if it has the expected size or
// less: a short read is the whole file. Otherwise it seeks to the beginning of the file.
func readAtOnce(f *os.File, size int64) (data []byte, whole bool, err error) {
	data = make([]byte, size+bytes.MinRead)
	n, err := f.Read(data)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	data = data[:n]
	if n > int(size) || err == nil && n < int(size) {
		_, err := f.Seek(0, io.SeekStart)
		return nil, false, err
	}
	return data, true, isText(data[:min(n, headBytes)])
}

// isText says what speaks against reading more than the head of a file.
func isText(head []byte) error {
	if err := absent(head); err != nil {
		return err
	}
	order, err := wide(head)
	if err == nil && order == nil && bytes.IndexByte(head, 0) >= 0 {
		err = errNUL
	}
	return err
}

func errTooLong(most int64) error {
	switch {
	case most < mostBytes:
		return fmt.Errorf("larger than %d MiB; name the file to have it read", most>>20)
	case most < 1<<30:
		return fmt.Errorf("larger than %d MiB", most>>20)
	}
	return fmt.Errorf("larger than %d GiB", most>>30)
}

// piece returns a range of the file, which it reads again if it is still the same.
func (s *source) piece(start, end int) ([]byte, error) {
	if s.data != nil {
		return s.data[start:end], nil
	}
	return s.store.blocks.piece(s, start, end)
}

// again reads a range of the file again, if the file is still the same, into that memory
// if it is enough.
func (s *source) again(memory []byte, start, end int) ([]byte, error) {
	f, err := s.place.open()
	if err != nil {
		return nil, s.unread(systemReason(err))
	}
	defer f.Close()
	text := slices.Grow(memory[:0], end-start)[:end-start]
	if _, err := f.ReadAt(text, int64(start)); err != nil {
		return nil, s.changed()
	}
	// A write to the file before it was read has left a trace here.
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() != s.size || !info.ModTime().Equal(s.mtime) {
		return nil, s.changed()
	}
	return text, nil
}

// length is how many bytes piece can give.
func (s *source) length() int {
	if s.data != nil {
		return len(s.data)
	}
	return int(s.size)
}

func (s *source) changed() error {
	return s.unread("changed while it was being checked")
}

func (s *source) unread(reason string) *dupcheck.Unread {
	return &dupcheck.Unread{File: s.name, Reason: reason}
}

// systemReason returns the reason of an error without the path, which is printed before
// it anyway and may not be the one that the user gave.
func systemReason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

// wide returns the byte order of text with the byte order mark of UTF-16, and nil for all
// other text. It refuses text that such a mark cannot tell from UTF-8.
func wide(data []byte) (binary.ByteOrder, error) {
	switch {
	case bytes.HasPrefix(data, gitCrypt):
		return nil, nil // for Absent to say
	case bytes.HasPrefix(data, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(data, []byte{0, 0, 0xfe, 0xff}),
		len(data) >= 4 && bytes.Count(data[:4], []byte{0}) == 3:
		return nil, errors.New("UTF-32, which no Kubernetes tool reads")
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return binary.LittleEndian, nil
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return binary.BigEndian, nil
	case len(data) >= 2 && (data[0] == 0) != (data[1] == 0):
		return nil, errors.New("UTF-16 without a byte order mark")
	}
	return nil, nil
}

// decodeUTF16 returns UTF-16 as UTF-8, and UTF-8 as it is.
func decodeUTF16(data []byte) ([]byte, error) {
	order, err := wide(data)
	switch {
	case err != nil || order == nil:
		return data, err
	case len(data)%2 != 0:
		return nil, errors.New("UTF-16 that ends in half a character")
	}
	text := make([]byte, 0, len(data)/2+len(data)/16)
	for i := 2; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			var low rune
			if i += 2; i < len(data) {
				low = rune(order.Uint16(data[i:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return nil, errors.New("UTF-16 with half a character in it")
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"strings"
)

// Digest is the SHA-256 of a file's bytes. The zero Digest means that there is
// no file.
type Digest [sha256.Size]byte

// String returns the Digest in hexadecimal, or "-" if there is no file.
func (d Digest) String() string { return string(d.AppendTo(nil)) }

// AppendTo appends what String returns.
func (d Digest) AppendTo(text []byte) []byte {
	if d == (Digest{}) {
		return append(text, '-')
	}
	return hex.AppendEncode(text, d[:])
}

// ParseDigest is the reverse of String. There is one way to write a digest.
func ParseDigest(s string) (Digest, bool) {
	var d Digest
	if s == "-" {
		return d, true
	}
	if len(s) != hex.EncodedLen(len(d)) {
		return d, false
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil || strings.ContainsAny(s, "ABCDEF") {
		return d, false
	}
	return d, d != Digest{}
}

// DigestOf returns the Digest of bytes in parts.
func DigestOf(parts [][]byte) Digest {
	if len(parts) == 1 {
		return sha256.Sum256(parts[0])
	}
	h := sha256.New()
	for _, part := range parts {
		_, _ = h.Write(part) // A hash never fails.
	}
	return Digest(h.Sum(nil))
}

// NoLimit is for Tree.Hash where a file has to be read to its end.
const NoLimit = math.MaxInt64

// hash returns the Digest of a file's bytes, as Tree.Hash does.
func hash(in Folder, name string, limit int64, buffer []byte) (Digest, error) {
	f, err := in.Read(name)
	if err != nil {
		return Digest{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.CopyBuffer(h, io.NewSectionReader(f, 0, limit), buffer); err != nil {
		return Digest{}, err
	}
	return Digest(h.Sum(nil)), nil
}

package manifest

import "bytes"

// HasSOPS says whether a document has the metadata that SOPS keeps in a top-level key:
// it is encrypted, with a checksum over the whole file.
func HasSOPS(text []byte) bool {
	if !bytes.Contains(text, []byte("sops")) {
		return false
	}
	return bytes.HasPrefix(text, []byte("sops:")) || bytes.Contains(text, []byte("\nsops:")) ||
		bytes.Contains(text, []byte(`"sops"`)) && bytes.Contains(text, []byte(`"mac"`))
}

package outline

import "bytes"

// Marker says whether text begins with a document marker. A carriage return
// counts as a line break only before a line feed or at the end; a lone one is
// left to doubtfulMarker.
func Marker(text []byte, mark string) bool {
	if len(text) < 3 || string(text[:3]) != mark {
		return false
	}
	return len(text) == 3 || text[3] == ' ' || text[3] == '\t' || text[3] == '\n' || text[3] == '\r'
}

// KubectlMarker says whether a line is a marker to kubectl and none to YAML: behind
// "---" may be any blank of Unicode, or a comment without a blank before it
// (k8s.io/apimachinery pkg/util/yaml/decoder.go, YAMLReader).
func KubectlMarker(line []byte) bool {
	if len(line) < 4 || string(line[:3]) != "---" || Marker(line, "---") {
		return false
	}
	rest := bytes.TrimSpace(line[3:])
	return len(rest) == 0 || rest[0] == '#'
}

// Blanks counts the spaces and tabs at the beginning of text.
func Blanks(text []byte) int {
	n := 0
	for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
		n++
	}
	return n
}

// Hex says whether all of some digits are hexadecimal.
func Hex(digits []byte) bool {
	for _, c := range digits {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

package report

// painter adds colours and links, or does nothing.
type painter struct{ on, links bool }

const (
	bold       = "1"
	boldRed    = "1;31"
	boldYellow = "1;33"
	boldBlue   = "1;34"
	boldCyan   = "1;36"
)

func (p painter) wrap(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// link makes a text a hyperlink (OSC 8). The address needs no escapes.
func (p painter) link(address, text string) string {
	if !p.links || address == "" {
		return text
	}
	return "\x1b]8;;" + address + "\x1b\\" + text + "\x1b]8;;\x1b\\"
}

func (p painter) place(s string) string  { return p.wrap(bold, s) }
func (p painter) note(s string) string   { return p.wrap(boldCyan, s) }
func (p painter) gutter(s string) string { return p.wrap(boldBlue, s) }
func (p painter) caret(s string) string  { return p.wrap(boldRed, s) }

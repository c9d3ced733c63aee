package report

// painter adds colours, or does nothing.
type painter struct{ on bool }

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

func (p painter) place(s string) string  { return p.wrap(bold, s) }
func (p painter) note(s string) string   { return p.wrap(boldCyan, s) }
func (p painter) gutter(s string) string { return p.wrap(boldBlue, s) }
func (p painter) caret(s string) string  { return p.wrap(boldRed, s) }

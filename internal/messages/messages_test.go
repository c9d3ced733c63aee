package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var require = assertion.Stop

// starts finds the begin of a sentence, or of a part of a message, that has a clause
// as its subject. A question may begin so.
var starts = regexp.MustCompile(`(?i)(?:^|[.!?:;]\s+|\n\s*\n)[^\w%"]*((?:what|who|whoever|nobody|somebody|anybody)\b[^.!?:;]*[.!?:;]?)`)

// private are words of earlier versions that have a term of their own now, and words
// that do not mean to a reader what they were meant to say.
var private = []string{
	"aside", "at hand", "brought about", "came of", "companion", "debts?", "fates?", "intake",
	"judge[ds]?", "let go", "makers?", "nowhere", "settled?", "shall", "strangers?", "twins?",
}

var privateWord = regexp.MustCompile(`(?i)\b(?:` + strings.Join(private, "|") + `)\b`)

// unclear lists the sentences of a text that have no plain subject.
func unclear(starts *regexp.Regexp, s string) (all []string) {
	for _, m := range starts.FindAllStringSubmatch(s, -1) {
		if !strings.HasSuffix(m[1], "?") && !strings.HasPrefix(m[1], "What for:") && !strings.HasPrefix(m[1], "What returns") {
			all = append(all, strings.Join(strings.Fields(m[1]), " "))
		}
	}
	return all
}

func report(t *testing.T, all []text, starts *regexp.Regexp) {
	t.Helper()
	for _, m := range all {
		for _, s := range unclear(starts, m.text) {
			t.Errorf("%s:%d: give this a plain subject: %s", m.file, m.line, s)
		}
	}
}

func TestMessages(t *testing.T) {
	all, err := messages(os.DirFS(filepath.Join("..", "..")))
	require.NoError(t, err)
	require.Greater(t, len(all), 1000)
	report(t, all, starts)
	for _, m := range all {
		for _, word := range privateWord.FindAllString(m.text, -1) {
			t.Errorf("%s:%d: %q is no word of the field: %s", m.file, m.line, word, m.text)
		}
	}
}

// sentence is starts for prose, where a colon or semicolon may stand before a clause. A
// heading, and the comment of a method called What, are no sentences.
var sentence = regexp.MustCompile(`(?:^|[.!?]\s+|\n\s*\n)[^\w"#]*((?:What|Who|Whoever|Nobody|Somebody|Anybody)\b[^.!?:]*[.!?:]?)`)

func TestComments(t *testing.T) {
	all, err := comments(os.DirFS(filepath.Join("..", "..")))
	require.NoError(t, err)
	require.Greater(t, len(all), 1000)
	report(t, all, sentence)
}

// fences are the examples of a page, with the output of programs.
var fences = regexp.MustCompile("(?s)\n```.*?\n```")

func TestPages(t *testing.T) {
	var all []text
	err := walk(os.DirFS(filepath.Join("..", "..")), product, func(name string, data []byte) error {
		if strings.HasSuffix(name, ".md") {
			all = append(all, text{name, 1, fences.ReplaceAllString(string(data), "")})
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 20)
	report(t, all, sentence)
}

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/antlr4-go/antlr/v4"
	"github.com/bytebase/parser/googlesql"
	"github.com/bytebase/parser/trino"
	clickhouse "github.com/sqlc-dev/doubleclick/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dialects are the databases that the page names, each with its parser.
var dialects = map[string]func(query string) error{
	"ClickHouse": func(query string) error {
		_, err := clickhouse.Parse(context.Background(), strings.NewReader(query))
		return err
	},
	"Trino": func(query string) error {
		var found syntaxErrors
		lexer := trino.NewTrinoLexer(antlr.NewInputStream(query))
		parser := trino.NewTrinoParser(antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel))
		found.listen(lexer, parser)
		parser.Parse()
		return found.err()
	},
	"BigQuery": func(query string) error {
		var found syntaxErrors
		lexer := googlesql.NewGoogleSQLLexer(antlr.NewInputStream(query))
		parser := googlesql.NewGoogleSQLParser(antlr.NewCommonTokenStream(lexer, antlr.TokenDefaultChannel))
		found.listen(lexer, parser)
		parser.Root()
		return found.err()
	},
}

// syntaxErrors collects those of a lexer and its parser.
type syntaxErrors struct {
	antlr.DefaultErrorListener
	all []string
}

func (e *syntaxErrors) SyntaxError(_ antlr.Recognizer, _ any, line, column int, message string, _ antlr.RecognitionException) {
	e.all = append(e.all, fmt.Sprintf("%d:%d: %s", line, column, message))
}

func (e *syntaxErrors) listen(recognizers ...antlr.Recognizer) {
	for _, r := range recognizers {
		r.RemoveErrorListeners()
		r.AddErrorListener(e)
	}
}

func (e *syntaxErrors) err() error {
	if len(e.all) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(e.all, "\n"))
}

// TestDialects: each database of the page parses its query, and refuses a broken one.
func TestDialects(t *testing.T) {
	p, err := readPage()
	require.NoError(t, err)
	p.dialects["ClickHouse"] = p.query
	require.Len(t, p.dialects, len(dialects))
	for database, parse := range dialects {
		query := p.dialects[database]
		require.NotEmpty(t, query, database)
		require.NoError(t, parse(query), "%s:\n%s", database, query)
		for _, broken := range []string{"HAVING", "AS places", "JOIN ("} {
			assert.Error(t, parse(strings.Replace(query, broken, "(", 1)), "%s without %s", database, broken)
		}
	}
	// A double quote begins a string in BigQuery.
	require.Error(t, dialects["BigQuery"](p.query))
}

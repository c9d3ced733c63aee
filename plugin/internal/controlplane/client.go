package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
)

// Answer is what the API server says to a request.
type Answer struct {
	// Status is the HTTP status.
	Status int
	// Body is the answer as it came.
	Body []byte
}

// Do sends a request, with a path of the API server or the address of another
// program. The error is that of the connection; a refusal is an answer.
func (p *Plane) Do(ctx context.Context, method, path, contentType string, body []byte) (Answer, error) {
	answer, err := p.send(ctx, method, path, contentType, body)
	if err != nil {
		return Answer{}, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	return Answer{Status: answer.StatusCode, Body: data}, err
}

// send sends a request. The body of the answer has to be closed.
func (p *Plane) send(ctx context.Context, method, path, contentType string, body []byte) (*http.Response, error) {
	if strings.HasPrefix(path, "/") {
		path = p.URL + path
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if strings.HasPrefix(path, p.URL) {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.client.Do(r)
}

package main

import (
	"crypto/rand"
	"os"
	"path/filepath"

	"k8s.io/client-go/util/cert"
)

// credentials are what the API server and its clients need to trust each other.
// They are created for each control plane and live as long as it does.
type credentials struct {
	token       string // of a user who may do everything
	certificate []byte // of the server, for clients
	certFile    string
	keyFile     string // which also signs the tokens of service accounts
	tokenFile   string
}

// newCredentials writes the files below dir.
func newCredentials(dir string) (c credentials, err error) {
	c = credentials{
		token:    rand.Text(),
		certFile: filepath.Join(dir, "tls.crt"), keyFile: filepath.Join(dir, "tls.key"), tokenFile: filepath.Join(dir, "tokens.csv"),
	}
	var key []byte
	if c.certificate, key, err = cert.GenerateSelfSignedCertKey("127.0.0.1", nil, nil); err != nil {
		return c, err
	}
	for name, content := range map[string][]byte{c.certFile: c.certificate, c.keyFile: key, c.tokenFile: []byte(c.token + ",admin,admin,system:masters\n")} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			return c, err
		}
	}
	return c, nil
}

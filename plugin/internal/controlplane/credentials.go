package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// credentials are what the API server and its clients need to trust each other.
// They are made anew for every control plane and live as long as it does.
type credentials struct {
	token       string // of a user who may do everything
	certificate []byte // of the server, for clients
	certFile    string
	keyFile     string
	tokenFile   string
	accountKey  string // signs the tokens of service accounts
}

// newCredentials writes the files below dir.
func newCredentials(dir string) (credentials, error) {
	c := credentials{
		token:    rand.Text(),
		certFile: filepath.Join(dir, "tls.crt"), keyFile: filepath.Join(dir, "tls.key"),
		tokenFile: filepath.Join(dir, "tokens.csv"), accountKey: filepath.Join(dir, "serviceaccount.key"),
	}
	if err := c.writeServer(); err != nil {
		return c, err
	}
	account, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return c, err
	}
	if err := writePEM(c.accountKey, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(account)); err != nil {
		return c, err
	}
	return c, os.WriteFile(c.tokenFile, []byte(c.token+",admin,admin,system:masters\n"), 0o600)
}

// writeServer writes a key for 127.0.0.1 and the certificate that it signs
// itself.
func (c *credentials) writeServer() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kuniq-controlplane"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	c.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(c.certFile, c.certificate, 0o600); err != nil {
		return err
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(c.keyFile, "EC PRIVATE KEY", private)
}

func writePEM(name, kind string, der []byte) error {
	return os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

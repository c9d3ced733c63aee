package cli

import (
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// expensiveFunctions are the functions of sprig that make keys and certificates.
var expensiveFunctions = []string{
	"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
	"genSignedCert", "genSignedCertWithKey", "htpasswd", "bcrypt", "derivePassword", "encryptAES", "decryptAES",
}

// layoutFunctions returns the functions of sprig that depend on their arguments alone, for
// the templates of --layout.
func layoutFunctions() template.FuncMap {
	functions := sprig.HermeticTxtFuncMap()
	for _, name := range expensiveFunctions {
		delete(functions, name)
	}
	return functions
}

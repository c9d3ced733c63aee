// Command build makes the directory of the playground, which any web server can serve:
//
//	go run ./docs/playground/build DIR
//
// Run it in the repository.
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// most is how many bytes a reader downloads before kuniq runs.
const most = 2_500_000

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./docs/playground/build DIR")
	}
	if err := build(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func build(dir string) error {
	root, err := output("list", "-m", "-f", "{{.Dir}}", "github.com/kuniq/kuniq")
	if err != nil {
		return err
	}
	goroot, err := output("env", "GOROOT")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	page := filepath.Join(root, "docs", "playground")
	for _, from := range []string{
		filepath.Join(page, "index.html"), filepath.Join(page, "playground.css"), filepath.Join(page, "page.js"), filepath.Join(page, "worker.js"),
		filepath.Join(root, "dupcheck", "report", "page", "style.css"), // that of the reports
		filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"),           // of the Go that builds
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(from)), data, 0o644); err != nil {
			return err
		}
	}
	if err := examples(filepath.Join(root, "examples"), filepath.Join(dir, "examples.json")); err != nil {
		return err
	}
	return program(root, filepath.Join(dir, "kuniq.wasm.gz"))
}

// output returns what a go command prints.
func output(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// examples writes the files that the buttons of the page load: by the name of the
// button, the text by the name of the file.
func examples(root, to string) error {
	all := map[string]map[string]string{}
	for button, dir := range map[string]string{"incident": "incident/head", "split": "split"} {
		all[button] = map[string]string{}
		tree := os.DirFS(filepath.Join(root, filepath.FromSlash(dir)))
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil || d.IsDir() && name != "expected":
				return err
			case d.IsDir():
				return fs.SkipDir // what split makes of it
			case filepath.Ext(name) == ".md":
				return nil
			}
			data, err := fs.ReadFile(tree, name)
			all[button][name] = string(data)
			return err
		})
		if err != nil {
			return err
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o644)
}

// program builds kuniq for the browser, compressed, and prints its size.
func program(root, to string) error {
	temp, err := os.MkdirTemp("", "kuniq-playground-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	wasm := filepath.Join(temp, "kuniq.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", wasm, "./docs/playground/wasm")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if err := cmd.Run(); err != nil {
		return err
	}
	data, err := os.ReadFile(wasm)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d without compression\n", filepath.Base(to), packed.Len(), len(data))
	if packed.Len() > most {
		return fmt.Errorf("that is more than the %d bytes that a page may load", most)
	}
	return os.WriteFile(to, packed.Bytes(), 0o644)
}

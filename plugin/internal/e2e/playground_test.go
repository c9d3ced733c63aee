package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// playground is the page in a browser, served on loopback.
type playground struct {
	*browser
	url string
	mu  sync.Mutex
	// asked are the addresses that were asked for, of this server and of one elsewhere.
	asked, elsewhere []string
}

// startPlayground builds the page as a release does, and serves it.
func startPlayground(t *testing.T) *playground {
	t.Helper()
	asked(t)
	dir := t.TempDir()
	golang(t, root(t), nil, "run", "./docs/playground/build", dir)
	info, err := os.Stat(filepath.Join(dir, "kuniq.wasm.gz"))
	require.NoError(t, err)
	require.LessOrEqual(t, info.Size(), int64(2_500_000))
	p := &playground{browser: startBrowser(t)}
	own := httptest.NewServer(p.note(&p.asked, http.FileServer(http.Dir(dir))))
	t.Cleanup(own.Close)
	p.url = own.URL + "/"
	p.call(t, "Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true}, nil)
	p.visit(t, 1400)
	return p
}

func (p *playground) note(to *[]string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		*to = append(*to, r.URL.String())
		p.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// visit opens the page and waits until kuniq is loaded.
func (p *playground) visit(t *testing.T, width int) {
	t.Helper()
	p.open(t, p.url, width)
	p.do(t, "")
}

// do runs statements, and waits until the page is no longer busy.
func (p *playground) do(t *testing.T, statements string) {
	t.Helper()
	var state string
	p.ask(t, `(async () => {
		const results = document.getElementById('results');
		const idle = () => results.getAttribute('aria-busy') === 'false' && !document.getElementById('status').textContent.startsWith('Loading');
		`+statements+`
		await new Promise(done => {
			const look = () => idle() && (observer.disconnect(), done());
			const observer = new MutationObserver(look);
			observer.observe(results, {attributes: true, childList: true, subtree: true});
			look();
		});
		return document.getElementById('status').textContent;
	})()`, &state)
}

// drop drops files onto the page. They are read before anything is checked.
func (p *playground) drop(t *testing.T, files map[string]string) {
	t.Helper()
	text, err := json.Marshal(files)
	require.NoError(t, err)
	p.do(t, `document.getElementById('clear').click();
		const transfer = new DataTransfer();
		for (const [name, text] of Object.entries(`+string(text)+`)) transfer.items.add(new File([text], name));
		const seen = new Promise(done => new MutationObserver((_, o) => { o.disconnect(); done(); }).observe(results, {attributes: true}));
		dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, cancelable: true}));
		await seen;`)
}

// download clicks a button and returns the file that the browser would save.
func (p *playground) download(t *testing.T, button string) []byte {
	t.Helper()
	var text string
	p.ask(t, `new Promise(done => {
		const original = URL.createObjectURL;
		URL.createObjectURL = blob => {
			URL.createObjectURL = original;
			const reader = new FileReader();
			reader.onload = () => done(reader.result.split(',')[1] || '');
			reader.readAsDataURL(blob);
			return 'data:,';
		};
		document.getElementById('`+button+`').click();
	})`, &text)
	data, err := base64.StdEncoding.DecodeString(text)
	require.NoError(t, err)
	return data
}

// facts are the parts of a report in JSON that the page and the command have in common.
type facts struct {
	Files, Objects int
	Unread         []any
	Diagnostics    []struct {
		Rule, Severity, Message string
		ID, Declarations        any
	}
}

// sameAsCommand compares the numbers and the findings of the page with those of the
// command on the same files.
func (p *playground) sameAsCommand(t *testing.T, code int, dir string, names ...string) {
	t.Helper()
	var want, got facts
	require.NoError(t, json.Unmarshal(kuniq(t, dir, code, append([]string{"check", "-o", "json"}, names...)...), &want))
	require.NoError(t, json.Unmarshal(p.download(t, "json"), &got))
	assert.Equal(t, want, got)
	var numbers map[string]int
	p.ask(t, numbersOf, &numbers)
	counts := map[string]int{}
	for _, d := range want.Diagnostics {
		counts[d.Severity]++
	}
	assert.Equal(t, map[string]int{
		"files": want.Files, "objects": want.Objects, "unread": len(want.Unread),
		"errors": counts["error"], "warnings": counts["warning"], "infos": counts["info"],
	}, numbers)
}

// quiet says that the page complained of nothing and asked for nothing but its own files.
func (p *playground) quiet(t *testing.T) {
	t.Helper()
	urls, complaints := p.requests(t)
	assert.Empty(t, complaints)
	for _, url := range urls {
		assert.True(t, strings.HasPrefix(strings.TrimPrefix(url, "blob:"), p.url), url)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	own := map[string]bool{"/": true, "/style.css": true, "/playground.css": true, "/page.js": true, "/worker.js": true, "/wasm_exec.js": true, "/kuniq.wasm.gz": true, "/examples.json": true}
	for _, url := range p.asked {
		assert.True(t, own[url], url)
	}
	assert.Contains(t, p.asked, "/kuniq.wasm.gz")
	assert.Empty(t, p.elsewhere)
}

func TestPlaygroundIncident(t *testing.T) {
	p := startPlayground(t)
	dir := filepath.Join(root(t), "examples", "incident", "head")
	names := []string{"env/argocd/apps.yml", "env/prod01/idpe/idpe.yml", "env/prod01/iox/iox.yml"}
	const load = `const seen = new Promise(done => new MutationObserver((_, o) => { o.disconnect(); done(); }).observe(results, {attributes: true}));
		document.querySelector('[data-example=incident]').click();
		await seen;`
	for _, width := range []int{400, 1400} {
		for _, scheme := range []string{"light", "dark"} {
			p.call(t, "Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
			p.visit(t, width)
			p.do(t, load)
			fits(t, p.browser, width, scheme)
			p.quiet(t)
		}
	}
	p.sameAsCommand(t, 1, dir, names...)
	var shown string
	p.ask(t, `document.getElementById('report').textContent`, &shown)
	text := string(kuniq(t, dir, 1, append([]string{"check", "-o", "text"}, names...)...))
	assert.Equal(t, strings.ReplaceAll(text, " with --identical warn", ""), shown, "all but the flag, which a page does not have")
	var carets []string
	p.ask(t, `[...document.querySelectorAll('#report .c31')].map(e => e.textContent)`, &carets)
	assert.Contains(t, carets, strings.Repeat("^", len("idpe-cd-aws-prod01-eu-central-1")))
	var unnamed []string
	p.ask(t, `[...document.querySelectorAll('input, select, textarea, button, pre')].filter(e => !e.labels?.length && !e.textContent.trim() && !e.ariaLabel).map(e => e.outerHTML)`, &unnamed)
	assert.Empty(t, unnamed, "a screen reader has nothing to say")
}

// manyObjects is a file of 10,000 objects, in which some are declared twice if asked.
func manyObjects(twice bool) string {
	var b strings.Builder
	for i := range 10_000 {
		name := i
		if twice && i%100 == 99 {
			name = i - 1
		}
		fmt.Fprintf(&b, "---\n# object %d\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-%d\n  namespace: shop\nspec:\n  replicas: %d\n", i, name, i)
	}
	return b.String()
}

func TestPlaygroundManyObjects(t *testing.T) {
	p := startPlayground(t)
	dir := t.TempDir()
	write(t, dir, "big.yaml", manyObjects(true))
	p.drop(t, map[string]string{"big.yaml": manyObjects(true)})
	p.sameAsCommand(t, 1, dir, "big.yaml")
	var lines int
	p.ask(t, `document.getElementById('report').textContent.split('\n').length`, &lines)
	assert.Less(t, lines, 120)

	write(t, dir, "big.yaml", manyObjects(false))
	p.drop(t, map[string]string{"big.yaml": manyObjects(false)})
	p.sameAsCommand(t, 0, dir, "big.yaml")
	kuniq(t, dir, 0, "split", "-d", "out", "big.yaml")
	z := p.archive(t)
	assert.Len(t, z, 10_000)
	assert.Equal(t, written(t, filepath.Join(dir, "out")), z)
	var listed []string
	p.ask(t, `document.getElementById('more').click(); [...document.querySelectorAll('#written summary')].map(e => e.firstChild.textContent.trim())`, &listed)
	assert.Equal(t, slices.Sorted(maps.Keys(z))[:400], listed)
	p.quiet(t)
}

// archive returns the files of the zip by name.
func (p *playground) archive(t *testing.T) map[string]string {
	t.Helper()
	data := p.download(t, "zip")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	all := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(in)
		require.NoError(t, err)
		all[f.Name] = string(content)
	}
	return all
}

// written returns the manifests below a directory by their paths in it.
func written(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	tree := os.DirFS(dir)
	require.NoError(t, fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" {
			return err
		}
		content, err := fs.ReadFile(tree, name)
		all[name] = string(content)
		return err
	}))
	return all
}

// TestPlaygroundSplit: a pasted text, another layout, a file that is opened, and Stop.
func TestPlaygroundSplit(t *testing.T) {
	p := startPlayground(t)
	dir := t.TempDir()
	const list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: x}}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: <b>&amp;}\n"
	write(t, dir, "pasted.yaml", list)
	text, err := json.Marshal(list)
	require.NoError(t, err)
	p.do(t, `document.getElementById('text').value = `+string(text)+`;
		document.getElementById('layout').value = 'namespaces';
		document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true}));`)
	kuniq(t, dir, 0, "split", "--layout", "namespaces", "-d", "out", "pasted.yaml")
	want := written(t, filepath.Join(dir, "out"))
	require.Len(t, want, 2)
	assert.Equal(t, want, p.archive(t))
	var opened string
	p.ask(t, `new Promise(done => {
		const details = document.querySelector('#written details');
		new MutationObserver(() => { const pre = details.querySelector('pre'); if (pre) done(pre.textContent); }).observe(details, {childList: true});
		details.open = true;
	})`, &opened)
	assert.Equal(t, want[slices.Sorted(maps.Keys(want))[0]], opened)

	p.do(t, `document.getElementById('check').click(); document.getElementById('stop').click();`)
	var said string
	p.ask(t, `document.getElementById('report').hidden + document.getElementById('status').textContent`, &said)
	assert.Equal(t, "trueStopped.", said)
	p.do(t, `document.getElementById('check').click();`)
	assert.Equal(t, want, p.archive(t), "kuniq runs again")
	p.quiet(t)
}

// TestPlaygroundKeepsToItself: no name and no value of the input becomes an element, too
// much input is refused, and the page's policy keeps its worker from any other server.
func TestPlaygroundKeepsToItself(t *testing.T) {
	p := startPlayground(t)
	const hostile = `<img src=/x.png onerror=alert(1)>`
	object := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"" + hostile + "\"}\n"
	for _, text := range []string{object + "---\n" + object, object, "x: y\n", "{{ " + hostile + " }}\n"} {
		p.drop(t, map[string]string{hostile + ".yaml": text, "<b>.yml": ""})
		var made int
		p.ask(t, `document.querySelectorAll('body img, body b, body a:not([href^="https://github.com/kuniq/"])').length`, &made)
		assert.Zero(t, made, text)
		var shown bool
		p.ask(t, `document.body.textContent.includes('<img src')`, &shown)
		assert.True(t, shown, text)
	}
	p.do(t, `document.getElementById('text').value = ' x'.repeat(1 << 24); document.getElementById('check').click();`)
	var said string
	p.ask(t, `document.getElementById('status').textContent`, &said)
	assert.Equal(t, "This page takes 10,000 files with 32 MiB in all. Use the command kuniq for more.", said)
	p.quiet(t)

	other := httptest.NewServer(p.note(&p.elsewhere, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
	})))
	t.Cleanup(other.Close)
	attempt := fmt.Sprintf(`fetch(%q).then(() => 'sent', () => 'refused')`, other.URL)
	page, worker := p.session, p.worker(t)
	for _, session := range []string{page, worker} {
		p.session = session
		p.ask(t, attempt, &said)
		assert.Equal(t, "refused", said)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	assert.Empty(t, p.elsewhere)
}

// worker returns the session of the page's worker.
func (p *playground) worker(t *testing.T) string {
	t.Helper()
	for _, e := range slices.Backward(p.events) {
		var attached struct {
			SessionID  string
			TargetInfo struct{ Type string }
		}
		if e.Method == "Target.attachedToTarget" {
			require.NoError(t, json.Unmarshal(e.Params, &attached))
			require.Equal(t, "worker", attached.TargetInfo.Type)
			return attached.SessionID
		}
	}
	require.Fail(t, "the page has no worker")
	return ""
}

package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a Chromium without a window, which is asked by the DevTools protocol over
// two pipes.
type browser struct {
	to      *os.File
	from    *bufio.Reader
	session string
	id      int
	// events are those that came since the page was opened.
	events []event
}

type event struct {
	Method string
	Params json.RawMessage
}

// chromium returns the path of the program, which it installs where it is missing.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Log("installing chromium")
	out, err := exec.Command("sh", "-c", "apt-get update && apt-get install -y chromium").CombinedOutput()
	require.NoError(t, err, "THERE IS NO CHROMIUM, and apt-get cannot install it, so that no page was looked at: %s", out)
	path, err := exec.LookPath("chromium")
	require.NoError(t, err)
	return path
}

// startBrowser starts one. Nothing but the page makes requests: see the flags.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	theirs, to, err := os.Pipe()
	require.NoError(t, err)
	from, results, err := os.Pipe()
	require.NoError(t, err)
	// Its own processes may write there for a moment after it has ended: t.TempDir would
	// call that a failure of the test.
	profile, err := os.MkdirTemp("", "kuniq-chromium-")
	require.NoError(t, err)
	cmd := exec.Command(chromium(t), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
		"--user-data-dir="+profile, "about:blank")
	cmd.ExtraFiles = []*os.File{theirs, results} // 3 and 4
	require.NoError(t, cmd.Start())
	theirs.Close()
	results.Close()
	t.Cleanup(func() {
		to.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		from.Close()
		_ = os.RemoveAll(profile)
	})
	require.NoError(t, from.SetReadDeadline(time.Now().Add(3*time.Minute)))
	b := &browser{to: to, from: bufio.NewReader(from)}
	var target struct{ TargetID string }
	b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(t, domain+".enable", nil, nil)
	}
	return b
}

// call sends a command and waits for its result.
func (b *browser) call(t *testing.T, method string, params, result any) {
	t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	require.NoError(t, err)
	_, err = b.to.Write(append(text, 0))
	require.NoError(t, err)
	for {
		var answer struct {
			event
			ID     int
			Result json.RawMessage
			Error  json.RawMessage
		}
		b.next(t, &answer)
		if answer.ID == b.id {
			require.Empty(t, answer.Error, method)
			if result != nil {
				require.NoError(t, json.Unmarshal(answer.Result, result))
			}
			return
		}
		b.events = append(b.events, answer.event)
	}
}

func (b *browser) next(t *testing.T, message any) {
	t.Helper()
	text, err := b.from.ReadBytes(0)
	require.NoError(t, err, "from the browser")
	require.NoError(t, json.Unmarshal(text[:len(text)-1], message))
}

// open opens an address in a window of that width, and waits until it is loaded.
func (b *browser) open(t *testing.T, url string, width int) {
	t.Helper()
	b.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.events = nil
	b.call(t, "Page.navigate", map[string]any{"url": url}, nil)
	for !b.met("Page.loadEventFired") {
		var e event
		b.next(t, &e)
		b.events = append(b.events, e)
	}
}

func (b *browser) met(method string) bool {
	for _, e := range b.events {
		if e.Method == method {
			return true
		}
	}
	return false
}

// requests are the addresses that the page asked for, and complaints what it wrote to the
// console.
func (b *browser) requests(t *testing.T) (urls, complaints []string) {
	t.Helper()
	for _, e := range b.events {
		var p struct {
			Request struct{ URL string }
			Entry   struct{ Text string }
		}
		require.NoError(t, json.Unmarshal(e.Params, &p))
		switch e.Method {
		case "Network.requestWillBeSent":
			if !strings.HasPrefix(p.Request.URL, "data:") {
				urls = append(urls, p.Request.URL)
			}
		case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled":
			complaints = append(complaints, string(e.Params))
		}
	}
	return urls, complaints
}

// ask evaluates an expression of JavaScript in the page, and waits for a promise.
func (b *browser) ask(t *testing.T, expression string, value any) {
	t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call(t, "Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	require.Empty(t, answer.ExceptionDetails, expression)
	require.NoError(t, json.Unmarshal(answer.Result.Value, value))
}

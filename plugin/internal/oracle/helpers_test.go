package oracle

// header is the identity of an object.
type header struct {
	APIVersion, Kind, Namespace, Name, GenerateName string
}

// cm, block and js are a ConfigMap in three styles.
func cm(name string) string {
	return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}\n"
}

func block(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n"
}

func js(name string) string {
	return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `"}}`
}

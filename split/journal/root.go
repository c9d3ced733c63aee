//go:build go1.25

package journal

import "os"

func renameIn(root *os.Root, name, newName string) error { return root.Rename(name, newName) }

func linkIn(root *os.Root, name, newName string) error { return root.Link(name, newName) }

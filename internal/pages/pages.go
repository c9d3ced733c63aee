// Package pages makes room for large inputs. To fill fresh memory 4 KiB at a
// time costs the kernel as much as kuniq's scanner takes to read what is in it.
package pages

// huge is the size of the pages that are asked for.
const huge = 2 << 20

// Buffer returns an empty slice with room for n bytes. If that is several MiB,
// and the system has larger pages to give, the memory comes in these. Where it
// has none the slice is like any other.
func Buffer(n int) []byte {
	buffer := make([]byte, 0, n)
	if n >= 2*huge {
		advise(buffer[:n])
	}
	return buffer
}

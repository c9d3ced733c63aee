package dupcheck

// mostInSlab is how many elements a slab allocates at once.
const mostInSlab = 512

// slab cuts short slices from long ones, so that a hundred thousand of them are a few
// hundred allocations. The zero value is ready for use.
type slab[T any] struct {
	free []T
	size int
}

// next returns a slice of n elements that no other one shares.
func (s *slab[T]) next(n int) []T {
	if n > len(s.free) {
		s.size = min(2*s.size+2, mostInSlab)
		s.free = make([]T, max(n, s.size))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

package largebuf

import (
	"syscall"
	"unsafe"
)

// advise asks for huge pages behind what is whole pages of a slice, as
// Documentation/admin-guide/mm/transhuge.rst of Linux describes. The answer does
// not matter.
func advise(memory []byte) {
	skip := int(-uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % huge)
	_ = syscall.Madvise(memory[skip:skip+(len(memory)-skip)/huge*huge], syscall.MADV_HUGEPAGE)
}

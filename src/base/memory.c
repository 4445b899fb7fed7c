/* memory.c: see memory.h.
 *
 * Fifty libraries are related to each other when the program starts, which touches 15 MB of tables and code that hardly
 * anything looks at again. These pages are the files' own, unchanged, so they can be dropped; segments that were written
 * to (PF_W: data, and what relocation filled in) stay. */
#include "base/memory.h"

#include <elf.h>
#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

static int drop_unwritten(struct dl_phdr_info *library, size_t size, void *context) {
    (void)size, (void)context;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = (library->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        uintptr_t end = (library->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED); /* a refusal only leaves things as they are */
    }
    return 0;
}

void memory_settle(void) {
    malloc_trim(0);
    dl_iterate_phdr(drop_unwritten, NULL);
}

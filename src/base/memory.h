/* memory.h: what a long-lived process holds of the machine's memory.
 *
 * Read next: arena.h, where all of the program's own memory comes from. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

/* Once, when a server has started: gives back what only starting needed. Nothing is lost by it: what is touched again is
 * there again, from the kernel's cache of the files. */
void memory_settle(void);

#endif

/* crowd.c: `bench crowd`: what lists and pages cost with many cases. To be written below. */
#include "bench.h"

int bench_crowd(void) {
    return 0;
}

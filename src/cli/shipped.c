#include "cli/house.h"
const struct shipped_file shipped_files[] = {{NULL, NULL, {NULL, 0}}};

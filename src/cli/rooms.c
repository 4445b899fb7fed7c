/* rooms.c: the rooms of the house and their tables, once for the program and for the tests that run all of it.
 * A new room with tables or commands is added here and nowhere else. */
#include "activity/activity.h"
#include "cli/cli.h"
#include "cli/house.h"
#include "registry/registry.h"
#include "web/pages.h"

extern const char schema_engine[];
const struct store_schema cli_schema[] = {
    {"store", schema_store},
    {"engine", schema_engine},
    {"registry", schema_registry},
    {"activity", schema_activity},
    {NULL, NULL},
};

const struct engine_room *const house_rooms[] = {&registry_room, &activity_room, &web_room, NULL}; /* beyond the engine's own */

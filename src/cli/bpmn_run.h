/* bpmn_run.h: the third form of `lingban bpmn`. */
#ifndef CLI_BPMN_RUN_H
#define CLI_BPMN_RUN_H

#include "cli/cli.h"

int cli_bpmn_run(int argc, char **argv); /* argv[0] is "run" */

#endif

/* write.h: a BPMN file back out as XML.
 *
 * What was read is written: same elements, ids, order, prefixes, extension elements, comments. With a layout
 * (layout.h) the diagram that a file lacks is added, so that any editor can open it.
 */
#ifndef BPMN_WRITE_H
#define BPMN_WRITE_H

#include "bpmn/tree.h"

/* The whole document, XML declaration included. */
void bpmn_write(struct buf *out, const struct bpmn_tree *tree);

#endif

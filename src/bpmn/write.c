/* write.c: see write.h. */
#include "bpmn/write.h"

void bpmn_write(struct buf *out, const struct bpmn_tree *tree) {
    buf_addz(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    const struct xml_node *document = tree->definitions->node->parent;
    for (const struct xml_node *n = document->first; n; n = n->next) {
        xml_put_tree(out, n);
        buf_byte(out, '\n');
    }
}

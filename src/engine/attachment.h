/* attachment.h: photos that answers name.
 *
 *     upload ──▶ media/ + local_upload ──(the command that names it)──▶ attachment.added, its key sealed for the case
 *
 * An answer holds "attachment:ADDRESS" and nothing else; the file's key stands in `attachment`, sealed with the key of
 * the case, and in no entry of the journal in the clear. The writer puts the keys of what a command's answers name into
 * its argument "attachments" (sealed like the answers), so that deciding anew needs no table but the state. The same
 * photo may be named by two cases: each has its own sealed key, and the file goes when the last of them is erased.
 * Read next: store/blob.h, housekeeping.h (uploads that nobody sent).
 */
#ifndef ENGINE_ATTACHMENT_H
#define ENGINE_ATTACHMENT_H

#include "engine/engine.h"

struct case_row;

/* ---- any thread but the writer's */

/* Stores the photo and notes that it waits for its command. The answer's text; STR_NONE with a fault (blob.h). */
struct str attachment_upload(struct engine *e, struct arena *a, struct str bytes, struct faults *faults);
/* The JPEG that an answer of this case names: the thumbnail, or all of it. False when it is no attachment of that case,
 * or is erased or lost. */
bool attachment_open(struct engine *e, struct db *db, struct arena *a, int64_t case_id, struct str answer, bool whole, struct str *out);
bool attachment_is(struct str answer); /* does the text name one? */
/* The whole JPEG of an upload that still waits for its command, to be stored once more for another case. */
bool attachment_waiting(struct engine *e, struct db *db, struct arena *a, struct str answer, struct str *out);

/* ---- the writer's thread: local tables */

/* A draft that names uploads (anywhere in its text) was saved: they lapse no earlier than it does. */
void attachments_renew(struct db *db, struct str draft, instant now);
/* The arguments with "attachments": what waits of that which their "answers" name. The sender's own are dropped. */
struct json *attachments_given(struct db *db, struct arena *a, const struct json *arguments);

/* ---- in decisions */

/* An answer of the case was stored: emits attachment.added when it names something that was given and is new to it. */
void attachment_store(struct decision *d, const struct case_row *c, struct str answer);
/* The same with a list of the form that attachments_given makes. */
void attachment_add(struct decision *d, const struct case_row *c, struct str answer, const struct json *given);
/* The answer is to be emptied: its photo goes, unless another answer of the case names it too. */
void attachment_clear(struct decision *d, const struct case_row *c, int64_t submission, struct str path);
void attachments_erase(struct decision *d, int64_t case_id);

#endif

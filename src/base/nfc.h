/* nfc.h: text in Unicode's Normalization Form C (UAX #15), so that what looks the same is the same bytes.
 *
 * A phone may send é as one character or as e and an accent; hangul and some ideographs likewise. Text from outside is
 * brought to NFC at the door: fields of forms and addresses (http/fields.c), arguments of commands (engine/command.c),
 * words to search, passwords (RFC 8265, 4.1). Pure; ICU behind it.
 */
#ifndef BASE_NFC_H
#define BASE_NFC_H

#include "base/arena.h"
#include "base/str.h"

/* The text in NFC: the very same when it is already (nearly always), else new in the arena. What is no UTF-8 stays. */
struct str nfc(struct arena *a, struct str text);
bool nfc_is(struct str text);

#endif

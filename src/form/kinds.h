/* kinds.h: checks of the question kinds that ODK does not have. Pure text functions; full-width digits are folded
 * before (form_fold_identifier). */
#ifndef FORM_KINDS_H
#define FORM_KINDS_H

#include "form/form.h"

/* Full-width letters and digits become ASCII, spaces and hyphens go, letters become capitals: how people type
 * identifiers. The result is in `arena`. */
struct str form_fold_identifier(struct arena *arena, struct str text);

/* GB 11643-1999: 18 characters, a province that exists, a date that exists, the check character (ISO 7064 MOD 11-2).
 * The county part may be of an abolished county. The old form of 15 digits is refused. */
bool form_is_cn_id(struct str id);
/* GB 32100-2015: 18 characters, check character modulo 31, and the organisation code inside (GB 11714). */
bool form_is_uscc(struct str code);
/* A mobile number (1, then 3 to 9, eleven digits), a landline with area code (0, 10 to 12 digits) or a service
 * number (five digits, such as 12345). */
bool form_is_phone(struct str number);
/* GB/T 2260 and the statistics bureau's longer codes: 6, 9 or 12 digits with a province that exists. */
bool form_is_division(struct str code);

bool form_kind_holds(struct arena *arena, enum form_kind kind, struct str value);

#endif

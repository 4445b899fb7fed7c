/* pinyin.h: how a Chinese name sounds, for finding people when somebody phones.
 *
 * ICU's Han-Latin reading, one per character: names with rare readings (单 Shan, 仇 Qiu) are found by their common
 * one. Letters come out small and without tones; what is not Chinese stays as it is. Any thread.
 */
#ifndef BASE_PINYIN_H
#define BASE_PINYIN_H

#include "base/arena.h"

struct str pinyin_letters(struct arena *a, struct str text);  /* 张伟 → "zhangwei" */
struct str pinyin_initials(struct arena *a, struct str text); /* 张伟 → "zw" */

#endif

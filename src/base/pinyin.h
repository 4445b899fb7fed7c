/* pinyin.h: how a Chinese name sounds, for finding people when somebody phones.
 *
 * The readings are ICU's: its common one for every character, and the one it has as a surname (单 Shan, 仇 Qiu, 曾
 * Zeng). Letters come out small and without tones; ü is u in pinyin_letters, and both u and v (as input methods have
 * it) in pinyin_readings. What is not Chinese stays. Never shown, never journalled: only good enough for finding.
 * Any thread.
 */
#ifndef BASE_PINYIN_H
#define BASE_PINYIN_H

#include "base/arena.h"

struct str pinyin_letters(struct arena *a, struct str text);  /* 张伟 → "zhangwei" */
struct str pinyin_initials(struct arena *a, struct str text); /* 张伟 → "zw" */

enum { PINYIN_READINGS_MOST = 6 };
/* All that somebody may type for the name, each once: 曾国藩 → "cengguofan" "cgf" "zengguofan" "zgf", 吕布 → "lubu" "lb"
 * "lvbu". Returns how many. */
size_t pinyin_readings(struct arena *a, struct str name, struct str out[PINYIN_READINGS_MOST]);

#endif

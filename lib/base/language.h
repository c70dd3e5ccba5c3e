/*
 * language.h - sentences for people in their language, through gettext
 *
 * The one module that knows gettext.  Catalogs are read once, at the start,
 * before a sandbox closes; a sentence is then chosen by the language that is
 * asked for, never by the process's locale.
 * Layer 0.  Uses: libintl of libc.
 */
#ifndef LIB_BASE_LANGUAGE_H
#define LIB_BASE_LANGUAGE_H

#include <stddef.h>

/*
 * Read the catalogs: IMIPD_LOCALE of the environment if set, else those beside
 * the running program (../share/locale, or locale/ in a build tree), else the
 * installed ones.  One that is missing leaves its language to English; never
 * fails.  Once per process, before threads.
 */
void language_init(void);

/*
 * The language we have that fits best: "de-CH" gives "de", "no" and "nn" give
 * "nb"; several wishes may be given, as in Accept-Language ("fr;q=0.5, de").
 * Returns NULL if none fits, a static string otherwise.
 */
const char *language_match(const char *wish);

/* The languages there are ("en" first), NULL-terminated. */
const char *const *language_all(void);

/*
 * A sentence in a language (as language_match() gave it; NULL: English).  The
 * msgid is the English sentence.  Lives for ever.
 */
const char *language_say(const char *language, const char *msgid)
    __attribute__((format_arg(2)));
const char *language_count(
    const char *language, const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(2))) __attribute__((format_arg(3)));

#endif

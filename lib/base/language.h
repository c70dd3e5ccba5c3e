/*
 * language.h - sentences for people in their language, through gettext
 *
 * The one module that knows gettext.  Catalogs are read once, at the start,
 * before a sandbox closes; a sentence is then chosen by the language that is
 * asked for, never by the process's locale, which stays as it is.  For programs
 * with one thread: gettext's choice of language is one for the whole process,
 * so it is made, used and undone within each call.
 * Layer 0.  Uses: libintl of libc.
 */
#ifndef LIB_BASE_LANGUAGE_H
#define LIB_BASE_LANGUAGE_H

#include <stddef.h>

/* Marks a msgid for xgettext that is said later, as in a table. */
#define LANGUAGE_TEXT(msgid) msgid

/*
 * Read the catalogs DIR/LL/LC_MESSAGES/imipd.mo.  DIR is IMIPD_LOCALE of the
 * environment if set; else locale/ beside the running program (a build tree) or
 * ../share/locale or, from libexec, ../../share/locale; else where they were
 * installed.  One that is missing leaves its language to English; never fails.
 * Once per process, before threads.  Until then there is English only.
 */
void language_init(void);

/*
 * The language that fits best of those whose catalogs were read: "de-CH" gives
 * "de", "no" and "nn" give "nb"; several wishes may be given, as in
 * Accept-Language ("fr;q=0.5, de"), the best first if none has a weight.
 * Returns NULL if none fits or wish is NULL, a static string otherwise.
 */
const char *language_match(const char *wish);

/*
 * The languages that imipd has sentences in ("en" first), whether or not their
 * catalogs are at hand; NULL-terminated.
 */
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

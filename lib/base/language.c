/*
 * language.c - gettext for any language at any time; see language.h
 *
 * glibc takes the language from LANGUAGE, and only if the locale is not "C".
 * So each call wears the locale C.UTF-8 on its own thread, sets LANGUAGE, tells
 * gettext to forget what it looked up before (_nl_msg_cat_cntr, as its manual
 * says), and puts everything back.  A catalog that was read once stays mapped:
 * no later call opens a file.
 */
#define _GNU_SOURCE
#include "lib/base/language.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/version.h"

#define DOMAIN     "imipd"
#define PATH_BYTES 4096
#define TAG_MAX    35 /* bytes of a language tag; RFC 5646 section 4.4.1 */

extern int _nl_msg_cat_cntr;

static const char *const languages[] = {
    "en", "de", "fr", "es", "nb", "nl", NULL};
#define NLANGUAGES (sizeof(languages) / sizeof(languages[0]) - 1)

static locale_t worn; /* C.UTF-8, or 0: there is English only */
static int have[NLANGUAGES] = {1};

/* What a call changes, to be put back. */
struct wear {
	locale_t locale;
	char *language; /* LANGUAGE of the environment, or NULL */
};

/* Make gettext speak this language. */
static struct wear
put_on(const char *language)
{
	const char *was = getenv("LANGUAGE");
	struct wear wear = {NULL, NULL};

	if (was != NULL)
		wear.language = mem_check(strdup(was));
	(void)mem_check(setenv("LANGUAGE", language, 1) == 0 ? &wear : NULL);
	_nl_msg_cat_cntr++;
	wear.locale = uselocale(worn);
	return wear;
}

/* Everything as it was. */
static void
take_off(struct wear *wear)
{
	(void)uselocale(wear->locale);
	if (wear->language == NULL)
		(void)unsetenv("LANGUAGE");
	else
		(void)mem_check(
		    setenv("LANGUAGE", wear->language, 1) == 0 ? wear : NULL);
	_nl_msg_cat_cntr++;
	free(wear->language);
}

/* Is there a catalog of this language where gettext looks now? */
static int
has_catalog(const char *language)
{
	struct wear wear = put_on(language);
	const char *head = dgettext(DOMAIN, "");
	char mark[32];
	int found;

	(void)snprintf(mark, sizeof(mark), "Language: %s\n", language);
	found = strstr(head, mark) != NULL;
	take_off(&wear);
	return found;
}

/* Read the catalogs below a directory; how many there are. */
static int
read_catalogs(const char *directory)
{
	char real[PATH_BYTES];
	int n = 0;
	size_t i;

	memset(&have[1], 0, sizeof(have) - sizeof(have[0]));
	/* Relative names would change their meaning with the directory. */
	if (realpath(directory, real) == NULL ||
	    bindtextdomain(DOMAIN, real) == NULL ||
	    bind_textdomain_codeset(DOMAIN, "UTF-8") == NULL)
		return 0;
	for (i = 1; i < NLANGUAGES; i++) {
		have[i] = has_catalog(languages[i]);
		n += have[i];
	}
	return n;
}

/* Read the catalogs near the running program; how many there are. */
static int
read_beside(void)
{
	static const char *const places[] = {
	    "locale", "../share/locale", "../../share/locale"};
	char path[PATH_BYTES], place[PATH_BYTES + 32], *slash;
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t i;

	if (n <= 0)
		return 0;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return 0;
	*slash = '\0';
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		(void)snprintf(place, sizeof(place), "%s/%s", path, places[i]);
		if (read_catalogs(place) > 0)
			return 1;
	}
	return 0;
}

void
language_init(void)
{
	const char *given = getenv("IMIPD_LOCALE");

	if (worn == NULL)
		worn = newlocale(
		    LC_CTYPE_MASK | LC_MESSAGES_MASK, "C.UTF-8", NULL);
	if (worn == NULL)
		return;
	if (given != NULL && given[0] != '\0')
		(void)read_catalogs(given);
	else if (read_beside() == 0)
		(void)read_catalogs(IMIPD_LIBEXEC_DIR "/../../share/locale");
}

/* The index of a language that was read, or -1. */
static int
find_read(const char *tag)
{
	size_t i;

	for (i = 0; i < NLANGUAGES; i++)
		if (have[i] && strcasecmp(languages[i], tag) == 0)
			return (int)i;
	return -1;
}

/* One wish: a tag, cut at its first subtag. */
static int
match_tag(const char *p, size_t n)
{
	char tag[TAG_MAX + 1];

	n = strcspn(p, "-_") < n ? strcspn(p, "-_") : n;
	if (n == 0 || n > TAG_MAX)
		return -1;
	memcpy(tag, p, n);
	tag[n] = '\0';
	/* Bokmål is read by all Norwegians. */
	if (strcasecmp(tag, "no") == 0 || strcasecmp(tag, "nn") == 0)
		return find_read("nb");
	return find_read(tag);
}

/* The weight behind a tag in thousandths: ";q=0.5"; 1000 if there is none. */
static int
weight_of(const char *p, size_t n)
{
	const char *q = memchr(p, '=', n), *end = p + n;
	int weight = 0, unit = 1000;

	if (q == NULL)
		return 1000;
	for (q++; q < end && unit > 0; q++) {
		if (*q >= '0' && *q <= '9')
			weight += (*q - '0') * unit;
		if (*q >= '0' && *q <= '9')
			unit /= 10;
		else if (*q != '.' && *q != ' ')
			break;
	}
	return weight > 1000 ? 1000 : weight;
}

const char *
language_match(const char *wish)
{
	int best = -1, highest = 0;

	while (wish != NULL && *wish != '\0') {
		size_t n = strcspn(wish, ","), blank = strspn(wish, " \t");
		size_t tag = strcspn(wish + blank, ",; \t");
		int found = match_tag(wish + blank, tag);
		int weight = weight_of(wish, n);

		if (found >= 0 && weight > highest) {
			best = found;
			highest = weight;
		}
		wish += n + (wish[n] == ',');
	}
	return best < 0 ? NULL : languages[best];
}

const char *const *
language_all(void)
{
	return languages;
}

/* Is it a language other than English that was read? */
static int
is_translated(const char *language)
{
	return worn != NULL && language != NULL && find_read(language) > 0;
}

const char *
language_say(const char *language, const char *msgid)
{
	const char *said = msgid;
	struct wear wear;

	/* "" is the head of the catalog, nothing for people. */
	if (!is_translated(language) || msgid[0] == '\0')
		return msgid;
	wear = put_on(language);
	said = dgettext(DOMAIN, msgid);
	take_off(&wear);
	return said;
}

const char *
language_count(
    const char *language, const char *one, const char *many, unsigned long n)
{
	const char *said;
	struct wear wear;

	if (!is_translated(language))
		return n == 1 ? one : many;
	wear = put_on(language);
	said = dngettext(DOMAIN, one, many, n);
	take_off(&wear);
	return said;
}

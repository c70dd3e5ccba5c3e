/*
 * load.c - one calendar file into one struct calendar
 *
 * Three layers: built-in defaults, @KIND, the file.  The file is read twice:
 * the first time only to learn its kind.
 */
#include "lib/directory/load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/conf.h"
#include "lib/base/language.h"
#include "lib/base/mem.h"
#include "lib/base/zone.h"
#include "lib/directory/directory.h"

#define DAY         INT64_C(86400)
#define AT(m)       offsetof(struct calendar, m)
#define NKEYS       (sizeof(keys) / sizeof(keys[0]))
#define ADDRESS_MAX 254

static const struct conf_key keys[] = {
    {"kind", CONF_CHOICE, NULL, 0, 0, AT(kind), "room resource person group",
	"what the calendar belongs to"},
    {"name", CONF_TEXT, "", 0, 0, AT(name), NULL, "for people to read"},
    {"zone", CONF_ZONE, "UTC", 0, 0, AT(zone_name), NULL,
	"time zone of the sentences in answers"},
    {"alias", CONF_LIST, "", 0, 0, AT(alias), NULL,
	"other addresses of the same calendar"},
    {"horizon", CONF_SECONDS, "400d", DAY, 3660 * DAY, AT(horizon), NULL,
	"how far ahead can be booked"},
    {"past", CONF_CHOICE, "decline", 0, 0, AT(past), "decline ignore accept",
	"what to do with a meeting that is over"},
    {"forwarded", CONF_CHOICE, "hold", 0, 0, AT(forwarded), "hold book",
	"what to do with an invitation that somebody else sent on"},
    {"delegate", CONF_LIST, "", 0, 0, AT(delegate), NULL,
	"who may act for which organizer: AGENT for ORGANIZER"},
    {"require", CONF_CHOICE, "none", 0, 0, AT(require),
	"none aligned authenticated", "how sure it must be who sent a message"},
    {"requests_per_hour", CONF_NUMBER, "40", 0, 1000000, AT(requests_per_hour),
	NULL, "how many requests of one organizer are accepted in an hour"},
    {"publish", CONF_YESNO, "yes", 0, 0, AT(publish), NULL,
	"write free/busy for the web server"},
    {"answer_automatic", CONF_YESNO, "no", 0, 0, AT(answer_automatic), NULL,
	"also answer mail that is marked automatic"},
    {"book_free", CONF_YESNO, "yes", 0, 0, AT(book_free), NULL,
	"events that are shown as free take the room too"},
    {"language", CONF_TEXT, "auto", 0, 0, AT(language), NULL,
	"language of the answers"},
    {"series_answer", CONF_CHOICE, "separate", 0, 0, AT(series_answer),
	"separate together", "how dates of a series are answered"},
};

static const char *const kind_names[NKINDS] = {
    [KIND_ROOM] = "room",
    [KIND_RESOURCE] = "resource",
    [KIND_PERSON] = "person",
    [KIND_GROUP] = "group",
};

const struct conf_key *
directory_keys(size_t *n)
{
	*n = NKEYS;
	return keys;
}

const char *
load_kind_name(size_t kind)
{
	return kind_names[kind];
}

/* --- names -------------------------------------------------------------- */

/* A byte that may be in an address of ours. */
static int
is_good_byte(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c > 0x7f ||
	       (c != '\0' && strchr("!#$%&'*-.=?@^_`{|}~", c) != NULL);
}

/* Dots at an end, or two in a row? */
static int
has_odd_dots(const char *p, size_t n)
{
	size_t i;

	if (n == 0 || p[0] == '.' || p[n - 1] == '.')
		return 1;
	for (i = 1; i < n; i++)
		if (p[i] == '.' && p[i - 1] == '.')
			return 1;
	return 0;
}

const char *
load_address_flaw(const char *text)
{
	const char *at = strchr(text, '@'), *p;

	if (at == NULL || strchr(at + 1, '@') != NULL)
		return "expected an address, room@example.com";
	if (strlen(text) > ADDRESS_MAX)
		return "the address is too long";
	for (p = text; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			return "the address must be in lower case";
		if (*p == '+')
			return "\"+detail\" is ignored and must be left away";
		if (!is_good_byte((unsigned char)*p))
			return "a byte that is unfit for a calendar's address";
	}
	if (has_odd_dots(text, (size_t)(at - text)) ||
	    has_odd_dots(at + 1, strlen(at + 1)) || text[0] == '-' ||
	    strpbrk(at + 1, "!#$%&'*=?^_`{|}~") != NULL)
		return "expected an address, room@example.com";
	return NULL;
}

int
load_is_leftover(const char *name)
{
	static const char *const ends[] = {
	    "~", ".bak", ".orig", ".swp", ".tmp"};
	size_t i, n = strlen(name);

	if (name[0] == '.' || name[0] == '#')
		return 1;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t k = strlen(ends[i]);

		if (n > k && strcmp(name + n - k, ends[i]) == 0)
			return 1;
	}
	return strstr(name, ".dpkg-") != NULL || strstr(name, ".rpm") != NULL;
}

/* --- the zone of this machine ------------------------------------------- */

/* Where etc/localtime points to, behind "zoneinfo/"; NULL if nowhere. */
static char *
localtime_zone(TALLOC_CTX *ctx, const char *root)
{
	char *path = mem_print(ctx, "%s/etc/localtime", root);
	char target[512];
	const char *name;
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	talloc_free(path);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	name = strstr(target, "zoneinfo/");
	return name != NULL ? mem_text(ctx, name + strlen("zoneinfo/")) : NULL;
}

/* The first line of etc/timezone; NULL if there is none. */
static char *
timezone_zone(TALLOC_CTX *ctx, const char *root)
{
	char *path = mem_print(ctx, "%s/etc/timezone", root);
	char line[256];
	FILE *f = fopen(path, "re");
	char *got = NULL;

	talloc_free(path);
	if (f == NULL)
		return NULL;
	if (fgets(line, sizeof(line), f) != NULL)
		got = mem_textn(ctx, line, strcspn(line, " \t\r\n"));
	(void)fclose(f);
	return got;
}

char *
load_system_zone(TALLOC_CTX *ctx, const char *root)
{
	char *name = localtime_zone(ctx, root);

	if (name == NULL || zone_find(name) == NULL) {
		talloc_free(name);
		name = timezone_zone(ctx, root);
	}
	/* the many names of UTC are one to people */
	if (name == NULL || zone_find(name) == NULL ||
	    strncmp(name, "Etc/U", 5) == 0) {
		talloc_free(name);
		name = mem_text(ctx, "UTC");
	}
	return name;
}

/* --- the file ----------------------------------------------------------- */

/* Built-in defaults, with what imipd.conf and the system say instead. */
static enum res
set_defaults(TALLOC_CTX *ctx, const struct load *load, struct calendar *c,
    struct why *why)
{
	enum res r;

	memset(c, 0, sizeof(*c));
	r = conf_defaults(ctx, keys, NKEYS, c, why);
	if (load->horizon >= 0)
		c->horizon = load->horizon;
	c->zone_name = load->zone;
	return r;
}

/* Read @KIND if there is one. */
static enum res
read_kind(TALLOC_CTX *ctx, const struct load *load, int64_t kind,
    struct calendar *c, struct why *why)
{
	char *path = mem_print(ctx, "%s/@%s", load->path, kind_names[kind]);
	struct stat st;
	enum res r;

	if (lstat(path, &st) < 0 && errno == ENOENT)
		return RES_OK;
	r = conf_read(ctx, path, keys, NKEYS, c, why);
	if (r != RES_OK)
		return r;
	if (c->kind >= 0 && c->kind != kind)
		return why_set(why, RES_PERM,
		    "%s: kind: the name of the file says %s", path,
		    kind_names[kind]);
	if (c->name[0] != '\0' || c->alias[0] != NULL)
		return why_set(why, RES_PERM,
		    "%s: name and alias belong to one calendar, they cannot "
		    "be set for all",
		    path);
	return RES_OK;
}

/* Bring the aliases to lower case and look at them. */
static enum res
settle_aliases(const char *path, struct calendar *c, struct why *why)
{
	size_t i, n = 0;
	char *copy, *p;

	while (c->alias[n] != NULL)
		n++;
	for (i = 0; i < n; i++) {
		const char *flaw;

		copy = mem_text(c->alias, c->alias[i]);
		for (p = copy; *p != '\0'; p++)
			if (*p >= 'A' && *p <= 'Z')
				*p = (char)(*p - 'A' + 'a');
		c->alias[i] = copy;
		flaw = load_address_flaw(copy);
		if (flaw != NULL)
			return why_set(why, RES_PERM, "%s: alias: %s: %s", path,
			    copy, flaw);
	}
	return RES_OK;
}

/* "auto" becomes "", another name must be one that we have sentences for. */
static enum res
settle_language(const char *path, struct calendar *c, struct why *why)
{
	const char *const *known = language_all();
	size_t i;

	if (strcmp(c->language, "auto") == 0) {
		c->language = "";
		return RES_OK;
	}
	for (i = 0; known[i] != NULL; i++)
		if (strcmp(known[i], c->language) == 0)
			return RES_OK;
	return why_set(why, RES_PERM,
	    "%s: language: %s: expected auto, en, de, fr, es, nb or nl", path,
	    c->language);
}

/* Each must be "AGENT for ORGANIZER". */
static enum res
check_delegates(const char *path, const struct calendar *c, struct why *why)
{
	size_t i;

	for (i = 0; c->delegate[i] != NULL; i++) {
		const char *middle = strstr(c->delegate[i], " for ");
		const char *at = strchr(c->delegate[i], '@');

		if (middle == NULL || at == NULL || at > middle ||
		    strchr(middle, '@') == NULL ||
		    strstr(middle + 5, " ") != NULL)
			return why_set(why, RES_PERM,
			    "%s: delegate: %s: expected AGENT for ORGANIZER, "
			    "two addresses",
			    path, c->delegate[i]);
	}
	return RES_OK;
}

/* The layers of a file whose kind is known. */
static enum res
read_layers(TALLOC_CTX *ctx, const struct load *load, const char *path,
    struct calendar *c, struct why *why)
{
	int64_t kind = c->kind;
	enum res r;

	/* booking for a group by a room's rules would do harm */
	if (kind == KIND_GROUP)
		return why_set(why, RES_PERM,
		    "%s: kind: %s is not supported yet, expected room, "
		    "resource or person",
		    path, kind_names[kind]);
	r = set_defaults(ctx, load, c, why);

	if (r == RES_OK)
		r = read_kind(ctx, load, kind, c, why);
	if (r == RES_OK)
		r = conf_read(ctx, path, keys, NKEYS, c, why);
	if (r == RES_OK)
		r = settle_aliases(path, c, why);
	if (r == RES_OK)
		r = settle_language(path, c, why);
	if (r == RES_OK)
		r = check_delegates(path, c, why);
	if (r != RES_OK)
		return r;
	c->address = mem_text(ctx, strrchr(path, '/') + 1);
	if (c->name[0] == '\0')
		c->name = c->address;
	c->zone = zone_find(c->zone_name);
	if (c->zone == NULL)
		return why_set(why, RES_TEMP,
		    "%s: zone: %s has gone from the system's zone data", path,
		    c->zone_name);
	return RES_OK;
}

/* Have two lists the same texts? */
static int
is_same_list(const char **a, const char **b)
{
	size_t i = 0;

	while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0)
		i++;
	return a[i] == NULL && b[i] == NULL;
}

int
load_is_same(const struct calendar *a, const struct calendar *b)
{
	return is_same_list(a->alias, b->alias) &&
	       is_same_list(a->delegate, b->delegate) && a->kind == b->kind &&
	       strcmp(a->name, b->name) == 0 &&
	       strcmp(a->zone_name, b->zone_name) == 0 && a->zone == b->zone &&
	       a->horizon == b->horizon && a->past == b->past &&
	       a->forwarded == b->forwarded && a->require == b->require &&
	       a->requests_per_hour == b->requests_per_hour &&
	       a->publish == b->publish &&
	       a->answer_automatic == b->answer_automatic &&
	       a->book_free == b->book_free &&
	       strcmp(a->language, b->language) == 0 &&
	       a->series_answer == b->series_answer;
}

enum res
load_calendar(TALLOC_CTX *ctx, const struct load *load, const char *address,
    struct calendar **calendar, struct why *why)
{
	struct calendar *c = mem_new(ctx, struct calendar);
	char *path = mem_print(c, "%s/%s", load->path, address);
	enum res r = set_defaults(c, load, c, why);

	*calendar = NULL;
	if (r == RES_OK)
		r = conf_read(c, path, keys, NKEYS, c, why);
	if (r == RES_OK)
		r = conf_complete(path, keys, NKEYS, c, why);
	if (r == RES_OK)
		r = read_layers(c, load, path, c, why);
	if (r == RES_OK)
		*calendar = c;
	else
		talloc_free(c);
	return r;
}

/*
 * settings.c - imipd.conf, see settings.h and imipd.conf(5)
 *
 * conf(3) knows types; what a store, a relay or an address looks like is said
 * here, so that a wrong file is refused at the start and not by the first
 * message.  Nothing is opened or connected.
 */
#define _DEFAULT_SOURCE
#include "lib/engine/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"

#define DAY   INT64_C(86400)
#define AT(m) offsetof(struct settings, m)
#define NKEYS (sizeof(keys) / sizeof(keys[0]))

static const struct conf_key keys[] = {
    {"spool", CONF_PATH, "/var/spool/imipd", 0, 0, AT(spool), NULL,
	"directory of waiting, held and done messages"},
    {"store", CONF_TEXT, "sqlite:/var/lib/imipd/imipd.db", 0, 0, AT(store),
	NULL, "database of bookings"},
    {"calendars", CONF_TEXT, "/etc/imipd/calendars", 0, 0, AT(calendars), NULL,
	"directory of calendar files"},
    {"publish", CONF_PATH, "/var/lib/imipd/www", 0, 0, AT(publish), NULL,
	"directory of published files"},
    {"relay", CONF_TEXT, "smtp://localhost:25", 0, 0, AT(relay), NULL,
	"where answers go"},
    {"sender", CONF_TEXT, "", 0, 0, AT(sender), NULL,
	"envelope sender of answers"},
    {"host", CONF_TEXT, "", 0, 0, AT(host), NULL,
	"name of this machine in Message-IDs"},
    {"trust_authserv", CONF_LIST, "", 0, 0, AT(trust_authserv), NULL,
	"servers whose Authentication-Results are believed"},
    {"answers_per_hour", CONF_NUMBER, "20", 0, 1000000, AT(answers_per_hour),
	NULL, "letters to an address that nothing proves"},
    {"unknown", CONF_CHOICE, "hold", 0, 0, AT(unknown), "pass person hold",
	"what to do with mail for an address that is no calendar"},
    {"keep", CONF_SECONDS, "30d", 0, 3660 * DAY, AT(keep), NULL,
	"how long done messages are kept"},
    {"horizon", CONF_SECONDS, "400d", DAY, 3660 * DAY, AT(horizon), NULL,
	"how far ahead calendars can be booked"},
    {"publish_past", CONF_SECONDS, "7d", 0, 3660 * DAY, AT(publish_past), NULL,
	"how much of the past is published"},
};

const struct conf_key *
settings_keys(size_t *n)
{
	*n = NKEYS;
	return keys;
}

/* --- values that are more than text ------------------------------------- */

/* Does text begin with the word? */
static int
begins(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

/* The database. */
static const char *
check_store(const char *text)
{
	if (begins(text, "postgresql:"))
		return "postgresql: is not supported yet, expected "
		       "sqlite:/ABSOLUTE/PATH";
	if (!begins(text, "sqlite:/"))
		return "expected sqlite:/ABSOLUTE/PATH";
	return NULL;
}

/* The calendar files. */
static const char *
check_calendars(const char *text)
{
	if (begins(text, "ldap://") || begins(text, "ldaps://"))
		return "ldap:// is not supported yet, expected a path that "
		       "starts with /";
	return text[0] == '/' ? NULL : "expected a path that starts with /";
}

/* The relay's scheme; the rest is looked at when it is opened. */
static const char *
check_relay(const char *text)
{
	static const char *const known[] = {
	    "smtp://", "smtps://", "lmtp:", "sendmail:/", "maildir:/"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (begins(text, known[i]) && text[strlen(known[i])] != '\0')
			return NULL;
	return "expected smtp://HOST:PORT, smtps://HOST:PORT, lmtp:SOCKET, "
	       "lmtp:HOST:PORT, sendmail:/PATH or maildir:/PATH";
}

/* An address or nothing. */
static const char *
check_sender(const char *text)
{
	const char *at = strchr(text, '@');

	if (text[0] == '\0')
		return NULL;
	if (at == NULL || at == text || at[1] == '\0' ||
	    strpbrk(text, " \t<>,;:\"()") != NULL || strchr(at + 1, '@'))
		return "expected an address, calendar@example.com";
	return NULL;
}

/* A host name: what may stand behind '@' in a Message-ID. */
static const char *
check_host(const char *text)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

	if (text[0] == '\0' || text[0] == '.' || text[0] == '-' ||
	    text[strspn(text, good)] != '\0' || strlen(text) > 64)
		return "expected a host name of at most 64 bytes";
	return NULL;
}

/* A directory that must be named. */
static const char *
check_spool(const char *text)
{
	return text[0] == '/' ? NULL : "expected a path that starts with /";
}

static const struct {
	const char *name;
	size_t offset;
	const char *(*check)(const char *text);
} checks[] = {
    {"spool", AT(spool), check_spool},
    {"store", AT(store), check_store},
    {"calendars", AT(calendars), check_calendars},
    {"relay", AT(relay), check_relay},
    {"sender", AT(sender), check_sender},
    {"host", AT(host), check_host},
};

/* A value of the settings that is text. */
static const char *
text_at(const struct settings *s, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)s + offset, sizeof(text));
	return text;
}

/*
 * Look at all of them.  The value is not repeated in the reason: a relay may
 * hold a password.
 */
static enum res
check_values(const char *path, const struct settings *s, struct why *why)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const char *flaw =
		    checks[i].check(text_at(s, checks[i].offset));

		if (flaw != NULL)
			return why_set(why, RES_PERM, "%s: %s: %s", path,
			    checks[i].name, flaw);
	}
	return RES_OK;
}

/* A password in the file is for those who run imipd. */
static enum res
check_secrecy(const char *path, const struct settings *s, struct why *why)
{
	struct stat st;

	if (!begins(s->relay, "smtp") || strchr(s->relay, '@') == NULL)
		return RES_OK;
	if (stat(path, &st) < 0)
		return why_set(why, RES_TEMP, "%s: %s", path, strerror(errno));
	if ((st.st_mode & S_IROTH) != 0)
		return why_set(why, RES_PERM,
		    "%s: relay holds a password and everybody may read the "
		    "file: chmod o-r it",
		    path);
	return RES_OK;
}

/* --- the file ----------------------------------------------------------- */

/* The file that is meant. */
static const char *
settings_path(const char *path)
{
	const char *from_environment = getenv("IMIPD_CONF");

	if (path != NULL)
		return path;
	if (from_environment != NULL && from_environment[0] != '\0')
		return from_environment;
	return SETTINGS_PATH;
}

/* What gethostname(2) says, as far as it can be used. */
static const char *
host_name(TALLOC_CTX *ctx)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) < 0 || check_host(name) != NULL)
		return "localhost";
	return mem_text(ctx, name);
}

/* Fill the settings. */
static enum res
fill(const char *path, struct settings *s, struct why *why)
{
	enum res r = conf_defaults(s, keys, NKEYS, s, why);

	if (r == RES_OK && access(path, F_OK) < 0 && errno == ENOENT)
		return why_set(why, RES_PERM,
		    "%s: no such file; name one with -c FILE or IMIPD_CONF",
		    path);
	if (r == RES_OK)
		r = conf_read(s, path, keys, NKEYS, s, why);
	if (r == RES_OK && s->host[0] == '\0')
		s->host = host_name(s);
	if (r == RES_OK)
		r = check_values(path, s, why);
	if (r == RES_OK)
		r = check_secrecy(path, s, why);
	return r;
}

enum res
settings_read(TALLOC_CTX *ctx, const char *path, struct settings **settings,
    struct why *why)
{
	struct settings *s = mem_new(ctx, struct settings);
	enum res r = fill(settings_path(path), s, why);

	*settings = NULL;
	if (r == RES_OK)
		*settings = s;
	else
		talloc_free(s);
	return r;
}

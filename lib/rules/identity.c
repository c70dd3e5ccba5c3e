/*
 * identity.c - Authentication-Results of trusted servers to a level of trust
 *
 * The field is split as RFC 8601 section 2.2 has it: comments go, quoted strings
 * stay whole, ';' parts the results.  What cannot be read counts for nothing.
 */
#include "lib/rules/identity.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/rules/itip.h"

/* One "method=result" with its properties, as "key=value" words. */
struct result {
	const char *method; /* lower case, without its version */
	const char *value;  /* "pass" ... */
	char **word;        /* the properties */
	size_t nword;
};

#define WORDS_MAX 40

/* The text without comments, a blank for each; "" if a quote or one is open. */
static char *
without_comments(TALLOC_CTX *ctx, const char *text)
{
	char *out = mem_array(ctx, char, strlen(text) + 1);
	size_t n = 0;
	int depth = 0, quoted = 0;

	for (; *text != '\0'; text++) {
		int escaped =
		    *text == '\\' && text[1] != '\0' && (quoted || depth > 0);

		if (escaped && depth == 0)
			out[n++] = text[1];
		if (escaped) {
			text++;
			continue;
		}
		if (depth == 0 && *text == '"')
			quoted = !quoted;
		else if (!quoted && *text == '(')
			depth++;
		else if (!quoted && *text == ')' && depth > 0) {
			depth--;
			out[n++] = ' ';
			continue;
		}
		if (depth == 0)
			out[n++] = *text;
	}
	out[quoted || depth > 0 ? 0 : n] = '\0';
	return out;
}

/* Cut the next piece off at one of the bytes, outside quotes. */
static char *
cut(char **rest, const char *at)
{
	char *piece = *rest, *p = piece;
	int quoted = 0;

	if (piece == NULL)
		return NULL;
	for (; *p != '\0' && (quoted || strchr(at, *p) == NULL); p++)
		if (*p == '"')
			quoted = !quoted;
	*rest = *p == '\0' ? NULL : p + 1;
	*p = '\0';
	return piece;
}

/* Make "a = b" one word: no blanks around '='. */
static void
close_gaps(char *text)
{
	const char *first = text;
	char *out = text;
	int quoted = 0;

	for (; *text != '\0'; text++) {
		if (*text == '"') {
			quoted = !quoted;
			continue; /* the quotes have done their work */
		}
		if (!quoted && *text == '=') {
			while (
			    out > first && (out[-1] == ' ' || out[-1] == '\t'))
				out--;
			*out++ = '=';
			while (text[1] == ' ' || text[1] == '\t')
				text++;
			continue;
		}
		/* A blank inside quotes is part of the word. */
		*out++ = quoted && *text == ' ' ? '\x01' : *text;
	}
	*out = '\0';
}

/* Split "method/1=pass key=value ..."; 0 if it is none. */
static int
read_result(TALLOC_CTX *ctx, const char *text, struct result *result)
{
	char *copy = mem_text(ctx, text), *rest = copy, *word, *p;

	close_gaps(copy);
	memset(result, 0, sizeof(*result));
	result->word = mem_array(ctx, char *, WORDS_MAX);
	while ((word = cut(&rest, " \t")) != NULL) {
		if (*word != '\0' && result->nword < WORDS_MAX)
			result->word[result->nword++] = word;
	}
	if (result->nword == 0 || strchr(result->word[0], '=') == NULL)
		return 0;
	p = strchr(result->word[0], '=');
	*p = '\0';
	result->value = p + 1;
	result->word[0][strcspn(result->word[0], "/")] = '\0';
	result->method = result->word[0];
	result->word++;
	result->nword--;
	return 1;
}

/* The value of a property, or NULL. */
static const char *
property(const struct result *result, const char *key)
{
	size_t n = strlen(key), i;

	for (i = 0; i < result->nword; i++)
		if (strncasecmp(result->word[i], key, n) == 0 &&
		    result->word[i][n] == '=')
			return result->word[i] + n + 1;
	return NULL;
}

/* The domain of an address, of "@domain", or of a bare domain. */
static const char *
domain_of(const char *text)
{
	const char *at = text == NULL ? NULL : strrchr(text, '@');

	return at != NULL ? at + 1 : text;
}

/* Is `child` equal to the parent or below it? */
static int
is_below(const char *child, const char *parent)
{
	size_t n = strlen(child), m = strlen(parent);

	if (strchr(parent, '.') == NULL || n < m ||
	    strcasecmp(child + n - m, parent) != 0)
		return 0;
	return n == m || child[n - m - 1] == '.';
}

/* Does the domain speak for the other? */
static int
is_aligned(const char *domain, const char *from)
{
	if (domain == NULL || *domain == '\0' || from == NULL)
		return 0;
	return is_below(domain, from) || is_below(from, domain);
}

/* What one result proves about the domain of From. */
static enum identity_level
level_of(const struct result *result, const char *from, const char *envelope)
{
	const char *domain;

	if (strcasecmp(result->value, "pass") != 0)
		return IDENTITY_NONE;
	if (strcasecmp(result->method, "dmarc") == 0) {
		domain = property(result, "header.from");
		return is_aligned(domain_of(domain), from)
		           ? IDENTITY_AUTHENTICATED
		           : IDENTITY_NONE;
	}
	if (strcasecmp(result->method, "dkim") == 0) {
		domain = property(result, "header.d");
		if (domain == NULL)
			domain = property(result, "header.i");
		return is_aligned(domain_of(domain), from) ? IDENTITY_ALIGNED
		                                           : IDENTITY_NONE;
	}
	if (strcasecmp(result->method, "spf") != 0)
		return IDENTITY_NONE;
	domain = property(result, "smtp.mailfrom");
	if (domain == NULL && envelope[0] == '\0')
		domain = property(result, "smtp.helo");
	return is_aligned(domain_of(domain), from) ? IDENTITY_ALIGNED
	                                           : IDENTITY_NONE;
}

/* Is it a "dmarc=fail", which outweighs everything else? */
static int
is_refused(const struct result *result)
{
	return strcasecmp(result->method, "dmarc") == 0 &&
	       strcasecmp(result->value, "fail") == 0;
}

/* All results of one field, the server's name being cut off. */
static void
judge_field(TALLOC_CTX *ctx, struct identity *id, char *rest, const char *from,
    const char *envelope, int *refused)
{
	struct result result;
	char *text;

	while ((text = cut(&rest, ";")) != NULL) {
		enum identity_level level;

		if (!read_result(ctx, text, &result))
			continue;
		*refused |= is_refused(&result);
		level = level_of(&result, from, envelope);
		if (level <= id->level)
			continue;
		id->level = level;
		id->method = result.method;
	}
}

/* The name of the server at the start of a field; *rest goes behind it. */
static const char *
server_of(char **rest)
{
	char *head = cut(rest, ";"), *name;

	while ((name = cut(&head, " \t")) != NULL)
		if (*name != '\0')
			return name;
	return "";
}

/* Is the server one of the trusted, and is this its topmost field? */
static int
is_believed(const char *const *trusted, const char *server, char *seen)
{
	size_t i;

	for (i = 0; trusted != NULL && trusted[i] != NULL; i++) {
		if (strcasecmp(trusted[i], server) != 0)
			continue;
		if (seen[i])
			return 0;
		seen[i] = 1;
		return 1;
	}
	return 0;
}

/* What the fields of trusted servers say. */
static void
judge_fields(TALLOC_CTX *ctx, struct identity *id, const struct mail *mail,
    const char *envelope, const char *const *trusted)
{
	const char *from = domain_of(mail->from), *server = NULL;
	size_t n = 0, i;
	int refused = 0;
	char *seen;

	while (trusted != NULL && trusted[n] != NULL)
		n++;
	seen = mem_array(ctx, char, n + 1);
	for (i = 0; i < mail->nauth_results; i++) {
		char *rest = without_comments(ctx, mail->auth_results[i]);
		const char *name = server_of(&rest);

		if (!is_believed(trusted, name, seen))
			continue;
		server = name;
		judge_field(ctx, id, rest, from, envelope, &refused);
	}
	if (server == NULL)
		id->detail = "no Authentication-Results of a trusted server";
	else if (refused)
		id->detail = mem_print(ctx, "%s: DMARC failed", server);
	else if (id->level == IDENTITY_NONE)
		id->detail = mem_print(
		    ctx, "%s vouches for nothing about %s", server, from);
	else
		id->detail = mem_print(
		    ctx, "%s: %s passed for %s", server, id->method, from);
	id->failed = refused;
	if (refused || id->level == IDENTITY_NONE) {
		id->level = IDENTITY_NONE;
		id->method = "";
	}
}

/* Is the one who gave a password the one in From? */
static int
is_submitter(const char *submitter, const char *from)
{
	size_t n = strlen(submitter);

	if (strchr(submitter, '@') != NULL)
		return itip_same_address(submitter, from);
	return n > 0 && strncasecmp(submitter, from, n) == 0 && from[n] == '@';
}

struct identity
identity_judge(TALLOC_CTX *ctx, const struct mail *mail,
    const char *envelope_sender, const char *submitter,
    const char *const *trusted)
{
	struct identity id = {IDENTITY_NONE, "", 0, ""};

	if (mail->from == NULL) {
		id.detail = "there is no single From address";
		return id;
	}
	if (submitter[0] != '\0' && is_submitter(submitter, mail->from)) {
		id.level = IDENTITY_AUTHENTICATED;
		id.method = "submission";
		id.detail = mem_print(ctx, "%s submitted it", submitter);
		return id;
	}
	judge_fields(ctx, &id, mail, envelope_sender, trusted);
	return id;
}

const char *
identity_name(enum identity_level level)
{
	static const char *const names[] = {
	    [IDENTITY_NONE] = "none",
	    [IDENTITY_ALIGNED] = "aligned",
	    [IDENTITY_AUTHENTICATED] = "authenticated",
	};

	return names[level];
}

int
identity_suffices(
    const struct identity *identity, const struct calendar *calendar)
{
	static const enum identity_level wanted[] = {
	    [REQUIRE_NONE] = IDENTITY_NONE,
	    [REQUIRE_ALIGNED] = IDENTITY_ALIGNED,
	    [REQUIRE_AUTHENTICATED] = IDENTITY_AUTHENTICATED,
	};
	enum identity_level level =
	    identity == NULL ? IDENTITY_NONE : identity->level;

	return level >= wanted[calendar->require];
}

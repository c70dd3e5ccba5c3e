/*
 * zones.c - which clock a TZID means
 *
 * In this order:
 *  1 a well-known name (IANA, Windows, either with a vendor's decoration) is
 *    answered from our own data, whatever the message says about it: zone data
 *    of senders is often old, and may be a lie;
 *  2 but for a name that two parts of the world use ("Central Standard Time"),
 *    where a VTIMEZONE that equals one of these few zones over the span of the
 *    events tells which is meant;
 *  3 a name that is only a hint ("(UTC+01:00) Amsterdam, ..."), or none, is
 *    answered by the VTIMEZONE: by the IANA zone it equals over that span, the
 *    hint first, or else by its own rules;
 *  4 a hint without a VTIMEZONE is believed;
 *  5 what is left is not known: a person must look.
 */
#include "lib/read/zones.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"

struct zones {
	const struct block *root;
	int64_t from;
	int64_t to;
	int64_t horizon; /* changes are worked out up to here */
	const struct clock **used;
	size_t nused;
};

struct zones *
zones_new(TALLOC_CTX *ctx, const struct block *root, int64_t from, int64_t to,
    int64_t horizon)
{
	struct zones *zones = mem_new(ctx, struct zones);

	zones->root = root;
	zones->from = from;
	zones->to = to;
	zones->horizon = horizon > to ? horizon : to;
	return zones;
}

const struct clock *const *
zones_used(const struct zones *zones, size_t *n)
{
	*n = zones->nused;
	return zones->used;
}

/*
 * The next character of a TZID, leniently: without quotes and backslashes
 * (some quote the property, or escape its commas), in lower case, any run of
 * blanks as one.
 */
static int
next_plain(const char **p)
{
	while (**p == '"' || **p == '\\')
		++*p;
	if (!isspace((unsigned char)**p))
		return **p == '\0' ? 0 : tolower((unsigned char)*(*p)++);
	while (isspace((unsigned char)**p) || **p == '"')
		++*p;
	return **p == '\0' ? 0 : ' ';
}

/* Do two TZIDs mean the same, leniently? */
static int
is_same_tzid(const char *a, const char *b)
{
	int c;

	do {
		c = next_plain(&a);
		if (c != next_plain(&b))
			return 0;
	} while (c != 0);
	return 1;
}

/* The VTIMEZONE of that TZID, or NULL; one that is written alike comes first. */
static const struct block *
find_block(struct zones *zones, const char *tzid)
{
	const struct block *block, *found = NULL;
	const char *name;
	size_t i;

	for (i = 0; i < zones->root->nchild; i++) {
		block = zones->root->child[i];
		if (strcmp(block->kind, "VTIMEZONE") != 0)
			continue;
		name = bytes_trim(zones, block_value(block, "TZID"));
		if (strcmp(name, tzid) == 0)
			return block;
		if (found == NULL && is_same_tzid(name, tzid))
			found = block;
	}
	return found;
}

/* Does the VTIMEZONE show the time of a zone over the whole span? */
static int
agree(
    const struct zones *zones, const struct clock *own, const struct zone *zone)
{
	return vzone_equals(own, zone, zones->from, zones->to);
}

/* The zone of another part of the world that has this name too, or NULL. */
static const struct zone *
find_rival(const struct zones *zones, const struct clock *own)
{
	const struct zone *zone;
	const char *iana;
	size_t i;

	for (i = 0; (iana = windows_rival(own->tzid, i)) != NULL; i++) {
		zone = zone_find(iana);
		if (zone != NULL && agree(zones, own, zone))
			return zone;
	}
	return NULL;
}

/* The first IANA zone that agrees: what the VTIMEZONE says it is, then all. */
static const struct zone *
recognise(const struct zones *zones, const struct clock *own)
{
	static const char *const common[] = {"UTC", "Europe/Berlin",
	    "Europe/London", "America/New_York", "America/Chicago",
	    "America/Denver", "America/Los_Angeles", "Asia/Tokyo",
	    "Australia/Sydney", "Asia/Kolkata"};
	const struct zone *zone;
	const char *name;
	const char *iana;
	size_t i;
	int sure;

	zone = zones_by_name(block_value(own->block, "X-LIC-LOCATION"), &sure);
	if (zone != NULL && agree(zones, own, zone))
		return zone;
	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		zone = zone_find(common[i]);
		if (zone != NULL && agree(zones, own, zone))
			return zone;
	}
	for (i = 0; (iana = windows_row(i, &name)) != NULL; i++) {
		zone = zone_find(iana);
		if (zone != NULL && agree(zones, own, zone))
			return zone;
	}
	return NULL;
}

/* A well-known name with a VTIMEZONE that may say otherwise. */
static void
settle_sure(
    const struct zones *zones, struct clock *clock, const struct zone *named)
{
	clock->zone = named;
	if (agree(zones, clock, named))
		return;
	clock->zone = find_rival(zones, clock);
	if (clock->zone != NULL)
		return;
	clock->zone = named;
	clock->remark = "it says otherwise";
}

/* A clock from the name and the VTIMEZONE together; 0 with the fault set. */
static int
settle_own(const struct zones *zones, TALLOC_CTX *ctx, struct clock *clock,
    const struct zone *named, int sure, struct fault *fault)
{
	int good = vcache_read(
	    ctx, clock->block, zones->from, zones->horizon, clock, fault);

	if (sure && named != NULL && !good) {
		fault->code = NULL;
		clock->remark = "it cannot be read";
		clock->zone = named;
		return 1;
	}
	if (!good)
		return 0;
	if (sure && named != NULL)
		settle_sure(zones, clock, named);
	else if (named != NULL && agree(zones, clock, named))
		clock->zone = named;
	else
		clock->zone = recognise(zones, clock);
	return 1;
}

/* Resolve a TZID that has not been met before; NULL with the fault set. */
static struct clock *
resolve(struct zones *zones, const char *tzid, struct fault *fault)
{
	struct clock *clock = mem_new(zones, struct clock);
	const struct zone *named;
	int sure;

	clock->tzid = tzid;
	clock->remark = "";
	clock->block = find_block(zones, tzid);
	named = zones_by_name(tzid, &sure);
	if (clock->block != NULL) {
		if (!settle_own(zones, clock, clock, named, sure, fault))
			return NULL;
	} else {
		clock->zone = named;
	}
	if (clock->zone == NULL && clock->block == NULL) {
		fault_set(fault, ACTION_HOLD, "unknown-zone",
		    "The time zone \"%.80s\" is not known, and the message "
		    "does not define it.",
		    clock->tzid);
		return NULL;
	}
	clock->name =
	    clock->zone != NULL ? zone_name(clock->zone) : clock->tzid;
	return clock;
}

const struct clock *
zones_find(struct zones *zones, const char *tzid, struct fault *fault)
{
	struct clock *clock;
	size_t i;

	tzid = bytes_trim(zones, tzid);
	for (i = 0; i < zones->nused; i++) {
		if (strcmp(zones->used[i]->tzid, tzid) == 0)
			return zones->used[i];
	}
	if (zones->nused >= LIMIT_TIMEZONES) {
		fault_set(fault, ACTION_HOLD, "bad-zone",
		    "The calendar uses over %d time zones.", LIMIT_TIMEZONES);
		return NULL;
	}
	clock = resolve(zones, tzid, fault);
	if (clock == NULL)
		return NULL;
	zones->used = list_grow(
	    zones, zones->used, const struct clock *, zones->nused + 1);
	zones->used[zones->nused++] = clock;
	return clock;
}

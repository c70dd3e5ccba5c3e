/*
 * zones.c - which clock a TZID means
 *
 * A well-known name is answered from our own data, whatever the message says
 * about it.  A name that is only a hint, or no name at all, is answered by the
 * VTIMEZONE: by the IANA zone it equals over the span of the events, or by its
 * own rules.
 */
#include "lib/read/zones.h"

#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/facts/limits.h"
#include "lib/read/bytes.h"

#define PROBE_STEP (15 * SECONDS_PER_DAY)

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

/* The VTIMEZONE of that TZID, or NULL. */
static const struct block *
find_block(struct zones *zones, const char *tzid)
{
	const struct block *block;
	const char *name;
	size_t i;

	for (i = 0; i < zones->root->nchild; i++) {
		block = zones->root->child[i];
		if (strcmp(block->kind, "VTIMEZONE") != 0)
			continue;
		name = bytes_trim(zones, block_value(block, "TZID"));
		if (strcmp(name, tzid) == 0)
			return block;
	}
	return NULL;
}

/* Do the two show the same time at an instant? */
static int
agree_at(const struct clock *own, const struct zone *zone, int64_t utc)
{
	struct civil a = clock_to_wall(own, utc);
	struct civil b = zone_to_wall(zone, utc);

	return civil_seconds(&a) == civil_seconds(&b);
}

/* Do they agree over the whole span, around each change and in between? */
static int
agree(
    const struct zones *zones, const struct clock *own, const struct zone *zone)
{
	int64_t at;
	size_t i;

	for (at = zones->from; at < zones->to; at += PROBE_STEP) {
		if (!agree_at(own, zone, at))
			return 0;
	}
	for (i = 0; i < own->nonset; i++) {
		at = own->onset[i].at;
		if (at >= zones->from && at < zones->to &&
		    (!agree_at(own, zone, at) || !agree_at(own, zone, at - 1)))
			return 0;
	}
	return 1;
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

/* A clock from the name and the VTIMEZONE together; 0 with the fault set. */
static int
settle_own(const struct zones *zones, TALLOC_CTX *ctx, struct clock *clock,
    const struct zone *named, int sure, struct fault *fault)
{
	int good = vzone_read(
	    ctx, clock->block, zones->from, zones->horizon, clock, fault);

	if (sure && named != NULL) {
		if (!good)
			clock->remark = "it cannot be read";
		else if (!agree(zones, clock, named))
			clock->remark = "it says otherwise";
		fault->code = NULL;
		clock->zone = named;
		return 1;
	}
	if (!good)
		return 0;
	if (named != NULL && agree(zones, clock, named))
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

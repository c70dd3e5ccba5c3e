/*
 * zone.h - trusted time zones by IANA name, from the system's zone data
 *
 * Reads TZif files (RFC 8536) of zone_directory(), transitions and footer
 * rule, so that any year up to 9999 is answered.  No byte of a message gets
 * here except as a name that is looked up.  Zones live as long as the process.
 * Layer 0.  Uses: civil.  Used by: conf, facts, read, rules, write.
 */
#ifndef LIB_BASE_ZONE_H
#define LIB_BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/civil.h"
#include "lib/base/res.h"

struct zone;

/* The environment's word for another directory of zone data. */
#define ZONE_ENVIRONMENT   "IMIPD_ZONEINFO"
#define ZONE_DIRECTORY_MAX 200

/*
 * Where the zone data is: ZONE_ENVIRONMENT if it names an absolute path of at
 * most ZONE_DIRECTORY_MAX bytes, else /usr/share/zoneinfo.  Asked once.
 */
const char *zone_directory(void);

/*
 * The zone of an IANA name or alias ("Europe/Berlin", "UTC", "US/Eastern"),
 * compared without regard to case; NULL if there is none.  A name that is no
 * plain relative path of letters, digits, '_', '-', '+', '/' is never opened.
 * The result is cached (also that there is none) and never freed.
 */
const struct zone *zone_find(const char *name);

/* The name in the spelling of the zone data. */
const char *zone_name(const struct zone *z);

/*
 * Seconds east of UTC at an instant; *dst (may be NULL) is 1 in daylight
 * saving time; *abbreviation (may be NULL) lives as long as the zone.
 */
int zone_offset(
    const struct zone *z, int64_t utc, int *dst, const char **abbreviation);

/*
 * The first instant after utc at which the clock changes (perhaps nothing but
 * what it is called); INT64_MAX if there is none up to the year 9999.
 */
int64_t zone_next(const struct zone *z, int64_t utc);

/*
 * The instant of a wall clock.  In an overlap the first of the two; in a gap
 * the offset before the gap is used (RFC 5545 section 3.3.5).
 */
int64_t zone_to_utc(const struct zone *z, const struct civil *wall);

/* The wall clock of an instant. */
struct civil zone_to_wall(const struct zone *z, int64_t utc);

/*
 * Write a VTIMEZONE that is right from `from` to `to` (UTC) at least: lines
 * ended by CR LF, unfolded (none is over 75 octets), TZID:tzid.  An observance
 * with RRULE where the zone's rule is yearly, RDATEs where it is not.
 *
 * Returns the number of bytes, like snprintf(); size may be 0.
 * Source  RFC 5545 section 3.6.5
 */
size_t zone_vtimezone(const struct zone *z, const char *tzid, int64_t from,
    int64_t to, char *buf, size_t size);

#endif

/*
 * limits.h - every limit on what comes from outside, in one place (promise P8)
 *
 * Measured against real mail in ../tests/corpus: none is reached there.
 * Layer 1.
 */
#ifndef LIB_FACTS_LIMITS_H
#define LIB_FACTS_LIMITS_H

#define LIMIT_MESSAGE_BYTES   (50L * 1024 * 1024)
#define LIMIT_HEADERS         2000
#define LIMIT_HEADER_BYTES    (256L * 1024)
#define LIMIT_MIME_DEPTH      20
#define LIMIT_MIME_PARTS      200
#define LIMIT_PART_BYTES      (1024L * 1024)
#define LIMIT_LINE_BYTES      (64L * 1024)
#define LIMIT_COMPONENTS      500
#define LIMIT_COMPONENT_DEPTH 4
#define LIMIT_PROPERTIES      2000
#define LIMIT_PARAMETERS      100
#define LIMIT_ATTENDEES       500
#define LIMIT_TIMEZONES       50
#define LIMIT_DATES           2000 /* EXDATE and RDATE values of one event */
#define LIMIT_INSTANCES       10000
#define LIMIT_BY_PRODUCT      1000 /* occurrences a rule gives in one period */
#define LIMIT_YEAR_FIRST      1970
#define LIMIT_YEAR_LAST       2200
#define LIMIT_DURATION        (INT64_C(366) * 86400)
#define LIMIT_ADDRESS_BYTES   320
#define LIMIT_UID_BYTES       1000
#define LIMIT_FACTS_BYTES     (8L * 1024 * 1024)
#define LIMIT_READ_CPU        2 /* seconds for one message */
#define LIMIT_READ_WALL       5
#define LIMIT_READ_MEMORY     (128L * 1024 * 1024)
#define LIMIT_TRIES           3
#define LIMIT_BATCH           64 /* messages in one transaction */
#define LIMIT_CLASHES         20 /* clashing dates that are named */

#endif

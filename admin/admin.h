/*
 * admin.h - the commands of imip-admin
 *
 * Private to admin.  Layer 5.
 */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include <stdint.h>
#include <talloc.h>

#include "lib/engine/settings.h"

/* What every command is given; settings is NULL for check. */
struct admin {
	TALLOC_CTX *ctx;
	const char *conf; /* -c, or NULL */
	const char *from; /* as given, or NULL */
	const char *to;
	int json;
	int64_t now;
	const struct settings *settings;
	const char *calendar; /* the argument of bookings and freebusy, or of
	                         rezone; NULL there: all */
	int dry_run;
};

/* Each does one command and returns the exit code. */
int admin_init(const struct admin *a);
int admin_check(const struct admin *a);
int admin_calendars(const struct admin *a);
int admin_bookings(const struct admin *a);
int admin_freebusy(const struct admin *a);
int admin_rezone(const struct admin *a);

#endif

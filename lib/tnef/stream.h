/*
 * stream.h - the attributes of a TNEF stream that say something of a meeting
 *
 * Attachments, and all that follows them, are never looked at.
 * Layer 2, private to lib/tnef.  Source: [MS-OXTNEF] section 2.1
 */
#ifndef LIB_TNEF_STREAM_H
#define LIB_TNEF_STREAM_H

#include <talloc.h>

#include "lib/base/civil.h"
#include "lib/tnef/prop.h"

struct stream {
	const char *class;  /* of the message, as written, "" if missing */
	struct props props; /* of the message */
	struct props *recipient;
	size_t nrecipient;
	struct civil
	    start;        /* attDateStart; year 0: missing.  Exchange writes */
	struct civil end; /* UTC here, Outlook the sender's wall clock. */
	const char
	    *owner_name;   /* attOwner, "" if missing: the organizer of a */
	const char *owner; /* request, whom a response answers; or "" */
	int has_number;
	int32_t number; /* attAidOwner: PR_OWNER_APPT_ID */
	int has_asks;
	int asks; /* attRequestRes: PR_RESPONSE_REQUESTED */
};

/*
 * Returns 0 with a few words in *fault (static) if the bytes are no TNEF
 * stream, or what is needed of it is damaged.
 */
int stream_read(TALLOC_CTX *ctx, struct span bytes, struct stream *stream,
    const char **fault);

#endif

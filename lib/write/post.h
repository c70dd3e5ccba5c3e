/*
 * post.h - the mail around a calendar object: who, to whom, about what
 *
 * multipart/alternative of text/plain, text/html, text/calendar.
 * Pure.  Private to lib/write.
 * Layer 2.  Source: RFC 5322, RFC 6047 section 2.4, RFC 3834
 */
#ifndef LIB_WRITE_POST_H
#define LIB_WRITE_POST_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "lib/facts/facts.h"
#include "lib/write/letter.h"
#include "lib/write/part.h"

struct post {
	const struct letterhead *head;
	const char *unique;      /* head->unique, and which letter of several */
	const char *sender;      /* envelope sender */
	const char *name;        /* of From, or "" */
	const char *from;        /* address */
	const char *agent;       /* Sender, or "" */
	const char *recipient;   /* address: To and envelope */
	const struct mail *mail; /* that is answered, or NULL */
	const char *automatic;   /* "auto-replied" or "auto-generated" */
	const char *method;      /* "REPLY" */
	const char *component;   /* "VEVENT" */
	const char *calendar;    /* the object */
	const struct voice *voice;
	const struct telling *telling;
};

/*
 * Make the mail.
 * Returns RES_PERM  no mail can go to, or come from, an address
 * Owner   *letter belongs to ctx
 */
enum res post_make(TALLOC_CTX *ctx, const struct post *post,
    struct letter **letter, struct why *why) MUSTUSE;

/* The name beside our address; "" if it would only say it again. */
const char *post_name(const char *name, const char *address);

#endif

/*
 * scheduling_state.h - the working state of scheduling_apply()
 *
 * scheduling.c makes a turn, the functions of its table change it, scheduling.c
 * makes the result.  Nothing that is borrowed is changed: turn->next is a copy,
 * and arrays below a part are copied before they change.
 * Private to lib/rules.  Layer 2.
 */
#ifndef LIB_RULES_SCHEDULING_STATE_H
#define LIB_RULES_SCHEDULING_STATE_H

#include "lib/rules/scheduling.h"

/* One object being applied. */
struct turn {
	TALLOC_CTX *ctx; /* of the result */
	const struct occasion *occasion;
	const struct object *object;
	const struct component *first; /* component[0] of the object */
	enum role role;
	/* What is held: as given (NULL: nothing), and with local times. */
	const struct holding *held;
	const struct holding *was; /* never NULL; without parts if !held */
	/* A live holding of the same UID and kind of another organizer. */
	const struct holding *other;
	struct holding *next; /* what will be held */
	int changed;
	struct scheduling *result;
	/* The participant that the result tells of, and of which part. */
	const char *who;
	struct when who_date;
};

/* --- the message ----------------------------------------------------------- */

/* The recurrence id of a component; of one of an ADD its start. */
struct when turn_date(const struct turn *t, const struct component *c);

/* Does the mail come from the address, or from its agent in its domain? */
int turn_is_from(
    const struct turn *t, const char *address, const char *sent_by);

/* Does the mail come from the organizer, or is it the owner's own? */
int turn_organizer_speaks(const struct turn *t);

/* Is what is held published by somebody else than its organizer? */
int turn_is_hearsay(const struct turn *t);

/* SENT-BY, if it may act for the organizer. */
const char *turn_sent_by(const struct turn *t);

/* Has the component STATUS:CANCELLED? */
int component_is_cancelled(const struct component *c);

/* Choose what is held of an organizer's object; next starts as its copy. */
void turn_hold(struct turn *t, const char *organizer);

/* The result tells of the calendar's own participant. */
void turn_tell_own(struct turn *t);

/* Say which values decided. */
void turn_detail(struct turn *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Send a message of these dates; none: the whole object. */
void turn_follow(struct turn *t, const char *method, const char *recipient,
    const struct when *date, size_t n, const char *reason);

/* --- parts ----------------------------------------------------------------- */

/* The part of exactly this date (WHEN_NONE: the master), or NULL. */
struct part *part_find(const struct holding *h, const struct when *date);

/*
 * The part that describes the date if none of its own does: the last one before
 * it with THISANDFUTURE, else the master, else NULL.  One that was only asked
 * for describes nothing.
 */
struct part *part_base(const struct holding *h, const struct when *date);

/* Does anything live? */
int holding_is_live(const struct holding *h);

/* Put a part in its place; the pointers to other parts are void after it. */
struct part *part_insert(struct turn *t, const struct part *part);

/* Take the part out. */
void part_remove(struct turn *t, size_t index);

/* A part as the component describes it. */
struct part part_from(struct turn *t, const struct component *c);

/* -1, 0, 1: is (sequence, dtstamp) older than the part, equal, newer? */
int part_order(const struct part *p, int64_t sequence, int64_t dtstamp);

/* Make a tombstone of it; what was known of its times and people stays. */
void part_bury(struct part *p, int64_t sequence, int64_t dtstamp);

/*
 * The dates after `from` (WHEN_NONE: all) are cancelled with it: what is not
 * newer than the component goes, since the tombstone of `from` speaks for it.
 */
void parts_bury(
    struct turn *t, const struct when *from, const struct component *c);

/* A tombstone for something unknown. */
struct part part_tombstone(const struct component *c, const struct when *date);

/* --- dates ----------------------------------------------------------------- */

/* Can the date be one of the series that is held? */
int date_is_possible(const struct turn *t, const struct when *date);

/* The date in the form of the series that is held. */
struct when date_align(const struct turn *t, const struct when *date);

/*
 * What the base says of one of its dates, as a part of its own; with range
 * "THISANDFUTURE" of that date and all later ones.
 */
struct part date_part(struct turn *t, const struct part *base,
    const struct when *date, const char *range);

/*
 * Does the part say of its date nothing but what its base says?  It is there for
 * the answers, proposals or delegations that were given to the date alone.
 */
int date_is_plain(
    struct turn *t, const struct holding *h, const struct part *p);

/*
 * Make such a part anew of what next has for its date; what was said stays.
 * Returns 0 if its times are other ones now, or nothing is left of its series.
 */
int date_renew(struct turn *t, struct part *p, const struct part *was);

/* Is the line of n bytes a property of this name? */
int line_is(const char *line, size_t n, const char *name);

/*
 * Do two texts make dates by other rules?  How they are written does not matter:
 * the order, the case and the defaults of a rule's parts, and on how many lines
 * RDATE and EXDATE stand.
 */
int rules_differ(const char *a, const char *b);

/* The text with a RECURRENCE-ID made of its DTSTART. */
const char *date_text(TALLOC_CTX *ctx, const char *text);

/* Do the two have other times: start, end, rule? */
int times_differ(const struct part *a, const struct part *b);

/* --- participants ---------------------------------------------------------- */

/* The participant with the address, or NULL. */
struct participant *participant_find(const struct part *p, const char *address);

/* The calendar's own, or NULL. */
struct participant *participant_own(
    const struct part *p, const struct calendar *calendar);

/* Give the part an array of its own, with room for more. */
void participants_copy(struct turn *t, struct part *p, size_t more);

/* Add one; it must not be there. */
struct participant *participant_add(
    struct turn *t, struct part *p, const struct participant *one);

/*
 * A number that two addresses of one mailbox share, see itip_same_address(): so
 * that lists of hundreds need not be compared each with each.
 */
uint32_t mailbox_hash(const char *address);

/* The attendees of a component, to be asked for many addresses. */
struct names {
	const struct component *component;
	uint32_t *hash;
};

struct names names_of(TALLOC_CTX *ctx, const struct component *c);
int names_have(const struct names *names, const char *address);

/* Remove those who are named; was anybody? */
int participants_remove(
    struct turn *t, struct part *p, const struct names *names);

/* A participant who has not answered. */
struct participant participant_from(const struct person *person);

/*
 * Take over from the older part the answers that still count.
 *
 * moved  the times are other ones: none counts
 */
void participants_keep(
    struct turn *t, struct part *p, const struct part *old, int moved);

/* Forget what was answered: the times are other ones. */
void participants_forget(struct turn *t, struct part *p);

/* --- lists of addresses, one blank between ---------------------------------- */

int list_has(const char *list, const char *address);
const char *list_add(TALLOC_CTX *ctx, const char *list, const char *address);
const char *list_without(
    TALLOC_CTX *ctx, const char *list, const char *address);
/* The next address of the list, a talloc string; NULL at its end. */
char *list_next(TALLOC_CTX *ctx, const char **list);

/* --- answers, for replies, proposals and delegations ------------------------ */

/* Where an answer belongs. */
struct target {
	const struct component *component;
	const struct person *person; /* who answers */
	struct when date;
	const struct part *part; /* what describes it now */
	int own;                 /* the part is that date's own */
};

/*
 * Find the target of a component; RES_OK in *code is ITIP_ANSWERED.
 * Returns 1, or 0 and why not in *code.
 */
int target_find(struct turn *t, const struct component *c,
    struct target *target, enum itip_code *code);

/* The participant of a part that the target speaks of, or NULL. */
struct participant *target_participant(
    const struct turn *t, const struct target *target, const struct part *p);

/* The part of the target in next, made if the date has none. */
struct part *target_part(struct turn *t, const struct target *target);

/* Is the PARTSTAT one that the kind of component has? */
int partstat_is_known(const char *kind, const char *partstat);

/* Write down what the person of the component says. */
void answer_record(struct participant *p, const struct component *c,
    const struct person *person);

/*
 * May the delegator of the part send all those of the list?  0: a loop, too
 * deep, or nobody.
 */
int delegation_is_good(const struct part *p,
    const struct participant *delegator, const char *delegated_to);

/* Link delegator and delegates; the delegates are added where missing. */
void delegation_record(struct turn *t, struct part *p, const char *delegator,
    const struct component *c, const char *delegated_to);

/* Is the person the delegate of a participant who said so? */
int delegation_is_known(const struct part *p, const struct person *person);

/* --- the rows of the table in scheduling.c ---------------------------------- */

enum itip_code scheduling_request(struct turn *t);
enum itip_code scheduling_publish(struct turn *t);
enum itip_code scheduling_sent(struct turn *t);
enum itip_code scheduling_delegated(struct turn *t);
enum itip_code scheduling_forwarded(struct turn *t);
enum itip_code scheduling_not_ours(struct turn *t);
enum itip_code scheduling_add(struct turn *t);
enum itip_code scheduling_cancel(struct turn *t);
enum itip_code scheduling_reply(struct turn *t);
enum itip_code scheduling_delegate_reply(struct turn *t);
enum itip_code scheduling_counter(struct turn *t);
enum itip_code scheduling_counter_declined(struct turn *t);
enum itip_code scheduling_refresh(struct turn *t);
enum itip_code scheduling_refresh_sent(struct turn *t);
enum itip_code scheduling_come_back(struct turn *t);
enum itip_code scheduling_freebusy_asked(struct turn *t);
enum itip_code scheduling_freebusy_told(struct turn *t);

#endif

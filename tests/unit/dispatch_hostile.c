/* dispatch_hostile.c - no field of a holding adds anything to what is sent */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/dispatch_cases.h"
#include "tests/unit/hostile.h"

#define FIELDS_MAX 120

struct fields {
	const char *name[FIELDS_MAX];
	const char **at[FIELDS_MAX];
	size_t n;
};

static void
add(struct fields *f, const char *name, const char **at)
{
	assert_in_range(f->n, 0, FIELDS_MAX - 1);
	f->name[f->n] = name;
	f->at[f->n++] = at;
}

static void
collect_participant(struct participant *p, struct fields *f)
{
	add(f, "participant.address", &p->address);
	add(f, "participant.name", &p->name);
	add(f, "participant.partstat", &p->partstat);
	add(f, "participant.role", &p->role);
	add(f, "participant.cutype", &p->cutype);
	add(f, "participant.rsvp", &p->rsvp);
	add(f, "participant.delegated_to", &p->delegated_to);
	add(f, "participant.delegated_from", &p->delegated_from);
	add(f, "participant.sent_by", &p->sent_by);
	add(f, "participant.request_status", &p->request_status);
	add(f, "participant.comment", &p->comment);
}

static void
collect_part(struct part *p, struct fields *f)
{
	size_t i;

	add(f, "part.range", &p->range);
	add(f, "part.status", &p->status);
	add(f, "part.summary", &p->summary);
	add(f, "part.location", &p->location);
	add(f, "part.recurrence_id.zone", &p->recurrence_id.zone);
	add(f, "part.start.zone", &p->start.zone);
	add(f, "part.end.zone", &p->end.zone);
	for (i = 0; i < p->nparticipant && i < 2; i++)
		collect_participant(&p->participant[i], f);
}

/* Every string but the texts that are held; those are tried by line. */
static void
collect(struct outing *o, struct fields *f)
{
	size_t i;

	f->n = 0;
	add(f, "calendar.address", &o->calendar.address);
	add(f, "calendar.name", &o->calendar.name);
	add(f, "calendar.language", &o->calendar.language);
	add(f, "holding.uid", &o->holding.uid);
	add(f, "holding.organizer", &o->holding.organizer);
	add(f, "holding.organizer_sent_by", &o->holding.organizer_sent_by);
	for (i = 0; i < o->holding.npart && i < 2; i++)
		collect_part(&o->part[i], f);
	add(f, "timezone.tzid", &o->timezone[0].tzid);
	add(f, "timezone.zone", &o->timezone[0].zone);
	add(f, "timezone.text", &o->timezone[0].text);
	add(f, "proposal.summary", &o->proposal.summary);
	add(f, "proposal.location", &o->proposal.location);
	add(f, "proposal.comment", &o->proposal.comment);
	add(f, "proposal.start.zone", &o->proposal.start.zone);
	add(f, "freebusy.type", &o->freebusy[0].type);
	add(f, "mail.message_id", &o->mail.message_id);
	add(f, "mail.references", &o->mail.references);
	add(f, "mail.language", &o->mail.language);
	add(f, "dispatch.agent", &o->dispatch.agent);
	add(f, "dispatch.recipient", &o->dispatch.recipient);
	add(f, "dispatch.comment", &o->dispatch.comment);
	add(f, "dispatch.language", &o->dispatch.language);
	add(f, "head.sender", &o->head.sender);
	add(f, "head.unique", &o->head.unique);
}

/* The harmless mail of a case. */
struct measure {
	const char *name;
	char *headers;
	char *shape;
};

/* Make it and look at it; 1 if a mail came of it. */
static int
try_outing(TALLOC_CTX *ctx, const struct outing *o, const char *field,
    const char *text, const struct measure *m)
{
	struct letter *letter = NULL;
	struct why why = {""};
	enum res r = dispatch_make(ctx, &o->dispatch, &o->head, &letter, &why);

	if (r != RES_OK) {
		assert_int_equal(r, RES_PERM);
		return 0;
	}
	hostile_check(ctx,
	    mem_print(ctx, "%s %s \"%.30s\"", m->name, field, text), letter,
	    m->headers, m->shape);
	return 1;
}

static struct measure
measure(TALLOC_CTX *ctx, size_t i)
{
	struct outing *o = cases[i].make(ctx);
	struct letter *letter = NULL;
	struct measure m;

	/* What may come in where it is wanted. */
	o->dispatch.agent = "calendar@example.com";
	assert_int_equal(
	    dispatch_make(ctx, &o->dispatch, &o->head, &letter, NULL), RES_OK);
	m.name = cases[i].name;
	m.headers = hostile_headers(ctx, letter);
	m.shape = hostile_shape(ctx, calendar_of(ctx, letter));
	return m;
}

static void
test_no_field_adds_anything(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const char *const *text;
	size_t i, k, n;
	int made = 0;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		struct measure m = measure(ctx, i);
		struct fields f;

		collect(cases[i].make(ctx), &f);
		n = f.n;
		for (k = 0; k < n; k++)
			for (text = hostile_texts(); *text != NULL; text++) {
				TALLOC_CTX *tmp = talloc_new(NULL);
				struct outing *o = cases[i].make(tmp);

				collect(o, &f);
				*f.at[k] = *text;
				made +=
				    try_outing(tmp, o, f.name[k], *text, &m);
				talloc_free(tmp);
			}
	}
	assert_in_range(made, 10000, 60000);
	talloc_free(ctx);
}

/* The text with the value of its line `line` replaced. */
static char *
with_value(TALLOC_CTX *ctx, const char *text, size_t line, const char *value)
{
	char *out = mem_text(ctx, ""), *flat = mem_text(ctx, value), *p;
	size_t i = 0;

	/* A line is a line: what a text is made of has none within. */
	for (p = flat; *p != '\0'; p++)
		if (*p == '\n')
			*p = '\r';
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		size_t name = strcspn(text, ":;\n");

		if (i++ == line && strncmp(text, "END", 3) != 0 &&
		    strncmp(text, "BEGIN", 5) != 0)
			mem_add(&out, "%.*s:%s\n", (int)name, text, flat);
		else
			mem_add(&out, "%.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
	return out;
}

/* One line of the first part with all texts; how many mails came of it. */
static int
try_line(size_t i, size_t line, const struct measure *m)
{
	const char *const *text;
	int made = 0;

	for (text = hostile_texts(); *text != NULL; text++) {
		TALLOC_CTX *tmp = talloc_new(NULL);
		struct outing *o = cases[i].make(tmp);

		o->part[0].text = with_value(tmp, o->part[0].text, line, *text);
		/* One object has one UID. */
		if (strstr(o->part[0].text, "\nUID:meet-1@example.com\n") ==
		    NULL)
			o->holding.npart = 1;
		made += try_outing(tmp, o, "text", *text, m);
		talloc_free(tmp);
	}
	return made;
}

static void
test_no_line_adds_anything(void **state)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i, k;
	int made = 0;

	(void)state;
	for (i = 0; i < NCASES; i++) {
		struct measure m = measure(ctx, i);

		for (k = 1; k < 20; k++)
			made += try_line(i, k, &m);
	}
	assert_in_range(made, 4000, 20000);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_field_adds_anything),
	    cmocka_unit_test(test_no_line_adds_anything),
	};

	read_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

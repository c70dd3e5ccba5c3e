/* letter_hostile.c - no field of a decision adds anything to its letters */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/hostile.h"
#include "tests/unit/language_fixture.h"
#include "tests/unit/letter_cases.h"

#define FIELDS_MAX 60

/* A string that a letter is made of. */
struct field {
	char name[40];
	const char **at;
	const char *prefix; /* of a line: "SUMMARY:" */
};

struct fields {
	struct field field[FIELDS_MAX];
	size_t n;
};

static void
add(struct fields *f, const char *name, const char **at)
{
	assert_in_range(f->n, 0, FIELDS_MAX - 1);
	(void)snprintf(
	    f->field[f->n].name, sizeof(f->field[0].name), "%s", name);
	f->field[f->n].prefix = "";
	f->field[f->n++].at = at;
}

/* A line twice: its value, and a parameter before it. */
static void
add_line(TALLOC_CTX *ctx, struct fields *f, const char **at)
{
	size_t n = strcspn(*at, ":;");

	add(f, mem_textn(ctx, *at, n), at);
	f->field[f->n - 1].prefix = mem_print(ctx, "%.*s:", (int)n, *at);
	add(f, mem_print(ctx, "%.*s;", (int)n, *at), at);
	f->field[f->n - 1].prefix =
	    mem_print(ctx, "%.*s;LANGUAGE=x;CN=", (int)n, *at);
}

/* Every string of the first component, the mail, the calendar, the decision. */
static void
collect(TALLOC_CTX *ctx, struct sample *s, struct fields *f)
{
	struct component *c = &s->component[0];
	size_t i;

	f->n = 0;
	add(f, "calendar.name", &s->calendar.name);
	add(f, "calendar.address", &s->calendar.address);
	add(f, "calendar.language", &s->calendar.language);
	add(f, "mail.message_id", &s->mail.message_id);
	add(f, "mail.references", &s->mail.references);
	add(f, "mail.language", &s->mail.language);
	add(f, "object.uid", &s->object.uid);
	add(f, "summary", &c->summary);
	add(f, "location", &c->location);
	add(f, "status", &c->status);
	add(f, "start.zone", &c->start.zone);
	add(f, "organizer.address", &c->organizer.address);
	add(f, "organizer.name", &c->organizer.name);
	add(f, "organizer.language", &c->organizer.language);
	add_line(ctx, f, &c->organizer.line);
	add(f, "attendee.address", &s->attendee[0].address);
	add(f, "attendee.name", &s->attendee[0].name);
	add_line(ctx, f, &s->attendee[0].line);
	for (i = 0; i < c->nline; i++)
		add_line(ctx, f, &s->line[0][i]);
	add(f, "timezone.tzid", &s->timezone[0].tzid);
	add(f, "timezone.zone", &s->timezone[0].zone);
	add(f, "timezone.text", &s->timezone[0].text);
	add(f, "decision.reason", &s->decision.reason);
	add(f, "decision.code", &s->decision.code);
	add(f, "head.sender", &s->head.sender);
	add(f, "head.unique", &s->head.unique);
}

/* One field of one case with one text; 1 if a letter came of it. */
static int
try_text(TALLOC_CTX *ctx, size_t i, size_t k, const char *text,
    const char *headers, const char *shape)
{
	struct sample *s = cases[i].make(ctx);
	struct letter *letter = NULL;
	struct fields f;
	struct why why = {""};
	enum res r;

	s->object.uid = strchr(s->line[0][0], ':') + 1;
	collect(ctx, s, &f);
	*f.field[k].at = mem_print(ctx, "%s%s", f.field[k].prefix, text);
	/* One object has one UID. */
	if (f.field[k].at == &s->line[0][0])
		s->line[1][0] = s->line[0][0];
	r = letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, &why);
	if (r != RES_OK) {
		assert_int_equal(r, RES_PERM);
		assert_int_equal(
		    strcspn(why.text, "\r\n\t\x01\x1f\x7f"), strlen(why.text));
		return 0;
	}
	hostile_check(ctx,
	    mem_print(
		ctx, "%s %s \"%.30s\"", cases[i].name, f.field[k].name, text),
	    letter, headers, shape);
	return 1;
}

/* All fields of a case with all texts. */
static void
try_case(TALLOC_CTX *ctx, size_t i, int *made)
{
	const char *const *text;
	struct sample *s = cases[i].make(ctx);
	struct letter *letter = NULL;
	char *headers, *shape;
	struct fields f;
	size_t k;

	assert_int_equal(
	    letter_make(ctx, &s->decision, &s->mail, &s->head, &letter, NULL),
	    RES_OK);
	headers = hostile_headers(ctx, letter);
	shape = hostile_shape(ctx, calendar_of(ctx, letter));
	collect(ctx, s, &f);
	for (k = 0; k < f.n; k++)
		for (text = hostile_texts(); *text != NULL; text++) {
			TALLOC_CTX *tmp = talloc_new(NULL);

			*made += try_text(tmp, i, k, *text, headers, shape);
			talloc_free(tmp);
		}
}

static void
test_no_field_adds_anything(void **state)
{
	static const char *const wanted[] = {"outlook-override",
	    "outlook-own-zone", "google-overrides", "apple-clash",
	    "thunderbird-all-day", "google-problem"};
	TALLOC_CTX *ctx = talloc_new(NULL);
	size_t i, k;
	int made = 0;

	(void)state;
	for (i = 0; i < NCASES; i++)
		for (k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++)
			if (strcmp(cases[i].name, wanted[k]) == 0)
				try_case(ctx, i, &made);
	assert_in_range(made, 3000, 20000);
	talloc_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_field_adds_anything),
	};

	read_init();
	language_fixture();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* verdict.c - decisions as JSON or as text for a person, see job.h */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/mem.h"
#include "lib/tool/tool.h"
#include "spool/job.h"

void
verdict_from_kept(
    TALLOC_CTX *ctx, const struct kept *kept, struct verdict_view *view)
{
	size_t i;

	view->id = kept->id;
	view->calendar = kept->calendar;
	view->recipient = kept->recipient;
	view->method = kept->method;
	view->uid = kept->uid;
	view->verdict = kept->verdict;
	view->code = kept->code;
	view->reason = kept->reason;
	view->quiet = kept->quiet;
	view->trace = kept->trace;
	view->ntrace = kept->ntrace;
	view->nletter = kept->nanswer;
	view->letter = mem_array(ctx, const struct letter *, kept->nanswer);
	view->letter_state = mem_array(ctx, const char *, kept->nanswer);
	for (i = 0; i < kept->nanswer; i++) {
		view->letter[i] = &kept->answer[i].letter;
		view->letter_state[i] = kept->answer[i].state;
	}
}

void
verdict_from_decision(TALLOC_CTX *ctx, const char *id,
    const struct decision *decision, const struct letter *letter,
    struct verdict_view *view)
{
	const struct object *object = decision->object;
	const struct letter *l;
	size_t i;

	view->id = id;
	view->calendar = decision->calendar->address;
	view->recipient = decision->recipient;
	view->method = object != NULL ? object->method : "";
	view->uid = object != NULL ? object->uid : "";
	view->verdict = verdict_name(decision->verdict);
	view->code = decision->code;
	view->reason = decision->reason;
	view->quiet = decision->quiet != NULL ? decision->quiet : "";
	view->trace = decision->trace;
	view->ntrace = decision->ntrace;
	view->nletter = 0;
	for (l = letter; l != NULL; l = l->next)
		view->nletter++;
	view->letter = mem_array(ctx, const struct letter *, view->nletter);
	view->letter_state = mem_array(ctx, const char *, view->nletter);
	for (l = letter, i = 0; l != NULL; l = l->next) {
		view->letter[i] = l;
		view->letter_state[i++] = "tried";
	}
}

/* The Subject of a letter of ours as it stands there, unfolded, or "". */
static char *
subject_of(TALLOC_CTX *ctx, const struct letter *letter)
{
	static const char name[] = "Subject: ";
	char *text = mem_textn(ctx, letter->bytes, letter->n), *end, *out;
	const char *p = text;

	end = strstr(text, "\r\n\r\n");
	if (end != NULL)
		*end = '\0';
	if (strncasecmp(p, name, sizeof(name) - 1) != 0) {
		p = strstr(text, "\r\nSubject: ");
		if (p == NULL)
			return mem_text(ctx, "");
		p += 2;
	}
	p += sizeof(name) - 1;
	out = mem_text(ctx, "");
	for (;;) {
		size_t n = strcspn(p, "\r");

		mem_add(&out, "%.*s", (int)n, p);
		p += n;
		if (strncmp(p, "\r\n ", 3) != 0 && strncmp(p, "\r\n\t", 3) != 0)
			return out;
		p += 2;
	}
}

static struct json *
trace_list(TALLOC_CTX *ctx, const struct verdict_view *v)
{
	struct json *list = json_list(ctx);
	size_t i;

	for (i = 0; i < v->ntrace; i++) {
		struct json *item = json_map(list);

		json_put_text(item, "rule", v->trace[i].rule);
		json_put_text(item, "result", v->trace[i].result);
		json_put_text(item, "detail", v->trace[i].detail);
		json_add(list, item);
	}
	return list;
}

static struct json *
answer_list(TALLOC_CTX *ctx, const struct verdict_view *v)
{
	struct json *list = json_list(ctx);
	size_t i;

	for (i = 0; i < v->nletter; i++) {
		const struct letter *letter = v->letter[i];
		struct json *item = json_map(list);

		json_put_text(item, "recipient", letter->recipient);
		json_put_text(item, "message_id", letter->message_id);
		json_put_text(item, "state", v->letter_state[i]);
		json_put_text(item, "subject", subject_of(item, letter));
		json_add(list, item);
	}
	return list;
}

static struct json *
verdict_map(TALLOC_CTX *ctx, const struct verdict_view *v)
{
	struct json *map = json_map(ctx);

	json_put_text(map, "id", v->id);
	json_put_text(map, "calendar", v->calendar);
	json_put_text(map, "recipient", v->recipient);
	json_put_text(map, "method", v->method);
	json_put_text(map, "uid", v->uid);
	json_put_text(map, "verdict", v->verdict);
	json_put_text(map, "code", v->code);
	json_put_text(map, "reason", v->reason);
	json_put_text(map, "quiet", v->quiet);
	json_put(map, "trace", trace_list(map, v));
	json_put(map, "answers", answer_list(map, v));
	return map;
}

/* The text is a person's: it goes out made plain, whole. */
static void
print_text(TALLOC_CTX *ctx, const struct verdict_view *v)
{
	char *out = mem_print(ctx, "%s\n  %s: %s (%s): %s\n", v->id,
	    v->calendar, v->verdict, v->code, v->reason);
	size_t i;

	if (v->method[0] != '\0')
		mem_add(&out, "  %s of uid %s\n", v->method, v->uid);
	for (i = 0; i < v->ntrace; i++)
		mem_add(&out, "    %-12s %-8s %s\n", v->trace[i].rule,
		    v->trace[i].result, v->trace[i].detail);
	for (i = 0; i < v->nletter; i++)
		mem_add(&out, "  answer to %s, %s: %s\n",
		    v->letter[i]->recipient, v->letter_state[i],
		    subject_of(ctx, v->letter[i]));
	if (v->nletter == 0 && v->quiet[0] != '\0')
		mem_add(&out, "  no answer: %s\n", v->quiet);
	(void)fputs(tool_plain(ctx, out, strlen(out), 1), stdout);
}

void
verdict_print(
    TALLOC_CTX *ctx, const struct verdict_view *view, size_t n, int json)
{
	struct json *map, *list;
	size_t i, top = 0;

	/* On top stands the latest word about the first calendar. */
	for (i = 1; i < n; i++)
		if (strcmp(view[i].calendar, view[0].calendar) == 0)
			top = i;
	if (!json) {
		for (i = 0; i < n; i++)
			print_text(ctx, &view[i]);
		return;
	}
	map = n > 0 ? verdict_map(ctx, &view[top]) : json_map(ctx);
	if (n > 1) {
		list = json_list(map);
		for (i = 0; i < n; i++)
			json_add(list, verdict_map(list, &view[i]));
		json_put(map, "decisions", list);
	}
	json_print(map, stdout);
}

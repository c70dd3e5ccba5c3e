/* json.c - JSON by way of jansson, see json.h */
#include "lib/json/json.h"

#include <jansson.h>

#include "lib/base/civil.h"
#include "lib/base/mem.h"

struct json {
	json_t *node;
};

/* talloc destructor: our reference goes. */
static int
drop_node(struct json *json)
{
	json_decref(json->node);
	return 0;
}

/* A handle on a node of jansson's, which must not be NULL. */
static struct json *
handle(TALLOC_CTX *ctx, json_t *node)
{
	struct json *json = mem_new(ctx, struct json);

	json->node = mem_check(node);
	talloc_set_destructor(json, drop_node);
	return json;
}

/* A string node; null for NULL. */
static json_t *
text_node(const char *text)
{
	json_t *node;
	char *plain, *p;

	if (text == NULL)
		return json_null();
	node = json_string(text);
	if (node != NULL)
		return node;
	plain = mem_text(NULL, text);
	for (p = plain; *p != '\0'; p++)
		if ((unsigned char)*p > 0x7f)
			*p = '?';
	node = json_string(plain);
	talloc_free(plain);
	return mem_check(node);
}

/* Set a member to a node that becomes the map's. */
static void
put_node(struct json *map, const char *key, json_t *node)
{
	if (json_object_set_new(map->node, key, mem_check(node)) < 0)
		(void)mem_check(NULL);
}

struct json *
json_map(TALLOC_CTX *ctx)
{
	return handle(ctx, json_object());
}

struct json *
json_list(TALLOC_CTX *ctx)
{
	return handle(ctx, json_array());
}

void
json_put_text(struct json *map, const char *key, const char *text)
{
	put_node(map, key, text_node(text));
}

void
json_put_number(struct json *map, const char *key, int64_t number)
{
	put_node(map, key, json_integer(number));
}

void
json_put_yesno(struct json *map, const char *key, int yes)
{
	put_node(map, key, json_boolean(yes));
}

void
json_put_null(struct json *map, const char *key)
{
	put_node(map, key, json_null());
}

void
json_put(struct json *map, const char *key, struct json *child)
{
	put_node(map, key, json_incref(child->node));
	talloc_free(child);
}

void
json_put_utc(struct json *map, const char *key, int64_t utc)
{
	char buf[32];

	json_put_text(map, key, utc_text(buf, sizeof(buf), utc));
}

void
json_add(struct json *list, struct json *child)
{
	if (json_array_append(list->node, child->node) < 0)
		(void)mem_check(NULL);
	talloc_free(child);
}

void
json_add_text(struct json *list, const char *text)
{
	if (json_array_append_new(list->node, text_node(text)) < 0)
		(void)mem_check(NULL);
}

void
json_print(const struct json *document, FILE *out)
{
	/* A failed write is seen when the stream is closed. */
	(void)json_dumpf(
	    document->node, out, JSON_ENSURE_ASCII | JSON_INDENT(2));
	(void)fputc('\n', out);
}

void
json_begin(FILE *out, size_t *count)
{
	*count = 0;
	(void)fputc('[', out);
}

void
json_item(struct json *item, FILE *out, size_t *count)
{
	(void)fputs((*count)++ == 0 ? "\n" : ",\n", out);
	(void)json_dumpf(item->node, out, JSON_ENSURE_ASCII);
	talloc_free(item);
}

void
json_end(FILE *out, const size_t *count)
{
	(void)fputs(*count == 0 ? "]\n" : "\n]\n", out);
}

/*
 * json.h - JSON documents on standard output
 *
 * jansson is used in lib/json and nowhere else.  What is printed is ASCII, all
 * else as \uXXXX: nothing that came by mail reaches a terminal raw.
 * Layer 3.  Uses: mem, civil, jansson.  Used by: admin, spool.
 */
#ifndef LIB_JSON_JSON_H
#define LIB_JSON_JSON_H

#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

struct json;

/* An empty object or array; owner ctx. */
struct json *json_map(TALLOC_CTX *ctx);
struct json *json_list(TALLOC_CTX *ctx);

/*
 * Set a member of a map.  A text that is no valid UTF-8 has '?' for each of
 * its bytes above 0x7f; text NULL is null.  json_put() takes the child over:
 * it must not be used afterwards.
 */
void json_put_text(struct json *map, const char *key, const char *text);
void json_put_number(struct json *map, const char *key, int64_t number);
void json_put_yesno(struct json *map, const char *key, int yes);
void json_put_null(struct json *map, const char *key);
void json_put(struct json *map, const char *key, struct json *child);

/* An instant as RFC 3339 in UTC. */
void json_put_utc(struct json *map, const char *key, int64_t utc);

/* Append to a list; json_add() takes the child over. */
void json_add(struct json *list, struct json *child);
void json_add_text(struct json *list, const char *text);

/* Print one document and a newline. */
void json_print(const struct json *document, FILE *out);

/*
 * Print an array element by element, so that memory does not grow with it:
 * json_begin(), json_item() for each (which frees the item), json_end().
 * *count starts as 0 and is theirs.
 */
void json_begin(FILE *out, size_t *count);
void json_item(struct json *item, FILE *out, size_t *count);
void json_end(FILE *out, const size_t *count);

#endif

/* conf.c - fuzz conf_read(): a settings file of any bytes does no harm */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/base/conf.h"
#include "lib/base/io.h"

struct sample {
	const char *text;
	const char *path;
	const char *zone;
	const char **list;
	int64_t number;
	int64_t seconds;
	int64_t yesno;
	int64_t choice;
};

static const struct conf_key table[] = {
    {"text", CONF_TEXT, "", 0, 0, offsetof(struct sample, text), NULL, ""},
    {"path", CONF_PATH, "", 0, 0, offsetof(struct sample, path), NULL, ""},
    {"zone", CONF_ZONE, "UTC", 0, 0, offsetof(struct sample, zone), NULL, ""},
    {"list", CONF_LIST, "", 0, 0, offsetof(struct sample, list), NULL, ""},
    {"number", CONF_NUMBER, "0", 0, 0, offsetof(struct sample, number), NULL,
	""},
    {"seconds", CONF_SECONDS, "1", 1, 100, offsetof(struct sample, seconds),
	NULL, ""},
    {"yesno", CONF_YESNO, "no", 0, 0, offsetof(struct sample, yesno), NULL, ""},
    {"choice", CONF_CHOICE, "a", 0, 0, offsetof(struct sample, choice), "a b",
	""},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read keeps to the types, and a refusal says why. */
static void
check(enum res res, const struct sample *s, const struct why *why)
{
	size_t i;

	if (res != RES_OK && why->text[0] == '\0')
		abort();
	if (s->seconds < 1 || s->seconds > 100 || s->yesno < 0 ||
	    s->yesno > 1 || s->choice < 0 || s->choice > 1)
		abort();
	for (i = 0; s->list[i] != NULL; i++)
		if (s->list[i][0] == '\0' || strchr(s->list[i], ',') != NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct why why = {""};
	struct sample s;
	char path[40];
	int fd = memfd_create("conf", MFD_CLOEXEC);

	if (fd < 0 || io_write(fd, data, size, &why) != RES_OK)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (conf_defaults(ctx, table, sizeof(table) / sizeof(table[0]), &s,
		&why) != RES_OK)
		abort();
	check(conf_read(
		  ctx, path, table, sizeof(table) / sizeof(table[0]), &s, &why),
	    &s, &why);
	(void)close(fd);
	talloc_free(ctx);
	return 0;
}

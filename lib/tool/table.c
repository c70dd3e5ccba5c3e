/* table.c - rows of text in aligned columns, see tool.h */
#include <string.h>

#include "lib/base/mem.h"
#include "lib/tool/tool.h"

struct table {
	char **cell; /* row after row */
	size_t ncell;
	size_t room;
	size_t columns;
	size_t *width; /* characters of the widest cell */
};

/* Characters of valid UTF-8 text. */
static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			n++;
	return n;
}

struct table *
table_new(TALLOC_CTX *ctx, const char *const *heading)
{
	struct table *table = mem_new(ctx, struct table);

	while (heading[table->columns] != NULL)
		table->columns++;
	table->width = mem_array(table, size_t, table->columns);
	table_add(table, heading);
	return table;
}

void
table_add(struct table *table, const char *const *cell)
{
	size_t i, n = table->ncell;

	if (n + table->columns > table->room) {
		table->room = (n + table->columns) * 2;
		table->cell = mem_check(talloc_realloc(
		    table, table->cell, char *, mem_count(table->room)));
	}
	for (i = 0; i < table->columns; i++) {
		char *text = tool_plain(table, cell[i], strlen(cell[i]), 0);

		if (characters(text) > table->width[i])
			table->width[i] = characters(text);
		table->cell[n + i] = text;
	}
	table->ncell += table->columns;
}

void
table_print(const struct table *table, FILE *out)
{
	size_t i, column;

	for (i = 0; i < table->ncell; i++) {
		const char *text = table->cell[i];
		size_t pad = table->width[i % table->columns];

		column = i % table->columns;
		(void)fputs(text, out);
		if (column + 1 == table->columns) {
			(void)fputc('\n', out);
			continue;
		}
		for (pad += 2 - characters(text); pad > 0; pad--)
			(void)fputc(' ', out);
	}
}

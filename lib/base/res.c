/* res.c - results and reasons, see res.h */
#include "lib/base/res.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum res
why_set(struct why *why, enum res res, const char *fmt, ...)
{
	va_list ap;
	size_t i;

	if (why == NULL)
		return res;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	for (i = 0; why->text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)why->text[i];

		if (c < 0x20 || c == 0x7f)
			why->text[i] = '?';
	}
	return res;
}

const char *
res_name(enum res res)
{
	switch (res) {
	case RES_OK:
		return "ok";
	case RES_TEMP:
		return "later";
	case RES_PERM:
		return "never";
	}
	return "?";
}

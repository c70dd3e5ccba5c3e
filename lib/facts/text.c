/* text.c - is text clean: UTF-8 without control bytes, see facts.h */
#include <string.h>

#include "lib/base/utf8.h"
#include "lib/facts/facts.h"

int
text_is_clean(const char *p, size_t n, const char *allowed)
{
	size_t i, step;

	for (i = 0; i < n; i += step) {
		unsigned char c = (unsigned char)p[i];

		step = utf8_length(p + i, n - i);
		if (step == 0 || c == '\0')
			return 0;
		if ((c < 0x20 || c == 0x7f) && strchr(allowed, c) == NULL)
			return 0;
	}
	return 1;
}

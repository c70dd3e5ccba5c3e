/* domain.c - the domain of an address as DNS knows it, see domain.h */
#include "lib/write/domain.h"

#include <string.h>

#include <idn2.h>

#include "lib/base/mem.h"

/* Is each of n bytes ASCII? */
static int
is_ascii(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] > 0x7f)
			return 0;
	return 1;
}

char *
domain_ascii(TALLOC_CTX *ctx, const char *address)
{
	const char *at = strrchr(address, '@');
	char *labels = NULL, *out;

	if (at == NULL || is_ascii(at, strlen(at)) ||
	    !is_ascii(address, (size_t)(at - address)))
		return mem_text(ctx, address);
	if (idn2_to_ascii_8z(at + 1, &labels,
		IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return mem_text(ctx, address);
	out = mem_print(ctx, "%.*s@%s", (int)(at - address), address, labels);
	idn2_free(labels);
	return out;
}

/* mem.c - talloc that cannot fail, see mem.h */
#include "lib/base/mem.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/log.h"

/* talloc found its own structures broken: stop before worse. */
static void
mem_abort(const char *reason)
{
	log_line(LOG_ERROR, "-", "event=memory detail=\"%s\"", reason);
	abort();
}

void
mem_init(void)
{
	talloc_set_abort_fn(mem_abort);
}

unsigned int
mem_count(size_t n)
{
	if (n > INT_MAX)
		fatal(75, "out of memory: %zu records at once", n);
	return (unsigned int)n;
}

void *
mem_check(const void *p)
{
	union {
		const void *c;
		void *v;
	} u;

	u.c = p;
	if (p == NULL)
		fatal(75, "out of memory");
	return u.v;
}

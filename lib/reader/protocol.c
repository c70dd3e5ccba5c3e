/* protocol.c - the lines between client and imip-reader; see protocol.h */
#include "lib/reader/protocol.h"

#include <errno.h>
#include <stdlib.h>

int
protocol_number(const char **p, char after, int64_t *number)
{
	const char *digits = **p == '-' ? *p + 1 : *p;
	char *end;
	long long value;

	if (*digits < '0' || *digits > '9')
		return 0;
	errno = 0;
	value = strtoll(*p, &end, 10);
	if (errno != 0 || *end != after)
		return 0;
	*number = value;
	*p = end + 1;
	return 1;
}

/* cpu.c - the processor time that one message may take; see cpu.h */
#define _GNU_SOURCE
#include "lib/reader/cpu.h"

#include <string.h>
#include <sys/time.h>

void
cpu_limit(int seconds)
{
	struct itimerval t;

	memset(&t, 0, sizeof(t));
	t.it_value.tv_sec = seconds;
	(void)setitimer(ITIMER_PROF, &t, NULL);
}

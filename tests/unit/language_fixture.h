/*
 * language_fixture.h - the catalogs of the build that a test belongs to
 */
#ifndef TESTS_UNIT_LANGUAGE_FIXTURE_H
#define TESTS_UNIT_LANGUAGE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/language.h"

/* BUILD/locale for BUILD/tests/unit/NAME, unless IMIPD_LOCALE says otherwise. */
static inline void
language_fixture(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int up;

	path[n > 0 ? n : 0] = '\0';
	for (up = 0; up < 3 && strrchr(path, '/') != NULL; up++)
		*strrchr(path, '/') = '\0';
	(void)strncat(path, "/locale", sizeof(path) - strlen(path) - 1);
	(void)setenv("IMIPD_LOCALE", path, 0);
	language_init();
	if (language_match("de") == NULL) {
		(void)fprintf(stderr, "%s: no catalogs, run make all\n",
		    getenv("IMIPD_LOCALE"));
		exit(99);
	}
}

#endif

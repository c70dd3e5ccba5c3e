/*
 * directory.c - which addresses are calendars: a directory of text files
 *
 * Every question looks at the directory first (one stat), then at the file it
 * is about; only an address that is no file's name costs a look at all of
 * them, since any may have gained an alias.  Nothing that was handed out is
 * freed before directory_reload(): replaced calendars wait under `retired`.
 */
#include "lib/directory/directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/mem.h"
#include "lib/directory/load.h"
#include "lib/directory/seen.h"
#include "lib/facts/limits.h"

/* One calendar file. */
struct entry {
	char *address; /* the name of the file */
	char *path;
	struct seen seen;
	struct calendar *calendar; /* last good settings; NULL: never good */
	enum res res;              /* of the last look */
	struct why fault;          /* why it was not RES_OK */
	int here;                  /* met by the scan that is going on */
};

/* One alias. */
struct alias {
	const char *text;
	struct entry *entry;
	struct entry *other; /* claims it too, or NULL */
};

struct directory {
	struct load load;
	struct seen seen;         /* of the directory */
	struct seen kind[NKINDS]; /* of the @KIND files */
	struct entry **entry;     /* by address */
	size_t n;
	struct alias *alias; /* by text */
	size_t nalias;
	const struct calendar **all;
	size_t nall;
	const char **stray; /* files that are no calendars, said */
	size_t nstray;
	const char **fault;
	size_t nfault;
	TALLOC_CTX *retired;
};

/* --- arrays ------------------------------------------------------------- */

/* Room for n + 1 pointers instead of old, which is kept until a reload. */
static void *
renew(struct directory *d, void *old, size_t size)
{
	if (old != NULL)
		(void)talloc_reparent(d, d->retired, old);
	return mem_check(talloc_zero_size(d, size));
}

/* Order of entries. */
static int
compare_entries(const void *a, const void *b)
{
	const struct entry *const *x = a, *const *y = b;

	return strcmp((*x)->address, (*y)->address);
}

/* An address against an entry. */
static int
compare_address(const void *key, const void *element)
{
	const struct entry *const *e = element;

	return strcmp(key, (*e)->address);
}

/* Order of aliases; equal ones by their calendars, so that it is stable. */
static int
compare_aliases(const void *a, const void *b)
{
	const struct alias *x = a, *y = b;
	int c = strcmp(x->text, y->text);

	return c != 0 ? c : strcmp(x->entry->address, y->entry->address);
}

/* A text against an alias. */
static int
compare_text(const void *key, const void *element)
{
	const struct alias *a = element;

	return strcmp(key, a->text);
}

/* The entry of an address, or NULL. */
static struct entry *
entry_find(const struct directory *d, const char *address)
{
	struct entry **e;

	if (d->n == 0)
		return NULL;
	e = bsearch(
	    address, d->entry, d->n, sizeof(struct entry *), compare_address);
	return e != NULL ? *e : NULL;
}

/* --- what follows from the entries -------------------------------------- */

/* How many aliases the good files have. */
static size_t
count_aliases(const struct directory *d)
{
	size_t i, k, n = 0;

	for (i = 0; i < d->n; i++)
		for (k = 0; d->entry[i]->calendar != NULL &&
			    d->entry[i]->calendar->alias[k] != NULL;
		     k++)
			n++;
	return n;
}

/* Leave each alias once in the sorted list, with who else claims it. */
static size_t
merge_aliases(const struct directory *d, struct alias *a, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (kept > 0 && strcmp(a[kept - 1].text, a[i].text) == 0) {
			if (a[kept - 1].entry != a[i].entry)
				a[kept - 1].other = a[i].entry;
			continue;
		}
		a[kept] = a[i];
		a[kept].other = entry_find(d, a[i].text);
		if (a[kept].other == a[kept].entry)
			a[kept].other = NULL;
		kept++;
	}
	return kept;
}

/* Collect the aliases. */
static void
index_aliases(struct directory *d)
{
	struct alias *a =
	    renew(d, d->alias, (count_aliases(d) + 1) * sizeof(*a));
	size_t i, k, n = 0;

	for (i = 0; i < d->n; i++)
		for (k = 0; d->entry[i]->calendar != NULL &&
			    d->entry[i]->calendar->alias[k] != NULL;
		     k++) {
			a[n].text = d->entry[i]->calendar->alias[k];
			a[n++].entry = d->entry[i];
		}
	if (n > 0)
		qsort(a, n, sizeof(*a), compare_aliases);
	d->alias = a;
	d->nalias = merge_aliases(d, a, n);
}

/* List the calendars that were good at least once. */
static void
index_all(struct directory *d)
{
	size_t i;

	d->all = renew(d, d->all, (d->n + 1) * sizeof(*d->all));
	d->nall = 0;
	for (i = 0; i < d->n; i++)
		if (d->entry[i]->calendar != NULL)
			d->all[d->nall++] = d->entry[i]->calendar;
}

/* Two calendars want one alias. */
static enum res
alias_conflict(const struct alias *a, struct why *why)
{
	return why_set(why, RES_TEMP, "%s: alias: %s is claimed by %s too",
	    a->entry->path, a->text, a->other->path);
}

/* List all that is wrong. */
static void
index_faults(struct directory *d)
{
	size_t i, k = 0, most = d->nstray + d->n + d->nalias + 1;
	struct why why;

	d->fault = renew(d, d->fault, most * sizeof(*d->fault));
	for (i = 0; i < d->nstray; i++)
		d->fault[k++] = mem_text(d->fault, d->stray[i]);
	for (i = 0; i < d->n; i++)
		if (d->entry[i]->res != RES_OK)
			d->fault[k++] =
			    mem_text(d->fault, d->entry[i]->fault.text);
	for (i = 0; i < d->nalias; i++)
		if (d->alias[i].other != NULL &&
		    alias_conflict(&d->alias[i], &why) != RES_OK)
			d->fault[k++] = mem_text(d->fault, why.text);
	d->nfault = k;
}

/* Make everything that follows from the entries. */
static void
make_indexes(struct directory *d)
{
	index_aliases(d);
	index_all(d);
	index_faults(d);
}

/* --- looking at files --------------------------------------------------- */

/*
 * Read the file of an entry.  A wrong one keeps its last good settings, and
 * one that says the same keeps its address in memory.
 */
static void
entry_read(struct directory *d, struct entry *e)
{
	struct calendar *c;

	/* before reading: a change in between is seen the next time */
	(void)seen_take(e->path, &e->seen);
	e->res = load_calendar(e, &d->load, e->address, &c, &e->fault);
	if (e->res != RES_OK)
		return;
	if (e->calendar != NULL && load_is_same(e->calendar, c)) {
		talloc_free(c);
		return;
	}
	if (e->calendar != NULL)
		(void)talloc_reparent(e, d->retired, e->calendar);
	e->calendar = c;
}

/* Did any @KIND file change?  Remember what it is now. */
static int
kinds_changed(struct directory *d)
{
	size_t i;
	int changed = 0;

	for (i = 0; i < NKINDS; i++) {
		char *path =
		    mem_print(NULL, "%s/@%s", d->load.path, load_kind_name(i));

		if (seen_is_old(&d->kind[i], path)) {
			(void)seen_take(path, &d->kind[i]);
			changed = 1;
		}
		talloc_free(path);
	}
	return changed;
}

/* Look at every file that is known; 1 if one had to be read. */
static int
look_at_files(struct directory *d, int all)
{
	size_t i;
	int seen = 0;

	for (i = 0; i < d->n; i++)
		if (all || seen_is_old(&d->entry[i]->seen, d->entry[i]->path)) {
			entry_read(d, d->entry[i]);
			seen = 1;
		}
	return seen;
}

/* --- scanning the directory --------------------------------------------- */

/* Is it the defaults of a kind? */
static int
is_kind_file(const char *name)
{
	size_t i;

	for (i = 0; i < NKINDS; i++)
		if (name[0] == '@' && strcmp(name + 1, load_kind_name(i)) == 0)
			return 1;
	return 0;
}

/* Say that a file is no calendar. */
static void
add_stray(struct directory *d, const char *name, const char *flaw)
{
	struct why why;

	(void)why_set(&why, RES_PERM, "%s/%s: %s", d->load.path, name, flaw);
	d->stray[d->nstray++] = mem_text(d->stray, why.text);
}

/* A new entry. */
static struct entry *
entry_new(struct directory *d, const char *name)
{
	struct entry *e = mem_new(d, struct entry);

	e->address = mem_text(e, name);
	e->path = mem_print(e, "%s/%s", d->load.path, name);
	return e;
}

/* Is it a calendar, by its name?  Says so if it only looks like one. */
static int
is_calendar(struct directory *d, const char *name)
{
	char *path = mem_print(NULL, "%s/%s", d->load.path, name);
	const char *flaw;
	struct stat st;
	int folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	talloc_free(path);
	if (folder || load_is_leftover(name) || is_kind_file(name))
		return 0;
	if (name[0] == '@')
		flaw = "expected @room, @resource, @person or @group";
	else
		flaw = load_address_flaw(name);
	if (flaw != NULL)
		add_stray(d, name, flaw);
	return flaw == NULL;
}

/* Make the list of entries new; who is not in it retires. */
static void
replace_entries(struct directory *d, char **name, size_t n)
{
	struct entry **list = mem_array(d, struct entry *, n + 1);
	size_t i, k = 0;

	talloc_free(d->stray);
	d->stray = mem_array(d, const char *, n + 1);
	d->nstray = 0;
	for (i = 0; i < n; i++) {
		if (!is_calendar(d, name[i]))
			continue;
		list[k] = entry_find(d, name[i]);
		if (list[k] == NULL)
			list[k] = entry_new(d, name[i]);
		list[k++]->here = 1;
	}
	for (i = 0; i < d->n; i++)
		if (!d->entry[i]->here)
			(void)talloc_reparent(d, d->retired, d->entry[i]);
	for (i = 0; i < k; i++)
		list[i]->here = 0;
	if (k > 0)
		qsort(list, k, sizeof(struct entry *), compare_entries);
	talloc_free(d->entry);
	d->entry = list;
	d->n = k;
}

/* Read the names of the directory onto ctx. */
static enum res
read_names(
    TALLOC_CTX *ctx, const char *path, char ***name, size_t *n, struct why *why)
{
	struct dirent *e;
	size_t room = 0;
	DIR *dir = opendir(path);
	int error;

	*name = NULL;
	*n = 0;
	if (dir == NULL)
		return why_set(why, RES_TEMP, "%s: %s", path, strerror(errno));
	for (errno = 0; (e = readdir(dir)) != NULL; errno = 0) {
		if (*n == room) {
			room = 2 * room + 64;
			*name = mem_check(talloc_realloc_size(
			    ctx, *name, room * sizeof(char *)));
		}
		(*name)[(*n)++] = mem_text(ctx, e->d_name);
	}
	error = errno;
	(void)closedir(dir);
	if (error != 0)
		return why_set(why, RES_TEMP, "%s: %s", path, strerror(error));
	return RES_OK;
}

/* Look which files there are. */
static enum res
scan(struct directory *d, struct why *why)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct seen seen;
	char **name;
	size_t n;
	enum res r = RES_OK;
	int error = seen_take(d->load.path, &seen);

	mem_check(ctx);
	if (error != 0)
		r = why_set(
		    why, RES_TEMP, "%s: %s", d->load.path, strerror(error));
	if (r == RES_OK)
		r = read_names(ctx, d->load.path, &name, &n, why);
	if (r == RES_OK) {
		replace_entries(d, name, n);
		d->seen = seen;
	}
	talloc_free(ctx);
	return r;
}

/* Notice dropped and removed files, and new defaults of a kind. */
static enum res
refresh(struct directory *d, int every_file, struct why *why)
{
	int kinds,
	    renamed = d->seen.inode == 0 || seen_is_old(&d->seen, d->load.path);
	enum res r = renamed ? scan(d, why) : RES_OK;

	if (r != RES_OK)
		return r;
	kinds = kinds_changed(d);
	if (renamed || kinds || every_file)
		if (look_at_files(d, kinds) || renamed)
			make_indexes(d);
	return RES_OK;
}

/* --- questions ---------------------------------------------------------- */

enum res
directory_open(TALLOC_CTX *ctx, const char *path, int64_t horizon,
    struct directory **directory, struct why *why)
{
	struct directory *d;
	enum res r;

	*directory = NULL;
	if (strncmp(path, "ldap", 4) == 0)
		return why_set(why, RES_PERM,
		    "calendars: ldap:// is not supported yet; name a directory");
	d = mem_new(ctx, struct directory);
	d->retired = talloc_new(d);
	mem_check(d->retired);
	d->load.path = mem_text(d, path);
	d->load.horizon = horizon;
	d->load.zone = load_system_zone(d, "");
	r = refresh(d, 1, why);
	if (r != RES_OK) {
		talloc_free(d);
		return r;
	}
	*directory = d;
	if (d->nfault > 0)
		return why_set(why, RES_PERM, "%s", d->fault[0]);
	return RES_OK;
}

/* In lower case, and without "+detail" if that is asked for. */
static char *
fold(TALLOC_CTX *ctx, const char *address)
{
	char *copy = mem_textn(ctx, address, LIMIT_ADDRESS_BYTES + 1), *p;
	const char *at = strrchr(copy, '@');
	char *plus = strchr(copy, '+');

	for (p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	if (at != NULL && plus != NULL && plus < at && plus > copy)
		memmove(plus, at, strlen(at) + 1);
	return copy;
}

/* Answer with an entry. */
static enum res
answer(const struct entry *e, const struct calendar **calendar, struct why *why)
{
	if (e->res != RES_OK)
		return why_set(why, RES_TEMP, "%s", e->fault.text);
	*calendar = e->calendar;
	return RES_OK;
}

/* Find an alias; every file may have gained one. */
static enum res
find_alias(struct directory *d, const char *address,
    const struct calendar **calendar, struct why *why)
{
	const struct alias *a = NULL;

	if (look_at_files(d, 0))
		make_indexes(d);
	if (d->nalias > 0)
		a = bsearch(
		    address, d->alias, d->nalias, sizeof(*a), compare_text);
	if (a == NULL)
		return RES_OK;
	if (a->other != NULL)
		return alias_conflict(a, why);
	return answer(a->entry, calendar, why);
}

enum res
directory_find(struct directory *d, const char *address,
    const struct calendar **calendar, struct why *why)
{
	struct entry *e;
	char *name;
	enum res r = refresh(d, 0, why);

	*calendar = NULL;
	if (r != RES_OK)
		return r;
	name = fold(NULL, address);
	e = entry_find(d, name);
	if (e != NULL && seen_is_old(&e->seen, e->path)) {
		entry_read(d, e);
		make_indexes(d);
	}
	r = e != NULL ? answer(e, calendar, why)
	              : find_alias(d, name, calendar, why);
	talloc_free(name);
	return r;
}

const struct calendar *const *
directory_all(struct directory *d, size_t *n)
{
	*n = d->nall;
	return d->all;
}

const char *const *
directory_faults(struct directory *d, size_t *n)
{
	*n = d->nfault;
	return d->fault;
}

enum res
directory_reload(struct directory *d, struct why *why)
{
	enum res r;

	talloc_free(d->retired);
	d->retired = talloc_new(d);
	mem_check(d->retired);
	r = refresh(d, 1, why);
	if (r == RES_OK && d->nfault > 0)
		r = why_set(why, RES_PERM, "%s", d->fault[0]);
	return r;
}

int
directory_is_stale(struct directory *d)
{
	size_t i;
	int old = seen_is_old(&d->seen, d->load.path);

	for (i = 0; i < NKINDS && !old; i++) {
		char *path =
		    mem_print(NULL, "%s/@%s", d->load.path, load_kind_name(i));

		old = seen_is_old(&d->kind[i], path);
		talloc_free(path);
	}
	for (i = 0; i < d->n && !old; i++)
		old = seen_is_old(&d->entry[i]->seen, d->entry[i]->path);
	return old;
}

/*
 * schema.c - the tables, and how an older file becomes a current one
 *
 * The version is PRAGMA user_version; that the file is ours at all says
 * PRAGMA application_id.  A published step is never edited: what changes is a
 * new step at the end.
 */
#include <limits.h>

#include "lib/store/sqlite/lite.h"

/*
 * busy: one row is at most `reach` days long, so that what is taken at an
 * instant started less than that before it and a search has two bounds.  Most
 * rows reach 1 day; what is longer is cut into pieces of 31 days, each of which
 * knows the whole.  Two classes instead of one keep the search short where
 * there are many bookings a day.
 *
 * The triggers are the last line of promise P4: whoever writes here, whatever
 * was checked before, two objects never hold one second of an exclusive
 * calendar.  They run after the row is in, so that its own old form is gone.
 */
#define OVERLAPS(days, seconds)                                                \
	"  SELECT RAISE(ABORT, 'the booking overlaps another one')\n"          \
	"   FROM busy AS b WHERE b.calendar = NEW.calendar\n"                  \
	"   AND b.reach = " days " AND b.start < NEW.stop\n"                   \
	"   AND b.start > NEW.start - " seconds " AND b.stop > NEW.start\n"    \
	"   AND b.start < b.stop AND b.exclusive = 1\n"                        \
	"   AND (b.uid <> NEW.uid OR b.organizer <> NEW.organizer) LIMIT 1;\n"

#define NO_OVERLAP(name, event)                                                \
	"CREATE TRIGGER " name " AFTER " event " ON busy\n"                    \
	" WHEN NEW.exclusive = 1 AND NEW.start < NEW.stop\n"                   \
	" BEGIN\n" OVERLAPS("1", "86400") OVERLAPS("31", "2678400") " END;\n"

static const char version_1[] =
    "CREATE TABLE calendar (\n"
    " calendar TEXT NOT NULL PRIMARY KEY,\n"
    " version INTEGER NOT NULL,\n"
    " changed INTEGER NOT NULL,\n"
    " published INTEGER NOT NULL\n"
    ") WITHOUT ROWID;\n"
    "CREATE INDEX calendar_dirty ON calendar (calendar)\n"
    " WHERE version > published;\n"

    "CREATE TABLE object (\n"
    " calendar TEXT NOT NULL,\n"
    " uid TEXT NOT NULL,\n"
    " organizer TEXT NOT NULL,\n"
    " instance INTEGER NOT NULL,\n"
    " sequence INTEGER NOT NULL,\n"
    " dtstamp INTEGER NOT NULL,\n"
    " digest TEXT NOT NULL,\n"
    " state INTEGER NOT NULL,\n"
    " answered INTEGER NOT NULL,\n"
    " repeats INTEGER NOT NULL,\n"
    " summary TEXT NOT NULL,\n"
    " text TEXT NOT NULL,\n"
    " covered INTEGER NOT NULL,\n"
    " PRIMARY KEY (calendar, uid, organizer, instance)\n"
    ");\n"
    "CREATE INDEX object_covered ON object (covered) WHERE state = 0;\n"

    "CREATE TABLE busy (\n"
    " calendar TEXT NOT NULL,\n"
    " reach INTEGER NOT NULL DEFAULT 31 CHECK (reach IN (1, 31)),\n"
    " start INTEGER NOT NULL,\n"
    " stop INTEGER NOT NULL,\n"
    " uid TEXT NOT NULL,\n"
    " organizer TEXT NOT NULL,\n"
    " instance INTEGER NOT NULL,\n"
    " recurring INTEGER NOT NULL,\n"
    " whole_start INTEGER NOT NULL,\n"
    " whole_stop INTEGER NOT NULL,\n"
    " exclusive INTEGER NOT NULL DEFAULT 1 CHECK (exclusive IN (0, 1)),\n"
    " status TEXT NOT NULL,\n"
    " summary TEXT NOT NULL,\n"
    " PRIMARY KEY (calendar, reach, start, stop, uid, organizer, instance),\n"
    " CHECK (stop >= start AND stop - start <= reach * 86400),\n"
    " CHECK (whole_start <= start AND stop <= whole_stop)\n"
    ") WITHOUT ROWID;\n"
    "CREATE INDEX busy_object ON busy (calendar, uid, organizer, instance);\n"
    /* clang-format off */
    NO_OVERLAP("busy_insert", "INSERT")
    NO_OVERLAP("busy_update", "UPDATE")
    /* clang-format on */

    "CREATE TABLE decision (\n"
    " number INTEGER PRIMARY KEY,\n"
    " id TEXT NOT NULL,\n"
    " calendar TEXT NOT NULL,\n"
    " recipient TEXT NOT NULL,\n"
    " method TEXT NOT NULL,\n"
    " uid TEXT NOT NULL,\n"
    " organizer TEXT NOT NULL,\n"
    " verdict TEXT NOT NULL,\n"
    " code TEXT NOT NULL,\n"
    " reason TEXT NOT NULL,\n"
    " quiet TEXT NOT NULL,\n"
    " decided INTEGER NOT NULL,\n"
    " trace TEXT NOT NULL\n"
    ");\n"
    "CREATE INDEX decision_id ON decision (id);\n"
    "CREATE INDEX decision_uid ON decision (uid);\n"

    "CREATE TABLE outbox (\n"
    " number INTEGER PRIMARY KEY,\n"
    " id TEXT NOT NULL,\n"
    " decision INTEGER REFERENCES decision (number),\n"
    " sender TEXT NOT NULL,\n"
    " recipient TEXT NOT NULL,\n"
    " message_id TEXT NOT NULL,\n"
    " bytes BLOB NOT NULL,\n"
    " tries INTEGER NOT NULL,\n"
    " created INTEGER NOT NULL,\n"
    " state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),\n"
    " error TEXT NOT NULL,\n"
    " next INTEGER NOT NULL,\n"
    " sent INTEGER NOT NULL,\n"
    " UNIQUE (message_id, recipient)\n"
    ");\n"
    "CREATE INDEX outbox_decision ON outbox (decision);\n"
    "CREATE INDEX outbox_due ON outbox (next, number)\n"
    " WHERE state = 'queued';\n"

    "CREATE TABLE settled (\n"
    " id TEXT NOT NULL,\n"
    " recipient TEXT NOT NULL,\n"
    " settled INTEGER NOT NULL,\n"
    " PRIMARY KEY (id, recipient)\n"
    ") WITHOUT ROWID;\n";

/* holding: what a calendar holds of one scheduling object, as text. */
static const char version_2[] =
    "CREATE TABLE holding (\n"
    " calendar TEXT NOT NULL,\n"
    " uid TEXT NOT NULL,\n"
    " organizer TEXT NOT NULL,\n"
    " text TEXT NOT NULL,\n"
    " PRIMARY KEY (calendar, uid, organizer)\n"
    ");\n"
    "CREATE INDEX decision_lately\n"
    " ON decision (calendar, organizer COLLATE NOCASE, decided);\n"
    "CREATE INDEX outbox_lately\n"
    " ON outbox (recipient COLLATE NOCASE, created);\n";

const struct migration lite_schema[] = {
    {1, version_1},
    {2, version_2},
};
const size_t lite_schema_steps = sizeof(lite_schema) / sizeof(lite_schema[0]);

/* What a file says about itself. */
struct about {
	int64_t application;
	int64_t version;
	int64_t tables;
};

/* Ask in one statement: another process may be making the file just now. */
static enum res
ask_about(struct lite *l, struct about *about, struct why *why)
{
	sqlite3_stmt *s = NULL;
	enum res r = RES_OK;
	int rc = sqlite3_prepare_v2(l->db,
	    "SELECT (SELECT application_id FROM pragma_application_id), "
	    "(SELECT user_version FROM pragma_user_version), "
	    "(SELECT count(*) FROM sqlite_schema)",
	    -1, &s, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW) {
		about->application = sqlite3_column_int64(s, 0);
		about->version = sqlite3_column_int64(s, 1);
		about->tables = sqlite3_column_int64(s, 2);
	} else {
		r = lite_fail(l, rc, why);
	}
	(void)sqlite3_finalize(s); /* says again what step said */
	return r;
}

enum res
schema_version(struct lite *l, const struct migration *step, size_t n,
    int *version, struct why *why)
{
	struct about about = {0, 0, 0};
	int last = step[n - 1].version;
	enum res r = ask_about(l, &about, why);

	if (r != RES_OK)
		return r;
	*version = (int)about.version;
	if (about.application == 0 && about.version == 0 && about.tables == 0)
		return RES_OK;
	if (about.application != LITE_APPLICATION || about.version < 1)
		return why_set(why, RES_PERM,
		    "%s: a database, but not one of imipd; "
		    "check 'store' in imipd.conf",
		    l->path);
	if (about.version > last)
		return why_set(why, RES_PERM,
		    "%s: made by a newer imipd (schema %d, this one knows %d); "
		    "install that version or restore a backup",
		    l->path, *version, last);
	return RES_OK;
}

/* Run the steps that are missing; inside a transaction. */
static enum res
run_steps(
    struct lite *l, const struct migration *step, size_t n, struct why *why)
{
	char mark[80];
	int version = 0;
	size_t i;
	enum res r;

	/* Another process may have been faster. */
	r = schema_version(l, step, n, &version, why);
	for (i = 0; r == RES_OK && i < n; i++) {
		if (step[i].version <= version)
			continue;
		r = lite_exec(l, step[i].sql, why);
	}
	if (r != RES_OK || version == step[n - 1].version)
		return r;
	sqlite3_snprintf(sizeof(mark), mark,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    LITE_APPLICATION, step[n - 1].version);
	return lite_exec(l, mark, why);
}

enum res
schema_migrate(
    struct lite *l, const struct migration *step, size_t n, struct why *why)
{
	enum res r = lite_exec(l, "BEGIN IMMEDIATE", why);

	if (r != RES_OK)
		return r;
	r = run_steps(l, step, n, why);
	if (r == RES_OK)
		r = lite_exec(l, "COMMIT", why);
	if (r != RES_OK && !sqlite3_get_autocommit(l->db)) {
		/* A failing rollback leaves a journal that is undone later. */
		(void)sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return r;
}

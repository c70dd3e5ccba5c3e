/*
 * statement.c - the text of every statement
 *
 * ?1, ?2 ... are bound in this order by the one function that uses it; its
 * columns are taken in the order that stands here.
 */
#include "lib/store/sqlite/lite.h"

#define RECORD_COLUMNS                                                         \
	"calendar, uid, organizer, instance, sequence, dtstamp, digest, "      \
	"state, answered, repeats, summary, text, covered"

/*
 * The rows of a class that overlap [?2, ?3), and with ?4 also those that take
 * no time.  Of an instance in pieces only the first one counts.
 */
#define BUSY_OF(days, seconds)                                                 \
	"SELECT uid, organizer, instance, recurring, whole_start, "            \
	"whole_stop, status, summary FROM busy "                               \
	"WHERE calendar = ?1 AND reach = " days " "                            \
	"AND start < ?3 AND start > ?2 - " seconds " "                         \
	"AND (start <= ?2 OR start = whole_start) "                            \
	"AND (start < stop AND stop > ?2 OR ?4 AND start = stop AND "          \
	"start >= ?2)"

#define OUTBOX_COLUMNS                                                         \
	"next, number, sender, recipient, message_id, bytes, tries, "          \
	"created, state, error, sent"

#define ROWS_OF "WHERE calendar = ?1 AND uid = ?2 AND organizer = ?3"

static const char *const text[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_PART_BEGIN] = "SAVEPOINT part",
    [SQL_PART_KEEP] = "RELEASE part",
    [SQL_PART_UNDO] = "ROLLBACK TO part",

    [SQL_SETTLED] = "SELECT 1 FROM settled WHERE id = ?1 "
		    "AND recipient = ?2",
    [SQL_SETTLE] = "INSERT INTO settled (id, recipient, settled) "
		   "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",

    [SQL_RECORDS] = "SELECT " RECORD_COLUMNS " FROM object "
		    "WHERE calendar = ?1 AND uid = ?2 "
		    "ORDER BY organizer, instance",
    /* "state = 0" as it stands in the index object_covered */
    [SQL_UNCOVERED] = "SELECT " RECORD_COLUMNS " FROM object "
		      "WHERE state = 0 AND covered < ?2 "
		      "AND (?1 = '' OR calendar = ?1) "
		      "ORDER BY covered, calendar, uid, organizer, "
		      "instance LIMIT ?3",
    /* clang-format off */
	[SQL_BUSY] = BUSY_OF("1", "86400") " UNION ALL "
		     BUSY_OF("31", "2678400"),
    /* clang-format on */

    [SQL_HOLDINGS] = "SELECT organizer, text FROM holding "
		     "WHERE calendar = ?1 AND uid = ?2 ORDER BY organizer",
    [SQL_LATELY] = "SELECT (SELECT count(*) FROM decision "
		   "WHERE calendar = ?1 AND organizer = ?2 COLLATE NOCASE "
		   "AND decided > ?3 AND decided <= ?4 "
		   "AND verdict = 'accept'), "
		   "(SELECT count(*) FROM outbox "
		   "WHERE recipient = ?2 COLLATE NOCASE "
		   "AND created > ?3 AND created <= ?4)",
    [SQL_ORGANIZERS] = "SELECT organizer FROM object "
		       "WHERE calendar = ?1 AND uid = ?2 "
		       "UNION SELECT organizer FROM busy "
		       "WHERE calendar = ?1 AND uid = ?2",
    [SQL_ROWS] = "SELECT organizer, instance, recurring, whole_start, "
		 "whole_stop, status, summary FROM busy "
		 "WHERE calendar = ?1 AND uid = ?2 AND start = whole_start "
		 "ORDER BY organizer, instance, start, stop",
    [SQL_DROP_ROWS] = "DELETE FROM busy " ROWS_OF,
    [SQL_DROP_RECORDS] = "DELETE FROM object " ROWS_OF,
    [SQL_DROP_INSTANCE] = "DELETE FROM busy " ROWS_OF " AND instance = ?4",
    [SQL_DROP_FROM] = "DELETE FROM busy " ROWS_OF " AND instance >= ?4",
    [SQL_ADD] = "INSERT INTO busy (calendar, uid, organizer, instance, "
		"recurring, whole_start, whole_stop, status, summary, "
		"reach, start, stop, exclusive) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
		"?12, ?13) ON CONFLICT (calendar, reach, start, stop, uid, "
		"organizer, instance) DO NOTHING",
    [SQL_PUT] = "INSERT INTO object (" RECORD_COLUMNS ") "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
		"?12, ?13) "
		"ON CONFLICT (calendar, uid, organizer, instance) "
		"DO UPDATE SET sequence = excluded.sequence, "
		"dtstamp = excluded.dtstamp, digest = excluded.digest, "
		"state = excluded.state, answered = excluded.answered, "
		"repeats = excluded.repeats, summary = excluded.summary, "
		"text = excluded.text, covered = excluded.covered",
    [SQL_HOLD] = "INSERT INTO holding (calendar, uid, organizer, text) "
		 "VALUES (?1, ?2, ?3, ?4) "
		 "ON CONFLICT (calendar, uid, organizer) "
		 "DO UPDATE SET text = excluded.text",
    [SQL_MARK] = "INSERT INTO calendar (calendar, version, changed, "
		 "published) VALUES (?1, 1, ?2, 0) "
		 "ON CONFLICT (calendar) DO UPDATE SET "
		 "version = version + 1, "
		 "changed = max(changed, excluded.changed)",

    [SQL_DECISION] = "INSERT INTO decision (id, calendar, recipient, "
		     "method, uid, organizer, verdict, code, reason, "
		     "quiet, decided, trace) "
		     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
		     "?11, ?12)",

    [SQL_OUTBOX_ADD] = "INSERT INTO outbox (id, decision, sender, "
		       "recipient, message_id, bytes, tries, created, "
		       "state, error, next, sent) "
		       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 'queued', "
		       "'', ?7, 0)",
    [SQL_OUTBOX_REPEAT] =
	"UPDATE outbox SET state = 'queued', tries = 0, created = ?3, "
	"next = ?3, sent = 0, error = '' "
	"WHERE state <> 'queued' AND decision = "
	"(SELECT max(number) FROM decision AS d "
	"WHERE uid = ?2 AND calendar = ?1 AND EXISTS "
	"(SELECT 1 FROM outbox AS o WHERE o.decision = d.number))",
    [SQL_OUTBOX_DUE] = "SELECT " OUTBOX_COLUMNS " FROM outbox "
		       "WHERE state = 'queued' AND next <= ?1 "
		       "ORDER BY next, number",
    [SQL_OUTBOX_AHEAD] = "SELECT " OUTBOX_COLUMNS " FROM outbox "
			 "WHERE state = 'queued' AND next > ?1 "
			 "ORDER BY next, number",
    [SQL_OUTBOX_SENT] = "UPDATE outbox SET state = 'sent', sent = ?2, "
			"tries = tries + 1, error = '' WHERE number = ?1",
    [SQL_OUTBOX_LATER] = "UPDATE outbox SET next = ?2, error = ?3, "
			 "tries = tries + 1 WHERE number = ?1",
    [SQL_OUTBOX_FAILED] = "UPDATE outbox SET state = 'failed', next = ?2, "
			  "error = ?3, tries = tries + 1 "
			  "WHERE number = ?1",

    /* "version > published" as it stands in the index calendar_dirty */
    [SQL_DIRTY] = "SELECT calendar, version, changed FROM calendar "
		  "WHERE version > published ORDER BY calendar",
    [SQL_CLEAN] = "UPDATE calendar SET published = min(version, ?2) "
		  "WHERE calendar = ?1 AND published < ?2",
    [SQL_CHANGED] = "SELECT changed FROM calendar WHERE calendar = ?1",

    [SQL_KEPT] = "SELECT number, id, calendar, recipient, method, uid, "
		 "organizer, verdict, code, reason, quiet, decided, trace "
		 "FROM decision WHERE number IN "
		 "(SELECT number FROM decision WHERE id = ?1 "
		 "UNION SELECT number FROM decision WHERE uid = ?1 "
		 "UNION SELECT decision FROM outbox WHERE message_id = ?1) "
		 "ORDER BY number",
    [SQL_ANSWERS] = "SELECT " OUTBOX_COLUMNS " FROM outbox "
		    "WHERE decision = ?1 ORDER BY number",

    [SQL_STATS] =
	"SELECT (SELECT count(*) FROM busy WHERE start = whole_start), "
	"(SELECT count(*) FROM "
	"(SELECT DISTINCT calendar, uid, organizer FROM object)), "
	"(SELECT count(*) FROM decision), "
	"(SELECT count(*) FROM outbox WHERE state = 'queued'), "
	"(SELECT count(*) FROM outbox WHERE state = 'sent'), "
	"(SELECT count(*) FROM outbox WHERE state = 'failed'), "
	"(SELECT coalesce(min(created), 0) FROM outbox "
	"WHERE state = 'queued'), "
	"(SELECT count(*) FROM calendar WHERE version > published)",
    [SQL_DIGEST_BUSY] = "SELECT calendar, uid, organizer, instance, recurring, "
			"whole_start, whole_stop, status, summary FROM busy "
			"WHERE start = whole_start ORDER BY 1, 2, 3, 4, 6, 7",
    [SQL_DIGEST_OBJECT] = "SELECT " RECORD_COLUMNS " FROM object "
			  "ORDER BY calendar, uid, organizer, instance",
    [SQL_DIGEST_OUTBOX] = "SELECT message_id, recipient, sender, bytes "
			  "FROM outbox ORDER BY message_id, recipient",
    [SQL_DIGEST_HOLDING] = "SELECT calendar, uid, organizer, text "
			   "FROM holding ORDER BY calendar, uid, organizer",

    [SQL_EXPIRE_OUTBOX] = "DELETE FROM outbox "
			  "WHERE state = 'sent' AND sent < ?1 "
			  "OR state = 'failed' AND next < ?1",
    [SQL_EXPIRE_DECISION] = "DELETE FROM decision WHERE decided < ?1 "
			    "AND NOT EXISTS (SELECT 1 FROM outbox "
			    "WHERE decision = decision.number)",
    [SQL_EXPIRE_SETTLED] = "DELETE FROM settled WHERE settled < ?1",

    [SQL_CHECK] = "PRAGMA integrity_check(1)",
    [SQL_OVERLAP] = "SELECT a.calendar, a.uid, b.uid FROM busy AS a "
		    "JOIN busy AS b ON b.calendar = a.calendar "
		    "AND b.reach IN (1, 31) AND b.start < a.stop "
		    "AND b.start > a.start - 2678400 "
		    "WHERE b.stop > a.start AND b.start < b.stop "
		    "AND a.start < a.stop "
		    "AND a.exclusive = 1 AND b.exclusive = 1 "
		    "AND (a.uid <> b.uid OR a.organizer <> b.organizer) "
		    "LIMIT 1",
};

const char *
statement_text(enum statement which)
{
	return text[which];
}

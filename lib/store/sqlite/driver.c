/* driver.c - SQLite's entries in the table of engines, see ../driver.h */
#include "lib/store/driver.h"

#include "lib/store/sqlite/lite.h"

const struct driver sqlite_driver = {
    .scheme = "sqlite",
    .open = lite_open,
    .check = lite_check,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .part_begin = lite_part_begin,
    .part_keep = lite_part_keep,
    .part_undo = lite_part_undo,
    .settled = lite_settled,
    .records = lite_records,
    .busy = lite_busy,
    .rows = lite_rows,
    .bookings = lite_bookings,
    .uncovered = lite_uncovered,
    .change = lite_change,
    .decision = lite_decision,
    .settle = lite_settle,
    .outbox_add = lite_outbox_add,
    .outbox_repeat = lite_outbox_repeat,
    .outbox_due = lite_outbox_due,
    .outbox_sent = lite_outbox_sent,
    .outbox_later = lite_outbox_later,
    .outbox_failed = lite_outbox_failed,
    .dirty = lite_dirty,
    .clean = lite_clean,
    .changed = lite_changed,
    .kept = lite_kept,
    .stats = lite_stats,
    .digest = lite_digest,
    .expire = lite_expire,
};

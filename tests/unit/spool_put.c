/* spool_put.c - libspool: what is put in comes out whole or not at all */
#define _DEFAULT_SOURCE
#include "tests/unit/spool_fixture.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "spool/lib/block.h"
#include "spool/lib/name.h"

static enum res
count_recipients(
    void *arg, const char *name, const char *value, struct why *why)
{
	(void)why;
	assert_true(strlen(value) <= SPOOL_ADDRESS_MAX);
	*(int *)arg += strcmp(name, "recipient") == 0;
	return RES_OK;
}

/* What spool_read() makes of an item. */
static enum res
read_result(struct fixture *f, const struct spool_item *item)
{
	char fields[2000] = "";
	int64_t bytes;
	int fd = -2;
	enum res r =
	    spool_read(&f->spool, item, collect, fields, &fd, &bytes, &f->why);

	if (r == RES_OK)
		assert_int_equal(close(fd), 0);
	else
		assert_int_equal(fd, -1);
	return r;
}

/* --- putting ---------------------------------------------------------------- */

static void
test_envelope_round_trip(void **state)
{
	struct fixture *f = *state;
	struct spool_item item;
	char fields[2000] = "", wanted[300];
	struct stat st;
	int64_t bytes;
	const char *p;
	int fd;

	put_message(f, "Subject: x\n\nbody\n", 17, &item);
	assert_int_equal(names_in(f->spool.tmp), 0);
	assert_int_equal(names_in(f->spool.new), 1);
	assert_int_equal(
	    spool_read(&f->spool, &item, collect, fields, &fd, &bytes, &f->why),
	    RES_OK);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(close(fd), 0);
	assert_memory_equal(fields, "arrival=20", 10);
	p = strstr(fields, ";role=");
	assert_non_null(p);
	(void)snprintf(wanted, sizeof(wanted), "%s",
	    ";role=in;sender=alice@example.org;queue-id=QID1;submitter=login;"
	    "client=192.0.2.1;size=1234;recipient=Room@example.com;"
	    "original=Alias@example.net;");
	assert_string_equal(p, wanted);
}

static void
test_arrival_is_now(void **state)
{
	struct fixture *f = *state;
	struct spool_item item;
	char fields[2000] = "";
	struct tm tm;
	int64_t bytes;
	time_t arrival;
	char wanted[40];
	int fd;

	put_message(f, "x", 1, &item);
	assert_int_equal(
	    spool_read(&f->spool, &item, collect, fields, &fd, &bytes, &f->why),
	    RES_OK);
	assert_int_equal(close(fd), 0);
	arrival = (time_t)name_seconds(item.id);
	assert_true(arrival > 1700000000);
	assert_non_null(gmtime_r(&arrival, &tm));
	assert_true(strftime(wanted, sizeof(wanted),
			"arrival=%Y-%m-%dT%H:%M:%S.", &tm) > 0);
	assert_memory_equal(fields, wanted, strlen(wanted));
	assert_memory_equal(fields + strlen(wanted) + 6, "Z;host=", 7);
}

/* Sizes around the buffer, where the fixed line is filled in another way. */
static void
test_sizes(void **state)
{
	static const size_t sizes[] = {
	    0, 1, 10000, 65000, 65279, 65535, 65536, 65537, 131072, 300001};
	struct fixture *f = *state;
	struct spool_item item;
	char *text = malloc(300001);
	size_t i;

	assert_non_null(text);
	for (i = 0; i < 300001; i++)
		text[i] = (char)(i * 7 + i / 251);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put_message(f, text, sizes[i], &item);
		assert_message(f, &item, text, sizes[i]);
	}
	free(text);
	assert_int_equal(names_in(f->spool.tmp), 0);
}

/* Every size near the buffer's, so that each line of the block meets its end */
static void
test_room_without_copy(void **state)
{
	struct fixture *f = *state;
	struct spool_item item = {.state = SPOOL_NEW};
	size_t i, n;
	char *p;

	for (i = 65220; i < 65320; i++) {
		char *text = calloc(1, i);
		size_t left = i;

		assert_non_null(text);
		memset(text, 'q', i);
		assert_int_equal(
		    spool_put_open(&f->put, &f->spool, &plain, &f->why),
		    RES_OK);
		(void)strcpy(item.id, spool_put_id(&f->put));
		assert_int_equal(
		    spool_put_rcpt(&f->put, "a@b", "", &f->why), RES_OK);
		while (left > 0) {
			assert_int_equal(
			    spool_put_room(&f->put, &p, &n, &f->why), RES_OK);
			assert_true(n > 0);
			n = n < left ? n : left;
			memset(p, 'q', n);
			spool_put_took(&f->put, n);
			left -= n;
		}
		assert_int_equal(spool_put_commit(&f->put, &f->why), RES_OK);
		assert_message(f, &item, text, i);
		free(text);
	}
}

static void
test_thousand_recipients(void **state)
{
	struct fixture *f = *state;
	struct spool_item item = {.state = SPOOL_NEW};
	char address[SPOOL_ADDRESS_MAX + 1], back[8];
	int64_t bytes;
	size_t got;
	int i, fd, n = 0;

	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	(void)strcpy(item.id, spool_put_id(&f->put));
	for (i = 0; i < SPOOL_RCPT_MAX; i++) {
		memset(address, 'a' + i % 26, sizeof(address));
		address[SPOOL_ADDRESS_MAX] = '\0';
		assert_int_equal(
		    spool_put_rcpt(&f->put, address, address, &f->why), RES_OK);
	}
	assert_int_equal(
	    spool_put_rcpt(&f->put, "one@more", "", &f->why), RES_PERM);
	assert_int_equal(spool_put_write(&f->put, "body", 4, &f->why), RES_OK);
	assert_int_equal(spool_put_commit(&f->put, &f->why), RES_OK);
	assert_int_equal(spool_read(&f->spool, &item, count_recipients, &n, &fd,
			     &bytes, &f->why),
	    RES_OK);
	assert_int_equal(n, SPOOL_RCPT_MAX);
	assert_int_equal(io_read(fd, back, sizeof(back), &got, NULL), RES_OK);
	assert_int_equal(got, 4);
	assert_memory_equal(back, "body", 4);
	assert_int_equal(close(fd), 0);
}

static void
test_addresses(void **state)
{
	static const char *const good[] = {"\"a b\"@x.test", "|sh@x.test",
	    ";rm -rf@x.test", "$(reboot)@x.test", "../../etc/passwd@x.test",
	    "-oQ/tmp@x.test", "\xc3\xbc@x.test", "a@[192.0.2.1]",
	    "X-Imipd-End: 1", " lead@x.test", "trail@x.test ", "a: b@x"};
	struct fixture *f = *state;
	struct spool_item item = {.state = SPOOL_NEW};
	char fields[2000] = "", line[100], longest[SPOOL_ADDRESS_MAX + 2];
	int64_t bytes;
	size_t i;
	int fd;

	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	(void)strcpy(item.id, spool_put_id(&f->put));
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(
		    spool_put_rcpt(&f->put, good[i], good[i], &f->why), RES_OK);
	memset(longest, 'x', sizeof(longest));
	longest[SPOOL_ADDRESS_MAX + 1] = '\0';
	assert_int_equal(
	    spool_put_rcpt(&f->put, longest, "", &f->why), RES_PERM);
	assert_int_equal(spool_put_rcpt(&f->put, "", "", &f->why), RES_PERM);
	assert_int_equal(
	    spool_put_rcpt(&f->put, "a\nb@x", "", &f->why), RES_PERM);
	assert_null(strstr(f->why.text, "b@x"));
	assert_int_equal(
	    spool_put_rcpt(&f->put, "a\x7f@x", "", &f->why), RES_PERM);
	assert_int_equal(
	    spool_put_rcpt(&f->put, "a@x", "b\r@x", &f->why), RES_PERM);
	assert_int_equal(spool_put_commit(&f->put, &f->why), RES_OK);
	assert_int_equal(
	    spool_read(&f->spool, &item, collect, fields, &fd, &bytes, &f->why),
	    RES_OK);
	assert_int_equal(close(fd), 0);
	assert_int_equal(bytes, 0);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)snprintf(line, sizeof(line), "recipient=%s;original=%s;",
		    good[i], good[i]);
		assert_non_null(strstr(fields, line));
	}
	assert_null(strstr(fields, "b@x;recipient"));
}

static void
test_bad_fields(void **state)
{
	struct fixture *f = *state;
	struct spool_envelope bad = plain;

	bad.sender = "a\nX-Imipd-Role: out@x";
	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &bad, &f->why), RES_PERM);
	bad = plain;
	bad.queue_id = "\t";
	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &bad, &f->why), RES_PERM);
	spool_put_abort(&f->put);
	assert_int_equal(names_in(f->spool.tmp), 0);
}

static void
test_no_recipient_and_abort(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	assert_int_equal(names_in(f->spool.tmp), 1);
	assert_int_equal(spool_put_commit(&f->put, &f->why), RES_PERM);
	assert_int_equal(names_in(f->spool.tmp), 0);
	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	spool_put_abort(&f->put);
	spool_put_abort(&f->put);
	assert_int_equal(names_in(f->spool.tmp), 0);
	assert_int_equal(names_in(f->spool.new), 0);
}

/* A limit on file sizes stands for a full disk. */
static void
test_full_disk(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, small;
	char *text = calloc(1, 200000);
	enum res r;

	assert_non_null(text);
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100000;
	assert_int_equal(
	    spool_put_open(&f->put, &f->spool, &plain, &f->why), RES_OK);
	assert_int_equal(spool_put_rcpt(&f->put, "a@b", "", &f->why), RES_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = spool_put_write(&f->put, text, 200000, &f->why);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(r, RES_TEMP);
	/* what has failed once cannot be committed later */
	assert_int_equal(spool_put_commit(&f->put, &f->why), RES_TEMP);
	assert_int_equal(names_in(f->spool.tmp), 0);
	assert_int_equal(names_in(f->spool.new), 0);
	free(text);
}

static void
test_checksum_is_fnv1a(void **state)
{
	(void)state;
	assert_true(
	    block_sum(BLOCK_SUM_START, "", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(block_sum(BLOCK_SUM_START, "foobar", 6) ==
		    UINT64_C(0x85944171f73967e8));
}

/* --- damaged files ---------------------------------------------------------- */

/* H7, H8: every byte is covered, and every length */
static void
test_flipped_and_cut(void **state)
{
	struct fixture *f = *state;
	struct spool_item item;
	struct stat st;
	off_t i;
	char c;
	int fd;

	put_message(f, "Subject: x\n\nbody\n", 17, &item);
	fd = openat(f->spool.new, item.id, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (i = 0; i < st.st_size; i++) {
		assert_int_equal(pread(fd, &c, 1, i), 1);
		c = (char)(c ^ 4);
		assert_int_equal(pwrite(fd, &c, 1, i), 1);
		assert_int_equal(read_result(f, &item), RES_PERM);
		c = (char)(c ^ 4);
		assert_int_equal(pwrite(fd, &c, 1, i), 1);
	}
	assert_int_equal(read_result(f, &item), RES_OK);
	assert_int_equal(pwrite(fd, "x", 1, st.st_size), 1);
	assert_int_equal(read_result(f, &item), RES_PERM);
	for (i = st.st_size - 1; i >= 0; i--) {
		assert_int_equal(ftruncate(fd, i), 0);
		assert_int_equal(read_result(f, &item), RES_PERM);
		assert_non_null(strstr(f->why.text, "damaged"));
	}
	assert_int_equal(close(fd), 0);
}

/* A file with a right checksum but no block that we would write. */
static void
forge(struct fixture *f, const char *id, const char *rest, int64_t bytes)
{
	char text[2000];
	int fd = openat(f->spool.new, id, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int n;

	assert_true(fd >= 0);
	n = snprintf(text, sizeof(text), BLOCK_HEAD_FORMAT "%s", bytes,
	    block_sum(BLOCK_SUM_START, rest, strlen(rest)), rest);
	assert_int_equal(write(fd, text, (size_t)n), n);
	assert_int_equal(close(fd), 0);
}

static void
test_forged_block(void **state)
{
	struct fixture *f = *state;
	struct spool_item item = {ID_A, SPOOL_NEW, 0};
	char big[1200] = "X-Imipd-Role: ";

	forge(f, ID_A, "X-Imipd-Role: in\nX-Imipd-End: 1\nbody", 4);
	assert_int_equal(read_result(f, &item), RES_OK);
	forge(f, ID_A, "X-Imipd-Role: in\nX-Imipd-End: 1\nbody", 5);
	assert_int_equal(read_result(f, &item), RES_PERM);
	forge(f, ID_A, "X-Imipd-Role: in\nX-Imipd-End: 1", 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	forge(f, ID_A, "Subject: in\nX-Imipd-End: 1\n", 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	forge(f, ID_A, "X-Imipd-Role:in\nX-Imipd-End: 1\n", 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	forge(f, ID_A, "X-Imipd-Role: i\tn\nX-Imipd-End: 1\n", 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	memset(big + 14, 'x', 1000);
	(void)strcat(big, "\nX-Imipd-End: 1\n");
	forge(f, ID_A, big, 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
}

/* H1, H2, H3: links, pipes, directories */
static void
test_not_a_plain_file(void **state)
{
	struct fixture *f = *state;
	struct spool_item item = {ID_A, SPOOL_NEW, 0}, message;

	put_message(f, "m", 1, &message);
	assert_int_equal(symlinkat(message.id, f->spool.new, ID_A), 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	assert_int_equal(unlinkat(f->spool.new, ID_A, 0), 0);
	assert_int_equal(mkfifoat(f->spool.new, ID_A, 0600), 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	assert_int_equal(unlinkat(f->spool.new, ID_A, 0), 0);
	assert_int_equal(mkdirat(f->spool.new, ID_A, 0700), 0);
	assert_int_equal(read_result(f, &item), RES_PERM);
	assert_int_equal(unlinkat(f->spool.new, ID_A, AT_REMOVEDIR), 0);
	assert_int_equal(read_result(f, &item), RES_TEMP);
	/* a second link elsewhere is a stranger's; in tmp/ it is enqueue's */
	assert_int_equal(
	    linkat(f->spool.new, message.id, f->spool.root, "x", 0), 0);
	assert_int_equal(read_result(f, &message), RES_PERM);
	assert_int_equal(unlinkat(f->spool.root, "x", 0), 0);
	assert_int_equal(
	    linkat(f->spool.new, message.id, f->spool.tmp, message.id, 0), 0);
	assert_int_equal(read_result(f, &message), RES_OK);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(test_envelope_round_trip),
	    T(test_arrival_is_now),
	    T(test_sizes),
	    T(test_room_without_copy),
	    T(test_thousand_recipients),
	    T(test_addresses),
	    T(test_bad_fields),
	    T(test_no_recipient_and_abort),
	    T(test_full_disk),
	    T(test_checksum_is_fnv1a),
	    T(test_flipped_and_cut),
	    T(test_forged_block),
	    T(test_not_a_plain_file),
	};
#undef T

	return cmocka_run_group_tests(tests, NULL, NULL);
}

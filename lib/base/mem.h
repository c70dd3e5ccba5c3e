/*
 * mem.h - talloc that cannot fail
 *
 * Out of memory ends the program with exit 75 in one place; the message is
 * still in the spool.  Layer 0.  Uses: talloc.
 */
#ifndef LIB_BASE_MEM_H
#define LIB_BASE_MEM_H

#include <stddef.h>
#include <talloc.h>

/* Install the handler; call once in main(), before the first talloc. */
void mem_init(void);

/* n as talloc counts; the end of the program if it does not fit. */
unsigned int mem_count(size_t n);

/* p, or the end of the program if p is NULL. */
void *mem_check(const void *p);

#define mem_new(ctx, type) ((type *)mem_check(talloc_zero(ctx, type)))
#define mem_array(ctx, type, n)                                                \
	((type *)mem_check(talloc_zero_array(ctx, type, mem_count(n))))
#define mem_text(ctx, s)     ((char *)mem_check(talloc_strdup(ctx, s)))
#define mem_textn(ctx, s, n) ((char *)mem_check(talloc_strndup(ctx, s, n)))
#define mem_print(ctx, ...)                                                    \
	((char *)mem_check(talloc_asprintf(ctx, __VA_ARGS__)))

/* Append formatted text to *s, which grows. */
#define mem_add(s, ...)                                                        \
	((void)(*(s) = mem_check(                                              \
		    talloc_asprintf_append_buffer(*(s), __VA_ARGS__))))

#endif

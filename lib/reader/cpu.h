/*
 * cpu.h - the processor time that one message may take
 *
 * A file of its own because <sys/time.h> has a struct timezone too.
 * Private to lib/reader.
 * Layer 3.
 */
#ifndef LIB_READER_CPU_H
#define LIB_READER_CPU_H

/* From now on so many seconds, then SIGPROF ends the process; 0: no limit. */
void cpu_limit(int seconds);

#endif

/*
 * cpu.h - the processor time that one message may take
 *
 * A file of its own because <sys/time.h> has a struct timezone too.
 * Layer 5.
 */
#ifndef READER_CPU_H
#define READER_CPU_H

/* From now on so many seconds, then SIGPROF ends the process; 0: no limit. */
void cpu_limit(int seconds);

#endif

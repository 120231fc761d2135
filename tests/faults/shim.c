/* Preloaded into a process, makes its n-th change of a file below FAULT_FOLDER go wrong.
 *
 * A change is a write, an fsync, a truncation or a removal. FAULT_AT is n, from 1; FAULT_KIND is one of
 *
 *   kill      the process dies before it
 *   torn      a write does half of its work, anything else all of it, and the process dies
 *   eio       it fails with EIO, once
 *   full      from it on every write fails with ENOSPC
 *   readonly  nothing below the folder can be opened for writing; FAULT_AT does not matter
 *
 * FAULT_COUNT names a file to which the number of changes is written when the process ends by itself. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum fault { NONE, KILL, TORN, FAIL_IO, FULL, READ_ONLY };

static long changes;

static enum fault kind(void) {
    const char *word = getenv("FAULT_KIND");
    if (!word) return NONE;
    if (!strcmp(word, "kill")) return KILL;
    if (!strcmp(word, "torn")) return TORN;
    if (!strcmp(word, "eio")) return FAIL_IO;
    if (!strcmp(word, "full")) return FULL;
    if (!strcmp(word, "readonly")) return READ_ONLY;
    return NONE;
}

static int below(const char *path) {
    const char *folder = getenv("FAULT_FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int is_ours(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

/* Counts a change and says what happens to it. */
static enum fault change(void) {
    long number = __atomic_add_fetch(&changes, 1, __ATOMIC_SEQ_CST);
    const char *at = getenv("FAULT_AT");
    long wanted = at ? atol(at) : 0;
    enum fault fault = kind();
    if (!wanted) return NONE;
    if (fault == FULL) return number >= wanted ? FULL : NONE;
    return number == wanted ? fault : NONE;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", changes);
    fclose(file);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* The body of a write: `some(length)` writes so many bytes. */
#define WRITE(some) \
    switch (is_ours(file) ? change() : NONE) { \
        case KILL: die(); break; \
        case TORN: (void)!(some(length / 2)); die(); break; \
        case FAIL_IO: errno = EIO; return -1; \
        case FULL: errno = ENOSPC; return -1; \
        case NONE: case READ_ONLY: break; \
    } \
    return some(length)

/* The body of anything else: the disk being full does not matter to it. */
#define OTHER(ours, whole) \
    switch ((ours) ? change() : NONE) { \
        case KILL: die(); break; \
        case TORN: (void)!(whole); die(); break; \
        case FAIL_IO: errno = EIO; return -1; \
        case NONE: case FULL: case READ_ONLY: break; \
    } \
    return whole

ssize_t write(int file, const void *bytes, size_t length) {
    REAL(write);
#define SOME(n) real(file, bytes, (n))
    WRITE(SOME);
#undef SOME
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
    REAL(pwrite);
#define SOME(n) real(file, bytes, (n), at)
    WRITE(SOME);
#undef SOME
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
    REAL(pwrite64);
#define SOME(n) real(file, bytes, (n), at)
    WRITE(SOME);
#undef SOME
}

int fsync(int file) {
    REAL(fsync);
    OTHER(is_ours(file), real(file));
}

int fdatasync(int file) {
    REAL(fdatasync);
    OTHER(is_ours(file), real(file));
}

int ftruncate(int file, off_t length) {
    REAL(ftruncate);
    OTHER(is_ours(file), real(file, length));
}

int ftruncate64(int file, off64_t length) {
    REAL(ftruncate64);
    OTHER(is_ours(file), real(file, length));
}

int unlink(const char *path) {
    REAL(unlink);
    OTHER(below(path), real(path));
}

#define OPEN(call) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    } \
    if (kind() == READ_ONLY && below(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT))) { \
        errno = EROFS; \
        return -1; \
    } \
    return call

int open(const char *path, int flags, ...) {
    REAL(open);
    OPEN(real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    OPEN(real(path, flags, mode));
}

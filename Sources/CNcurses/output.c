// For memfd_create and dup3, which are Linux's.
#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

// ncurses writes a frame and comes back when the terminal has taken it: on a link that has stopped, never. So its bytes are
// caught in memory, and written by whoever can do something else meanwhile.

int terminal_writer = -1;

// What ncurses writes into while it is caught.
static int memory = -1;
static char *caught;
static size_t caught_room;

static int open_memory(void) {
#ifdef __linux__
    return memfd_create("piopiy-frame", MFD_CLOEXEC);
#else
    FILE *file = tmpfile();
    if (file == NULL) {
        return -1;
    }
    int descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    fclose(file);
    return descriptor;
#endif
}

// A description of our own: what is set on one that the shell shares would be set for the shell too.
static int open_writer(int descriptor) {
    char path[256];
    struct stat given, found;
    if (ttyname_r(descriptor, path, sizeof path) != 0 || fstat(descriptor, &given) != 0) {
        return -1;
    }
    int writer = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (writer >= 0 && (fstat(writer, &found) != 0 || found.st_rdev != given.st_rdev)) {
        close(writer);
        return -1;
    }
    return writer;
}

bool terminal_open_writer(int descriptor) {
    terminal_writer = open_writer(descriptor);
    if (terminal_writer < 0) {
        return false;
    }
    memory = open_memory();
    if (memory < 0) {
        terminal_close_writer();
        return false;
    }
    return true;
}

void terminal_close_writer(void) {
    if (terminal_writer >= 0) {
        close(terminal_writer);
        terminal_writer = -1;
    }
    if (memory >= 0) {
        close(memory);
        memory = -1;
    }
    free(caught);
    caught = NULL;
    caught_room = 0;
}

static int point_screen_at(int descriptor) {
#ifdef __linux__
    return dup3(descriptor, terminal_screen_descriptor, O_CLOEXEC);
#else
    int result = dup2(descriptor, terminal_screen_descriptor);
    (void)fcntl(terminal_screen_descriptor, F_SETFD, FD_CLOEXEC);
    return result;
#endif
}

void terminal_reconnect_screen(int descriptor) { (void)point_screen_at(descriptor); }

bool terminal_begin_catching(void) { return memory >= 0 && point_screen_at(memory) >= 0; }

size_t terminal_end_catching(int descriptor, const char **bytes) {
    point_screen_at(descriptor);
    *bytes = caught;
    off_t length = lseek(memory, 0, SEEK_CUR);
    if (length <= 0) {
        return 0;
    }
    size_t count = (size_t)length;
    if (count > caught_room) {
        // Twice as much as is needed now, so that it is rarely done.
        char *larger = realloc(caught, count * 2);
        if (larger == NULL) {
            count = caught_room;
        } else {
            caught = larger;
            caught_room = count * 2;
        }
    }
    *bytes = caught;
    ssize_t held = pread(memory, caught, count, 0);
    // What is there stays, and is written over: making room anew for each frame would cost more than the frame.
    lseek(memory, 0, SEEK_SET);
    return held > 0 ? (size_t)held : 0;
}

ptrdiff_t terminal_write_some(const char *bytes, size_t count) {
    while (true) {
        ssize_t written = write(terminal_writer, bytes, count);
        if (written >= 0) {
            return written;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return 0;
        }
        if (errno != EINTR) {
            return -1;
        }
    }
}

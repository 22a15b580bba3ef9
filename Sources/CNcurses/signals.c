#include "CNcurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// Everything here that a handler or another thread touches is a lock-free atomic, or is set before the handlers are
// installed and stays.

static atomic_bool claimed;
static atomic_uint happened;
static atomic_int read_end = -1;
static atomic_int write_end = -1;

bool terminal_claim(void) { return !atomic_exchange(&claimed, true); }

void terminal_unclaim(void) { atomic_store(&claimed, false); }

// Called by whoever holds the claim, so never twice at once.
int terminal_event_descriptor(void) {
    if (read_end >= 0) {
        return read_end;
    }
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    read_end = ends[0];
    write_end = ends[1];
    return read_end;
}

// The bit is set before the byte is written, and `terminal_take_events` takes the byte before the bits: between them
// nothing can be missed. A full pipe refuses the byte, and is readable anyway.
static void note(uint32_t event) {
    int error = errno;
    atomic_fetch_or(&happened, event);
    int descriptor = write_end;
    if (descriptor >= 0) {
        ssize_t ignored = write(descriptor, "", 1);
        (void)ignored;
    }
    errno = error;
}

void terminal_wake(void) { note(terminal_woken); }

uint32_t terminal_take_events(void) {
    char bytes[4096];
    while (read(read_end, bytes, sizeof bytes) == (ssize_t)sizeof bytes) {
    }
    return atomic_exchange(&happened, 0);
}

uint32_t terminal_peek_events(void) { return atomic_load(&happened); }

bool terminal_take_event(uint32_t event) { return (atomic_fetch_and(&happened, ~event) & event) != 0; }

static const struct {
    int number;
    uint32_t event;
} watched[] = {
    {SIGWINCH, terminal_resized}, {SIGTSTP, terminal_stop_asked}, {SIGCONT, terminal_continued},
    {SIGTERM, terminal_sigterm},  {SIGHUP, terminal_sighup},      {SIGINT, terminal_sigint},
    {SIGQUIT, terminal_sigquit},
};

enum { watched_count = sizeof watched / sizeof watched[0] };

static struct sigaction before[watched_count];

static void on_signal(int number) {
    for (int i = 0; i < watched_count; i++) {
        if (watched[i].number == number) {
            note(watched[i].event);
        }
    }
}

void terminal_watch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < watched_count; i++) {
        sigaction(watched[i].number, NULL, &before[i]);
        // Someone asked for the process to live on after a hang-up or an interrupt; a size or a restart says nothing of
        // the kind.
        bool may_be_ignored = watched[i].number != SIGWINCH && watched[i].number != SIGCONT;
        if (!(may_be_ignored && before[i].sa_handler == SIG_IGN)) {
            sigaction(watched[i].number, &action, NULL);
        }
    }
}

void terminal_unwatch_signals(void) {
    for (int i = 0; i < watched_count; i++) {
        sigaction(watched[i].number, &before[i], NULL);
    }
}

bool terminal_stop(int number) {
    struct sigaction current;
    if (sigaction(number, NULL, &current) != 0 || current.sa_handler == SIG_IGN) {
        return false;
    }
    // The whole foreground group, as the terminal would do it: were only we to stop, a wrapper script would wait for
    // us and the shell for the script. The others first, while we ignore it: a signal to the group may be taken by any
    // of our threads, and this one would run on for a while. raise() stops before it returns; if only the signal isn't
    // blocked, as it is on threads that were started from Swift's pool.
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigemptyset(&ignore.sa_mask);
    sigemptyset(&standard.sa_mask);
    sigaction(number, &ignore, NULL);
    kill(0, number);
    sigset_t only, mask;
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, &mask);
    sigaction(number, &standard, NULL);
    raise(number);
    sigaction(number, &current, NULL);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return true;
}

bool terminal_hold_stops(void) {
    sigset_t only, before_that;
    sigemptyset(&only);
    sigaddset(&only, SIGTTOU);
    return pthread_sigmask(SIG_BLOCK, &only, &before_that) == 0 && sigismember(&before_that, SIGTTOU) == 0;
}

void terminal_release_stops(void) {
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGTTOU);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}

_Noreturn void terminal_reraise(int number) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigemptyset(&standard.sa_mask);
    sigaction(number, &standard, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    raise(number);
    // Only a signal whose default isn't to end gets here.
    _exit(128 + number);
}

int terminal_is_foreground(int descriptor) {
    pid_t group = tcgetpgrp(descriptor);
    if (group < 0) {
        // One that was hung up says EIO.
        return errno == ENOTTY && isatty(descriptor) ? 1 : -1;
    }
    return group == getpgrp();
}

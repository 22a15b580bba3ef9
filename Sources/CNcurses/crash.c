#include "CNcurses.h"
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

// A crash, be it a Swift trap on whichever thread, must not leave the operator with a terminal that is raw, without a
// cursor and in the other screen. The handler below only uses what POSIX calls async-signal-safe, and only reads what was
// prepared while all was well.

static const int crash_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};

enum { crash_count = sizeof crash_signals / sizeof crash_signals[0] };

static struct sigaction before[crash_count];
// What a crash does with the terminal: nothing, give it back, wait while another thread gives it back.
enum { disarmed, armed, giving_back };
static atomic_int state = disarmed;
static char leave[1024];
static size_t leave_length;
static char program[64];
static struct termios shell_modes;
static int tty = -1;
static int null_device = -1;
static atomic_int saved_standard_error = -1;

// A handler needs a stack that is there when the thread's own is used up. Such stacks are per thread: this one is for the
// session's thread. On another thread the handler runs on that thread's stack, which serves for every crash but its
// overflow. It is freed never, so that no handler can run on what is gone.
static char alternate_stack[64 * 1024];
static bool has_alternate_stack;

static void say(const char *text) { (void)terminal_write(tty, text, strlen(text)); }

static void give_back(int number) {
    // A thread that draws goes on while this one crashes. What it writes from now on goes nowhere.
    if (null_device >= 0 && terminal_screen_descriptor >= 0) {
        dup2(null_device, terminal_screen_descriptor);
    }
    if (null_device >= 0 && terminal_writer >= 0) {
        dup2(null_device, terminal_writer);
    }
    (void)terminal_write(tty, leave, leave_length);
    // Keys that were meant for the screen are not to be typed into the shell.
    tcflush(tty, TCIFLUSH);
    tcsetattr(tty, TCSANOW, &shell_modes);
    char digits[] = {(char)('0' + number / 10), (char)('0' + number % 10), '\0'};
    say("\r\n");
    say(program);
    say(": crashed (signal ");
    say(number < 10 ? digits + 1 : digits);
    say("); the terminal was given back\r\n");
    if (saved_standard_error >= 0) {
        dup2(saved_standard_error, STDERR_FILENO);
    }
}

static void wait_until_given_back(void) {
    while (atomic_load(&state) == giving_back) {
        // nanosleep isn't among what POSIX lets a handler call; poll is.
        (void)poll(NULL, 0, 1);
    }
}

static void on_crash(int number, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    int expected = armed;
    if (atomic_compare_exchange_strong(&state, &expected, giving_back)) {
        give_back(number);
        atomic_store(&state, disarmed);
    } else {
        // Perhaps another thread crashed first. This one doesn't end the process before the terminal is whole.
        wait_until_given_back();
    }
    if (info != NULL && info->si_code == SI_USER) {
        // Sent by another process. There is no crash to be traced, and a handler that waits for the fault to come again, as
        // that of Swift's runtime does, would let the process go on without its screen.
        struct sigaction end = {.sa_handler = SIG_DFL};
        sigaction(number, &end, NULL);
    } else {
        for (int i = 0; i < crash_count; i++) {
            if (crash_signals[i] == number) {
                sigaction(number, &before[i], NULL);
            }
        }
    }
    // It is blocked while this handler runs, and comes on return: with the registers and the stack of the crash, so that
    // a backtrace and a core file are true. Returning alone isn't enough: not every trap is met a second time.
    raise(number);
    errno = error;
}

// What was there before `on_fault`: the handlers of Swift's runtime, which print a backtrace.
static struct sigaction tracers[crash_count];

static void on_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    int error = errno;
    struct sigaction next = {.sa_handler = SIG_DFL};
    // `kill` is no crash. abort() and raise() are: they say SI_TKILL.
    bool is_sent = info != NULL && (info->si_code == SI_USER || info->si_code == SI_QUEUE);
    for (int i = 0; !is_sent && i < crash_count; i++) {
        if (crash_signals[i] == number) {
            next = tracers[i];
        }
    }
    sigaction(number, &next, NULL);
    // It is blocked while this handler runs, and comes on return.
    raise(number);
    errno = error;
}

void terminal_heed_sent_signals(void) {
    struct sigaction current;
    // Swift's runtime takes SIGQUIT for a crash, prints a backtrace, and lets the program go on.
    if (sigaction(SIGQUIT, NULL, &current) == 0 && current.sa_handler != SIG_IGN) {
        struct sigaction standard = {.sa_handler = SIG_DFL};
        sigaction(SIGQUIT, &standard, NULL);
    }
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) {
        if (sigaction(crash_signals[i], NULL, &tracers[i]) == 0 && tracers[i].sa_handler != SIG_IGN &&
            tracers[i].sa_handler != SIG_DFL) {
            sigaction(crash_signals[i], &action, NULL);
        }
    }
}

void terminal_install_crash_guard(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE) != 0) {
        stack_t ours = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
        has_alternate_stack = sigaltstack(&ours, NULL) == 0;
    }
    struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    // No other signal may come between, above all not SIGTTOU, which would stop a process in the background where it sets
    // the modes. A second fault in the handler isn't held up by this: the kernel then ends the process.
    sigfillset(&action.sa_mask);
    for (int i = 0; i < crash_count; i++) {
        sigaction(crash_signals[i], &action, &before[i]);
    }
}

void terminal_remove_crash_guard(void) {
    terminal_disarm_crash_guard();
    for (int i = 0; i < crash_count; i++) {
        sigaction(crash_signals[i], &before[i], NULL);
    }
    if (has_alternate_stack) {
        stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
        has_alternate_stack = false;
    }
    if (null_device >= 0) {
        close(null_device);
        null_device = -1;
    }
    if (tty >= 0) {
        close(tty);
        tty = -1;
    }
}

bool terminal_save_modes(int descriptor) {
    if (tcgetattr(descriptor, &shell_modes) != 0) {
        return false;
    }
    tty = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    null_device = open("/dev/null", O_WRONLY | O_CLOEXEC);
    return tty >= 0;
}

static int append(int byte) {
    if (leave_length < sizeof leave) {
        leave[leave_length++] = (char)byte;
    }
    return byte;
}

// tputs rather than a copy: capabilities hold padding in a notation of their own.
static void append_capability(const char *value) {
    if (value != NULL && value != (char *)-1) {
        tputs(value, 1, append);
    }
}

void terminal_prepare_crash_guard(const char *name, const char *modes) {
    leave_length = 0;
    append_capability(exit_alt_charset_mode);
    append_capability(orig_pair);
    append_capability(exit_attribute_mode);
    append_capability(keypad_local);
    for (const char *byte = modes; *byte != '\0'; byte++) {
        append(*byte);
    }
    append_capability(cursor_normal);
    if (exit_ca_mode != NULL) {
        append_capability(exit_ca_mode);
    } else if (cursor_address != NULL) {
        // Without a screen of its own the frame stays; go below it. Terminals take a row beyond the last for the last.
        append_capability(tiparm(cursor_address, 998, 0));
    }
    strncpy(program, name, sizeof program - 1);
    program[sizeof program - 1] = '\0';
}

void terminal_leave_unread(void) {
    if (null_device >= 0 && terminal_screen_descriptor >= 0) {
        dup2(null_device, terminal_screen_descriptor);
    }
    (void)terminal_write_some(leave, leave_length);
    tcsetattr(tty, TCSANOW, &shell_modes);
}

void terminal_arm_crash_guard(int standard_error) {
    atomic_store(&saved_standard_error, standard_error);
    atomic_store(&state, armed);
}

void terminal_disarm_crash_guard(void) {
    int expected = armed;
    if (!atomic_compare_exchange_strong(&state, &expected, disarmed)) {
        // A crash on another thread is at it. What it uses stays until it's done.
        wait_until_given_back();
    }
}
